"""``@kernel``: a plain loop over numpy columns, compiled to machine code on its first call.

Compiled code is kept on disk, so only the first run after an installation or an upgrade waits for the compiler, for
a minute. Kernels release the interpreter's lock.
"""

import os
import pickle
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

import llvmlite
import llvmlite.binding as llvm
import numba
import numpy as np
from numba import njit
from numba.core.caching import NullCache
from numba.core.compiler import CompileResult
from numba.core.runtime.nrt import rtsys
from numba.core.serialize import dumps
from numba.core.types import unliteral as _unliteral
from numba.cpython.unsafe import numbers
from xxhash import xxh3_64_hexdigest

P = ParamSpec("P")
R = TypeVar("R")

unliteral: Any = _unliteral
_njit: Any = njit
"""Whose option ``_nrt``, to count references to arrays, numba's types do not know."""

_PACKAGE = Path(__file__).parent
_SOURCES = xxh3_64_hexdigest(
    b"\0".join(
        path.read_bytes()
        for folder in ("", "text", "footers", "sketches", "comparison", "clusters")
        for path in sorted((_PACKAGE / folder).glob("*.py"))
    )
)
"""Digest of all files that hold kernels, since a kernel holds the code of those that it calls. Of what they say, not
of their times, which an installation may set as it likes."""

_PYTHON = sys.implementation.cache_tag + sys.abiflags
_MAKERS = (_SOURCES, numba.__version__, llvmlite.__version__, _PYTHON)
"""What compiled code hangs on, beside the processor."""

_OPTIONS: dict[str, Any] = {"nogil": True, "no_cfunc_wrapper": True}
"""Nothing calls a kernel from C."""


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """``function`` compiled on first use; integers wrap around, nothing is bounds-checked."""
    return _compiled(function)


def _compiled(function: Callable[P, R], **options: bool) -> Callable[P, R]:
    compiled = _for_all_values(_njit(**_OPTIONS, **options)(function))
    compiled._cache = _OnDisk(function)
    KERNELS.append(compiled)
    return cast(Callable[P, R], compiled)


def lean(function: Callable[P, R]) -> Callable[P, R]:
    """A kernel that makes no array, only views of those it is given, and calls none but lean ones.

    It does not count who holds an array, which costs 10 ns at each call and slice that a loop makes. The caller holds
    them all.
    """
    return _compiled(function, _nrt=False)


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """A lean kernel that becomes part of each that calls it, as it does less than a call costs."""
    return cast(Callable[P, R], _for_all_values(_njit(nogil=True, forceinline=True, _nrt=False)(function)))


def _for_all_values(compiled: Any) -> Any:
    """A kernel that others call with types alone, never with a constant for which it would be compiled once more."""
    template = compiled.get_call_template
    compiled.get_call_template = lambda some, named: template(
        tuple(map(unliteral, some)), {name: unliteral(one) for name, one in named.items()}
    )
    return compiled


KERNELS: list[Any] = []
"""All kernels that are made, less those that become part of others, as numba has them."""

_before: list[Callable[[], None]] = []
os.register_at_fork(after_in_child=_before.clear)


def before_compiling(do: Callable[[], None]) -> None:
    """Have ``do``, and nothing that was asked for before, called once before a kernel is compiled.

    Work stands still then. It may have other processes compile: what they have kept then is not compiled here.
    """
    _before[:] = [do]


class _OnDisk(NullCache):
    """The compiled code of a kernel: a file for each kind of arguments and processor.

    A file says what it is the code of, and takes its place in one step. So processes may compile at once, be killed,
    or be of another version, and none takes other code for its own. What cannot be read is compiled anew; what cannot
    be kept is compiled in each process.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self._source = Path(function.__code__.co_filename)
        self._name = f"{function.__module__}.{function.__qualname__}"

    def load_overload(self, signature: Any, target_context: Any) -> Any:
        """The code for arguments of some types; None if there is none. 2 milliseconds.

        That is a third of what numba takes: nothing is made ready for compiling that is not to be compiled.
        """
        rtsys.initialize(target_context)  # the memory of arrays, which compiled code asks for
        found = self._load(signature, target_context)
        if found is None:
            if not any(map(_writable, _folders(self._source))):
                _warn_once()
            if _before:
                _before.pop()()
                found = self._load(signature, target_context)
        return found

    def _load(self, signature: Any, target_context: Any) -> Any:
        made_for = self._made_for(signature, target_context.codegen())
        for folder in _folders(self._source):
            with suppress(Exception):  # no file, no right to read it, a damaged one: all mean to compile
                kept, payload, bitcode = pickle.loads((folder / self._file(made_for)).read_bytes())
                if kept == made_for:
                    result = cast(Any, CompileResult)._rebuild(target_context, *payload)
                    result.library._shared_module = _Unread(bitcode)
                    return result
        return None

    def save_overload(self, signature: Any, result: Any) -> None:
        """Keep the code for arguments of some types in the first folder that lets us."""
        (name, kind, (machine_code, bitcode)), description, *rest = result._reduce()
        library = name, kind, (machine_code, _names(description))
        made_for = self._made_for(signature, result.codegen)
        content = cast(Any, dumps)((made_for, (library, description, *rest), bitcode))
        for folder in filter(_writable, _folders(self._source)):
            with suppress(OSError):  # such as a full disk
                _write_whole(folder / self._file(made_for), content)
                return

    def _made_for(self, signature: Any, codegen: Any) -> tuple[str, ...]:
        processor = codegen.magic_tuple()
        return (self._name, *map(str, signature), *processor, *_MAKERS)

    def _file(self, made_for: tuple[str, ...]) -> str:
        """Other code for the same arguments and processor has the same name, and takes the place of it."""
        where = made_for[: -len(_MAKERS)]
        return f"{self._name}.{_PYTHON}-{xxh3_64_hexdigest(repr(where).encode())}.nbc"


class _Unread:
    """The code of a kernel in the form in which another one takes it in, read when one that is compiled does so."""

    def __init__(self, bitcode: bytes) -> None:
        self._bitcode = bitcode

    def clone(self) -> Any:
        """It, read."""
        return llvm.parse_bitcode(self._bitcode)

    def as_bitcode(self) -> bytes:
        """It, as it was."""
        return self._bitcode


def _names(description: Any) -> bytes:
    """Code that only says what the functions of a kernel are called: all that its machine code is looked up by."""
    functions = (description.llvm_func_name, description.llvm_cpython_wrapper_name)
    code = "\n".join(f'define void @"{function}"() {{ ret void }}' for function in functions)
    return bytes(llvm.parse_assembly(code).as_bitcode())


def _folders(source: Path) -> Iterator[Path]:
    """Where compiled code may lie: where ``NUMBA_CACHE_DIR`` says; else beside the source, or in the user's cache."""
    below = f"{source.parent.name}-{xxh3_64_hexdigest(str(source.parent).encode())}"
    if named := os.environ.get("NUMBA_CACHE_DIR"):
        yield Path(named) / below
        return
    yield source.parent / "__pycache__"
    with suppress(RuntimeError):  # nobody knows where home is
        yield Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "dedup" / below


def home() -> Path | None:
    """The folder in which compiled code of the package is kept, if there is one."""
    return next(filter(_writable, _folders(_PACKAGE / "kernels.py")), None)


@cache
def _writable(folder: Path) -> bool:
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        return os.access(folder, os.W_OK | os.X_OK)
    return False


_number = count()


def _write_whole(target: Path, content: bytes) -> None:
    part = target.with_name(f"{target.name}.{os.uname().nodename}-{os.getpid()}-{next(_number)}.part")
    try:
        part.write_bytes(content)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


@cache
def _warn_once() -> None:
    warnings.warn(
        "compiled code can be kept neither beside the program nor in a cache of yours, so that each run compiles it "
        "anew, for a minute; set NUMBA_CACHE_DIR to a folder that you may write to",
        RuntimeWarning,
        stacklevel=2,
    )


trailing_zeros = cast(Callable[[np.uint64], np.uint64], numbers.trailing_zeros)
"""For kernels: how many bits of a number below its lowest one are 0, 64 of 0. One instruction."""

leading_zeros = cast(Callable[[np.uint64], np.uint64], numbers.leading_zeros)
"""For kernels: how many bits of a number above its highest one are 0, 64 of 0."""
