from hypothesis import given
from hypothesis import strategies as st

from dedup.report.page.pictures import MOST_COLUMNS, Picture, pictures
from tests.report.page.made import Json, cluster, member, report


def story(name: str, size: int = 2, day: str | None = "2024-03-05", source: str | None = "Courier") -> Json:
    facts: Json = {"published": day, "source": source}
    copies = [member(f"{name}-{n}", "near", f"{name}-0", **facts) for n in range(1, size)]
    return cluster([member(f"{name}-0", "original", None, **facts), *copies])


def picture(document: Json, name: str) -> Picture:
    return next(one for one in pictures(document) if one.id == name)


def numbers(found: Picture) -> dict[str, int]:
    return {bar.label: bar.value for bar in found.bars}


def test_a_report_without_clusters_has_no_pictures() -> None:
    assert pictures(report([])) == ()


def test_copies_are_counted_by_outlet_and_originals_are_not() -> None:
    assert numbers(picture(report([story("a", 4)]), "sources")) == {"Courier": 3}


def test_copies_of_unknown_outlets_are_told_beside_the_bars() -> None:
    found = picture(report([story("a", 2), story("b", 3, source=None)]), "sources")
    assert numbers(found) == {"Courier": 1} and found.note == "Of 2 more the outlet is not known."


def test_many_small_outlets_share_a_bar() -> None:
    found = picture(report([story(f"{n}", source=f"Outlet {n:02}") for n in range(20)]), "sources")
    assert len(found.bars) == 13 and found.bars[-1].label == "8 other outlets" and found.bars[-1].value == 8


def test_a_relation_that_no_copy_has_is_shown_as_none() -> None:
    assert numbers(picture(report([story("a")]), "relations")) == {"identical": 0, "near": 1, "excerpt": 0, "spun": 0}


def test_sizes_are_counted_in_bins_that_double() -> None:
    sizes = [2, 2, 3, 4, 5, 8, 9, 16, 17]
    found = picture(report([story(f"{n}", size) for n, size in enumerate(sizes)]), "sizes")
    assert numbers(found) == {"2": 2, "3": 1, "4": 1, "5–8": 2, "9–16": 2, "17–32": 1}


@given(st.lists(st.integers(2, 9000), min_size=1, max_size=8))
def test_each_cluster_is_in_one_bin_that_names_its_size(sizes: list[int]) -> None:
    document = report([{"members": [{"source": None, "relation": "near", "published": None}] * n} for n in sizes])
    found = picture(document, "sizes")
    assert sum(bar.value for bar in found.bars) == len(sizes)
    bounds = [[int(n.replace(",", "").rstrip("+")) for n in bar.label.split("–")] for bar in found.bars]
    for bar, (first, *last) in zip(found.bars, bounds, strict=True):
        top = last[0] if last else 1 << 30 if bar.label.endswith("+") else first
        assert bar.value == sum(first <= size <= top for size in sizes)


@given(st.lists(st.dates(), min_size=1, max_size=8))
def test_every_dated_story_is_in_one_of_few_columns_whatever_the_span(days: list[object]) -> None:
    found = picture(report([story(f"{n}", day=str(day)) for n, day in enumerate(days)]), "stories")
    assert len(found.bars) <= MOST_COLUMNS + 1
    assert sum(bar.value for bar in found.bars) == len(days)
    assert all(0 <= bar.share <= 1 for bar in found.bars)


def test_a_story_counts_on_the_day_of_its_first_article() -> None:
    late, early = member("a", "original", None, published="2024-03-07"), member("b", "near", "a")
    found = picture(report([cluster([late, early]), story("c", day="2024-03-06")]), "stories")
    assert numbers(found) == {"2024-03-05": 1, "2024-03-06": 1} and found.title == "Stories by day"


def test_stories_without_a_date_are_told_beside_the_columns() -> None:
    assert "1 cluster has none." in picture(report([story("a"), story("b", day=None)]), "stories").note
