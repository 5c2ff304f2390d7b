"""How the process of a command is set up: things that only the owner of a process may decide, not a library."""

import atexit
import ctypes
import gc
import os
import sys
import warnings
from contextlib import suppress

TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3  # the names of these settings in glibc's mallopt
KEPT_BYTES, LARGEST_KEPT_BYTES = 1 << 28, 1 << 25


def own_process() -> None:
    """Make the most of a process that does one scan and ends. Call it before numpy is imported.

    - Freed memory is kept for the next batch: else glibc returns it and the system clears it anew for each batch. A
      scan of 100,000 articles had 90,000 page faults so, and has 22,000.
    - No search for reference cycles: a scan makes none worth finding, but a million objects to search. At its end the
      interpreter would search all the same, for .15 seconds, half of them for what the compiler holds; it leaves out
      what is frozen.
    - Memory in pages of the usual size: large ones cost a virtual machine several times as much at their first use.
    - No threads of the linear algebra library, which is not used, but would spin for a tenth of a second.
    - Warnings in a line of their own, as all that the command says, without the place in the code.
    - No scipy, should it be installed: the compiler would look it over for linear algebra, for a tenth of a second.
    """
    sys.modules.setdefault("scipy", None)  # type: ignore[arg-type]  # so its import fails, which the compiler expects
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("NUMPY_MADVISE_HUGEPAGE", "0")
    gc.disable()
    atexit.register(gc.freeze)
    warnings.formatwarning = lambda message, *_, **__: f"dedup: {message}\n"
    with suppress(OSError, AttributeError):  # not glibc
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(TRIM_THRESHOLD, KEPT_BYTES)
        mallopt(MMAP_THRESHOLD, LARGEST_KEPT_BYTES)
