"""``@kernel``: a plain loop over numpy columns, compiled to machine code on its first call.

Compiled code is kept on disk (numba's cache: ``__pycache__`` beside the source, else the user's cache folder), so
only the first run after an installation waits for the compiler. Kernels release the interpreter's lock.
"""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

import numpy as np
from numba import njit
from numba.cpython.unsafe import numbers

P = ParamSpec("P")
R = TypeVar("R")

_njit: Any = njit
"""Whose option ``_nrt``, to count references to arrays, numba's types do not know."""

_PACKAGE = Path(__file__).parent
_STAMPS = [
    (path.stat().st_mtime, path.stat().st_size)
    for folder in ("", "text", "footers", "sketches", "comparison", "clusters")
    for path in sorted((_PACKAGE / folder).glob("*.py"))
]
_STAMP = (max(time for time, _ in _STAMPS), sum(size for _, size in _STAMPS))
"""Of all files that hold kernels, as numba would make it of one."""


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """``function`` compiled on first use; integers wrap around, nothing is bounds-checked."""
    return _compiled(function)


def _compiled(function: Callable[P, R], **options: bool) -> Callable[P, R]:
    try:
        compiled = _njit(cache=True, nogil=True, **options)(function)
    except RuntimeError:  # no folder to cache in, such as a read-only home: compile anew in each process
        compiled = _njit(nogil=True, **options)(function)
    # A kernel holds the code of the kernels that it calls, but numba looks only at the file of the outer one: without
    # this, it would go on with the old code of an inner one from another file.
    with suppress(AttributeError):
        cast(Any, compiled)._cache._cache_file._source_stamp = _STAMP
    return cast(Callable[P, R], compiled)


def lean(function: Callable[P, R]) -> Callable[P, R]:
    """A kernel that makes no array, only views of those it is given, and calls none but lean ones.

    It does not count who holds an array, which costs 10 ns at each call and slice that a loop makes. The caller holds
    them all.
    """
    return _compiled(function, _nrt=False)


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """A lean kernel that becomes part of each that calls it, as it does less than a call costs."""
    return cast(Callable[P, R], _njit(nogil=True, forceinline=True, _nrt=False)(function))


trailing_zeros = cast(Callable[[np.uint64], np.uint64], numbers.trailing_zeros)
"""For kernels: how many bits of a number below its lowest one are 0, 64 of 0. One instruction."""

leading_zeros = cast(Callable[[np.uint64], np.uint64], numbers.leading_zeros)
"""For kernels: how many bits of a number above its highest one are 0, 64 of 0."""
