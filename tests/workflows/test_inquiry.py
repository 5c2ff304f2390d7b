"""An article is told the known ones that it is a copy of, as a scan of all of them would tell."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dedup
from dedup.comparison.rewrite import Texts
from dedup.engines.local import LocalEngine
from dedup.footers.catalogue import load
from dedup.model import RELATIONS, Article, Unreadable
from dedup.readers import batches, read
from dedup.report.answer import Answer, KnownMatch
from dedup.settings import Settings
from dedup.store.lock import locked
from dedup.text.background import common_stems
from dedup.verdicts import judge_any
from dedup.workflows.boilerplate import strip
from dedup.workflows.collection import ignore, read_collection
from dedup.workflows.inquiry import find_copies
from dedup.workflows.stopwatch import Stopwatch
from tests.laws import costly
from tests.stories import record, story, words, write_records
from tests.workflows.test_footers import NOTICE

Records = list[dict[str, str]]
SENTENCES = [" ".join(words(100 + i, 8)).capitalize() + "." for i in range(12)]
texts = st.lists(st.sampled_from(SENTENCES), max_size=14).map(" ".join)


def scanned(folder: Path, records: Records, **options: float) -> Path:
    """The state that a scan of records leaves."""
    write_records(folder / "day.jsonl", records)
    dedup.scan([folder / "day.jsonl"], settings=Settings.from_dict(options), jobs=1, state=folder / "state.db")
    return folder / "state.db"


def by_id(found: Answer) -> dict[str, KnownMatch]:
    return {match.id: match for match in found.matches}


def expected(path: Path, asked: int, options: Settings) -> dict[str, tuple[str, float, float]]:
    """What a scan of all articles says of one of them and each other that is related to it, itself included."""
    engine, known = LocalEngine(1), load()
    collection = read_collection([path], options, known, engine, Stopwatch(), ignore)
    stripped = strip(collection, known, options, engine)
    rare = collection.stems.rare(common_stems(options.max_anchor_share))
    count = len(collection.heads)
    pairs = np.array([[asked, other] for other in range(count)], np.int32)
    links = judge_any(Texts(stripped.bodies, stripped.sentences, rare), pairs, options)
    same = links.evidence.identical
    rows = zip(
        collection.heads.ids, links.relations.tolist(), np.where(same, 1, links.evidence.resemblance).tolist(),
        np.where(same, 1, links.evidence.left_in_right).tolist(), strict=True,
    )  # fmt: skip
    return {id_: (RELATIONS[r], round(shared, 4), round(part, 4)) for id_, r, shared, part in rows if r}


def told(found: Answer) -> dict[str, tuple[str, float, float]]:
    return {one.id: (one.relation, one.resemblance, one.containment) for one in found.matches}


@contextmanager
def a_folder(factory: pytest.TempPathFactory) -> Iterator[Path]:
    yield factory.mktemp("inquiry")


@costly(5)
@given(found=st.lists(texts, min_size=1, max_size=8))
def test_of_any_known_article_it_says_what_a_scan_would_say_of_each_two(
    tmp_path_factory: pytest.TempPathFactory, found: list[str]
) -> None:
    with a_folder(tmp_path_factory) as folder:
        state = scanned(folder, [record(f"a{i}", text) for i, text in enumerate(found) if text])
        for number, text in enumerate(filter(None, found)):
            assert told(find_copies(text, state)) == expected(folder / "day.jsonl", number, Settings())


def test_what_a_scan_learned_of_footers_is_set_aside_of_both(tmp_path: Path) -> None:
    template = " ".join(words(900, 60))
    records = [record(f"m{i}", f"{story(i, 90)}\n\n{template}\n\n{story(50 + i, 40)}") for i in range(12)]
    records += [record("copy", f"{story(3, 90)}\n\n{story(53, 40)}"), record("part", f"{story(4, 90)}\n\n{template}")]
    state = scanned(tmp_path, records)
    order = sorted(one["id"] for one in records)
    for one in records:
        found = find_copies(one["text"], state)
        assert told(found) == expected(tmp_path / "day.jsonl", order.index(one["id"]), Settings())
    found = find_copies(records[3]["text"], state)
    assert {id_: match.relation for id_, match in by_id(found).items()} == {"m3": "identical", "copy": "identical"}
    (footer,) = found.set_aside
    assert (footer.origin, footer.text, footer.id[:8]) == ("learned", template, "learned-")
    assert records[3]["text"][footer.start : footer.stop] == template
    assert (found.words, found.body_words) == (190, 130)


@pytest.fixture(scope="module")
def sample_state(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    state = tmp_path_factory.mktemp("sample") / "state.db"
    dedup.scan([sample], jobs=1, state=state)
    return state


def test_articles_of_the_sample_are_told_what_a_scan_would_say(sample: Path, sample_state: Path) -> None:
    options = Settings()
    articles = {
        one.id: one
        for batch in batches([sample], options)
        if not isinstance(batch, Unreadable)
        for one in read(batch, options)
        if isinstance(one, Article)
    }
    checked = 0
    for number, id_ in list(enumerate(sorted(articles)))[::9]:
        wanted = expected(sample, number, options)
        found = told(find_copies(articles[id_], sample_state))
        assert found == wanted
        checked += len(found) > 1
    assert checked


RAIL, SPUN_RAIL = "outlets/quayside-ledger/2024/07/union-rail.html", "aggregators/allwires-mirror/rail-wedding.txt"


def test_a_text_in_other_words_is_found_with_the_sentences_that_tell_the_same(
    sample: Path, sample_state: Path
) -> None:
    text = (sample / SPUN_RAIL).read_text("utf-8")
    found = find_copies(text, sample_state)
    match = by_id(found)[RAIL]
    assert match.relation == "spun" and match.rewrite and match.rewrite > 0.5
    assert text[match.passages.longest[0].start :].startswith("Railway companies Norrail and Southern Lines")
    assert {one.kind for one in found.set_aside} >= {"takedown"}
    assert match.cluster and match.cluster == by_id(found)[SPUN_RAIL].cluster


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    whole = words(1, 300)
    records = [
        record("whole", " ".join(whole), title="A Story", source="ledger.example", published="2024-05-01"),
        record("again", " ".join(whole).upper()),
        record("half", " ".join(whole[:180])),
        record("part", " ".join(whole[100:200])),
        record("short", "Six of them, no more."),
        *(record(f"other{i}", story(10 + i, 200)) for i in range(5)),
    ]
    return scanned(tmp_path_factory.mktemp("known"), records)


WHOLE = " ".join(words(1, 300))


def test_the_surest_come_first(state: Path) -> None:
    found = find_copies(WHOLE, state)
    assert [(one.id, one.relation) for one in found.matches] == [
        ("again", "identical"), ("whole", "identical"), ("half", "near"), ("part", "near"),
    ]  # fmt: skip
    assert (found.known, found.found, found.set_aside) == (10, 4, ())


def test_the_heads_of_a_match_are_those_of_the_known_article(state: Path) -> None:
    one = by_id(find_copies(WHOLE, state))["whole"]
    assert (one.path, one.title, one.source, one.published) == (
        "day.jsonl", "A Story", "ledger.example", "2024-05-01",
    )  # fmt: skip
    assert one.cluster in {"again", "whole", "half"}


def test_only_so_many_are_named_as_are_wanted(state: Path) -> None:
    found = find_copies(WHOLE, state, most=1)
    assert ([one.id for one in found.matches], found.found) == (["again"], 4)


def test_an_excerpt_is_named_in_either_direction(state: Path) -> None:
    digest = f"{story(70, 900)} {WHOLE} {story(71, 900)}"
    inside = find_copies(Article("q", "q", digest), state)
    assert {id_: (one.relation, one.excerpt) for id_, one in by_id(inside).items()} == {
        id_: ("excerpt", id_) for id_ in ("again", "whole", "half", "part")
    }
    some = find_copies(Article("q", "q", " ".join(words(1, 300)[20:80])), state)
    assert by_id(some)["whole"].excerpt == "q"
    assert (by_id(some)["whole"].containment, by_id(some)["whole"].of_known) == (1.0, round(56 / 296, 4))


def test_passages_lie_where_both_texts_have_them(state: Path) -> None:
    text = f"{story(72, 100)} {' '.join(words(1, 300)[50:200])} {story(73, 30)}"
    passages = by_id(find_copies(text, state))["whole"].passages
    assert (passages.count, passages.words) == (1, 150)
    (one,) = passages.longest
    assert text[one.start : one.stop] == WHOLE[one.to_start : one.to_stop] == " ".join(words(1, 300)[50:200])


@pytest.mark.parametrize("text", ["six of them - no more!", "Six of them, NO MORE"])
def test_a_text_shorter_than_a_shingle_is_a_copy_only_of_its_like(state: Path, text: str) -> None:
    assert [one.id for one in find_copies(text, state).matches] == ["short"]
    assert find_copies("six of them", state).matches == ()


@pytest.mark.parametrize("text", ["", "...", "\n"])
def test_a_text_without_words_is_nobodys_copy(state: Path, text: str) -> None:
    assert find_copies(text, state).found == 0


def test_an_article_that_is_nothing_but_footers_is_nobodys_copy(sample: Path, sample_state: Path) -> None:
    text = (sample / SPUN_RAIL).read_text("utf-8")
    notice = next(one for one in find_copies(text, sample_state).set_aside if one.kind == "takedown")
    found = find_copies(notice.text, sample_state)
    assert (found.found, found.body_words) == (0, 0) and found.set_aside


def test_the_number_of_cores_changes_nothing(state: Path) -> None:
    assert find_copies(WHOLE, state, jobs=1) == find_copies(WHOLE, state, jobs=3)


def test_what_is_gone_from_the_folder_is_known_no_more(tmp_path: Path) -> None:
    records = [record("a", story(1)), record("b", story(1)), record("c", story(2))]
    scanned(tmp_path, records)
    assert len(find_copies(story(1), scanned(tmp_path, records[1:])).matches) == 1


def test_an_id_that_stands_twice_is_told_as_the_report_tells_it(tmp_path: Path) -> None:
    write_records(tmp_path / "b.jsonl", [record("a", story(1))])
    write_records(tmp_path / "c.jsonl", [record("a", story(1)), record("d", story(2))])
    dedup.scan([tmp_path], state=tmp_path / "state.db", jobs=1)
    found = find_copies(story(1), tmp_path / "state.db").matches
    assert [(one.id, one.cluster) for one in found] == [("b.jsonl#a", "b.jsonl#a"), ("c.jsonl#a", "b.jsonl#a")]


def test_nothing_is_written_and_a_state_that_nobody_may_write_to_is_read(tmp_path: Path) -> None:
    state = scanned(tmp_path, [record("a", story(1))])
    before = {file: (file.stat().st_mtime_ns, file.read_bytes()) for file in tmp_path.rglob("*") if file.is_file()}
    for file in [*before, *(path for path in tmp_path.rglob("*") if path.is_dir()), tmp_path]:
        file.chmod(0o555)
    assert find_copies(story(1), state).found == 1
    tmp_path.chmod(0o755)
    assert {
        file: (file.stat().st_mtime_ns, file.read_bytes()) for file in tmp_path.rglob("*") if file.is_file()
    } == before


def test_other_known_footers_are_an_error(tmp_path: Path) -> None:
    state = scanned(tmp_path, [record("a", story(1))])
    (tmp_path / "own.toml").write_text(
        '[[footer]]\nname = "own"\nkind = "legal"\nwordings = ["our very own words"]\n'
    )
    with pytest.raises(dedup.StateError, match="other known footers; name the same files with --catalogue"):
        find_copies("a", state, catalogue=[tmp_path / "own.toml"])


def test_a_state_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(dedup.StateError, match=r"none\.db does not exist"):
        find_copies("a", tmp_path / "none.db")


def test_a_state_without_footers_is_asked_without_them(tmp_path: Path) -> None:
    text = f"{story(1)}\n\n{NOTICE}"
    state = scanned(tmp_path, [record("a", text)], set_aside_footers=False)
    found = find_copies(text, state)
    assert (found.set_aside, found.words, found.found) == ((), found.body_words, 1)


def test_a_run_that_holds_the_state_keeps_nobody_from_asking(tmp_path: Path) -> None:
    state = scanned(tmp_path, [record("a", story(1))])
    with locked(state, 0):
        assert find_copies(story(1), state).found == 1
