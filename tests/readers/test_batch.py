from hypothesis import given
from hypothesis import strategies as st

from dedup.readers import FileBatch, LineBlock, halves, read, shown_paths
from dedup.settings import Settings

names = st.lists(st.sampled_from(["a.txt", "b.txt", "c.html"]), min_size=1, max_size=3, unique=True).map(tuple)
file_batches = st.lists(st.tuples(st.sampled_from(["", "x", "x/y"]), names), min_size=1, max_size=3, unique_by=str)


@given(file_batches)
def test_the_halves_of_a_batch_hold_its_files_in_order(folders: list[tuple[str, tuple[str, ...]]]) -> None:
    batch = FileBatch("/root", tuple(folders))
    parts = halves(batch)
    assert [path for part in parts for path in shown_paths(part)] == shown_paths(batch)
    assert len(parts) == min(2, len(batch))


@given(st.lists(st.text("ab {}", max_size=5), min_size=1, max_size=9), st.integers(1, 100))
def test_the_halves_of_a_block_say_what_the_block_says_of_each_line(lines: list[str], first: int) -> None:
    block = LineBlock("day.jsonl", first, "".join(f"{line}\n" for line in lines).encode())
    parts = halves(block)
    assert [found for part in parts for found in read(part, Settings())] == list(read(block, Settings()))
    assert [path for part in parts for path in shown_paths(part)] == shown_paths(block)


def test_a_line_or_a_file_by_itself_has_no_halves() -> None:
    assert halves(LineBlock("a.jsonl", 7, b"{}\n")) == [LineBlock("a.jsonl", 7, b"{}\n")]
    assert halves(LineBlock("a.jsonl", 7, b"{}")) == [LineBlock("a.jsonl", 7, b"{}")]
    assert len(halves(FileBatch("/", (("", ("a.txt",)),)))) == 1
