"""A terminal to run the command on, without a terminal."""

import os
import pty
import subprocess
import sys


def on_a_terminal(*arguments: str, columns: int = 80, **variables: str) -> str:
    """What ``dedup`` writes to stdout where that is a terminal."""
    ours, its = pty.openpty()
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    environment |= {"COLUMNS": str(columns), "TERM": "xterm-256color"} | variables
    command = [sys.executable, "-m", "dedup", *arguments]
    with subprocess.Popen(command, stdout=its, stdin=subprocess.DEVNULL, env=environment) as process:
        os.close(its)
        told = b""
        while part := _read(ours):
            told += part
        os.close(ours)
    assert process.returncode == 0
    return told.decode().replace("\r\n", "\n")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # how Linux says that nobody holds the other end any more
        return b""
