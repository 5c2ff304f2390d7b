"""Does a scan stay near-linear on shapes that are hard: very many, very long, very much the same?

    shapes.py [SHAPE…] [--scale 1.0] [--jobs 1] [--dedup PATH] [--json FILE] [--record]

Each shape is made at a tenth of its size and at its size, and scanned once each; a growth of 10 in time is linear,
one of 100 quadratic. The start of the program, some half a second, counts in both. Texts are drawn by a seed from
made-up words, some frequent and most rare, as in any language.
Exit: 0 done; 1 failed.
"""

import argparse
import itertools
import json
import random
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import measure
import numpy as np
import orjson
import quality

from dedup.settings import Settings
from dedup.sketches.minhash import permutations
from dedup.text.shingles import roll
from dedup.text.words import words_of

SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstv" for vowel in "aeiou"]
VOCABULARY = 40_000
PAGE_WORDS = 600
TEASER_WORDS = 20
FOOTER_WORDS = 80
SENTENCE_WORDS = 15
DRAWN = 1 << 20
BAND_ROWS = 8
"""Rows for which shingles of the smallest hashes are sought: those of a band, and to spare."""


class Writer:
    """Draws words: the r-th most frequent one with a chance of 1 / r."""

    def __init__(self, seed: int) -> None:
        random_ = random.Random(seed)
        made = dict.fromkeys(
            "".join(random_.choices(SYLLABLES, k=random_.randint(1, 5))) for _ in range(2 * VOCABULARY)
        )
        words = list(itertools.islice(made, VOCABULARY))
        chances = 1 / np.arange(2, len(words) + 2)
        drawn = np.random.default_rng(seed).choice(len(words), DRAWN, p=chances / chances.sum())
        self._stream = [words[i] for i in drawn.tolist()]
        self._random = random_

    def words(self, count: int) -> list[str]:
        """So many words of the language; a long run of them seldom comes twice."""
        drawn = list[str]()
        while len(drawn) < count:
            at, step = self._random.randrange(DRAWN), self._random.randrange(1, DRAWN, 2)
            drawn += [self._stream[(at + step * i) % DRAWN] for i in range(min(count - len(drawn), DRAWN // 2))]
        return drawn

    def text(self, count: int) -> str:
        """So many words in sentences."""
        words = self.words(count)
        sentences = (" ".join(words[i : i + SENTENCE_WORDS]) for i in range(0, count, SENTENCE_WORDS))
        return " ".join(f"{sentence.capitalize()}." for sentence in sentences)


def identical(writer: Writer, count: int) -> Iterator[str]:
    """Pages of the very same words."""
    page = writer.text(PAGE_WORDS)
    return itertools.repeat(page, count)


def one_footer(writer: Writer, count: int) -> Iterator[str]:
    """Pages of a line each, and one footer below."""
    footer = writer.text(FOOTER_WORDS)
    return (f"{writer.text(SENTENCE_WORDS)}\n\n{footer}" for _ in range(count))


def one_article(writer: Writer, count: int) -> Iterator[str]:
    """One article of so many words."""
    yield "\n".join(writer.text(PAGE_WORDS) for _ in range(max(1, count // PAGE_WORDS)))


def one_line(writer: Writer, count: int) -> Iterator[str]:
    """Articles of a line."""
    return (writer.text(SENTENCE_WORDS) for _ in range(count))


def one_word(writer: Writer, count: int) -> Iterator[str]:
    """Articles of one word again and again, each as often as no other."""
    return (f"{'again ' * (PAGE_WORDS + i % PAGE_WORDS)}{writer.text(1)}" for i in range(count))


def one_bucket(writer: Writer, count: int) -> Iterator[str]:
    """Unrelated articles whose first bands agree: each holds the shingles of the smallest hashes of many."""
    settings = Settings()
    size, found, mixed = settings.shingle_words, writer.words(DRAWN), np.uint32
    hashes, shingles = words_of([" ".join(found)]).hashes[0], np.empty(DRAWN, np.uint64)
    shingles = shingles[: roll(hashes, 0, len(hashes), size, shingles)]
    h = (shingles >> np.uint64(32)).astype(mixed)
    h = (h ^ h >> 16) * mixed(0x85EBCA6B)
    h = (h ^ h >> 13) * mixed(0xC2B2AE35)
    h ^= h >> 16
    a, b = permutations(settings)
    best = [int(np.argmin(a[row] * h + b[row])) for row in range(BAND_ROWS)]
    shared = ". ".join(" ".join(found[at : at + size]) for at in best)
    return (f"{writer.text(PAGE_WORDS // 2)} {shared}. {writer.text(PAGE_WORDS // 2)}" for _ in range(count))


def teasers(writer: Writer, count: int) -> Iterator[str]:
    """Headlines with a teaser."""
    return (writer.text(TEASER_WORDS) for _ in range(count))


def pages(writer: Writer, count: int) -> Iterator[str]:
    """Unrelated articles of the usual length, to set the others against."""
    return (writer.text(PAGE_WORDS) for _ in range(count))


class Shape(NamedTuple):
    """A kind of input, and how much of it."""

    made: Callable[[Writer, int], Iterator[str]]
    size: int


SHAPES = {
    "pages": Shape(pages, 100_000),
    "teasers": Shape(teasers, 342_664),
    "one-line": Shape(one_line, 1_000_000),
    "identical": Shape(identical, 100_000),
    "one-footer": Shape(one_footer, 100_000),
    "one-article": Shape(one_article, 30_000_000),
    "one-word": Shape(one_word, 100_000),
    "one-bucket": Shape(one_bucket, 50_000),
}


def write(shape: Shape, size: int, file: Path) -> int:
    """Write the articles of a shape; returns the bytes of their texts."""
    total = 0
    with file.open("wb") as out:
        for number, text in enumerate(shape.made(Writer(7), size)):
            out.write(orjson.dumps({"id": f"{number:07}", "text": text}) + b"\n")
            total += len(text)
    return total


def figures(name: str, size: int, options: argparse.Namespace) -> dict[str, Any]:
    """One scan of one shape."""
    with tempfile.TemporaryDirectory() as folder:
        docs, out = Path(folder) / "docs.jsonl", Path(folder) / "report.json"
        text_bytes = write(SHAPES[name], size, docs)
        command = [measure.dedup_command(options.dedup), "scan", docs, "--report", out, "--quiet"]
        cost = measure.run(
            [*command, "--jobs", str(options.jobs)], cores=options.jobs, accept=quality.DONE_OR_SOME_UNREADABLE
        )
        report = quality.read_report(out.read_bytes())
    return {
        "shape": name,
        "articles": report["counts"]["articles"],
        "clusters": report["counts"]["clusters"],
        "text_bytes": text_bytes,
        "seconds": round(cost.seconds, 3),
        "cpu_seconds": round(cost.cpu_seconds, 3),
        "peak_bytes": cost.peak_bytes,
        "limits_hit": report["run"]["limits_hit"],
        "stages": [{key: s[key] for key in ("name", "cpu_seconds")} for s in report["run"]["stages"]],
        "settings_fingerprint": report["run"]["settings_fingerprint"],
    }


def row(one: dict[str, Any], smaller: dict[str, Any] | None) -> Sequence[object]:
    """A line of the table."""
    slowest = max(one["stages"], key=lambda stage: stage["cpu_seconds"])
    return (
        one["shape"],
        one["articles"],
        f"{one['text_bytes'] / 1e6:.1f}",
        f"{one['cpu_seconds']:.2f}",
        f"{one['cpu_seconds'] / smaller['cpu_seconds']:.1f}" if smaller else "",
        f"{one['text_bytes'] / 1e6 / one['cpu_seconds']:.1f}",
        measure.mebibytes(one["peak_bytes"]),
        one["clusters"],
        f"{slowest['name']} {slowest['cpu_seconds']:.2f}",
        ", ".join(limit["setting"] for limit in one["limits_hit"]) or "-",
    )


def main(words: list[str]) -> int:
    """Make, scan, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shapes", nargs="*", metavar="SHAPE", help=f"of {', '.join(SHAPES)} (default: all)")
    parser.add_argument("--scale", type=float, default=1.0, help="times the sizes (default: 1.0)")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--dedup", help="path of the dedup command")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file, too")
    parser.add_argument("--record", action="store_true", help="append the figures to history.jsonl")
    options = parser.parse_args(words)
    if unknown := set(options.shapes) - set(SHAPES):
        parser.error(f"no such shape: {', '.join(sorted(unknown))}")
    found, rows = list[dict[str, Any]](), list[Sequence[object]]()
    for name in options.shapes or SHAPES:
        smaller = None
        for share in (0.1, 1.0):
            one = figures(name, max(1, round(SHAPES[name].size * options.scale * share)), options)
            found.append(one)
            rows.append(row(one, smaller))
            print(f"{name}: {one['articles']:,} articles, {one['cpu_seconds']:.2f} CPU s", file=sys.stderr)
            smaller = one
    header = (
        "shape",
        "articles",
        "text MB",
        "CPU s",
        "growth",
        "MB/CPU s",
        "peak MiB",
        "clusters",
        "slowest",
        "limits",
    )
    print(measure.table(header, rows))
    if options.json:
        options.json.write_text(json.dumps({"machine": measure.machine(), "shapes": found}, indent=1) + "\n")
    if options.record:
        measure.record("shapes", found[0]["settings_fingerprint"], {"shapes": found, "jobs": options.jobs})
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (measure.CommandError, ValueError, OSError) as error:
        sys.exit(f"shapes: {error}")
