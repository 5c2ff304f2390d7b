import os
import shutil
import subprocess
import sys
from pathlib import Path

import dedup

QUESTION = """
import numpy as np
from dedup.comparison.overlap import distinct
from dedup.columns import column
words = column(np.arange(10, dtype=np.uint32), np.array([0, 10]))
print(distinct(words, np.array([0], np.int32), 3)[0])
"""


def answer(package: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", QUESTION],
        env={"PYTHONPATH": str(package), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_a_kernel_is_compiled_anew_when_one_that_it_calls_has_changed(tmp_path: Path) -> None:
    home = Path(dedup.__file__).parent
    shutil.copytree(home, tmp_path / "dedup", ignore=shutil.ignore_patterns("__pycache__"))
    assert answer(tmp_path) == "8"
    inner = tmp_path / "dedup" / "text" / "shingles.py"
    source = inner.read_text("utf-8")
    changed = source.replace("            distinct += 1\n", "            distinct += 2\n")
    assert changed != source
    inner.write_text(changed, "utf-8")
    assert answer(tmp_path) == "16"


def test_a_kernel_works_where_nothing_can_be_cached(tmp_path: Path) -> None:
    home = Path(dedup.__file__).parent
    shutil.copytree(home, tmp_path / "dedup", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "dedup" / "comparison" / "__pycache__").write_text("a file where numba wants a folder")
    assert answer(tmp_path) == "8"
