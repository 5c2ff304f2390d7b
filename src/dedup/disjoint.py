"""Disjoint sets: groups of articles that only ever grow together (union-find)."""

from dedup.columns import I32
from dedup.kernels import kernel


@kernel
def root(parents: I32, article: int) -> int:
    """The article that stands for the group of another one; halves the way there."""
    while parents[article] != article:
        parents[article] = parents[parents[article]]
        article = parents[article]
    return article
