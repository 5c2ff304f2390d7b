"""Holds the floors of the house: an import only points down, and siblings do not import each other."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import dedup

SOURCE = Path(dedup.__file__).parent

FLOORS: list[set[str]] = [  # the lowest first; each part is a package or a single file
    {"errors", "kernels", "columns", "parts"},
    {"memory", "compiling"},
    {"text", "alike", "disjoint", "sorting", "weights"},
    {"model", "settings"},
    {"readers", "footers", "sketches", "comparison", "clusters", "store", "report", "evaluation"},
    {"steps", "verdicts"},
    {"engines"},
    {"workflows"},
    {"cli"},
    {"__main__"},
]
KNOWN_TO_CLI = {"workflows", "report", "evaluation", "settings", "errors", "model"}
EVERYWHERE = "__version__"
COMPILER = {"numba", "llvmlite"}
COLUMNS = {"numpy", "datasketch", "pyspark", "pyarrow"}


def floor(part: str) -> int | None:
    return next((height for height, parts in enumerate(FLOORS) if part in parts), None)


def modules(root: Path) -> dict[str, Path]:
    """Each file below the package, by its name with dots, without the name of the package; "" is the package."""
    found = {}
    for file in sorted(root.rglob("*.py")):
        parts = file.relative_to(root).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


@cache
def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def imported(file: Path, name: str, known: set[str]) -> Iterator[str]:
    """What a file imports of its package, by name with dots; the public face is ""; also inside of functions."""
    package = ["dedup", *name.split(".")] if name else ["dedup"]
    if file.name != "__init__.py":
        package.pop()
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.Import):
            yield from (_inner(alias.name) for alias in node.names if _is_ours(alias.name))
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            source = ".".join([*above, *([node.module] if node.module else [])])
            if not _is_ours(source):
                continue
            for alias in node.names:
                whole = _inner(f"{source}.{alias.name}")
                if whole in known:
                    yield whole
                elif whole != EVERYWHERE:
                    yield _inner(source)


def _is_ours(name: str) -> bool:
    return name == "dedup" or name.startswith("dedup.")


def _inner(name: str) -> str:
    return name.removeprefix("dedup").removeprefix(".")


def broken_arrows(root: Path) -> list[str]:
    """Each import that the floors forbid, in words."""
    files = modules(root)
    broken = []
    for name, file in files.items():
        if not name:
            continue  # the public face stands above all floors
        here = file.relative_to(root).as_posix()
        if floor(name.split(".")[0]) is None:
            broken.append(f"{here}: stands on no floor; give it one in FLOORS")
            continue
        for target in sorted(set(imported(file, name, set(files)))):
            there = files[target].relative_to(root).as_posix() if target in files else target
            if problem := forbidden(name.split(".")[0], target.split(".")[0]):
                broken.append(f"{here} -> {there}: {problem}")
    return broken


def forbidden(part: str, wanted: str) -> str | None:
    """Why one part of the house may not import another, if it may not."""
    if part == wanted:
        return None
    if not wanted:
        return "only callers from outside use the public face"
    mine, its = floor(part), floor(wanted)
    if mine is None or its is None:
        return "what is imported stands on no floor"
    if its > mine:
        return "an import may only point down"
    if its == mine:
        return "siblings may not import each other"
    if part == "cli" and wanted not in KNOWN_TO_CLI:
        return f"the command line may only know {', '.join(sorted(KNOWN_TO_CLI))}"
    return None


def importers(root: Path, library: str) -> set[str]:
    """The files that import a library, as paths below the package."""
    found = set()
    for file in modules(root).values():
        for node in ast.walk(parsed(file)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            if any(name.split(".")[0] == library for name in names):
                found.add(file.relative_to(root).as_posix())
    return found


def loaded(*arguments: str) -> set[str]:
    """The libraries that ``dedup`` with these arguments imports."""
    command = [sys.executable, "-X", "importtime", "-m", "dedup", *arguments]
    told = subprocess.run(command, capture_output=True, text=True, check=False).stderr
    return {
        line.rsplit("|", 1)[1].strip().split(".")[0] for line in told.splitlines() if line.startswith("import time")
    }


def test_every_import_points_down() -> None:
    assert broken_arrows(SOURCE) == []


def test_only_kernels_imports_the_compiler() -> None:
    assert importers(SOURCE, "numba") == {"kernels.py"}


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["--version"],
        ["no-such-command"],
        ["scan", "--help"],
        ["scan", ".", "--no-such-option"],
        ["scan", ".", "--report", "/nowhere/r"],
        ["scan", ".", "--engine", "spark", "--state", "s"],
        ["footers", "--help"],
        ["show", "/nowhere/r"],
        ["query", "a.txt", "--state", "/nowhere/s"],
        ["explain"],
        ["state"],
        ["evaluate"],
    ],
)
def test_help_needs_neither_compiler_nor_columns(arguments: list[str]) -> None:
    found = loaded(*arguments)
    assert "click" in found and not found & (COMPILER | COLUMNS)


@pytest.mark.parametrize(
    "arguments",
    [
        ["scan"],
        ["scan", ".", "--config", "/nowhere/c.toml"],
        ["scan", ".", "--report", "/nowhere/r"],
        ["query"],
        ["query", "a.txt", "--state", "/nowhere/s"],
        ["changes"],
        ["state", "prune"],
        ["evaluate"],
        ["evaluate", "/nowhere/r", "/nowhere/g"],
        ["page"],
        ["page", "/nowhere/r"],
    ],
)
def test_wrong_usage_does_not_wait_for_the_compiler(arguments: list[str]) -> None:
    found = loaded(*arguments)
    assert "click" in found and not found & COMPILER


def tree(root: Path, files: dict[str, str]) -> Path:
    """A made-up package; every folder of it is a package, too."""
    for name, text in {"__init__.py": "", **files}.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        for folder in file.relative_to(root).parents:
            (root / folder / "__init__.py").touch()
        file.write_text(text, "utf-8")
    return root


OVERLAP, COMPONENTS = "comparison/overlap.py", "clusters/components.py"


@pytest.mark.parametrize(
    ("importing", "line", "imported_file", "wanted"),
    [
        (OVERLAP, "from dedup.clusters.components import gather", COMPONENTS, "siblings may not import each other"),
        (OVERLAP, "from dedup.clusters import components", COMPONENTS, "siblings may not import each other"),
        (OVERLAP, "import dedup.clusters.components", COMPONENTS, "siblings may not import each other"),
        (OVERLAP, "import dedup.clusters.components as c", COMPONENTS, "siblings may not import each other"),
        (OVERLAP, "from ..clusters.components import gather", COMPONENTS, "siblings may not import each other"),
        (OVERLAP, "from ..clusters import components", COMPONENTS, "siblings may not import each other"),
        (OVERLAP, "from .. import clusters", "clusters/__init__.py", "siblings may not import each other"),
        (OVERLAP, "def f():\n    import dedup.clusters.components", COMPONENTS, "siblings may not import each other"),
        (OVERLAP, "if TYPE_CHECKING:\n    from dedup.steps import a", "steps.py", "an import may only point down"),
        ("text/words.py", "from dedup.settings import Settings", "settings.py", "an import may only point down"),
        ("model.py", "from dedup.settings import Settings", "settings.py", "siblings may not import each other"),
        ("columns.py", "from dedup.errors import DedupError", "errors.py", "siblings may not import each other"),
        ("kernels.py", "from dedup.text.words import words", "text/words.py", "an import may only point down"),
        ("steps.py", "from dedup.engines.local import Local", "engines/local.py", "an import may only point down"),
        ("engines/local.py", "from dedup import workflows", "workflows/__init__.py", "an import may only point down"),
        ("workflows/scan.py", "from dedup.cli.main import main", "cli/main.py", "an import may only point down"),
        ("report/page.py", "from dedup.store import store", "store/store.py", "siblings may not import each other"),
        ("cli/scan.py", "from dedup.__main__ import main", "__main__.py", "an import may only point down"),
    ],
)
def test_an_arrow_that_breaks_a_floor_is_named(
    tmp_path: Path, importing: str, line: str, imported_file: str, wanted: str
) -> None:
    root = tree(tmp_path / "dedup", {imported_file: "", "workflows/scan.py": "", "steps.py": "", importing: line})
    assert broken_arrows(root) == [f"{importing} -> {imported_file}: {wanted}"]


@pytest.mark.parametrize(
    "wanted", ["readers/folder.py", "steps.py", "engines/local.py", "columns.py", "text/words.py"]
)
def test_the_command_line_may_not_know_what_lies_below_the_workflows(tmp_path: Path, wanted: str) -> None:
    line = f"import dedup.{wanted.removesuffix('.py').replace('/', '.')}"
    root = tree(tmp_path / "dedup", {wanted: "", "cli/scan.py": line})
    told = "the command line may only know errors, evaluation, model, report, settings, workflows"
    assert broken_arrows(root) == [f"cli/scan.py -> {wanted}: {told}"]


@pytest.mark.parametrize("line", ["import dedup", "from dedup import scan", "from . import Settings"])
def test_no_part_of_the_house_uses_the_public_face(tmp_path: Path, line: str) -> None:
    root = tree(tmp_path / "dedup", {"steps.py": line})
    assert broken_arrows(root) == ["steps.py -> __init__.py: only callers from outside use the public face"]


def test_a_file_that_stands_on_no_floor_is_named(tmp_path: Path) -> None:
    root = tree(tmp_path / "dedup", {"helpers.py": ""})
    assert broken_arrows(root) == ["helpers.py: stands on no floor; give it one in FLOORS"]


def test_an_import_of_what_stands_on_no_floor_is_named(tmp_path: Path) -> None:
    root = tree(tmp_path / "dedup", {"steps.py": "from dedup.gone import f"})
    assert broken_arrows(root) == ["steps.py -> gone: what is imported stands on no floor"]


def test_all_broken_arrows_are_named_at_once(tmp_path: Path) -> None:
    root = tree(
        tmp_path / "dedup", {"steps.py": "import dedup.cli\nimport dedup.engines", "cli/x.py": "import dedup.steps"}
    )
    assert len(broken_arrows(root)) == 3


@pytest.mark.parametrize(
    ("importing", "line"),
    [
        ("cli/scan.py", "from dedup import __version__"),
        ("text/words.py", "from dedup import __version__"),
        ("cli/scan.py", "from dedup.cli.shared import exit_codes"),
        ("cli/scan.py", "from .shared import exit_codes"),
        ("cli/scan.py", "from . import shared"),
        ("cli/scan.py", "from dedup.workflows.scan import scan\nfrom dedup.errors import DedupError"),
        ("__init__.py", "from dedup.workflows.scan import scan"),
        ("__main__.py", "from dedup.cli.main import main"),
        ("steps.py", "from dedup.comparison.overlap import overlaps"),
        ("text/words.py", "from dedup.columns import U8\nfrom dedup.kernels import kernel"),
        ("steps.py", "import dedupe\nimport numpy\nfrom dedupe.cli import x"),
    ],
)
def test_an_arrow_that_points_down_is_let_pass(tmp_path: Path, importing: str, line: str) -> None:
    files = {
        "cli/shared.py": "",
        "workflows/scan.py": "",
        "comparison/overlap.py": "",
        "cli/main.py": "",
        importing: line,
    }
    assert broken_arrows(tree(tmp_path / "dedup", files)) == []


@pytest.mark.parametrize(
    "line", ["import numba", "from numba import njit", "import numba.core", "def f():\n    import numba"]
)
def test_whoever_imports_the_compiler_is_found(tmp_path: Path, line: str) -> None:
    root = tree(
        tmp_path / "dedup", {"kernels.py": "import numba", "text/words.py": line, "steps.py": "import numbat"}
    )
    assert importers(root, "numba") == {"kernels.py", "text/words.py"}
