import mmap
import resource
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.errors import OutputError
from dedup.memory import Memory

NEVER, AT_ONCE = 1 << 40, 0


@given(st.lists(st.lists(st.integers(0, 2**32 - 1)), max_size=5), st.integers(0, 60))
def test_what_was_appended_is_there_in_order_in_memory_and_in_files(parts: list[list[int]], most: int) -> None:
    memory = Memory(most)
    left, right = memory.growing(np.uint32), memory.growing(np.uint8)
    for part in parts:
        left.append(np.array(part, np.uint32))
        right.append((np.array(part, np.uint32) & np.uint32(255)).astype(np.uint8))
        memory.let_go()
    flat = [value for part in parts for value in part]
    assert memory.in_files == (5 * len(flat) > most)
    assert (left.filled().tolist(), len(left)) == (flat, len(flat))
    assert right.filled().tolist() == [value & 255 for value in flat]


@pytest.mark.parametrize("most", [NEVER, AT_ONCE])
def test_an_array_keeps_its_values_when_it_grows_past_its_first_memory(most: int) -> None:
    grown, part = Memory(most).growing(np.uint32), np.arange(1_000_000, dtype=np.uint32)
    for shift in range(20):
        grown.append(part + np.uint32(shift))
    assert len(grown.filled()) == 20_000_000
    assert all(np.array_equal(grown.filled()[i * len(part) :][: len(part)], part + np.uint32(i)) for i in (0, 9, 19))


@pytest.mark.parametrize("most", [NEVER, AT_ONCE])
def test_what_is_written_to_a_column_stays_when_its_memory_is_let_go(most: int) -> None:
    memory = Memory(most)
    grown = memory.growing(np.uint32)
    grown.append(np.zeros(100_000, np.uint32))
    values = grown.filled()
    values[::1000] = 7
    memory.let_go()
    assert values.sum() == 700
    assert grown.filled().sum() == 700


def resident() -> int:
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * resource.getpagesize()


@pytest.mark.skipif(not hasattr(mmap, "MADV_DONTNEED"), reason="only where memory can be let go")
def test_columns_in_files_take_no_memory_once_let_go() -> None:
    memory = Memory(AT_ONCE)
    grown = memory.growing(np.uint8)
    for _ in range(100):
        grown.append(np.ones(1_000_000, np.uint8))
    before = resident()
    assert grown.filled().sum() == 100_000_000
    looked_at = resident()
    memory.let_go()
    assert looked_at - before > 90_000_000
    assert resident() - before < 10_000_000


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_folder_for_temporary_files_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda: Path("/dev/full").open("wb"))  # noqa: SIM115
    grown = Memory(AT_ONCE).growing(np.uint8)
    wanted = r"^cannot write to .*: No space left on device; wanted about as much room .* or set TMPDIR$"
    with pytest.raises(OutputError, match=wanted):
        grown.append(np.zeros(100_000, np.uint8))
