"""What stops a run from outside: Ctrl-C, SIGTERM, a limit of time. Each becomes an exception in the main thread.

An exception that comes at any moment may come while something is at work that swallows it: a callback of C, the end
of an object. So it is raised once more each half second, until one is on its way to where it is caught.
"""

import signal
import sys
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any

from dedup.errors import Stopped, Terminated, TimeUp

AGAIN_SECONDS = 0.5


class Interrupted(KeyboardInterrupt):
    """Ctrl-C; unlike its parent one that can be watched."""


class _Stopping:
    """What this process was told, and the exception that stands for it."""

    seconds: int = 0
    told: int | None = None
    under_way: Callable[[], BaseException | None] = staticmethod(lambda: None)


def heed_stops() -> None:
    """Make SIGTERM and SIGINT exceptions for as long as this process lives. Signals that it is to ignore stay so."""
    for number in (signal.SIGTERM, signal.SIGINT):
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _stop)
    signal.signal(signal.SIGALRM, _stop)
    sys.unraisablehook, sys.excepthook = _say_unless_stopped, _show_unless_stopped


def heed_no_more_stops() -> None:
    """From here on the process comes to its end by itself, in moments; nobody shall stop it halfway."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM):
        if signal.getsignal(number) is _stop:
            signal.signal(number, signal.SIG_IGN)
    if _Stopping.told is not None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        _Stopping.told = None


@contextmanager
def time_limit(seconds: int | None) -> Iterator[None]:
    """Raise ``TimeUp`` if this lasts longer; None is no limit."""
    if seconds is None:
        yield
        return
    _Stopping.seconds = seconds
    before = signal.signal(signal.SIGALRM, _stop)
    if _Stopping.told is None:
        signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        if _Stopping.told is None:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)


def stop_behind(problem: BaseException) -> BaseException:
    """The stop that an exception comes of, or itself if there was none.

    What fails once the process was told to stop, fails of that: Python makes other errors of a stop, as while it
    makes a class, and a compiler whose callback lost one finds that it has no code.
    """
    if _Stopping.told is None or isinstance(problem, (Stopped, KeyboardInterrupt)):
        return problem
    return _meaning(_Stopping.told)


def _stop(number: int, _: FrameType | None) -> None:
    if number == signal.SIGALRM and _Stopping.told is not None:
        if _Stopping.under_way() is not None:
            signal.setitimer(signal.ITIMER_REAL, AGAIN_SECONDS)
            return
        number = _Stopping.told
    _Stopping.told = number
    signal.setitimer(signal.ITIMER_REAL, AGAIN_SECONDS)
    raise _watched(_meaning(number))


def _meaning(number: int) -> BaseException:
    if number == signal.SIGINT:
        return Interrupted()
    if number == signal.SIGTERM:
        return Terminated("terminated; no report was written")
    return TimeUp(f"stopped after {_Stopping.seconds:,} s as asked; the report of the run before stays")


def _watched(stop: BaseException) -> BaseException:
    """A function of its own: a variable in a frame of the traceback would keep the exception alive."""
    _Stopping.under_way = weakref.ref(stop)
    return stop


def _say_unless_stopped(unraisable: Any) -> None:
    """A stop that was swallowed comes again, and needs no word; all else is said as ever."""
    if not isinstance(unraisable.exc_value, (Stopped, Interrupted)):
        sys.__unraisablehook__(unraisable)


def _show_unless_stopped(kind: type[BaseException], problem: BaseException, trace: TracebackType | None) -> None:
    """Libraries in C show an exception that comes while they are loaded, and raise another one in its place."""
    if not isinstance(problem, (Stopped, Interrupted)):
        sys.__excepthook__(kind, problem, trace)
