"""Components in parts are those of joining one edge after the other."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.engines.exchange import Here, Inbox, Record, SentHere, Step
from dedup.workflows.wide.components import components


def by_hand(edges: list[tuple[int, int]]) -> dict[int, int]:
    """Each node with the smallest that it hangs together with."""
    label = {node: node for edge in edges for node in edge}
    changed = True
    while changed:
        changed = False
        for a, b in edges:
            least = min(label[a], label[b])
            changed |= {label[a], label[b]} != {least}
            label[a] = label[b] = least
    return label


class Counted(Here):
    """Counts steps."""

    steps = 0

    def step(self, function: Step, *mail: SentHere, home: SentHere | None = None) -> SentHere:
        self.steps += 1
        return super().step(function, *mail, home=home)


def thirds(numbers: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Parts of articles by their number."""
    return numbers % 3


def labels(edges: np.ndarray[Any, Any], parts: int, few: int = 0) -> tuple[dict[int, int], int]:
    """The labels of nodes, each of which must come once and to its part; and the number of steps."""
    exchange, found = Counted(parts), dict[int, int]()
    lots = np.array_split(edges.astype(np.int64), parts) if len(edges) else []
    sent = SentHere([Record(part, "edge", lot) for part, lot in enumerate(lots) if len(lot)])
    for record in components(exchange, [sent, SentHere([])], part_of=thirds, few=few).records:
        assert record.kind == "label"
        for node, label in record.value.tolist():
            assert node not in found
            assert record.part == node % 3
            found[node] = label
    return found, exchange.steps


NODES = st.integers(0, 30)
EDGES = st.lists(st.tuples(NODES, NODES).filter(lambda edge: edge[0] != edge[1]), max_size=60)


@given(EDGES, st.integers(3, 7), st.sampled_from([0, 20, 1000]))
def test_they_are_those_of_joining_edges_one_by_one(edges: list[tuple[int, int]], parts: int, few: int) -> None:
    found, _ = labels(np.array(edges).reshape(-1, 2), parts, few)
    assert found == by_hand(edges)


@pytest.mark.parametrize(
    ("count", "mixed"), [(5_000, False), (5_000, True), pytest.param(50_000, True, marks=pytest.mark.slow)]
)
def test_a_long_chain_takes_few_steps(count: int, mixed: bool) -> None:
    nodes = np.random.default_rng(1).permutation(count) if mixed else np.arange(count)
    edges = np.stack([nodes[:-1], nodes[1:]], axis=1)[np.random.default_rng(2).permutation(count - 1)]
    found, steps = labels(edges, 7)
    assert set(found.values()) == {0}
    assert len(found) == count
    assert steps <= 40


def test_a_hub_takes_few_steps_and_no_square_of_its_neighbours() -> None:
    edges = np.stack([np.full(50_000, 500), np.arange(1000, 51_000)], axis=1)
    found, steps = labels(edges, 5)
    assert set(found.values()) == {500}
    assert steps <= 8


def test_few_edges_take_two_steps() -> None:
    found, steps = labels(np.stack([np.arange(999), np.arange(1, 1000)], axis=1), 7, few=7000)
    assert set(found.values()) == {0}
    assert steps == 2


def nothing(part: int, inbox: Inbox) -> list[Record]:
    return []


def test_no_edges_give_no_labels() -> None:
    assert labels(np.empty((0, 2)), 3)[0] == {}
    assert Here(3).step(nothing).records == []
