"""``dedup query``: which known articles is this one a copy of."""

import shutil
import sys
from pathlib import Path

import click
import orjson

from dedup.cli.shared import UNCUT, exit_codes, write_result
from dedup.errors import StateError


@click.command(short_help="Say which known articles one is a copy of.")
@click.argument("article", metavar="FILE|-")
@click.option(
    "--state", type=click.Path(path_type=Path), metavar="FILE", required=True, help="What scans keep from run to run."
)
@click.option("--most", type=click.IntRange(1), metavar="N", help="Name only the N surest matches.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
@click.option(
    "--catalogue", type=click.Path(path_type=Path), multiple=True, metavar="FILE", help="More known footers, as TOML."
)
def query(article: str, state: Path, most: int | None, as_json: bool, catalogue: tuple[Path, ...]) -> None:
    """Say which of the articles that a state knows this one is a copy of, the surest first.

    FILE is one article; or a record in a file, as in feed.jsonl#id or, for one that has no id, feed.jsonl:7; or - for
    standard input: a JSON object, a page or a text. The state is only read, also while a scan is at work.
    """
    with exit_codes():
        if not state.exists():
            raise StateError(f"state {state} does not exist; wanted what 'dedup scan --state' writes")
        from dedup.report.answering import lines  # noqa: PLC0415  wrong usage need not wait for it
        from dedup.workflows.inquiry import find_copies_of_file  # noqa: PLC0415

        stdin = sys.stdin.buffer if article == "-" else None
        found = find_copies_of_file(article, state, stdin=stdin, catalogue=catalogue, most=most)
        if as_json:
            write_result(orjson.dumps(found, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
        else:
            width = max(60, shutil.get_terminal_size((UNCUT, 24)).columns)
            write_result("".join(f"{line}\n" for line in lines(found, width=width)).encode())
