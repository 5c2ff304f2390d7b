"""Reading keys: strings in whose order a local scan reads.

A key names a row of the frame of inputs and, behind it, a line: rows can be asked for again by the keys of items.
"""

_END = "\0"  # no name holds it, and none sorts before it
_FILE, _FOLDER = "\1", "\2"
_LOT = "\0lot"


def item_key(row: str, line: int) -> str:
    """Of what a row holds from a line on; 0 for all of it."""
    return f"{row}/{line:012d}"


def row_of(item: str) -> str:
    """The row, or the lot of files, that an item was read from."""
    row = item[: item.rindex("/")]
    _, lot, number = row.rpartition(_LOT)
    return lot_row(int(number)) if lot else row


def walked(number: int, part: int = 0) -> str:
    """The row of a part of what came from a walk on this machine: by its number, since the walk is in order."""
    return f"0/{number:010d}.{part:08d}"


def stored(root: int, path: str) -> str:
    """The place of a file below the root of that number: the files of a folder before its subfolders, by name."""
    *folders, name = path.split("/")
    inner = "".join(f"{_FOLDER}{folder}{_END}" for folder in folders)
    return f"1/{root:06d}{inner}{_FILE}{name}{_END}"


def split_row(place: str, start: int) -> str:
    """The row of the lines of a file from a byte on."""
    return f"{place}{start:015d}"


def lot_row(lot: int) -> str:
    """The row of each file of a lot: of those that one task of Spark reads together."""
    return f"lot{lot:010d}"


def in_lot(place: str, lot_row_: str) -> str:
    """The row of an item that begins with the file of that place, among those of a lot."""
    return f"{place}\0{lot_row_}"
