from importlib import import_module
from pathlib import Path

import hypothesis
import pytest

import dedup
from dedup.engines.local import usable_cores
from tests.nights import nights

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def a_wide_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test depends on the width of the terminal that it is run from."""
    monkeypatch.setenv("COLUMNS", "250")


@pytest.fixture(scope="session")
def sample() -> Path:
    return ROOT / "data" / "sample"


@pytest.fixture(scope="session")
def sample_report(sample: Path) -> dedup.Report:
    return dedup.scan([sample], jobs=1)


@pytest.fixture(scope="session")
def three_nights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state that three runs left, with its articles beside it; not to be written."""
    return nights(tmp_path_factory.mktemp("nights"))


def compile_kernels() -> None:
    """Have all kernels compiled and kept: those of scans, and those of questions, which no scan calls."""
    for workflow in ("scan", "inquiry"):
        import_module(f"dedup.workflows.{workflow}")
    import_module("dedup.workflows.compiling").compile_all(usable_cores())


def pytest_configure(config: pytest.Config) -> None:
    """Have all kernels compiled before workers begin, each of which would compile for itself what it meets."""
    if getattr(config.option, "numprocesses", None) and not hasattr(config, "workerinput"):
        compile_kernels()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the laws: tests of whatever hypothesis makes up."""
    for item in items:
        if hypothesis.is_hypothesis_test(getattr(item, "obj", None)):
            item.add_marker("law")


# No deadline, as the first call of a kernel waits for the compiler. `make slow` tries laws on fifteen times as much.
hypothesis.settings.register_profile("quick", deadline=None, max_examples=20)
hypothesis.settings.register_profile("thorough", deadline=None, max_examples=300)
hypothesis.settings.load_profile("quick")
