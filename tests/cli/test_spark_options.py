"""Options of a scan on Spark: which go together; what is wrong is said before anything is started."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from dedup.cli.main import main
from dedup.cli.spark import Spark

MASTER = "spark://127.0.0.1:7077"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("--master local[2]", "--master needs --engine spark"),
        ("--spark-conf a=b", "--spark-conf needs --engine spark"),
        ("--work w", "--work needs --engine spark"),
        ("--dataset d", "--dataset needs --engine spark"),
        ("--engine spark --state s.db", "--state is for --engine local: "),
        ("--engine spark --html p.html", "--html is for --engine local; "),
        ("--engine spark --spark-conf a", "--spark-conf wants KEY=VALUE, not 'a'"),
        ("--engine spark --spark-conf =a", "--spark-conf wants KEY=VALUE, not '=a'"),
        (f"--engine spark --master {MASTER}", f"--master {MASTER} needs --work URI"),
        ("--engine spark --master local[2] --jobs 2", "--jobs does not go with --master; say local[2]"),
        ("--engine hadoop", "'hadoop' is not one of 'local', 'spark'"),
    ],
)
def test_what_does_not_go_together_is_wrong_usage(options: str, told: str) -> None:
    found = CliRunner().invoke(main, ["scan", ".", *options.split()])
    assert found.exit_code == 2 and told in found.stderr


def spark(master: str | None = None, conf: tuple[str, ...] = (), work: str | None = None) -> Spark:
    return Spark(master=master, spark_conf=conf, work=work, dataset=None)


def test_jobs_are_cores_of_this_machine() -> None:
    assert [spark().master_with(jobs) for jobs in (None, 3)] == ["local[*]", "local[3]"]
    assert spark(MASTER).master_with(None) == MASTER


def test_a_property_may_hold_an_equals_sign() -> None:
    assert spark(conf=("a.b=c=d", "e=")).conf() == {"a.b": "c=d", "e": ""}


def test_a_temporary_work_folder_is_gone_at_the_end() -> None:
    with spark().work_folder() as work:
        assert Path(work).is_dir()
    assert not Path(work).exists()


def test_a_work_folder_that_was_given_is_taken_as_it_is() -> None:
    with spark(work="s3a://bucket/work").work_folder() as work:
        assert work == "s3a://bucket/work"
