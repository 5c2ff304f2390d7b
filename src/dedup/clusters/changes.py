"""What a run changed of clusters, one ``Change`` for each that is not as it was."""

from collections.abc import Sequence

from dedup.model import Change, Cluster, Ended, Remembered


def changes(
    yesterday: Sequence[Remembered],
    clusters: Sequence[Cluster],
    ended: Sequence[Ended],
    *,
    run: str,
    time: str,
) -> list[Change]:
    """The changes of a run: the largest cluster first, then in order of id; those that ended behind them.

    Args:
        yesterday: the clusters of the run before, in any order.
        clusters: those of the run; one that is ``unchanged`` gives no change.
        ended: those of the run before that are no more, as ``life.lives`` tells.
        run: its id.
        time: when it started.
    """
    before = {one.id: frozenset(one.members) for one in yesterday}
    found = [
        _change(cluster, before.get(cluster.id, frozenset()), run, time)
        for cluster in clusters
        if cluster.state != "unchanged"
    ]
    found += [
        Change(run, time, "ended", end.id, 0, None, None, [], sorted(before[end.id]), [], None, [], end.into)
        for end in ended
    ]
    return sorted(found, key=lambda change: (-change.size, change.cluster))


def _change(cluster: Cluster, before: frozenset[str], run: str, time: str) -> Change:
    now, original = frozenset(member.id for member in cluster.members), cluster.members[0]
    return Change(
        run, time, cluster.state, cluster.id, cluster.size, original.title, original.id,
        sorted(now - before), sorted(before - now),
        cluster.merged_from, cluster.split_from, cluster.split_into, None,
    )  # fmt: skip
