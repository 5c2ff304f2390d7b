"""Compiling all kernels side by side, for the first scan after an installation, which waits for them."""

import fcntl
import gc
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from dedup import kernels
from dedup.compiling import compile_entry, entries
from dedup.engines.local import LocalEngine

MOST = 6
"""Processes that compile: each takes some 250 MB, and the longest kernel a sixth of the time of all."""

STACK = 1 << 17
"""Places that ``_compile`` claims for its calls: a mebibyte."""


def compile_all(jobs: int) -> None:
    """Compile all kernels that are imported, and keep their code; of two processes the second waits for the first.

    What is not done when it ends, whatever the reason, is compiled where it is called. With one job, all is.
    """
    home = kernels.home()
    if jobs < 2 or home is None:
        return
    with suppress(Exception), _alone(home / "compiling.lock"):  # such as where no process may be started
        for _ in LocalEngine(min(jobs, MOST)).map(_compile, entries(), lost=_leave, here=0):
            pass


def _compile(name: str) -> None:
    """Compile a kernel in a worker."""
    gc.freeze()  # what was there before
    gc.enable()  # the compiler leaves reference cycles: 150 MB of them
    with suppress(Exception):  # it will tell when it is called
        compile_entry(name)


# The interpreter takes memory for calls in pieces of 16 KiB, and gives one back when a call at its edge returns, only
# to take it again: a tenth of the time, where the compiler's deep calls meet an edge. A call that claims more gets a
# piece in which all calls below it find room.
_compile.__code__ = _compile.__code__.replace(co_stacksize=STACK)


def _leave(name: str) -> None:
    """Nothing was lost with the process that compiled it but time."""


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Hold a lock while this lasts, if there are locks here."""
    with lock.open("ab") as file:
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
