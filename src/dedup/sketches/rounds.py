"""Rounds: what memory should not hold all at once is done one range of things after the other."""

from typing import NamedTuple

import numpy as np

from dedup.columns import I64

MOST = 4
"""Rounds at most, however much there is: each looks at everything again."""


class Round(NamedTuple):
    """The things ``first`` to ``stop - 1``."""

    first: int
    stop: int
    begins: I64
    """Where each begins, shape (things,), one after the other from 0 on."""

    sizes: I64
    """Shape (things,)."""


def rounds(sizes: I64, at_once: int) -> list[Round]:
    """Ranges of things, of a size of ``at_once`` each or a little more than a fourth of all."""
    ends, found, first = np.cumsum(sizes), list[Round](), 0
    at_once = max(at_once, int(sizes.sum()) // MOST + int(sizes.max(initial=0)))
    while first < len(sizes):
        before = ends[first] - sizes[first]
        stop = max(first + 1, int(np.searchsorted(ends, before + at_once, "right")))
        found.append(Round(first, stop, ends[first:stop] - sizes[first:stop] - before, sizes[first:stop]))
        first = stop
    return found


def room(some: list[Round]) -> int:
    """The most that things of one round come to."""
    return max((int(one.sizes.sum()) for one in some), default=0)
