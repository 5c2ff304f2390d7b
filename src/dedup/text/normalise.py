"""Normalised text, for people and as the yardstick of the kernel: what ``words`` makes numbers of, in letters."""

from itertools import pairwise

from dedup.text.alphabet import (
    GAP,
    HYPHEN,
    IGNORED,
    LETTER,
    LINE_END,
    LOWER,
    SIGN,
    SOFT_HYPHEN,
    alphabet,
)


def normalise(text: str) -> str:
    """A text as words with one space between them; runs of a script without spaces stay whole.

    Case, accents, quotes, dashes, invisible characters and look-alike letters make no difference; a word split
    by a hyphen at a line end is whole again. Normalising twice changes nothing.
    """
    return " ".join(run for run, _ in _runs(text))


def spelled(text: str) -> list[str]:
    """The words of a text, as ``words_of`` counts them: in a script without spaces, each two neighbours."""
    words = []
    for run, kind in _runs(text):
        words += [a + b for a, b in pairwise(run)] if kind == SIGN and len(run) > 1 else [run]
    return words


def _runs(text: str) -> list[tuple[str, int]]:
    """The runs of characters of one kind, LETTER or SIGN, that nothing but ignored characters interrupts."""
    table = alphabet()
    runs: list[tuple[str, int]] = []
    going_on, at = False, 0
    while at < len(text):
        kind = table.cell(ord(text[at])) & 15
        if kind in (HYPHEN, SOFT_HYPHEN):
            goes_on = _continues(text, at + 1) if going_on and runs[-1][1] == LETTER else 0
            if goes_on:
                at = goes_on
                continue
            kind = GAP if kind == HYPHEN else IGNORED
        if kind not in (IGNORED, LETTER, SIGN):
            going_on = False
        for letter in table.folded(ord(text[at])) if kind in (LETTER, SIGN) else []:
            kind = table.cell(letter) & 15
            if kind not in (LETTER, SIGN):
                going_on = False
            elif going_on and runs[-1][1] == kind:
                runs[-1] = runs[-1][0] + chr(letter), kind
            else:
                runs.append((chr(letter), kind))
                going_on = True
        at += 1
    return runs


def _continues(text: str, at: int) -> int:
    """Where a word split before ``at`` goes on, in lower case after exactly one line end; 0 if it does not."""
    line_ends = 0
    while at < len(text):
        cell = alphabet().cell(ord(text[at]))
        if cell & 15 == LINE_END:
            line_ends += 1
        elif cell & 15 == LETTER:
            return at if line_ends == 1 and cell & LOWER else 0
        elif text[at] not in " \t\r":
            return 0
        at += 1
    return 0
