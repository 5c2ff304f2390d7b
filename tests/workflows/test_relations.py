"""What a report says of two articles is what their words say."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dedup
from dedup.model import Article, Unreadable
from dedup.readers import batches, read
from dedup.workflows.compare import compare
from tests.laws import costly
from tests.stories import groups, member_ids, record, story, words, write_records, write_texts
from tests.workflows import plain

SENTENCES = [" ".join(words(100 + i, 8)).capitalize() + "." for i in range(12)]

texts = st.lists(st.sampled_from(SENTENCES), max_size=12).map(" ".join)
SHORT_WORDS = st.sampled_from(words(7, 5))

short_texts = st.lists(SHORT_WORDS, max_size=9).map(" ".join)
collections = st.lists(texts | short_texts, min_size=2, max_size=14)


def scan_texts(found: list[str], **options: float) -> dedup.Report:
    with tempfile.TemporaryDirectory() as folder:
        write_records(Path(folder, "day.jsonl"), [record(f"a{i:02}", text) for i, text in enumerate(found)])
        return dedup.scan([folder], settings=dedup.Settings.from_dict(options), jobs=1)


def text_of(found: list[str], id_: str) -> str:
    return found[int(id_.removeprefix("a"))]


@costly(3)
@given(collections)
def test_every_relation_replays_from_the_two_texts(found: list[str]) -> None:
    for cluster in scan_texts(found).clusters:
        for member in cluster.members:
            if member.to is not None:
                replayed = compare(text_of(found, member.id), text_of(found, member.to))
                assert member.relation == replayed.relation
                assert member.resemblance == round(replayed.resemblance, 4)
                assert member.containment == round(replayed.left_in_right, 4)


@costly(3)
@given(collections)
def test_the_measures_of_every_member_are_those_of_sets_of_shingles(found: list[str]) -> None:
    for cluster in scan_texts(found).clusters:
        for member in cluster.members:
            if member.to is not None:
                mine, its = text_of(found, member.id), text_of(found, member.to)
                assert member.resemblance == round(plain.resemblance(mine, its), 4)
                assert member.containment == round(plain.containment(mine, its), 4)


@costly(3)
@given(collections)
def test_the_partner_of_a_copy_is_another_member_of_its_cluster(found: list[str]) -> None:
    for cluster in scan_texts(found).clusters:
        for member in cluster.members:
            if member.relation == "original":
                assert member.to is None
            else:
                assert member.to in member_ids(cluster) - {member.id}


@costly(3)
@given(collections)
def test_an_article_stands_in_one_cluster_at_most_and_the_counts_say_how_many_do(found: list[str]) -> None:
    report = scan_texts(found)
    clustered = [id_ for group in groups(report) for id_ in group]
    assert len(clustered) == len(set(clustered)) == report.counts.clustered_articles
    assert report.counts.articles == len(found) - found.count("")
    assert all(cluster.size == len(cluster.members) >= 2 for cluster in report.clusters)


@costly(3)
@given(collections)
def test_articles_of_the_same_words_are_always_together(found: list[str]) -> None:
    cluster_of = {id_: i for i, group in enumerate(groups(scan_texts(found))) for id_ in group}
    for i, left in enumerate(found):
        for j, right in enumerate(found[:i]):
            if plain.words(left) and plain.words(left) == plain.words(right):
                assert cluster_of[f"a{i:02}"] == cluster_of[f"a{j:02}"]


@costly(3)
@given(collections)
def test_members_of_a_cluster_of_up_to_six_texts_all_have_words_in_common(found: list[str]) -> None:
    for group in groups(scan_texts(found)):
        different = {tuple(plain.words(text_of(found, id_))): text_of(found, id_) for id_ in group}
        if len(different) <= 6:
            for left in different.values():
                for right in different.values():
                    smaller = min(len(plain.shingles(left)), len(plain.shingles(right)))
                    shared = len(plain.shingles(left) & plain.shingles(right))
                    assert left == right or shared >= dedup.Settings().min_cohesion * smaller > 0


@costly(3)
@given(collections)
def test_articles_that_are_near_to_nobody_stand_in_no_cluster(found: list[str]) -> None:
    clustered = {id_ for group in groups(scan_texts(found)) for id_ in group}
    for i, left in enumerate(found):
        others = found[:i] + found[i + 1 :]
        if all(plain.resemblance(left, right) < dedup.Settings().min_resemblance for right in others):
            assert f"a{i:02}" not in clustered


@costly(3)
@given(st.lists(st.lists(SHORT_WORDS, min_size=1, max_size=4).map(" ".join), min_size=2, max_size=14))
def test_texts_shorter_than_a_shingle_are_copies_only_when_identical(found: list[str]) -> None:
    for cluster in scan_texts(found).clusters:
        assert len({text_of(found, id_) for id_ in member_ids(cluster)}) == 1
        assert {member.relation for member in cluster.members} == {"original", "identical"}


def test_a_case_and_quotation_marks_leave_articles_identical() -> None:
    cluster = scan_texts(
        ["“No boats,” he said, “until Thursday.”", '"NO BOATS", he said, "until Thursday"']
    ).clusters[0]
    assert [(m.relation, m.resemblance, m.containment) for m in cluster.members[1:]] == [("identical", 1.0, 1.0)]


def test_texts_without_any_word_are_nobodys_copy() -> None:
    assert scan_texts(["...", "...", "—", "—"]).clusters == []


def test_two_disjoint_halves_of_a_story_are_no_copies() -> None:
    whole = words(1, 200)
    assert scan_texts([" ".join(whole[:100]), " ".join(whole[100:])]).clusters == []


def test_a_pair_exactly_at_the_threshold_is_near() -> None:
    shared, mine, its = words(1, 24), words(2, 40), words(3, 20)
    texts_ = [" ".join(shared + mine), " ".join(shared + its)]
    at = plain.resemblance(*texts_)
    assert 0.2 < at == 20 / 80
    assert [m.resemblance for m in scan_texts(texts_, min_resemblance=at).clusters[0].members] == [1.0, 0.25]


def test_a_pair_just_below_the_threshold_is_unrelated() -> None:
    shared, mine, its = words(1, 24), words(2, 41), words(3, 20)
    assert scan_texts([" ".join(shared + mine), " ".join(shared + its)]).clusters == []


def test_every_relation_of_the_sample_replays_from_its_files(sample: Path) -> None:
    settings_ = dedup.Settings(set_aside_footers=False)  # else what the scan learns counts, too
    found: dict[str, Article] = {}
    for batch in batches([sample], settings_):
        assert not isinstance(batch, Unreadable)
        for article in read(batch, settings_):
            assert isinstance(article, Article)
            found[article.id] = article
    clusters = dedup.scan([sample], settings=settings_).clusters
    copies = [member for cluster in clusters for member in cluster.members if member.to]
    assert copies
    for member in copies:
        replayed = compare(found[member.id], found[member.to or ""], settings=settings_)
        assert (member.relation, member.resemblance) == (replayed.relation, round(replayed.resemblance, 4))


def test_an_unreadable_file_is_listed_and_the_scan_goes_on(tmp_path: Path) -> None:
    write_texts(tmp_path, {"a.txt": story(1), "b.txt": story(1), "empty.txt": ""})
    (tmp_path / "day.jsonl").write_text('{"id": "x"\n', "utf-8")
    (tmp_path / "bad.txt.gz").write_bytes(b"this is not gzip")
    report = dedup.scan([tmp_path])
    assert [bad.path for bad in report.unreadable] == ["bad.txt.gz", "day.jsonl:1", "empty.txt"]
    assert all(bad.reason for bad in report.unreadable)
    assert report.counts.unreadable == 3
    assert groups(report) == [{"a.txt", "b.txt"}]


@pytest.mark.parametrize("paths", [[], ["empty"]])
def test_nothing_to_scan_gives_an_empty_report(tmp_path: Path, paths: list[str]) -> None:
    (tmp_path / "empty").mkdir()
    report = dedup.scan([tmp_path / path for path in paths])
    assert (report.clusters, report.counts.articles, report.unreadable) == ([], 0, [])


def test_a_path_that_is_missing_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(dedup.InputError, match="nowhere does not exist"):
        dedup.scan([tmp_path / "nowhere"])
