"""Clusters a JSON Lines file with rensa: R-MinHash or C-MinHash, its LSH index, connected components.

    python run_rensa.py DOCS.jsonl CLUSTERS.tsv [--threshold 0.8] [--words 5] [--sketch r|c] [--unchecked]

Stands alone: the standard library and rensa. ``--words 1`` is the quicker use that its README shows, on the
single words of ``text.split()``. The batch calls are used throughout (``from_token_sets``, ``insert_many``,
``query_all``, ``get_duplicate_sets``), a thousand articles at a time. Candidates of R-MinHash are checked
against the threshold by the estimate ``jaccard``, as its deduplicator does, unless ``--unchecked``. The
quicker rho pipeline only says whether an article has a copy, not of which, and cannot give clusters.
"""

import argparse
import json
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from rensa import CMinHash, CMinHashDeduplicator, RMinHash, RMinHashLSH

ROWS = 128
SEED = 42
BATCH = 1000
WORD = re.compile(r"\w+")


def shingles(text: str, words_each: int) -> list[str]:
    """The runs of ``words_each`` words of a text; the whole text if it is shorter."""
    if words_each == 1:
        return text.split()
    words = WORD.findall(text.lower())
    if len(words) < words_each:
        return [" ".join(words)]
    return [" ".join(run) for run in zip(*(words[i:] for i in range(words_each)), strict=False)]


def batches(path: str, words_each: int, ids: list[str]) -> Iterator[list[list[str]]]:
    """The shingles of the articles, a batch at a time; their ids are appended to ``ids``."""
    with Path(path).open(encoding="utf-8") as lines:
        while batch := list(map(json.loads, islice(lines, BATCH))):
            ids.extend(record["id"] for record in batch)
            yield [shingles(record["text"], words_each) for record in batch]


def root(parents: list[int], i: int) -> int:
    """The representative of the set that holds ``i``."""
    while parents[i] != i:
        parents[i] = parents[parents[i]]
        i = parents[i]
    return i


def join_r(batched: Iterator[list[list[str]]], threshold: float, parents: list[int], *, unchecked: bool) -> None:
    """Join what R-MinHash finds alike; 16 bands of 8 rows from 0.7 on, 32 bands of 4 below."""
    index = RMinHashLSH(threshold, ROWS, 16 if threshold >= 0.7 else 32)
    signatures: list[RMinHash] = []
    for batch in batched:
        mine = RMinHash.from_token_sets(batch, num_perm=ROWS, seed=SEED)
        index.insert_many(mine, start_key=len(signatures))
        signatures.extend(mine)
    parents.extend(range(len(signatures)))
    for start in range(0, len(signatures), BATCH):
        for i, found in enumerate(index.query_all(signatures[start : start + BATCH]), start):
            for other in found:
                mine_root, other_root = root(parents, i), root(parents, other)
                if other > i or mine_root == other_root:
                    continue
                if unchecked or signatures[i].jaccard(signatures[other]) >= threshold:
                    parents[mine_root] = other_root


def join_c(batched: Iterator[list[list[str]]], threshold: float, parents: list[int]) -> None:
    """Join what C-MinHash and its deduplicator find alike: each article with those kept before it."""
    kept = CMinHashDeduplicator(threshold, ROWS, SEED)
    for batch in batched:
        first = len(parents)
        mine = CMinHash.from_token_sets(batch, num_perm=ROWS, seed=SEED)
        parents.extend(range(first, first + len(mine)))
        kept.add_pairs([(str(i), signature) for i, signature in enumerate(mine, first)])
        for i, found in enumerate(kept.get_duplicate_sets(mine), first):
            for other in map(int, found):
                parents[root(parents, i)] = root(parents, other)


def main() -> None:
    """Read, cluster, write one line ``id, cluster`` for each article that has a copy."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("docs")
    parser.add_argument("clusters")
    parser.add_argument("--threshold", type=float, default=0.8)
    parser.add_argument("--unchecked", action="store_true", help="take what the index of R-MinHash returns as it is")
    parser.add_argument("--words", type=int, default=5)
    parser.add_argument("--sketch", choices=("r", "c"), default="r")
    options = parser.parse_args()

    ids: list[str] = []
    parents: list[int] = []
    batched = batches(options.docs, options.words, ids)
    if options.sketch == "r":
        join_r(batched, options.threshold, parents, unchecked=options.unchecked)
    else:
        join_c(batched, options.threshold, parents)

    sizes: dict[int, int] = {}
    for i in range(len(ids)):
        sizes[root(parents, i)] = sizes.get(root(parents, i), 0) + 1
    with Path(options.clusters).open("w", encoding="utf-8") as out:
        for i, article in enumerate(ids):
            if sizes[root(parents, i)] > 1:
                out.write(f"{article}\t{root(parents, i)}\n")


if __name__ == "__main__":
    main()
