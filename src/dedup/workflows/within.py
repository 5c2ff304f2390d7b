"""Within: things of many ranks, of which as many are kept as there is room for, the first ranks first."""

from heapq import heappop, heappush
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class Within(Generic[Thing]):
    """What is kept is always a beginning of the order of ranks, in whatever order things come."""

    def __init__(self, room: int) -> None:
        """``room`` is what the sizes of all that is kept may sum up to."""
        self.kept: dict[int, Thing] = {}
        self._room, self._sizes, self._last = room, dict[int, int](), list[int]()
        self._full_from: int | None = None

    def add(self, rank: int, size: int, thing: Thing) -> list[tuple[int, Thing]]:
        """Keep a thing; returns what there is no room for now, each with its rank. O(log things)."""
        if self._full_from is not None and rank >= self._full_from:
            return [(rank, thing)]
        self.kept[rank], self._sizes[rank] = thing, size
        heappush(self._last, -rank)
        self._room -= size
        gone = []
        while self._room < 0:
            last = -heappop(self._last)
            self._room += self._sizes.pop(last)
            self._full_from = last
            gone.append((last, self.kept.pop(last)))
        return gone
