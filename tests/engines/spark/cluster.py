"""A small cluster of Spark: a master and workers, each a process of its own on this machine, with a core each."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.request import urlopen

import pyspark

HOST = "127.0.0.1"
PATIENCE_SECONDS = 60.0

Found = TypeVar("Found")


@dataclass(frozen=True)
class Cluster:
    """Where a cluster is; can be pickled."""

    master_url: str
    page: str
    """Where the master says in JSON how it is."""

    workers: tuple[int, ...]
    """Process groups: each a worker with its executors."""

    folder: Path
    """Has the work of the workers, each in a folder of its own, ``worker-0`` and so on."""

    def kill_worker(self, number: int) -> None:
        """End a worker and its executors at once, as a machine does that loses its power."""
        os.killpg(self.workers[number], signal.SIGKILL)

    def alive(self) -> int:
        """How many workers the master knows to be alive."""
        with urlopen(self.page, timeout=5) as page:
            return sum(worker["state"] == "ALIVE" for worker in json.load(page)["workers"])

    def conf(self) -> dict[str, str]:
        """What a session on this cluster is told."""
        return {
            "spark.master": self.master_url,
            "spark.driver.host": HOST,
            "spark.driver.bindAddress": HOST,
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.cores.max": str(len(self.workers)),
            "spark.executor.cores": "1",
            "spark.executor.memory": "768m",
            "spark.executorEnv.PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            "spark.pyspark.python": sys.executable,
            "spark.local.dir": str(self.folder / "driver"),
            "spark.checkpoint.dir": str(self.folder / "checkpoints"),
            "spark.sql.warehouse.dir": str(self.folder / "warehouse"),
            "spark.sql.shuffle.partitions": "2",
        }


@contextmanager
def cluster(folder: Path, workers: int = 2) -> Iterator[Cluster]:
    """A cluster with all its workers, until the block is left, however that happens; it writes to ``folder`` only."""
    with ExitStack() as running:
        log = folder / "master.log"
        command = ["master.Master", "--host", HOST, "--port", "0", "--webui-port", "0"]
        running.enter_context(_running(command, log))
        url = until(lambda: _told(log, r"Starting Spark master at (spark://\S+?:\d+)"), f"a master; see {log}")
        port = until(lambda: _told(log, r"MasterWebUI.* at http://\S+?:(\d+)"), f"the master's page; see {log}")
        groups = []
        for number in range(workers):
            work = folder / f"worker-{number}"
            command = ["worker.Worker", "--host", HOST, "--port", "0", "--webui-port", "0", "--cores", "1"]
            command += ["--memory", "1g", "--work-dir", str(work), url]
            groups.append(running.enter_context(_running(command, folder / f"{work.name}.log")))
        found = Cluster(url, f"http://{HOST}:{port}/json/", tuple(groups), folder)
        until(lambda: found.alive() == workers, f"{workers} workers; see {folder}")
        yield found


def until(found: Callable[[], Found | None], wanted: str, *, seconds: float = PATIENCE_SECONDS) -> Found:
    """What is found, once there is something.

    Raises:
        TimeoutError: there is nothing after so many seconds.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(OSError):
            if there := found():
                return there
        time.sleep(0.05)
    raise TimeoutError(f"waited {seconds:.0f} seconds for {wanted}")


@contextmanager
def _running(command: list[str], log: Path) -> Iterator[int]:
    """The process group of a part of Spark, which is ended with all that it started."""
    home = Path(pyspark.__file__).parent
    local = log.with_suffix(".local")
    own: dict[str, Any] = {
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": HOST,
        "SPARK_LOCAL_DIRS": str(local),
        "SPARK_CONF_DIR": str(log.parent),
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_NO_DAEMONIZE": "1",
    }
    local.mkdir()
    with log.open("wb") as said:
        process = subprocess.Popen(
            [str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{command[0]}", *command[1:]],
            env={**os.environ, **own}, stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True,
        )  # fmt: skip
    try:
        yield process.pid
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _told(log: Path, pattern: str) -> str | None:
    found = re.search(pattern, log.read_text("utf-8", "replace"))
    return found[1] if found else None
