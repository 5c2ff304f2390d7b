import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_np

from dedup.engines import slots
from dedup.engines.local import BEFORE_WORKERS, PER_WORKER, LocalEngine
from dedup.engines.slots import ALIGNED, SLOT_BYTES, Slots, packed, unpacked
from dedup.readers.batch import LineBlock

arrays = st_np.arrays(st.sampled_from([np.uint8, np.uint32, np.int64]), st_np.array_shapes(max_dims=2, max_side=9))


@given(st.lists(arrays, max_size=5), st.text(), st.integers(0, 2))
def test_what_is_packed_comes_out_as_it_was(columns: list[np.ndarray], text: str, slot: int) -> None:
    memory = Slots(3).memory
    parcel = packed((columns, text), memory, slot)
    found, said = unpacked(parcel, memory)
    assert said == text
    assert len(found) == len(columns)
    assert all(a.dtype == b.dtype and np.array_equal(a, b) for a, b in zip(found, columns, strict=True))


def test_columns_lie_in_the_slot_one_after_the_other() -> None:
    memory = Slots(2).memory
    parcel = packed([np.ones(100, np.uint8), np.ones(1000, np.uint32)], memory, 1)
    assert parcel.places == [
        (SLOT_BYTES, SLOT_BYTES + 100),
        (SLOT_BYTES + 2 * ALIGNED, SLOT_BYTES + 2 * ALIGNED + 4000),
    ]
    assert len(parcel.pickled) < 1000


def test_what_a_slot_has_no_room_for_stays_in_the_pickle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "SLOT_BYTES", 4096)
    memory, columns = Slots(2).memory, [np.arange(1000), np.arange(10), np.arange(600)]
    parcel = packed(columns, memory, 1)
    assert parcel.places == [(4096, 4096 + 80)]
    assert all(np.array_equal(a, b) for a, b in zip(unpacked(parcel, memory), columns, strict=True))


def test_lines_go_beside_the_rest() -> None:
    memory = Slots(1).memory
    block = LineBlock("a.jsonl", 7, b"{}\n" * 10_000, "/root", "a.jsonl")
    parcel = packed(block, memory, 0)
    assert len(parcel.pickled) < 500
    assert unpacked(parcel, memory) == block


def squares(number: int) -> np.ndarray:
    return np.arange(5000) * number


def test_columns_come_back_from_workers_in_slots_that_are_used_again() -> None:
    count = BEFORE_WORKERS + 5 * 2 * PER_WORKER
    found = [column.copy() for column in LocalEngine(2).map(squares, range(count))]
    assert all(np.array_equal(column, squares(number)) for number, column in enumerate(found))
