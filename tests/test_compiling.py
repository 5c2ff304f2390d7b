import ast
import inspect
import json
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Annotated, Any, NamedTuple, get_origin, get_type_hints

import numpy as np
import pytest

import dedup.workflows.inquiry
import dedup.workflows.scan  # noqa: F401  all kernels are made
from dedup import kernels
from dedup.columns import I32, U8, Bool, I64Rows, TextBytes
from dedup.compiling import arguments, compile_entry, entries
from dedup.kernels import KERNELS, kernel

Cube = Annotated[U8, 3]
SAMPLE = Path(__file__).parents[1] / "data" / "sample"


class Two(NamedTuple):
    numbers: I32
    rows: I64Rows


@kernel
def inner(numbers: I32) -> int:
    return int(numbers[0])


@kernel
def outer(
    data: TextBytes,
    bits: Bool,
    cube: Cube,
    two: Two,
    count: int,
    share: float,
    yes: bool,
    hash_: np.uint32,
) -> float:
    return inner(two.numbers) + count + share


def name(one: Any) -> str:
    return f"{__name__}:{one.py_func.__name__}"


def test_an_entry_is_a_kernel_that_no_other_calls() -> None:
    assert name(outer) in entries()
    assert name(inner) not in entries()


def test_the_dearest_entry_comes_first() -> None:
    found = entries()
    assert found.index(name(outer)) < found.index(name(small))


@kernel
def small(count: int) -> int:
    return count


def test_annotations_name_dimensions_dtypes_and_what_may_only_be_read() -> None:
    data, bits, cube, two, *scalars = map(str, arguments(outer))
    assert (data, bits, cube) == ("readonly array(uint8, 1d, C)", "array(bool, 1d, C)", "array(uint8, 3d, C)")
    assert "array(int32, 1d, C), array(int64, 2d, C)" in two
    assert scalars == ["int64", "float64", "bool", "uint32"]


def test_an_entry_is_compiled_for_what_it_is_called_with() -> None:
    compile_entry(name(outer))
    rows = np.ones((1, 1), np.int64)
    called = outer(
        np.frombuffer(b"a", np.uint8), np.ones(1, np.bool_), np.ones((1, 1, 1), np.uint8),
        Two(np.ones(1, np.int32), rows), 1, 0.5, True, np.uint32(1),
    )  # fmt: skip
    assert called == 2.5
    assert len(outer.signatures) == 1  # type: ignore[attr-defined]


def looked_up_by_two(function: Any) -> set[str]:
    """The parameters of a function that it looks up by two numbers."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    found = {
        node.value.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and isinstance(node.slice, ast.Tuple)
    }
    return found & set(inspect.signature(function).parameters)


def test_what_kernels_look_up_by_two_numbers_is_stated_to_have_as_many_dimensions() -> None:
    wrong = [
        f"{name(one)} {parameter}"
        for one in KERNELS
        for hints in [get_type_hints(one.py_func, include_extras=True)]
        for parameter in looked_up_by_two(one.py_func)
        if one.py_func.__module__.startswith("dedup.") and get_origin(hints[parameter]) is not Annotated
    ]
    assert not wrong


ALGEBRA = "numba.np.arraymath"

ASKED = f"""
import json, sys
from dedup import scan
from dedup.compiling import _named, arguments, entries
scan({str(SAMPLE)!r}, jobs=1)
libraries = list(sys.modules)
kernels = {{name: _named(name) for name in entries()}}
called = {{
    name: [list(map(str, arguments(one))), [list(map(str, called)) for called in one.signatures]]
    for name, one in kernels.items()
}}
print(json.dumps([libraries, called]))
"""


@pytest.fixture(scope="module")
def asked() -> tuple[list[str], dict[str, Any]]:
    """The libraries that a scan of the sample loads, and for each kernel the types it states and is called with."""
    for _ in range(2):
        told = subprocess.run([sys.executable, "-c", ASKED], capture_output=True, text=True, check=True)
        libraries, called = json.loads(told.stdout)
        if ALGEBRA not in libraries:  # else it had kernels to compile, for which all of numba is loaded, or it fails
            break
    return libraries, called


def test_kernels_are_called_with_what_their_annotations_state(asked: tuple[list[str], dict[str, Any]]) -> None:
    """Else a first scan would compile twice."""
    found = asked[1]
    assert {name: called for name, (stated, called) in found.items() if called not in ([stated], [])} == {}
    assert sum(bool(called) for _, called in found.values()) > 50


@pytest.mark.skipif(kernels.home() is None, reason="compiled code can be kept nowhere")
def test_no_kernel_sums_or_sorts_by_what_takes_in_scipy(asked: tuple[list[str], dict[str, Any]]) -> None:
    """Sums, smallest values and searches of numpy would have each run load its linear algebra, which takes .2 s."""
    assert "numba.np.arrayobj" in asked[0]
    assert not {ALGEBRA, "scipy.linalg"} & set(asked[0])
