"""Symbolic links found in a scanned folder: none is followed, and those that hide an article are named."""

import errno
import os
import stat
from collections.abc import Sequence

from dedup.readers.kinds import kind_of


def why_not_followed(link: str, roots: Sequence[str]) -> str | None:
    """Why what a link points to is not read; None where it is read on its own, or is no article.

    Args:
        link: path of the link.
        roots: real paths of all scanned folders.
    """
    name = os.path.basename(link)  # noqa: PTH119
    known = kind_of(name) is not None
    try:
        mode = os.stat(link).st_mode  # noqa: PTH116
    except OSError as error:
        if "." in name and not known:
            return None  # style.css, image.png
        return _broken(error)
    if not stat.S_ISDIR(mode) and not known:
        return None
    target = os.path.realpath(link)
    inside = [target[len(root) :].strip("/") for root in roots if _is_below(target, root)]
    if not inside:
        return "a symbolic link that leads out of the scanned folder; not followed"
    if any(_is_walked(below, mode) for below in inside):
        return None
    return "a symbolic link to something hidden or of another kind in the scanned folder; not followed"


def _broken(error: OSError) -> str:
    if error.errno == errno.ELOOP:
        return "a symbolic link that leads round in a circle"
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return "a broken symbolic link: what it points to does not exist"
    return f"a symbolic link that cannot be followed: {error.strerror}"


def _is_below(target: str, root: str) -> bool:
    return target == root or target.startswith(root.rstrip("/") + "/")


def _is_walked(below: str, mode: int) -> bool:
    """Whether the walk comes to what lies there by itself."""
    if any(part.startswith(".") for part in below.split("/")):
        return False
    return stat.S_ISDIR(mode) or (stat.S_ISREG(mode) and kind_of(below) is not None)
