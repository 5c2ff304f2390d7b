import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import dedup

KERNELS = """
from dedup.kernels import kernel

@kernel
def inner(number):
    return number + 1

@kernel
def outer(number):
    return inner(number) * 2
"""
QUESTION = """
from dedup.text.made import inner, outer
print(outer(3), inner(3), *(sum(one.stats.cache_misses.values()) for one in (outer, inner)))
"""
READ_ONLY = "import os; os.access = lambda path, mode: mode & os.W_OK == 0"
FULL = (
    "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
    "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))"
)
ANSWER, FROM_DISK = "8 4", "8 4 0 0"


def asked(package: Path, before: str = "", **environment: str) -> subprocess.Popen[str]:
    """A process that calls both kernels, and says what they give, and how often each was compiled."""
    return subprocess.Popen(
        [sys.executable, "-c", f"{before}\n{QUESTION}"],
        env={"PYTHONPATH": str(package), "PATH": os.environ["PATH"], "HOME": str(package / "home"), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def answer(package: Path, before: str = "", **environment: str) -> str:
    told, problems = asked(package, before, **environment).communicate()
    assert not problems
    return told.strip()


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package with two kernels, which two processes compiled at once."""
    package = tmp_path_factory.mktemp("once")
    home = Path(dedup.__file__).parent
    for file in ("__init__.py", "kernels.py", "text/__init__.py"):
        (package / "dedup" / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(home / file, package / "dedup" / file)
    (package / "dedup" / "text" / "made.py").write_text(KERNELS, "utf-8")
    for process in [asked(package), asked(package)]:
        told, _ = process.communicate()
        assert told.startswith(ANSWER)
    return package


@pytest.fixture
def package(once: Path, tmp_path: Path) -> Path:
    """The same, for a test of its own."""
    return shutil.copytree(once, tmp_path / "package")


def kept(package: Path, name: str) -> Path:
    """The file with the compiled code of a kernel."""
    (found,) = package.glob(f"dedup/text/__pycache__/dedup.text.made.{name}.*")
    return found


def test_of_two_processes_that_compile_at_once_each_kernel_is_kept_once_and_whole(once: Path) -> None:
    assert len(list(once.rglob("*.nbc"))) == 2 and not list(once.rglob("*.part"))
    assert answer(once) == FROM_DISK


def test_new_times_of_the_sources_alone_compile_nothing_anew(package: Path) -> None:
    for file in package.rglob("*.py"):
        os.utime(file, (1, 1))
    assert answer(package) == FROM_DISK


def test_a_kernel_is_compiled_anew_when_one_that_it_calls_has_changed_whatever_its_time_says(package: Path) -> None:
    source = package / "dedup" / "text" / "made.py"
    before = source.stat()
    source.write_text(KERNELS.replace("number + 1", "number + 2"), "utf-8")
    os.utime(source, (before.st_atime, before.st_mtime))
    for file in package.rglob("*.pyc"):
        file.unlink()
    assert answer(package).startswith("10 5")
    assert len(list(package.rglob("*.nbc"))) == 2


@pytest.mark.slow
def test_another_processor_compiles_for_itself_and_takes_nothing_from_the_first_one(package: Path) -> None:
    other = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}
    assert answer(package, **other) == f"{ANSWER} 1 1"
    assert answer(package, **other) == answer(package) == FROM_DISK


@pytest.mark.slow
def test_a_kernel_that_is_compiled_takes_in_one_that_comes_from_the_disk(package: Path) -> None:
    kept(package, "outer").unlink()
    assert answer(package) == f"{ANSWER} 1 0"


@pytest.mark.slow
def test_damaged_code_and_that_of_another_kernel_are_compiled_anew(package: Path) -> None:
    outer, inner = kept(package, "outer"), kept(package, "inner")
    outer.write_bytes(inner.read_bytes())
    inner.write_bytes(inner.read_bytes()[:1000])
    assert answer(package) == f"{ANSWER} 1 1"
    assert answer(package) == FROM_DISK


@pytest.mark.slow
def test_it_is_told_once_that_kernels_are_compiled_and_not_where_they_are_kept(package: Path) -> None:
    telling = "from dedup.kernels import before_compiling; before_compiling(lambda: print('compiling'))"
    assert answer(package, telling) == FROM_DISK
    for file in package.rglob("*.nbc"):
        file.unlink()
    assert answer(package, telling).startswith(f"compiling\n{ANSWER}")


@pytest.mark.slow
def test_what_others_compile_before_is_not_compiled_here(package: Path) -> None:
    for file in package.rglob("*.nbc"):
        file.unlink()
    others = (
        "import subprocess, sys; from dedup.kernels import before_compiling; "
        f"before_compiling(lambda: subprocess.run([sys.executable, '-c', {QUESTION!r}], stdout=subprocess.DEVNULL))"
    )
    assert answer(package, others) == FROM_DISK


@pytest.mark.slow
def test_a_copy_of_a_process_does_nothing_before_compiling(package: Path) -> None:
    for file in package.rglob("*.nbc"):
        file.unlink()
    copied = (
        "import os; from dedup.kernels import before_compiling; before_compiling(lambda: print('compiling'))\n"
        "if os.fork(): os._exit(os.waitstatus_to_exitcode(os.wait()[1]))"
    )
    assert answer(package, copied).startswith(ANSWER)


def test_what_was_compiled_serves_where_nothing_may_be_written(package: Path) -> None:
    assert answer(package, READ_ONLY) == FROM_DISK


@pytest.mark.slow
def test_the_cache_of_the_user_serves_where_the_program_may_not_be_written_to(package: Path) -> None:
    shutil.rmtree(package / "dedup" / "text" / "__pycache__")
    (package / "dedup" / "text" / "__pycache__").write_text("a file where a folder is wanted")
    assert answer(package) == f"{ANSWER} 1 1"
    assert answer(package) == FROM_DISK


@pytest.mark.slow
def test_a_full_disk_ends_nothing(package: Path) -> None:
    for file in package.rglob("*.nbc"):
        file.unlink()
    assert answer(package, FULL) == f"{ANSWER} 1 1"
    assert not list(package.rglob("*.part"))


@pytest.mark.slow
def test_where_nothing_can_be_kept_a_warning_says_so_once(package: Path) -> None:
    for file in package.rglob("*.nbc"):
        file.unlink()
    told, problems = asked(package, READ_ONLY).communicate()
    assert told.strip() == f"{ANSWER} 1 1"
    assert problems.count("set NUMBA_CACHE_DIR to a folder that you may write to") == 1


CONSTANTS = """
from dedup.kernels import kernel

@kernel
def one(number, more):
    return number + more

@kernel
def many(number):
    return one(1, 2) + one(2, more=3) + one(number, number)
"""


@pytest.mark.slow
def test_a_kernel_is_compiled_once_whatever_constants_others_call_it_with(package: Path) -> None:
    (package / "dedup" / "text" / "calling.py").write_text(CONSTANTS, "utf-8")
    called = "from dedup.text.calling import many, one; print(many(4), len(one.signatures))"
    assert answer(package, called).startswith("16 1\n")
