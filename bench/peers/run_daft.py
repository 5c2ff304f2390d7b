"""Clusters a JSON Lines file with daft: normalize, minhash over word 5-grams, bands, connected components.

    python run_daft.py DOCS.jsonl CLUSTERS.tsv [--threshold 0.7]

Stands alone: the standard library and daft. The steps and settings are those of the example "MinHash
Deduplication" in its documentation, with 128 hashes in place of 64, as the others have. Only the last step is
another: the buckets are joined by a union-find in plain Python, in place of the example's rounds of joins.
"""

import argparse
import os
from pathlib import Path

os.environ.setdefault("DAFT_PROGRESS_BAR", "0")
os.environ.setdefault("DAFT_ANALYTICS_ENABLED", "0")

import daft
from daft import col
from daft.functions import minhash, normalize

HASHES = 128


def root(parents: dict[str, str], i: str) -> str:
    """The representative of the set that holds ``i``."""
    while parents.setdefault(i, i) != i:
        parents[i] = parents[parents[i]]
        i = parents[i]
    return i


def buckets(path: str, rows: int) -> daft.DataFrame:
    """One row for each bucket that holds two articles or more: their ids."""
    text = normalize(col("text"), remove_punct=True, lowercase=True, nfd_unicode=True, white_space=True)
    signature = minhash(text, num_hashes=HASHES, ngram_size=5, seed=42, hash_function="xxhash")
    return (
        daft.read_json(path)
        .select(col("id"), signature.chunk(rows).alias("bands"))
        .with_column("band", daft.lit(list(range(HASHES // rows))))
        .explode("bands", "band")
        .groupby("band", "bands")
        .agg(col("id").list_agg().alias("ids"))
        .where(col("ids").list_count() > 1)
        .select("ids")
    )


def main() -> None:
    """Read, cluster, write one line ``id, cluster`` for each article that has a copy."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("docs")
    parser.add_argument("clusters")
    parser.add_argument("--threshold", type=float, default=0.7)
    options = parser.parse_args()

    daft.set_runner_native(num_threads=1)
    parents: dict[str, str] = {}
    for ids in buckets(options.docs, 8 if options.threshold >= 0.7 else 4).to_pydict()["ids"]:
        for other in ids[1:]:
            parents[root(parents, other)] = root(parents, ids[0])
    with Path(options.clusters).open("w", encoding="utf-8") as out:
        for article in parents:
            out.write(f"{article}\t{root(parents, article)}\n")


if __name__ == "__main__":
    main()
    os._exit(0)  # daft 0.7.26 now and then crashes while Python ends, with all written
