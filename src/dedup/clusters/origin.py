"""The original: which member of a cluster is taken for the source of the others.

For now the one first published, else the first in order of path, then of id. Times of publication can be forged, and
pages are dated when they are copied, so the confidence never passes ``MOST``: a guess that says how good it is.
"""

from dedup.model import Heads, Original, OriginEvidence

MOST = 0.5
"""The highest confidence that a time of publication alone gives."""


def original(members: list[int], heads: Heads) -> tuple[int, Original]:
    """The likely original among articles, by number and as it is reported.

    Args:
        members: article numbers, ascending.
        heads: of all articles; the numbers count in order of id.

    The confidence is 1 over the number of members that nothing shows to be later, at most ``MOST``.
    """
    dated = [m for m in members if heads.published[m]]
    first = min(dated or members, key=lambda m: (heads.published[m] or "", heads.paths[m], m))
    when = heads.published[first]
    rivals = [m for m in members if heads.published[m] is None or heads.published[m] == when]
    reason = OriginEvidence("published", when, heads.ids[first]) if when else None
    evidence = [reason or OriginEvidence("order", "first in order of path", heads.ids[first])]
    return first, Original(heads.ids[first], round(min(MOST, 1 / len(rivals)), 4), evidence)
