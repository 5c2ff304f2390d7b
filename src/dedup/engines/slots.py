"""Slots: memory that the main process shares with its workers, so that columns need not go through a pipe.

A pipe costs each byte four copies and a system call for every 64 KiB; a slot costs one copy. What is no column, and
what a slot has no room for, goes through the pipe as ever.
"""

import mmap
import pickle
from typing import Any, NamedTuple

SLOT_BYTES = 1 << 24
"""Room of a slot. Only what is written takes memory; a batch takes some 2 MB each way."""

ALIGNED = 64
"""Columns begin at such multiples, as fast instructions want them."""


class Parcel(NamedTuple):
    """A value on its way to another process."""

    pickled: bytes
    """The value without its columns."""

    slot: int
    places: list[tuple[int, int]]
    """Where each column begins and ends, in bytes of the memory."""


class Slots:
    """The slots of a map."""

    def __init__(self, count: int) -> None:
        """So many slots; workers must be forked after this."""
        self.memory = mmap.mmap(-1, count * SLOT_BYTES)
        self._free = list(range(count))

    def take(self) -> int:
        """A slot that nobody else has."""
        return self._free.pop()

    def give_back(self, slot: int) -> None:
        """Let others have a slot; whatever was unpacked from it is void."""
        self._free.append(slot)


def packed(value: Any, memory: mmap.mmap, slot: int) -> Parcel:
    """A value with its columns in a slot, whose content is overwritten."""
    begin, places = slot * SLOT_BYTES, list[tuple[int, int]]()
    end = begin + SLOT_BYTES

    def keep_in_pickle(buffer: pickle.PickleBuffer) -> bool:
        nonlocal begin
        with buffer.raw() as data:
            if data.nbytes > end - begin:
                return True
            stop = begin + data.nbytes
            memory[begin:stop] = data
        places.append((begin, stop))
        begin = -(-stop // ALIGNED) * ALIGNED
        return False

    return Parcel(pickle.dumps(value, 5, buffer_callback=keep_in_pickle), slot, places)


def unpacked(parcel: Parcel, memory: mmap.mmap) -> Any:
    """The value; its columns stay in the slot, so they are void once others have it."""
    view = memoryview(memory)
    return pickle.loads(parcel.pickled, buffers=[view[begin:end] for begin, end in parcel.places])
