"""Reading keys: strings in whose order a local scan reads.

The key of an item names the row of the frame that it was read from and, behind it, its first line: rows can be asked
for again by the keys of items. Files that were brought to a machine are read in lots, and have the key of their lot.
"""

_END = "\0"  # no name holds it, and none sorts before it
_FILE, _FOLDER = "\1", "\2"
_LOT = "\0lot"


def item_key(row: str, line: int) -> str:
    """Of what a row holds from a line on; 0 for all of it."""
    return f"{row}/{line:012d}"


def row_of(item: str) -> str:
    """The key of the row that an item was read from."""
    row = item[: item.rindex("/")]
    _, found, lot = row.rpartition(_LOT)
    return "lot" + lot if found else row


def walked(number: int, part: int = 0) -> str:
    """The row of a part of what came from a walk on this machine: by its number, since the walk is in order."""
    return f"0/{number:010d}.{part:08d}"


def place(root: int, path: str) -> str:
    """Of a file below the root of that number: the files of a folder by name, before its subfolders."""
    *folders, name = path.split("/")
    inner = "".join(f"{_FOLDER}{folder}{_END}" for folder in folders)
    return f"1/{root:06d}{inner}{_FILE}{name}{_END}"


def split_row(root: int, path: str, start: int) -> str:
    """The row of each line of a file in the split from a byte on."""
    return f"{place(root, path)}{start:015d}"


def root_of(row: str) -> int:
    """The number of the root that a split or a lot is of."""
    return int(row[2:8] if row.startswith("1/") else row[3:9])


def lot_row(root: int, kind: str, lot: str) -> str:
    """The row of each file of a lot; ``kind`` is one letter."""
    return f"lot{root:06d}{kind}{lot}"


def in_lot(first: str, lot: str) -> str:
    """The row that the key of an item names which begins with the file of that place, among those of a lot."""
    return f"{first}\0{lot}"
