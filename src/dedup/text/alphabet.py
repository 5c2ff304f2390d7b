"""How each character counts: as a letter (and which one), as nothing, as a gap, or as the end of something.

The rules are this file; their result for every character of Unicode is the table ``alphabet.npz``, which
``python -m dedup.text.alphabet`` writes anew. It is shipped, so that the words of a text do not depend on the
Unicode version of the Python that runs: the rules may be read by people, the table is read by the kernel.

A character is decomposed (NFKD), loses its accents, is case folded, and takes the Latin letter that it looks like,
until nothing changes. Each character alone decides this, so that a text and its NFC and NFD forms agree.
Look-alikes are replaced in every text, not only in Latin words: Russian stays Russian, only written with other
letters, and a word spelled with look-alikes throughout is found as well.
"""

import unicodedata
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np

from dedup.columns import U8, U16, U32

GAP, LETTER, SIGN, IGNORED, STOP, WIDE_STOP, LINE_END, HYPHEN, SOFT_HYPHEN, OTHER = range(10)
"""Kinds of characters: between words; in a word; a word by itself with its neighbour (scripts that put no space
between words); dropped; ends a sentence before a space; ends one anywhere; ends a line; may split a word at a line
end; the same, and else dropped; not of ASCII."""

LOWER = 1 << 4
SEVERAL = 1 << 5
SHIFT = 6
"""A cell is kind | LOWER if it is a small letter | SEVERAL | value << SHIFT. The value is the character that it
folds to or, with SEVERAL, where in ``several`` the count of the characters and then they themselves stand."""

APOSTROPHES = "'`´ʹʻʼʽˈ‘’‛′＇\x91\x92"
HYPHENS = "-‐"
STOPS = ".!?…"
WIDE_STOPS = "。！？｡"
LINE_ENDS = "\n\x0b\x0c\x85\u2028\u2029"
UNSPACED = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x3005, 0x3007),  # ideographic iteration mark, closing mark, zero
    (0x3040, 0x30FF),  # Hiragana, Katakana
    (0x31F0, 0x31FF),  # small Katakana
    (0x3400, 0x4DBF),  # Han
    (0x4E00, 0x9FFF),  # Han
    (0xA9E0, 0xA9FF),  # Myanmar
    (0xAA60, 0xAA7F),  # Myanmar
    (0xF900, 0xFAFF),  # Han
    (0x20000, 0x3FFFF),  # Han
)
INVISIBLE = (  # characters that show nothing, beside those of category Cf
    (0x034F, 0x034F), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x2065, 0x2065), (0x3164, 0x3164),
    (0xFE00, 0xFE0F), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0xE0000, 0xE0FFF),
)  # fmt: skip
LOOK_ALIKES = {
    # Latin letters and signs that decomposition does not split, and small capitals
    "ı": "i", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe",
    "ƅ": "b", "ɑ": "a", "ɡ": "g", "ɣ": "y", "ɩ": "i", "ɪ": "i",
    "ɯ": "w", "ʋ": "v", "ʏ": "y", "ʀ": "r", "ʙ": "b", "ɢ": "g", "ʜ": "h", "ʟ": "l", "ɴ": "n",
    "ᴀ": "a", "ᴄ": "c", "ᴅ": "d", "ᴇ": "e", "ᴊ": "j", "ᴋ": "k", "ᴍ": "m", "ᴏ": "o", "ᴑ": "o", "ᴘ": "p", "ᴛ": "t",
    "ᴜ": "u", "ᴠ": "v", "ᴡ": "w", "ᴢ": "z", "ᶃ": "g", "ᶌ": "y", "ẝ": "f", "ỿ": "y", "ꜰ": "f", "ꜱ": "s", "ꞟ": "u",
    "ꞵ": "b", "ꬲ": "e", "ꬵ": "f", "ꬽ": "o", "ꭇ": "r", "ꭈ": "r", "ꭎ": "u", "ꭒ": "u", "ꭓ": "x", "ꭚ": "y", "ǀ": "l",
    "×": "x",
    # Cyrillic
    "а": "a", "в": "b", "г": "r", "е": "e", "к": "k", "м": "m", "н": "h", "о": "o", "р": "p", "с": "c", "т": "t",
    "у": "y", "х": "x", "ь": "b", "ѕ": "s", "і": "i", "ј": "j", "ѡ": "w", "ѵ": "v", "ү": "y", "һ": "h", "ҽ": "e",
    "ӏ": "l", "ԁ": "d", "ԍ": "g", "ԛ": "q", "ԝ": "w", "ꙇ": "i",
    # Greek
    "α": "a", "β": "b", "γ": "y", "ε": "e", "ζ": "z", "η": "n", "ι": "i", "κ": "k", "μ": "u", "ν": "v", "ο": "o",
    "ρ": "p", "τ": "t", "υ": "u", "χ": "x", "ω": "w", "ϲ": "c", "Ϲ": "c", "ϳ": "j", "ϝ": "f",
    # Coptic
    "ⲅ": "r", "ⲏ": "h", "ⲓ": "i", "ⲕ": "k", "ⲙ": "m", "ⲛ": "n", "ⲟ": "o", "ⲣ": "p", "ⲥ": "c", "ⲧ": "t", "ⲩ": "y",
    "ⲭ": "x",
    # Armenian
    "ա": "w", "գ": "q", "զ": "q", "հ": "h", "ո": "n", "ռ": "n", "ս": "u", "տ": "s", "ց": "g", "ք": "f", "օ": "o",
}  # fmt: skip
"""Small letters (after case folding) and the Latin letter that each looks like, small or capital. Visual
resemblance as in Unicode Technical Standard 39, for the living scripts that texts are disguised with."""

VERSION = 1
"""Part of the signature contract: raised whenever the words of any text change."""


class Alphabet(NamedTuple):
    """The table of all characters, in the form that the kernel walks."""

    ascii_kinds: U8
    """Shape (256,): the kind of each character of ASCII; for the bytes of other characters OTHER."""

    pages: U16
    """Shape (0x1100,): for the high part of a character (``c >> 8``) the page of its cell."""

    cells: U32
    """Shape (pages * 256,): the cell of character c is ``cells[pages[c >> 8] << 8 | c & 255]``."""

    several: U32
    """The characters of those that fold to more than one."""

    def cell(self, character: int) -> int:
        """The cell of one character."""
        return int(self.cells[int(self.pages[character >> 8]) << 8 | character & 255])

    def folded(self, character: int) -> list[int]:
        """The characters that one folds to."""
        cell = self.cell(character)
        value = cell >> SHIFT
        if not cell & SEVERAL:
            return [value]
        return [int(c) for c in self.several[value + 1 : value + 1 + int(self.several[value])]]


@cache
def alphabet() -> Alphabet:
    """The shipped table; read once per process, in some 5 ms."""
    with files("dedup.text").joinpath("alphabet.npz").open("rb") as stored, np.load(stored) as table:
        return Alphabet(table["ascii_kinds"], table["pages"], table["cells"], table["several"])


def within(character: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    """Whether a character lies in one of the ranges, ends included."""
    return any(first <= character <= last for first, last in ranges)


def fold(character: str) -> str:
    """The letters that a character stands for, one after the other; a gap shows as a space."""
    before, now = "", character
    while before != now:
        before, now = now, "".join(map(_folded_once, now))
    return now


def _folded_once(character: str) -> str:
    if character in LOOK_ALIKES:
        return LOOK_ALIKES[character]
    plain = unicodedata.normalize("NFKD", character)
    plain = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    return "".join(_letter(c) for c in plain)


def _letter(character: str) -> str:
    if character in LOOK_ALIKES:
        return LOOK_ALIKES[character]
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    kind = _kind(character)
    return character if kind in (LETTER, SIGN) else "" if kind == IGNORED else " "


def _kind(character: str) -> int:
    plain = unicodedata.normalize("NFKD", character)
    character = plain if len(plain) == 1 else character
    category, code = unicodedata.category(character), ord(character)
    for kind, members in (
        (IGNORED, APOSTROPHES),
        (SOFT_HYPHEN, "\xad"),
        (HYPHEN, HYPHENS),
        (STOP, STOPS),
        (WIDE_STOP, WIDE_STOPS),
        (LINE_END, LINE_ENDS),
        (LETTER, LOOK_ALIKES),
    ):
        if character in members:
            return kind
    if category in ("Cf", "Me") or character in "™℠" or within(code, INVISIBLE):
        return IGNORED
    if category in ("Mn", "Mc") and unicodedata.combining(character):
        return IGNORED
    if category[0] in "LNM":
        return SIGN if within(code, UNSPACED) and category != "Nd" else LETTER
    return GAP


def build() -> Alphabet:
    """The table from the rules and this Python's Unicode data; takes seconds."""
    cells = np.zeros(0x110000, np.uint32)
    several: list[int] = []
    for code in range(0x110000):
        character = chr(code)
        kind = _kind(character)
        lower = LOWER if unicodedata.category(character) == "Ll" else 0
        if kind in (LETTER, SIGN, GAP):
            folded = [ord(c) for c in fold(character)]
            if not folded or all(c == 32 for c in folded):
                cells[code] = GAP if folded or kind == GAP else IGNORED
                continue
            if kind == GAP:
                kind = LETTER
            if len(folded) == 1:
                folds_to_sign = _kind(chr(folded[0])) == SIGN
                cells[code] = (SIGN if folds_to_sign else LETTER) | lower | folded[0] << SHIFT
            else:
                cells[code] = LETTER | lower | SEVERAL | len(several) << SHIFT
                several += [len(folded), *folded]
        else:
            cells[code] = kind
    rows, pages = np.unique(cells.reshape(-1, 256), axis=0, return_inverse=True)
    ascii_kinds = np.full(256, OTHER, np.uint8)
    ascii_kinds[:128] = cells[:128] & 15
    return Alphabet(
        ascii_kinds, pages.reshape(-1).astype(np.uint16), rows.reshape(-1), np.array(several or [0], np.uint32)
    )


if __name__ == "__main__":
    built = build()
    np.savez_compressed(
        str(files("dedup.text").joinpath("alphabet.npz")),
        ascii_kinds=built.ascii_kinds,
        pages=built.pages,
        cells=built.cells,
        several=built.several,
    )
