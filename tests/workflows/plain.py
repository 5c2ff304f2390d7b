"""The measures of two texts with Python's sets: slow, plain, and the oracle of what reports say."""

from dedup.settings import Settings
from dedup.text.words import words_of

Shingle = tuple[int, ...]


def words(text: str) -> list[int]:
    found: list[int] = words_of([text]).hashes[0].tolist()
    return found


def shingles(text: str, size: int = Settings().shingle_words) -> set[Shingle]:
    run = words(text)
    return {tuple(run[i : i + size]) for i in range(len(run) - size + 1)}


def resemblance(left: str, right: str) -> float:
    if words(left) and words(left) == words(right):
        return 1.0
    a, b = shingles(left), shingles(right)
    return len(a & b) / max(len(a | b), 1)


def containment(part: str, whole: str) -> float:
    if words(part) and words(part) == words(whole):
        return 1.0
    a, b = shingles(part), shingles(whole)
    return len(a & b) / max(len(a), 1)
