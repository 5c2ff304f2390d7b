"""What is given to be scanned: folders and files by their real paths, outermost first, each once."""

import errno
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dedup.errors import InputError
from dedup.readers.kinds import ENDINGS, kind_of


@dataclass(frozen=True, slots=True, order=True)
class Root:
    """A folder or file that was given, by its real path."""

    parts: tuple[str, ...]
    name: str | None  # of a file, as it was given

    @property
    def path(self) -> str:
        return os.path.join(*self.parts)  # noqa: PTH118


def roots_of(paths: Sequence[str | Path]) -> list[Root]:
    """What was given, outermost first, without what lies in another."""
    roots: list[Root] = []
    for root in sorted({_root(str(path)) for path in paths}, key=lambda r: (r.parts, r.name or "")):
        if not any(_covers(outer, root) for outer in roots):
            roots.append(root)
    return roots


def _root(path: str) -> Root:
    real = os.path.realpath(path)
    try:
        mode = Path(real).stat().st_mode
    except OSError as error:
        if error.errno == errno.ENOENT:
            raise InputError(f"{path} does not exist; wanted a folder or a file to scan") from None
        raise InputError(f"{path} cannot be scanned: {error.strerror}; wanted a folder or a file") from None
    if stat.S_ISDIR(mode):
        return Root(Path(real).parts, None)
    name = Path(os.path.abspath(path)).name  # noqa: PTH100 - resolve() would follow the link
    if not stat.S_ISREG(mode):
        raise InputError(f"{path} is neither a folder nor a regular file; give one of these to scan")
    if kind_of(name) is None:
        raise InputError(
            f"{path} is no kind of file that holds articles; wanted a folder, or a file that ends in "
            f"{', '.join(ENDINGS)} (and .gz, .zst, .xz)"
        )
    return Root(Path(real).parts, name)


def _covers(outer: Root, inner: Root) -> bool:
    """Whether the walk through ``outer`` comes to ``inner``."""
    below = inner.parts[len(outer.parts) :]
    if inner.parts[: len(outer.parts)] != outer.parts:
        return False
    if not below:
        return True
    if outer.name is not None or any(part.startswith(".") for part in below):
        return False
    return inner.name is None or kind_of(below[-1]) is not None
