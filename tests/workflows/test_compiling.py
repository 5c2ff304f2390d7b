import os
import subprocess
import sys
from pathlib import Path

import pytest

from dedup import kernels
from dedup.workflows import compiling

FEW = ["dedup.text.stems:_mark", "dedup.sketches.keys:_enter", "dedup.sketches.sharing:_count_pairs"]
"""Kernels that are quickly compiled."""

BEGIN = f"""
import os, signal
from dedup.workflows import compiling
compiling.entries = lambda: {FEW}
"""


def compiled(folder: Path, *, before: str = "", jobs: int = 2) -> subprocess.Popen[str]:
    """A process that compiles a few kernels, and keeps them below the folder."""
    return subprocess.Popen(
        [sys.executable, "-c", f"{BEGIN}\n{before}\ncompiling.compile_all({jobs})"],
        env={**os.environ, "NUMBA_CACHE_DIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def kept(folder: Path) -> list[str]:
    """The kernels whose code lies below a folder."""
    names = (file.name.split(".cpython")[0] for file in folder.rglob("*.nbc"))
    return sorted({":".join(name.rsplit(".", 1)) for name in names} & set(FEW))


def test_all_kernels_are_compiled_and_kept(tmp_path: Path) -> None:
    told, _ = compiled(tmp_path).communicate()
    assert not told
    assert kept(tmp_path) == sorted(FEW)


@pytest.mark.slow
def test_of_two_processes_the_second_waits_and_finds_all_there(tmp_path: Path) -> None:
    counting = r"""
from dedup.kernels import _OnDisk
save = _OnDisk.save_overload

def counted(self, *some):
    os.write(1, f"{self._name}\n".encode())  # at once, whatever other workers write
    save(self, *some)

_OnDisk.save_overload = counted
"""
    both = [compiled(tmp_path, before=counting) for _ in range(2)]
    saved = [line for process in both for line in process.communicate()[0].split()]
    assert len(saved) == len(set(saved)) >= len(FEW)


@pytest.mark.slow
def test_one_that_ends_its_process_is_left_and_the_others_are_kept(tmp_path: Path) -> None:
    deadly = f"""
sound = compiling.compile_entry
compiling.compile_entry = lambda name: os.kill(os.getpid(), signal.SIGKILL) if name == {FEW[0]!r} else sound(name)
"""
    told, _ = compiled(tmp_path, before=deadly).communicate()
    assert not told
    assert kept(tmp_path) == sorted(FEW[1:])


@pytest.mark.slow
def test_one_that_cannot_be_compiled_so_is_left_to_its_call(tmp_path: Path) -> None:
    wrong = f"compiling.entries = lambda: [{FEW[0]!r}, 'dedup.text.stems:no_such']"
    told, _ = compiled(tmp_path, before=wrong).communicate()
    assert not told
    assert kept(tmp_path) == FEW[:1]


def test_with_one_job_each_is_compiled_where_it_is_called(tmp_path: Path) -> None:
    told, _ = compiled(tmp_path, jobs=1).communicate()
    assert not told
    assert kept(tmp_path) == []


def test_where_nothing_can_be_kept_nothing_is_compiled_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels, "home", lambda: None)
    monkeypatch.setattr(compiling, "entries", lambda: pytest.fail("nobody should ask"))
    compiling.compile_all(2)


def test_where_no_process_may_be_started_each_is_compiled_where_it_is_called(tmp_path: Path) -> None:
    alone = "compiling.LocalEngine.map = lambda *some, **more: 1 / 0"
    told, _ = compiled(tmp_path, before=alone).communicate()
    assert not told
    assert kept(tmp_path) == []
