"""Normalised text, for people and as the yardstick of the kernel: what ``words`` makes numbers of, in letters."""

from dataclasses import dataclass
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


@dataclass(slots=True)
class _Run:
    """Characters of one kind, LETTER or SIGN, that nothing but ignored characters interrupts."""

    letters: str
    kind: int
    starts: list[int]
    """For each letter the place of the character that gives it."""

    stop: int
    """The place after its last character, ignored ones included."""


def normalise(text: str) -> str:
    """A text as words with one space between them; runs of a script without spaces stay whole.

    Case, accents, quotes, dashes, invisible characters and look-alike letters make no difference; a word split
    by a hyphen at a line end is whole again. Normalising twice changes nothing.
    """
    return " ".join(run.letters for run in _runs(text))


def spelled(text: str) -> list[str]:
    """The words of a text, as ``words_of`` counts them: in a script without spaces, each two neighbours."""
    return [word for word, _, _ in located(text)]


def located(text: str) -> list[tuple[str, int, int]]:
    """The words of a text, each with the places of its first character and after its last one.

    Ignored characters behind a word, such as accents, belong to it; of two neighbours in a script without spaces,
    only to the last of a run. Of a character that gives several words, each has the whole.
    """
    words = []
    for run in _runs(text):
        if run.kind == LETTER or len(run.letters) == 1:
            words.append((run.letters, run.starts[0], run.stop))
            continue
        stops = [start + 1 for start in run.starts[1:-1]] + [run.stop]
        pairs = pairwise(run.letters)
        words += [(a + b, start, stop) for (a, b), start, stop in zip(pairs, run.starts, stops, strict=False)]
    return words


def _runs(text: str) -> list[_Run]:
    """The runs of letters and signs of a text."""
    table = alphabet()
    runs: list[_Run] = []
    going_on, at = False, 0
    while at < len(text):
        kind = table.cell(ord(text[at])) & 15
        if kind in (HYPHEN, SOFT_HYPHEN):
            goes_on = _continues(text, at + 1) if going_on and runs[-1].kind == LETTER else 0
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
                continue
            if not going_on or runs[-1].kind != kind:
                runs.append(_Run("", kind, [], at))
                going_on = True
            runs[-1].letters += chr(letter)
            runs[-1].starts.append(at)
            runs[-1].stop = at + 1
        at += 1
        if going_on and kind == IGNORED:
            runs[-1].stop = at
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
