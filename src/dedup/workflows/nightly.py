"""A run with a state: what it takes from there, and what it leaves for the next one.

The report of such a run is that of a fresh scan, but for the names of clusters, what became of them, and when
articles and clusters were seen first.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from pathlib import Path
from time import monotonic

from dedup import __version__
from dedup.clusters.changes import changes
from dedup.clusters.life import lives
from dedup.clusters.origin import in_order_of_name
from dedup.comparison.known import KnownPairs
from dedup.comparison.rewrite import Texts
from dedup.errors import StateError, Stopped
from dedup.footers.catalogue import Catalogue
from dedup.model import Cluster, Remembered, Report
from dedup.settings import Settings
from dedup.sketches.minhash import contract as signature_contract
from dedup.store.contract import Contract
from dedup.store.history import LearnedFooter, PastRun, Sightings
from dedup.store.lock import locked
from dedup.store.state import Ending, State, load, real_path, save
from dedup.text.alphabet import VERSION
from dedup.workflows.boilerplate import Footers, Run
from dedup.workflows.collection import Collection, footer_names
from dedup.workflows.memory import Remembering
from dedup.workflows.stopwatch import Stopwatch

CHECKPOINT_SECONDS = 60.0
"""After so long, what was read is saved: all that a run loses which is killed while it reads."""

Deliver = Callable[[Report], None]
"""Takes the report before the state is saved: if it fails, the state stays as it was."""


class Night:
    """One run with a state."""

    def __init__(self, state: State, contract: Contract, keeper: Remembering) -> None:
        """A run that has read nothing yet."""
        self.keeper = keeper
        self._state, self._contract = state, contract
        self._known: KnownPairs | None = None

    def known_pairs(self, texts: Texts) -> KnownPairs:
        """What the last run measured of pairs of tonight's texts; what is asked of it is kept for the next run."""
        self._known = KnownPairs(texts, self._state.measures)
        return self._known

    def save_progress(self) -> None:
        """Save what was read so far, for this run or, should it not come to its end, the next."""
        if not self._state.going and (news := self.keeper.news()):
            save(self._state, news, self._contract, None)
            self.keeper.saved()
            self._state.going = False

    def end(
        self,
        report: Report,
        collection: Collection,
        boilerplate: Footers,
        learned: Sequence[Run],
        deliver: Deliver | None,
    ) -> Report:
        """The report with what is remembered, once it is delivered and the state is saved."""
        past, run, heads = self._state.past, report.run, collection.heads
        number = past.runs[-1].number + 1 if past.runs else 1
        first_runs, sightings = _sightings(past.sightings, heads.ids, number)
        times = {one.number: one.started for one in past.runs} | {number: run.started}
        report = _living(report, past.clusters, collection, [times.get(one, run.started) for one in first_runs])
        counts = replace(
            report.counts,
            new_articles=len(sightings.first_run),
            removed_articles=len(sightings.gone),
            changed_articles=self.keeper.changed(),
        )
        report = replace(report, counts=counts)
        told = changes(past.clusters, report.clusters, report.ended, run=run.id, time=run.started)
        ending = Ending(
            PastRun(number, run.id, run.started, run.finished, run.seconds, run.paths, asdict(counts)),
            sightings,
            [_remembered(one, run.started) for one in report.clusters],
            [asdict(change) for change in told],
            [LearnedFooter(footer.name, footer.words) for footer in learned],
            {key: (int(collection.rows[article]), text) for key, (article, text) in boilerplate.examples.items()},
            self._known.tables() if self._known else {},
        )
        news = self.keeper.news()
        assert news is not None
        save(self._state, news, self._contract, ending, (lambda: deliver(report)) if deliver else None)
        return report


@contextmanager
def night(
    state: str | Path,
    settings: Settings,
    catalogue: Catalogue | None,
    watch: Stopwatch,
    *,
    rebuild: bool,
    lock_wait: float,
) -> Iterator[Night]:
    """A run with the state in a file, which is locked while this lasts.

    Raises:
        StateLockedError: another run holds it.
        StateError: it is damaged, of another version, made otherwise, or cannot be written.
    """
    path = real_path(state)
    with locked(path, lock_wait):
        contract = contract_for(settings, catalogue)
        kept = load(path, contract, rebuild=rebuild)
        last = monotonic()

        def checkpoint() -> None:
            nonlocal last
            if monotonic() - last > CHECKPOINT_SECONDS:
                run.save_progress()
                last = monotonic()

        keeper = Remembering(kept, footer_names(catalogue), int(watch.started.timestamp() * 1e9), checkpoint)
        run = Night(kept, contract, keeper)
        watch.lap("state")
        try:
            yield run
        except (Stopped, KeyboardInterrupt):
            with suppress(StateError):  # the run ends for another reason, and what it read can be read again
                run.save_progress()
            raise
        finally:
            kept.shelf.close()


def contract_for(settings: Settings, catalogue: Catalogue | None) -> Contract:
    """What a state must have been made with."""
    words = f"alphabet {VERSION}, {signature_contract(settings)}"
    return Contract(__version__, settings.as_dict(), catalogue.fingerprint if catalogue else "", words)


def _sightings(past: Sightings, ids: Sequence[str], number: int) -> tuple[list[int], Sightings]:
    """The run that met each of tonight's articles first, and whose sightings changed. ``number`` is tonight's."""
    known, gone = past
    first_runs = [known.get(id_) or gone.get(id_, (number,))[0] for id_ in ids]
    arrived = {id_: run for id_, run in zip(ids, first_runs, strict=True) if id_ not in known}
    there = set(ids)
    left = {id_: (first, number - 1) for id_, first in known.items() if id_ not in there}
    return first_runs, Sightings(arrived, left)


def _remembered(cluster: Cluster, now: str) -> Remembered:
    return Remembered(cluster.id, cluster.first_seen or now, [member.id for member in cluster.members])


def _living(
    report: Report, yesterday: Sequence[Remembered], collection: Collection, first_seen: Sequence[str]
) -> Report:
    """The report with names and lives of its clusters."""
    number = {id_: i for i, id_ in enumerate(collection.heads.ids)}
    today = []
    for cluster in report.clusters:
        for member in cluster.members:
            member.first_seen = first_seen[number[member.id]]
        members = [number[member.id] for member in cluster.members]
        order = in_order_of_name(members, collection.heads, first_seen)
        today.append([collection.heads.ids[i] for i in order])
    found = lives(yesterday, today, time=report.run.started)
    clusters = [replace(one, **life._asdict()) for one, life in zip(report.clusters, found.today, strict=True)]
    return replace(report, clusters=sorted(clusters, key=_size_and_id), ended=found.ended)


def _size_and_id(cluster: Cluster) -> tuple[int, str]:
    return -cluster.size, cluster.id
