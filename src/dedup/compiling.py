"""Compiling: every kernel by itself, for the arguments that its annotations state, before anybody calls it.

A kernel is compiled when it is called; so the first run would wait for one after the other. Here each is named, so
that several processes can share them out; the code that one keeps on disk serves all.
"""

import inspect
from collections.abc import Callable
from importlib import import_module
from typing import Annotated, Any, cast, get_args, get_origin, get_type_hints

import numpy as np

from dedup.columns import READ_ONLY
from dedup.kernels import KERNELS


def entries() -> list[str]:
    """The kernels that are made so far, but for those which others call and take in; the dearest first.

    How long a kernel takes is told by its code and that of all it calls, well enough to begin with the longest.
    """
    called = {id(one) for kernel in KERNELS for one in _called(kernel)}
    found = [kernel for kernel in KERNELS if id(kernel) not in called]
    found.sort(key=lambda kernel: (-_size(kernel), _name(kernel)))
    return [_name(kernel) for kernel in found]


def compile_entry(name: str) -> None:
    """Compile the kernel of this name, unless its code lies on disk."""
    kernel = _named(name)
    kernel.compile(arguments(kernel))


def arguments(kernel: Any) -> tuple[Any, ...]:
    """The compiler's types of the arguments of a kernel, as its annotations have them."""
    hints = get_type_hints(kernel.py_func, include_extras=True)
    return tuple(kernel.typeof_pyval(_example(hints[name])) for name in inspect.signature(kernel.py_func).parameters)


def _example(hint: Any) -> Any:
    """A value of an annotated type."""
    dimensions, is_read_only = 1, False
    if get_origin(hint) is Annotated:
        hint, *more = get_args(hint)
        dimensions, is_read_only = next((one for one in more if one != READ_ONLY), 1), READ_ONLY in more
    if not inspect.isclass(hint) or get_args(hint):
        array = np.empty((0,) * dimensions, _dtype(hint))
        array.flags.writeable = not is_read_only
        return array
    if issubclass(hint, tuple):
        hints = get_type_hints(hint, include_extras=True)
        return hint(*(_example(one) for one in hints.values()))
    return cast(Any, hint)(1)


def _dtype(hint: Any) -> Any:
    """The dtype of ``NDArray[dtype]``, which is written out in full or not, by the version of numpy."""
    while not (inspect.isclass(hint) and issubclass(hint, np.generic)):
        hint = get_args(hint)[-1]
    return hint


def _name(kernel: Any) -> str:
    return f"{kernel.py_func.__module__}:{kernel.py_func.__name__}"


def _named(name: str) -> Any:
    module, _, function = name.partition(":")
    return getattr(import_module(module), function)


def _called(kernel: Any) -> list[Any]:
    """The kernels that one calls."""
    function: Callable[..., Any] = kernel.py_func
    found = (function.__globals__.get(name) for name in function.__code__.co_names)
    return [one for one in found if hasattr(one, "py_func") and one is not kernel]


def _size(kernel: Any) -> int:
    """The bytes of Python's code of a kernel and of all that it calls, each once."""
    found, new = {id(kernel): kernel}, [kernel]
    while new:
        new = [one for kernel in new for one in _called(kernel) if id(one) not in found]
        found |= {id(one): one for one in new}
    return sum(len(one.py_func.__code__.co_code) for one in found.values())
