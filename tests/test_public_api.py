"""What callers from outside can rely on."""

import ast
import re
import subprocess
import sys
from importlib import import_module
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import pytest

import dedup
from tests.stories import story, write_texts

ROOT = Path(__file__).parents[1]
EXAMPLE = re.findall(r"(?:>>>|\.\.\.) ?(.*)", dedup.__doc__ or "")
README = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.S)


def fresh(code: str, folder: Path | None = None) -> str:
    """What a program prints that has this code and nothing else."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=folder, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", dedup.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert hasattr(dedup, name)


@pytest.mark.parametrize("name", dedup.__all__)
def test_every_public_name_is_there_in_a_program_that_asks_for_nothing_else(name: str) -> None:
    home = dedup._HOMES[name]
    assert getattr(import_module(home), name).__module__ == home


def test_the_public_names_are_those_of_the_type_checker() -> None:
    tree = ast.parse(Path(dedup.__file__).read_text("utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    typed = {
        (alias.name, node.module) for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    assert typed == set(dedup._HOMES.items())
    assert {name for name, _ in typed} == set(dedup.__all__)


def test_the_public_names_are_listed() -> None:
    assert set(dir(dedup)) >= {*dedup.__all__, "__version__"}


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'dedup' has no attribute 'scam'"):
        _ = dedup.scam


def test_every_error_is_a_dedup_error() -> None:
    errors = [getattr(dedup, name) for name in dedup.__all__ if name.endswith("Error")]
    assert all(issubclass(error, dedup.DedupError) for error in errors)


def test_the_version_is_that_of_the_distribution() -> None:
    assert dedup.__version__ == version("newsdedup")


def test_the_package_says_that_it_is_typed() -> None:
    assert files("dedup").joinpath("py.typed").is_file()


def test_importing_the_package_loads_no_compiler() -> None:
    assert fresh("import sys, dedup; print(sorted({'numba', 'numpy', 'click'} & set(sys.modules)))") == "[]\n"


def test_compare_is_a_function_after_a_scan(tmp_path: Path) -> None:
    assert (
        fresh("import dedup; dedup.scan(['.']); print(dedup.compare('a', 'a').relation)", tmp_path) == "identical\n"
    )


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    write_texts(tmp_path, {"articles/a.txt": story(1), "articles/b.txt": story(1)})
    return tmp_path


def test_the_example_of_the_package_runs(articles: Path) -> None:
    assert len(EXAMPLE) == 4
    assert fresh("\n".join(EXAMPLE), articles) == "a.txt ['a.txt', 'b.txt']\n"


@pytest.mark.skipif(not README, reason="no Python in the README yet")
@pytest.mark.parametrize("code", README)
def test_the_python_of_the_readme_runs(articles: Path, code: str) -> None:
    fresh(code, articles)
