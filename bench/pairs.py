"""Reads labelled pairs of articles (``pairs.tsv``: id_a, id_b, label, perhaps family) and counts those found.

A pair is named by its family where it has one, else by its label. It is a pair of copies, of others (articles that
are no copies of each other), or is not judged, as its label or its name says.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpora import CorpusError, rows

Pair = tuple[str, str]

OTHERS = frozenset(
    {
        "0",
        "different",
        "same_site_different_article",
        "same_event_different_text",
        "same_event_silver",
        "basil_same_event",
    }
)
"""Labels and families of pairs that are no copies of each other."""

NOT_JUDGED = frozenset({"same_site_similar_main_text", "same_event_shares_text"})
NOT_JUDGED_BEGIN, NOT_JUDGED_END = "uncertain", "_unlabelled"


@dataclass(frozen=True, slots=True)
class LabelledPairs:
    """The pairs of a collection, by name, in order of their first appearance."""

    copies: Mapping[str, Sequence[Pair]]
    others: Mapping[str, Sequence[Pair]]
    not_judged: Sequence[Pair] = ()


@dataclass(frozen=True, slots=True)
class LabelScore:
    """How many of the pairs of one name stand in one cluster."""

    name: str
    copies: bool
    """Whether they should."""

    pairs: int
    together: int

    @property
    def share(self) -> float:
        """0 to 1: the recall of copies; of others, how many are wrongly found."""
        return self.together / self.pairs


def read_pairs(path: Path | None) -> LabelledPairs:
    """The pairs of a table, each name with its pairs; none without a table.

    Raises:
        CorpusError: a row has no two ids and a label.
    """
    copies, others, not_judged = defaultdict[str, list[Pair]](list), defaultdict[str, list[Pair]](list), list[Pair]()
    for cells in rows(path) if path else ():
        if len(cells) < 3 or not all(cells[:3]):
            raise CorpusError(f"{path} has a row {cells!r}; wanted id_a, id_b and label with tabs between")
        pair, words = (cells[0], cells[1]), {cells[2], *cells[3:4]}
        name = cells[3] if len(cells) > 3 and cells[3] else cells[2]
        if any(map(_is_not_judged, words)):
            not_judged.append(pair)
        else:
            (others if words & OTHERS else copies)[name].append(pair)
    return LabelledPairs(copies, others, not_judged)


def _is_not_judged(word: str) -> bool:
    return word in NOT_JUDGED or word.startswith(NOT_JUDGED_BEGIN) or word.endswith(NOT_JUDGED_END)


def label_scores(pairs: LabelledPairs, clusters: Sequence[Iterable[str]]) -> tuple[LabelScore, ...]:
    """For each name, how many of its pairs stand in one of the found clusters; copies first."""
    cluster_of = {article: number for number, cluster in enumerate(clusters) for article in cluster}

    def together(listed: Sequence[Pair]) -> int:
        return sum(a in cluster_of and cluster_of[a] == cluster_of.get(b) for a, b in listed)

    return tuple(
        LabelScore(name, copies, len(listed), together(listed))
        for copies, named in ((True, pairs.copies), (False, pairs.others))
        for name, listed in named.items()
    )
