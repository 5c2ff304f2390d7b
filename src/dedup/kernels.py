"""``@kernel``: a plain loop over numpy columns, compiled to machine code on its first call.

Compiled code is kept on disk (numba's cache: ``__pycache__`` beside the source, else the user's cache folder), so
only the first run after an installation waits for the compiler. Kernels release the interpreter's lock.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from numba import njit

P = ParamSpec("P")
R = TypeVar("R")


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """``function`` compiled on first use; integers wrap around, nothing is bounds-checked."""
    try:
        compiled = njit(cache=True, nogil=True)(function)
    except RuntimeError:  # no folder to cache in, such as a read-only home: compile anew in each process
        compiled = njit(nogil=True)(function)
    return cast(Callable[P, R], compiled)
