"""Written texts: places of characters in bytes, and digests of bytes."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.text.written import PADDING, after_characters, before_characters, digest, written

TEXTS = st.text(st.sampled_from("ab \né–𝄞漢"), max_size=40)


@given(st.lists(st.text(max_size=20), max_size=5))
def test_texts_lie_one_after_the_other_with_a_zero_behind_each(texts: list[str]) -> None:
    data, starts = written(texts)
    raw = data.tobytes()
    for text, start, stop in zip(texts, starts, starts[1:], strict=False):
        assert raw[start : stop - 1].decode() == text
        assert raw[stop - 1] == 0
    assert raw[starts[-1] :] == bytes(len(raw) - starts[-1])
    assert len(raw) >= starts[-1] + PADDING - 1


@given(TEXTS, st.data())
def test_characters_are_counted_forwards(text: str, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(text)))
    stop = data.draw(st.integers(first, len(text)))
    begin, end = len(text[:first].encode()), len(text[:stop].encode())
    assert after_characters(written([text]).data, begin, stop - first) == end


@given(TEXTS, st.data())
def test_characters_are_counted_backwards_up_to_a_line_end(text: str, data: st.DataObject) -> None:
    stop = data.draw(st.integers(0, len(text)))
    most = data.draw(st.integers(0, stop))
    wanted = text[stop - most : stop].rpartition("\n")[2]
    found = before_characters(written([text]).data, len(text[:stop].encode()), most, ord("\n"))
    assert found == (len(text[: stop - len(wanted)].encode()), len(wanted))


@given(st.binary(max_size=70), st.binary(max_size=70), st.binary(max_size=9))
def test_a_digest_is_one_of_the_bytes_alone(one: bytes, other: bytes, before: bytes) -> None:
    def of(part: bytes, after: bytes) -> int:
        data = np.frombuffer(before + part + after + bytes(PADDING), np.uint8)
        return int(digest(data, len(before), len(before) + len(part)))

    assert of(one, b"") == of(one, other) != 0
    assert (of(one, b"") == of(other, b"")) == (one == other)


def test_no_two_of_many_bytes_alike_have_one_digest() -> None:
    parts = [bytes([a, b]) + bytes(n) for a in range(256) for b in range(0, 256, 5) for n in (0, 1, 6, 14, 15)]
    parts += [bytes(at) + bytes([value]) + bytes(40 - at) for at in range(41) for value in range(1, 256)]
    parts += [bytes(n) for n in range(60) if n not in (2, 3, 8, 16, 17, 41)]
    found = {int(digest(np.frombuffer(part + bytes(PADDING), np.uint8), 0, len(part))) for part in parts}
    assert len(found) == len(set(parts))
