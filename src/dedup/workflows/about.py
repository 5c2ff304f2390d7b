"""What a report says of its run, whatever engine made it."""

from collections.abc import Sequence

from dedup import __version__
from dedup.footers.catalogue import Catalogue
from dedup.model import LimitHit, Run
from dedup.settings import Settings
from dedup.workflows.stopwatch import Stopwatch


def run_of(
    watch: Stopwatch,
    engine: str,
    paths: list[str],
    settings: Settings,
    catalogue: Catalogue | None,
    limits: Sequence[LimitHit],
) -> Run:
    """The run that ends now; ``paths`` as they are shown."""
    return Run(
        id=f"{watch.started:%Y%m%dT%H%M%S.%fZ}",
        tool_version=__version__,
        started=f"{watch.started:%Y-%m-%dT%H:%M:%SZ}",
        finished=f"{watch.now():%Y-%m-%dT%H:%M:%SZ}",
        seconds=round(watch.seconds(), 3),
        engine=engine,
        paths=paths,
        settings=settings.as_dict(),
        settings_fingerprint=settings.fingerprint(),
        catalogue_fingerprint=catalogue.fingerprint if catalogue else "",
        limits_hit=list(limits),
        stages=watch.stages,
    )
