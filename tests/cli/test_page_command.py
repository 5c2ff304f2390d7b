"""``dedup page`` and ``dedup scan --html`` as a user meets them."""

from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

from dedup.cli.main import main
from tests.stories import story, write_texts

BEGINS = b"<!doctype html>\n<!-- dedup-page 1:"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    return write_texts(tmp_path / "articles", {"a.txt": story(1), "b.txt": f"{story(1)} {story(2, 9)}"})


@pytest.fixture
def report(articles: Path, tmp_path: Path) -> Path:
    assert run("scan", articles, "--report", tmp_path / "report.json", "--quiet").exit_code == 0
    return tmp_path / "report.json"


def one_sentence(result: Result) -> str:
    assert result.stdout == "" and result.stderr.startswith("dedup: ") and result.stderr.count("\n") == 1
    return result.stderr


def test_a_scan_writes_report_and_page(articles: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    result = run("scan", articles, "--report", tmp_path / "r.json", "--html", page)
    assert result.exit_code == 0 and result.stderr.endswith(f"; {tmp_path / 'r.json'}, {page}\n")
    assert page.read_bytes().startswith(BEGINS) and story(1).encode() in page.read_bytes()


def test_the_page_of_a_report_is_that_of_its_scan(articles: Path, report: Path, tmp_path: Path) -> None:
    run("scan", articles, "--report", tmp_path / "r.json", "--html", tmp_path / "of-scan.html")
    run("page", tmp_path / "r.json", "--out", tmp_path / "of-report.html")
    assert (tmp_path / "of-scan.html").read_bytes() == (tmp_path / "of-report.html").read_bytes()


def test_the_page_goes_beside_the_report(report: Path) -> None:
    result = run("page", report)
    assert result.exit_code == 0 and result.output == ""
    assert report.with_suffix(".html").read_bytes().startswith(BEGINS)


def test_a_dash_is_stdout(report: Path) -> None:
    assert run("page", report, "--out", "-").stdout_bytes.startswith(BEGINS)


def test_texts_are_left_out_as_asked(report: Path) -> None:
    content = run("page", report, "--out", "-", "--max-text", "0").stdout_bytes
    assert story(1).encode() not in content and b"Texts were left out of this page, as asked for" in content


def test_articles_may_have_moved(articles: Path, report: Path, tmp_path: Path) -> None:
    articles.rename(tmp_path / "elsewhere")
    assert story(1).encode() not in run("page", report, "--out", "-").stdout_bytes
    moved = run("page", report, "--out", "-", "--articles", tmp_path / "elsewhere")
    assert story(1).encode() in moved.stdout_bytes


def test_a_page_in_the_scanned_folder_is_no_article(articles: Path) -> None:
    for _ in range(2):
        run("scan", articles, "--report", articles / "report.json", "--html", articles / "report.html")
    counts = orjson.loads((articles / "report.json").read_bytes())["counts"]
    assert counts["articles"] == 2 and counts["unreadable"] == 0


def test_a_report_that_is_missing_is_a_failure(tmp_path: Path) -> None:
    result = run("page", tmp_path / "none.json")
    assert result.exit_code == 1 and "none.json: No such file or directory" in one_sentence(result)


def test_a_file_that_is_no_report_is_a_failure_and_stays(tmp_path: Path) -> None:
    (tmp_path / "x.html").write_text("<p>mine", "utf-8")
    result = run("page", tmp_path / "x.html")
    assert result.exit_code == 1 and "is not JSON" in one_sentence(result)
    assert (tmp_path / "x.html").read_text("utf-8") == "<p>mine"


def test_articles_that_are_nowhere_are_wrong_usage(report: Path, tmp_path: Path) -> None:
    result = run("page", report, "--articles", tmp_path / "nowhere")
    assert result.exit_code == 2 and "does not exist" in one_sentence(result)


@pytest.mark.parametrize("command", ["page", "scan"])
def test_a_page_that_cannot_be_written_is_said_before_any_work(articles: Path, report: Path, command: str) -> None:
    arguments = ["page", report, "--out"] if command == "page" else ["scan", articles, "--report", report, "--html"]
    result = run(*arguments, report.parent / "none" / "page.html")
    assert result.exit_code == 1
    assert one_sentence(result).startswith("dedup: cannot write the page to ")
