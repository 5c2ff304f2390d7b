import numpy as np
from dataclasses import dataclass
from dedup.engines.exchange import NOWHERE, Record
from dedup.workflows.wide.sheets import by_part

@dataclass(frozen=True)
class _Up:
    kind: str
    def __call__(self, part, inbox):
        for e in inbox[self.kind]:
            yield Record(NOWHERE, "e", e)

def components(exchange, edges, kind, *, part_of):
    from dedup.engines.exchange import SentHere
    edges = edges if isinstance(edges, list) else [edges]
    up = exchange.step(_Up(kind), *edges)
    parent = {}
    def find(x):
        parent.setdefault(x, x)
        while parent[x] != x: x = parent[x]
        return x
    for e in up.values("e"):
        for a, b in e.tolist():
            a, b = find(a), find(b)
            if a != b: parent[max(a, b)] = min(a, b)
    nodes = np.array(sorted(parent), np.int64); labels = np.array([find(x) for x in nodes.tolist()], np.int64)
    return SentHere([Record(to, "label", rows) for to, rows in by_part(part_of(nodes), np.stack([nodes, labels], axis=1))] if len(nodes) else [])
