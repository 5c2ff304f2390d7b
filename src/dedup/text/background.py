"""The background: how common the stems of a language are in news, counted once and shipped.

Which words of a text are rare must not depend on the collection that it stands in: ten reports of one storm would
make ``storm`` a common word, and the verdict on two articles would change while the collection grows.
"""

from functools import lru_cache
from importlib.resources import files

import numpy as np

from dedup.columns import U32
from dedup.text.stems import stem_hash

LANGUAGE = "english"
"""The language of the table, as the stemmer calls it."""


@lru_cache(maxsize=8)
def common_stems(share: float) -> U32:
    """The hashes of the stems that more than this share of articles hold, 0.005 to 1; ascending."""
    hashes = [stem_hash(stem) for stem, found in shares().items() if found > share]
    return np.array(sorted(hashes), np.uint32)


@lru_cache(maxsize=1)
def shares() -> dict[str, float]:
    """The share of news articles that hold a word of each common stem; a stem below .005 is not in it."""
    found = {}
    for line in files("dedup.text").joinpath("background.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            number, *stems = line.split()
            found.update(dict.fromkeys(stems, int(number) / 1000))
    return found
