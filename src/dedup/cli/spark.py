"""What a scan on Apache Spark needs, as options of ``dedup scan``."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import Any

import click

from dedup.cli.night import Night

THIS_MACHINE = "local"
"""What masters begin with that are this machine; it and Spark see the same temporary folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spark:
    """The options of a scan on Spark, as they were given."""

    master: str | None
    spark_conf: tuple[str, ...]
    work: str | None
    dataset: str | None

    def given(self) -> str | None:
        """The first of them that was given."""
        named = (("--master", self.master), ("--spark-conf", self.spark_conf))
        more = (("--work", self.work), ("--dataset", self.dataset))
        return next((name for name, value in (*named, *more) if value), None)

    def conf(self) -> dict[str, str]:
        """What the session is told."""
        return dict(one.split("=", 1) for one in self.spark_conf)

    def master_with(self, jobs: int | None) -> str:
        """The master: this machine unless another is named, with so many cores."""
        return self.master or f"local[{jobs or '*'}]"

    @contextmanager
    def work_folder(self) -> Iterator[str]:
        """Where the steps are laid down: a temporary folder, or the one that was given."""
        if self.work:
            yield self.work
            return
        with tempfile.TemporaryDirectory(prefix="dedup-", ignore_cleanup_errors=True) as folder:
            yield folder


OPTIONS = (
    click.option(
        "--master",
        metavar="URL",
        help="Spark's: local[N], spark://HOST:PORT, yarn, k8s://URL, sc://HOST.  [default: local[*]]",
    ),
    click.option(
        "--spark-conf",
        multiple=True,
        metavar="KEY=VALUE",
        help="A property of Spark, as spark.executor.memory=8g; more than once for several.",
    ),
    click.option(
        "--work",
        metavar="URI",
        help="A folder that all machines reach, for what is on its way.  [default: temporary, on one machine]",
    ),
    click.option(
        "--dataset", metavar="URI", help="Also write articles, relations and clusters as Parquet into this folder."
    ),
)


def spark_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command these options; it gets them as one argument ``spark``."""

    @wraps(command)
    def with_spark(**arguments: Any) -> None:
        spark = Spark(**{field.name: arguments.pop(field.name) for field in fields(Spark)})
        if arguments["engine"] == "spark":
            _check(spark, **{name: arguments[name] for name in ("night", "jobs", "html")})
        elif name := spark.given():
            raise click.UsageError(f"{name} needs --engine spark")
        command(**arguments, spark=spark)

    for option in reversed(OPTIONS):
        option(with_spark)
    return with_spark


def _check(spark: Spark, *, night: Night, jobs: int | None, html: Path | None) -> None:
    """See that options go together.

    Raises:
        click.UsageError: they do not.
    """
    if night.state is not None:
        raise click.UsageError("--state is for --engine local: what a state remembers lies on one machine")
    if html is not None:
        raise click.UsageError("--html is for --engine local; dedup page makes a page of a report that is written")
    if wrong := next((one for one in spark.spark_conf if not one.partition("=")[0] or "=" not in one), None):
        raise click.UsageError(f"--spark-conf wants KEY=VALUE, not {wrong!r}")
    if spark.master and jobs:
        raise click.UsageError(f"--jobs does not go with --master; say local[{jobs}], or tell the cluster")
    if spark.master and not spark.master.startswith(THIS_MACHINE) and not spark.work:
        raise click.UsageError(f"--master {spark.master} needs --work URI, a folder that all its machines reach")
