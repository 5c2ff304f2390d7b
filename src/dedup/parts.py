"""How work on many things is shared out: in parts, side by side where there are several cores."""

from collections.abc import Callable
from typing import Protocol, TypeVar

Out = TypeVar("Out")


class Spread(Protocol):
    """What ``LocalEngine.spread`` is to steps that know no engine. What they find does not hang on the parts."""

    def __call__(self, function: Callable[[int, int], Out], count: int, /) -> list[Out]:
        """``function(start, stop)`` over parts of ``range(count)``, in order; at least one part."""


def at_once(function: Callable[[int, int], Out], count: int, /) -> list[Out]:
    """All in one part."""
    return [function(0, count)]
