"""Clusters a JSON Lines file with datasketch: MinHash over word 5-grams, MinHashLSH, connected components.

    python run_datasketch.py DOCS.jsonl CLUSTERS.tsv [--threshold 0.7] [--unchecked]

Stands alone: the standard library and datasketch 2. As its documentation advises: ``MinHash.generator``
shares the set-up of all signatures and takes an article at a time, a faster hash function replaces SHA-1
(here CRC-32, which datasketch 2 mixes again), and what the index returns is checked against the threshold by
the estimate ``jaccard``, unless ``--unchecked``. The index is filled as it is
asked, so that each pair is seen once.
"""

import argparse
import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

from datasketch import MinHash, MinHashLSH

ROWS = 128
WORD = re.compile(r"\w+")


def shingles(text: str) -> list[bytes]:
    """The word 5-grams of a text, as bytes; the whole text if it is shorter."""
    words = WORD.findall(text.lower())
    if len(words) < 5:
        return [" ".join(words).encode()]
    return [" ".join(run).encode() for run in zip(words, words[1:], words[2:], words[3:], words[4:], strict=False)]


def articles(path: str, ids: list[str]) -> Iterator[list[bytes]]:
    """The shingles of each article, whose id is appended to ``ids``."""
    with Path(path).open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            ids.append(record["id"])
            yield shingles(record["text"])


def root(parents: list[int], i: int) -> int:
    """The representative of the set that holds ``i``."""
    while parents[i] != i:
        parents[i] = parents[parents[i]]
        i = parents[i]
    return i


def main() -> None:
    """Read, cluster, write one line ``id, cluster`` for each article that has a copy."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("docs")
    parser.add_argument("clusters")
    parser.add_argument("--threshold", type=float, default=0.7)
    parser.add_argument("--unchecked", action="store_true", help="take what the index returns as it is")
    options = parser.parse_args()

    ids: list[str] = []
    parents: list[int] = []
    signatures: list[MinHash] = []
    index = MinHashLSH(threshold=options.threshold, num_perm=ROWS)
    for i, mine in enumerate(MinHash.generator(articles(options.docs, ids), num_perm=ROWS, hashfunc=zlib.crc32)):
        parents.append(i)
        for other in index.query(mine):
            mine_root, other_root = root(parents, i), root(parents, other)
            if mine_root == other_root:
                continue
            if options.unchecked or mine.jaccard(signatures[other]) >= options.threshold:
                parents[mine_root] = other_root
        index.insert(i, mine, check_duplication=False)
        signatures.append(mine)

    sizes: dict[int, int] = {}
    for i in range(len(ids)):
        sizes[root(parents, i)] = sizes.get(root(parents, i), 0) + 1
    with Path(options.clusters).open("w", encoding="utf-8") as out:
        for i, article in enumerate(ids):
            if sizes[root(parents, i)] > 1:
                out.write(f"{article}\t{root(parents, i)}\n")


if __name__ == "__main__":
    main()
