"""Invented stories, and collections of them on disk, for the tests of whole scans."""

import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson

from dedup.model import Cluster, Report
from dedup.report.document import to_json
from dedup.report.memoryless import without_memory

SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "al", "en", "or")]


def words(seed: int, count: int) -> list[str]:
    """Words that no other seed gives in the same order."""
    chosen = random.Random(seed)
    return ["".join(chosen.choices(SYLLABLES, k=3)) for _ in range(count)]


def story(seed: int, count: int = 120) -> str:
    """A text of so many words; two of different seeds share no run of words."""
    return " ".join(words(seed, count))


def record(id_: str, text: str, **fields: Any) -> dict[str, Any]:
    return {"id": id_, "text": text, **fields}


def write_records(file: Path, records: Iterable[dict[str, Any]]) -> Path:
    """A JSON Lines file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"".join(orjson.dumps(record) + b"\n" for record in records))
    return file


def write_texts(folder: Path, texts: dict[str, str]) -> Path:
    """A folder of text files, made in the order in which they are given."""
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def without_run(report: Report) -> bytes:
    """The report as JSON, less the part that may differ between equal scans."""
    document = orjson.loads(to_json(report))
    del document["run"]
    return orjson.dumps(document)


def told(report: Report | bytes) -> dict[str, Any]:
    """A report, or the JSON of one, without what only a state knows."""
    return without_memory(orjson.loads(report if isinstance(report, bytes) else to_json(report)))


def member_ids(cluster: Cluster) -> set[str]:
    return {member.id for member in cluster.members}


def groups(report: Report) -> list[set[str]]:
    """The ids of each cluster's members."""
    return [member_ids(cluster) for cluster in report.clusters]
