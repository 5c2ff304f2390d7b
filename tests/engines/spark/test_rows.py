"""What a part gets comes in order, however much it is."""

from typing import Any

import numpy as np
import pytest

pytest.importorskip("pyspark")
from dedup.engines.exchange import Record
from dedup.engines.spark.rows import Inboxes, sent


def batches(senders: int) -> list[Any]:
    """Rows for part 3 of so many senders, those of the last one first."""
    found = []
    for sender in reversed(range(senders)):
        records = [Record(3, kind, (sender, np.arange(100))) for kind in "ab" for _ in range(2)]
        found += [one.append_column("turn", np.zeros(one.num_rows, np.int32)) for one in sent(records, sender)]
    return found


@pytest.mark.parametrize("most", [0, 1000, 1 << 20])
def test_values_come_in_order_of_senders_from_memory_or_from_a_file(most: int) -> None:
    inboxes = Inboxes(most)
    for batch in batches(5):
        inboxes.take(batch)
    inbox = inboxes.inbox()
    assert inboxes.part == 3
    assert sorted(inbox) == ["a", "b"]
    assert len(inbox["none"]) == 0
    for kind in "ab":
        assert [sender for sender, _ in inbox[kind]] == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
        assert inbox[kind][-1][0] == 4
        assert [sender for sender, _ in inbox[kind][2:4]] == [1, 1]
        assert all(np.array_equal(values, np.arange(100)) for _, values in inbox[kind])
