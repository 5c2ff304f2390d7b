"""A session on Spark: on this machine, on a cluster, or on a server that is connected to."""

import logging
import os
import re
import signal
import socket
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dedup.engines.spark.java import check_java, ended_when_stopped, hushed
from dedup.errors import EngineError, MissingExtraError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

PROBE_SECONDS = 10
"""How long a master may take to let itself be connected to."""

WORKER_SECONDS = 60
"""How long a master may take to give the first core."""

PORTS = {"spark": 7077, "sc": 15002}
EXTRA = "pip install 'newsdedup[spark]'"
OWN_HEAP_SHARE, LEAST_HEAP, MOST_HEAP = 4, 1 << 30, 1 << 34
"""A quarter of this machine's memory is for Spark where it works here; its Python workers need theirs."""

CONF = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "WARN",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
}


def open_session(master: str | None, conf: Mapping[str, str]) -> "SparkSession":
    """A session; the one at work in this process, if there is one.

    Args:
        master: as Spark names them: local[4], spark://host:7077, yarn, k8s://..., or sc://host of Spark Connect; None
            is what Spark is configured for.
        conf: goes before what is set here. With ``spark.log.level``, Spark's log goes to stderr.

    Raises:
        MissingExtraError: PySpark, or what it needs, is not installed.
        EngineError: no Java, one that is too old, a master that does not answer or gives no core, a conf that Spark
            does not take.
    """
    _check_installed()
    logging.getLogger("py4j").setLevel(logging.CRITICAL)  # it logs a traceback of each stop that passes it
    from pyspark.sql import SparkSession  # noqa: PLC0415

    if running := SparkSession.getActiveSession():
        return running
    connects = master is not None and master.startswith("sc://")
    if not connects:
        check_java()
    if master:
        check_answers(master)
    from dedup.engines.spark.failing import translated  # noqa: PLC0415

    builder = SparkSession.builder.appName("dedup")
    if master:
        builder = builder.remote(master) if connects else builder.master(master)
    for name, value in ({} if connects else {**CONF, **_on_this_machine(master), **conf}).items():
        builder = builder.config(name, value)
    if connects:
        for name, value in conf.items():
            builder = builder.config(name, value)
    loud = connects or "spark.log.level" in conf
    quiet = nullcontext() if loud else hushed()
    with (
        _signals_kept(),
        _python_of_workers(master, conf),
        quiet,
        _starting(master),
        translated(),
        ended_when_stopped(),
    ):
        session = builder.getOrCreate()
    if master and master.startswith("spark://"):
        _wait_for_worker(session, master)
    return session


def _check_installed() -> None:
    missing = [name for name in ("pyspark", "pyarrow", "pandas") if not _installed(name)]
    if missing:
        raise MissingExtraError(f"Spark needs the spark extra ({', '.join(missing)} not found): {EXTRA}")


def _installed(name: str) -> bool:
    with suppress(ValueError):
        return find_spec(name) is not None
    return False


@contextmanager
def _starting(master: str | None) -> Iterator[None]:
    """A session that does not start, in our words."""
    try:
        yield
    except EngineError as problem:
        from dedup.engines.spark.failing import last_error  # noqa: PLC0415

        why = last_error() or f": {problem}"
        raise EngineError(f"no Spark session at {master or 'the configured master'}{why}") from None
    except ImportError as problem:
        needed = f" ({problem.name} not found)" if problem.name else ""
        raise MissingExtraError(f"Spark Connect needs more{needed}: pip install 'pyspark[connect]'") from None


def check_answers(master: str) -> None:
    """Connect to a master that has an address, and hang up.

    Raises:
        EngineError: none of its addresses answers; Spark itself would try for a minute, in many words.
    """
    scheme, _, rest = master.partition("://")
    if scheme not in PORTS:
        return
    addresses = re.split("[/;]", rest, maxsplit=1)[0].split(",")
    why = ""
    for address in addresses:
        try:
            parts = urlsplit(f"//{address}")
            with socket.create_connection((parts.hostname or "", parts.port or PORTS[scheme]), PROBE_SECONDS):
                return
        except (OSError, ValueError) as problem:
            why = getattr(problem, "strerror", None) or str(problem)
    raise EngineError(f"no Spark master answers at {master} ({why}); start it, or pass another --master")


def _wait_for_worker(session: "SparkSession", master: str) -> None:
    """See that a master gives a core: without workers Spark would wait for ever, and say nothing."""
    done = threading.Event()

    def first_job() -> None:
        with suppress(Exception):
            session.range(1).collect()
            done.set()

    job = threading.Thread(target=first_job, daemon=True)
    job.start()
    job.join(WORKER_SECONDS)
    if not done.is_set():
        session.stop()
        raise EngineError(
            f"{master} gave no core within {WORKER_SECONDS} s; see that it has workers with free cores and memory, "
            "or ask for less with --spark-conf spark.executor.memory=1g"
        )


def _here(master: str | None) -> bool:
    """Does the work take place on this machine?"""
    if master is None or master.startswith("local"):
        return master is not None
    host = urlsplit(master.split(",")[0]).hostname if master.startswith("spark://") else None
    return host in {"localhost", "127.0.0.1", "::1", socket.gethostname().lower()}


def _on_this_machine(master: str | None) -> dict[str, str]:
    if master is None or not master.startswith("local"):
        return {}
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") if hasattr(os, "sysconf") else 0
    heap = min(MOST_HEAP, max(LEAST_HEAP, memory // OWN_HEAP_SHARE))
    return {"spark.driver.memory": f"{heap >> 20}m", "spark.driver.host": "127.0.0.1"}


@contextmanager
def _python_of_workers(master: str | None, conf: Mapping[str, str]) -> Iterator[None]:
    """While this lasts, the environment names the Python that workers run: on this machine the one that runs this."""
    before = os.environ.get("PYSPARK_PYTHON")
    python = conf.get("spark.pyspark.python") or before or (sys.executable if _here(master) else None)
    if python:
        os.environ["PYSPARK_PYTHON"] = python
    try:
        yield
    finally:
        if before is None:
            os.environ.pop("PYSPARK_PYTHON", None)


@contextmanager
def _signals_kept() -> Iterator[None]:
    """What Ctrl-C does stays as it was: PySpark would set a handler of its own."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
