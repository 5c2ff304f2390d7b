"""The ``dedup`` command. Its commands are loaded when they are called, so that ``--help`` is quick."""

from importlib import import_module
from typing import Any

import click

from dedup import __version__
from dedup.cli.process import own_process
from dedup.cli.shared import exit_codes
from dedup.cli.stopping import heed_stops

COMMANDS = {
    "scan": "Find the copies among scraped articles and write a report of clusters.",
    "footers": "Show the footers that articles carry: known ones and learned ones.",
    "show": "Show a report in the terminal, or write its pairs as CSV.",
    "page": "Make one HTML file of a report, to open in a browser.",
    "keep": "Print which articles to keep of those that are copies, or which to drop.",
    "query": "Say which known articles one is a copy of.",
    "explain": "Say why two articles are related, or not.",
    "changes": "Say what the nightly runs changed in clusters, as JSON Lines.",
    "state": "Look at a state, check it, or make it smaller.",
    "evaluate": "Measure how right a report is against labelled clusters.",
}


class Commands(click.Group):
    """The commands, each in a module of its own that is imported when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order in which the help shows them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"dedup.cli.{cmd_name}"), cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Call a command. In a process of its own it may be stopped from here on, also while numpy is imported."""
        with exit_codes():
            if ctx.obj is heed_stops:
                heed_stops()
            return super().invoke(ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in the help, without importing the commands."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="dedup")
def main() -> None:
    """Find copies of news stories in folders of scraped articles.

    \b
    dedup scan articles/                      writes report.json
    dedup show report.json                    shows its clusters
    dedup page report.json                    writes report.html, to open in a browser
    dedup keep report.json --drop             prints which articles a collection can lose
    dedup footers articles/                   shows the boilerplate that is set aside
    dedup query FILE --state STATE            says which known articles it is a copy of
    dedup explain A B                         says why two articles are related
    dedup changes --state news.db             lists what nightly runs changed
    dedup state info --state news.db          says what a state holds
    dedup evaluate report.json gold.tsv       measures how right the clusters are

    Exit: 0 done; 1 failed; 2 wrong usage; 3 done, but some input could not be read; 4 another run holds the state;
    130 interrupted; 143 terminated.
    """


def run() -> None:
    """The command as a process of its own."""
    own_process()
    main(prog_name="dedup", obj=heed_stops)
