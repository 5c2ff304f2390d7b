"""Collections that every engine must report on alike: one suite for all of them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from dedup.settings import Settings
from tests.stories import record, story, words, write_records, write_texts

ROOT = Path(__file__).parents[2]
VISIT = ROOT / "tests" / "cases" / "visit"
NOTICE = (
    "Pages on this shelf are mirrored by a machine at night. Whoever wrote one of them and would rather see it gone "
    "may tell the harbour desk, which takes such pages down before the next morning."
)


class Case(NamedTuple):
    """A collection and how it is scanned."""

    make: Callable[[Path], Path]
    """Writes it below an empty folder, and says what to scan."""

    settings: Settings = Settings()


def sample(_: Path) -> Path:
    """The one that the project ships."""
    return ROOT / "data" / "sample"


def mixed(folder: Path) -> Path:
    """Copies, edited ones, excerpts, a spun copy, a round-up, an emptied page."""
    found = []
    for seed in range(6):
        text = words(seed, 120)
        found += [
            record(f"{seed}-b", " ".join(text), published="2024-03-05", title=f"Story {seed}"),
            record(f"{seed}-a", " ".join(text), published="2024-03-05"),
            record(
                f"{seed}-c", " ".join([*text[:40], *words(50 + seed, 12), *text[40:]]), source="The Kelmouth Courier"
            ),
            record(f"{seed}-d", " ".join(text[:50])),
            record(f"{seed}-e", " ".join(text[60:])),
        ]
    found += [record(f"visit-{file.stem}", file.read_text("utf-8")) for file in sorted(VISIT.glob("*.txt"))]
    page = [word for part in range(15) for word in (*words(40, 12), *words(60 + part, 28))]
    found += [record(f"page-{i}", " ".join([*page, *words(41 + i, 40)])) for i in range(2)]
    found += [record(f"page-part-{i}", " ".join(page[at : at + 90])) for i, at in enumerate((0, 40, 300, 510))]
    found += [record("round-up", " ".join(story(seed) for seed in range(3))), record("empty", "...")]
    write_records(folder / "day.jsonl", found[::-1])
    return folder


def noticed(folder: Path) -> Path:
    """A notice under many stories, some of which stand there twice or in other blocks, and one that is that alone."""
    found = [record(f"a{i:02}", f"{story(i, 90)}\n\n{NOTICE}", source=f"outlet {i % 3}") for i in range(14)]
    found += [record(f"b{i:02}", f"{story(i, 90)}\n\n{NOTICE}") for i in range(4)]
    found += [record(f"c{i:02}", f"{story(i, 90)} {NOTICE}") for i in range(4, 7)]
    write_records(folder / "day.jsonl", [*found, record("only", NOTICE)])
    return folder


def shared_ids(folder: Path) -> Path:
    """Ids that stand in several files, twice in one file, and one that is the new name of another article."""
    for name in ("a", "b"):
        own = [record("1", story(1)), record("1", story(2)), record("2", story(3)), record(f"only {name}", story(4))]
        write_records(folder / f"{name}.jsonl", own)
    write_records(folder / "c.jsonl", [record("a.jsonl#2", story(5)), record("2", story(3))])
    return folder


def unreadable(folder: Path) -> Path:
    """Files and lines that cannot be read, beside some that can."""
    write_texts(folder, {"one.txt": story(1), "deep/two.txt": story(1), "empty.txt": ""})
    (folder / "broken.jsonl").write_text('{"id": "x", "text": "' + story(1) + '"}\n{"id": \n[]\n')
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 20)
    (folder / "packed.json.gz").write_bytes(b"\x1f\x8b no such thing")
    return folder


def empty(folder: Path) -> Path:
    """No article at all."""
    return folder


def edited(folder: Path) -> Path:
    """Stories with copies that differ in so many places that few bands agree, but most words do."""
    found = []
    for seed in range(8):
        for copy in range(3):
            text = words(seed, 240)
            for at in range(10 + copy, 240, 25):
                text[at] = words(1000 + copy, at + 1)[at]
            found.append(record(f"{seed}-{copy}", " ".join(text)))
    write_records(folder / "day.jsonl", found)
    return folder


def pages(count: int, common: int, own: int) -> Callable[[Path], Path]:
    """Pages that share so many words, and have so many of their own."""

    def make(folder: Path) -> Path:
        some: list[dict[str, Any]] = [
            record(f"{i:03}", f"{story(1, common)} {story(1000 + i, own)}") for i in range(count)
        ]
        some += [record(f"x{i:03}", f"{story(2, common)} {story(2000 + i, own)}") for i in range(count // 2)]
        write_records(folder / "day.jsonl", some)
        return folder

    return make


CASES = {
    "sample": Case(sample),
    "mixed": Case(mixed),
    "noticed": Case(noticed),
    "footers kept": Case(noticed, Settings(set_aside_footers=False)),
    "shared ids": Case(shared_ids),
    "unreadable": Case(unreadable),
    "empty": Case(empty),
    "large buckets": Case(pages(40, 100, 20), Settings(whole_bucket=3)),
    "buckets that are left": Case(
        pages(40, 100, 100), Settings(whole_bucket=2, max_pivots=1, min_resemblance=0.5, set_aside_footers=False)
    ),
    "near copies that only keys find": Case(edited, Settings(permutations=2, min_resemblance=0.5)),
    "many bands": Case(mixed, Settings(permutations=600)),
    "many versions": Case(pages(24, 120, 160), Settings(max_key_articles=2, set_aside_footers=False)),
}
