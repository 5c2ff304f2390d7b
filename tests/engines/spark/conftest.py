"""One Spark session for all tests: of this process, small, without a page of its own."""

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]

collect_ignore_glob = [] if find_spec("pyspark") else ["test_*.py"]


@pytest.fixture(scope="session")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    pytest.importorskip("pyspark")
    from dedup.engines.spark.session import open_session  # noqa: PLC0415  needs what was just looked for

    with pytest.MonkeyPatch.context() as patch:
        paths = [str(ROOT), str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]
        patch.setenv("PYTHONPATH", os.pathsep.join(paths))  # its workers know the functions of the tests
        warehouse = str(tmp_path_factory.mktemp("warehouse"))
        conf = {"spark.sql.shuffle.partitions": "2", "spark.sql.warehouse.dir": warehouse}
        session = open_session("local[2]", conf)
        yield session
        session.stop()
