"""``dedup keep``: which articles of a collection to keep, and which to drop."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from dedup.cli.saying import say
from dedup.cli.shared import exit_codes, write_lines
from dedup.errors import InputError, ReportError
from dedup.report.fitting import counted, printable
from dedup.report.keeping import Choice, Policy, choices, policy_of, unknown_sources
from dedup.report.reading import read


def _policy(_context: click.Context, _option: click.Parameter, given: str) -> Policy:
    try:
        return policy_of(given)
    except ValueError as problem:
        raise click.BadParameter(str(problem)) from None


@click.command(short_help="Print which articles to keep of those that are copies, or which to drop.")
@click.argument("report", type=click.Path(path_type=Path), metavar="REPORT")
@click.option(
    "--policy",
    callback=_policy,
    default="original",
    show_default=True,
    metavar="POLICY",
    help="Which of a cluster is kept: original, the likely one; first, the one published first; longest, the one "
    "with the most words beside footers; source:LIST, the one of the source that stands first in LIST, with commas.",
)
@click.option("--drop", is_flag=True, help="Print the ids to drop instead.")
@click.option(
    "--of",
    "listed",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE|-",
    help="Ids of a collection, one a line: print those of them to keep, or to drop, in their order.",
)
@click.option(
    "-0", "--null", is_flag=True, help="Ids end in a NUL instead of a line end, as xargs -0 wants; also in FILE."
)
def keep(report: Path, *, policy: Policy, drop: bool, listed: Path | None, null: bool) -> None:
    """Print which articles to keep of those that are copies, one id a line: one of each cluster; or which to drop.

    A report names only articles that are copies. Thus --drop is all that a collection has to lose, and without it
    only the one of each cluster that stays is printed. With --of the answer is complete: articles in no cluster are
    kept, and of each cluster one that FILE names, if it names any.

    \b
    dedup keep report.json --drop                                      every article to drop
    find news -type f -printf '%P\\n' | dedup keep report.json --of -   every article to keep
    dedup keep report.json --drop -0 | (cd news && xargs -0r rm --)    where each is a file

    Of members that the policy does not tell apart the original is kept, then the longest, then the first by id; the
    same if no member has a source of LIST. Undated articles come after dated ones, those published at one time in
    the order in which they were first seen. A source with a comma in its name stands in quotes: 'source:"A, Inc.",B'.

    An excerpt is dropped like any copy, since its words stand in its partner; but 'first' keeps one that was
    published before the whole. Round-ups that hold several stories are in no cluster, and kept.
    """
    with exit_codes():
        document = read(report)
        for source in unknown_sources(document, policy):
            say(f"dedup: no clustered article has the source {printable(source)!r}")
        end = "\0" if null else "\n"
        if listed:
            ids = _ids(listed, end)
            chosen = list(choices(document, policy, among=frozenset(ids)))
            if ids and document["clusters"] and not chosen:
                say(f"dedup: none of {counted(len(ids), 'id')} stands in a cluster; are they those of {report}?")
            found = _left(ids, chosen, drop=drop)
        else:
            found = _of_each(choices(document, policy), drop=drop)
        write_lines(_lines(found, end), end)


def _ids(listed: Path, end: str) -> list[str]:
    """The ids in a file or on standard input; bytes that are no UTF-8 come out as they went in."""
    try:
        content = sys.stdin.buffer.read() if str(listed) == "-" else listed.read_bytes()
    except OSError as problem:
        raise InputError(f"cannot read {listed}: {problem.strerror}") from None
    return [id_ for id_ in content.decode("utf-8", "surrogateescape").split(end) if id_]


def _of_each(chosen: Iterator[Choice], *, drop: bool) -> Iterator[str]:
    for choice in chosen:
        yield from choice.dropped if drop else [choice.kept]


def _left(ids: list[str], chosen: list[Choice], *, drop: bool) -> Iterator[str]:
    """Those of the ids that are kept, or dropped."""
    dropped = {id_ for choice in chosen for id_ in choice.dropped}
    yield from (id_ for id_ in ids if (id_ in dropped) == drop)


def _lines(ids: Iterable[str], end: str) -> Iterator[str]:
    """Ids as they are printed: as they are, unless on a terminal."""
    on_terminal = sys.stdout is not None and sys.stdout.isatty()
    for id_ in ids:
        if end in id_:
            raise ReportError(f"the id {printable(id_)!r} holds a line end; --null tells ids apart")
        yield printable(id_) if on_terminal else id_
