"""``python -m dedup`` is ``dedup``."""

import signal


def run() -> None:
    """Load the command and call it. Until it is there, Ctrl-C ends the process at once and without a traceback."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from dedup.cli.main import run as command  # noqa: PLC0415

    command()


if __name__ == "__main__":
    run()
