"""Reading keys are in the order of a local scan, and name the rows that items come from."""

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from dedup.engines.spark.order import in_lot, item_key, lot_row, place, root_of, row_of, split_row, walked
from dedup.readers import FileBatch, batches
from dedup.settings import Settings

name = st.text(st.sampled_from("aAb !\1\2~é😀\ue000"), min_size=1, max_size=3)
files = st.tuples(st.lists(name, max_size=2), name).map(lambda parts: "/".join([*parts[0], parts[1] + ".txt"]))


@given(st.sets(files, min_size=1, max_size=12))
def test_places_are_in_the_order_of_a_walk(found: set[str]) -> None:
    with tempfile.TemporaryDirectory() as root:
        for file in found:
            (Path(root) / file).parent.mkdir(parents=True, exist_ok=True)
            (Path(root) / file).write_text("A storm.")
        walked_ = [
            f"{folder}/{one}" if folder else one
            for batch in batches([root], Settings())
            if isinstance(batch, FileBatch)
            for folder, names in batch.folders
            for one in names
        ]
    assert sorted(found, key=lambda file: place(3, file)) == walked_


@given(files, st.integers(0, 10**12))
def test_the_key_of_an_item_names_its_row(path: str, line: int) -> None:
    lot = lot_row(12, "a", "00000007")
    for row in (walked(5), walked(5, 6), split_row(12, path, 64 << 20)):
        assert row_of(item_key(row, line)) == row
    assert row_of(item_key(in_lot(place(12, path), lot), line)) == lot
    assert root_of(lot) == root_of(split_row(12, path, 0)) == 12
