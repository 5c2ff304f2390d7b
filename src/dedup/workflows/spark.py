"""A Spark session for as long as a scan lasts."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from dedup.engines.spark.session import open_session


@contextmanager
def spark_session(master: str | None, conf: Mapping[str, str]) -> Iterator[Any]:
    """``open_session``; stopped at the end, also of a run that somebody stops."""
    session = open_session(master, conf)
    try:
        yield session
    finally:
        with suppress(Exception):  # it may have ended by itself, which is why this comes to its end
            session.stop()
