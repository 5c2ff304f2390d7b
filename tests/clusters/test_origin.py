"""What each kind of evidence says of an original, and what no evidence may do."""

from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.clusters.extent import CUT, GROWN, WHOLE
from dedup.clusters.origin import Claims, canonical, in_order_of_name, original
from dedup.model import Article, Heads, Marker, Original
from dedup.weights import ORIGIN_WEIGHTS, OriginWeights

NOTICE = ("takedown", "The content will be deleted within 24 hours")
SYNDICATED = ("syndication", "Originally published by")


@dataclass(frozen=True)
class Page:
    """One member of a cluster, as these tests put it."""

    source: str | None = None
    published: str | None = None
    marks: tuple[tuple[str, str], ...] = ()
    url: str | None = None
    canonical: str | None = None
    author: str | None = None
    publisher: str | None = None
    based_on: str | None = None
    extent: int = WHOLE
    aggregator: bool = False
    path: str = "all.jsonl"


def claims(pages: tuple[Page, ...]) -> Claims:
    """The claims of pages; the first is called ``a``, the next ``b``."""
    heads = Heads()
    articles = [
        Article(
            chr(ord("a") + i),
            page.path,
            "text",
            source=page.source,
            url=page.url,
            canonical=page.canonical,
            published=page.published,
            author=page.author,
            publisher=page.publisher,
            based_on=page.based_on,
        )
        for i, page in enumerate(pages)
    ]
    heads.add(articles, [[Marker(kind, value, 0, 1) for kind, value in page.marks] for page in pages])
    return Claims(heads, [page.aggregator for page in pages], [page.extent for page in pages])


def judged(*pages: Page, weights: OriginWeights = ORIGIN_WEIGHTS) -> Original:
    return original(range(len(pages)), claims(pages), weights)[1]


def chance(pages: tuple[Page, ...], member: int) -> float:
    """The confidence that a member would be reported with; 0 where another is reported."""
    found, hypothesis = original(range(len(pages)), claims(pages), ORIGIN_WEIGHTS)
    return hypothesis.confidence if found == member else 0.0


def kinds(hypothesis: Original) -> list[tuple[str, str]]:
    return [(reason.kind, reason.article) for reason in hypothesis.evidence]


LEDGER, TIMES = Page("The Quayside Ledger"), Page("The Brackwater Times")


# ---- where nothing tells ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("members", [2, 3, 7])
def test_members_that_nothing_tells_apart_share_the_confidence(members: int) -> None:
    found = judged(*[Page()] * members)
    assert (found.id, found.confidence, kinds(found)) == ("a", round(1 / members, 4), [("order", "a")])


def test_the_first_in_order_of_path_goes_before_the_first_in_order_of_id() -> None:
    assert judged(Page(path="late.jsonl"), Page(path="early.jsonl")).id == "b"


# ---- times ------------------------------------------------------------------------------------------------------


def test_who_published_first_is_likelier_the_original() -> None:
    found = judged(Page(published="2024-03-02"), Page(published="2024-03-01"))
    assert (found.id, found.confidence, kinds(found)) == ("b", ORIGIN_WEIGHTS.honest_times, [("published", "b")])


def test_a_time_alone_is_never_sure_for_it_can_be_forged() -> None:
    pages = [Page(published=f"2024-03-{day:02}") for day in range(1, 29)]
    assert judged(*pages).confidence < 0.9


@pytest.mark.parametrize("times", [("2024-03-01", "2024-03-01"), ("2024-03-01T09:00:00Z", "2024-03-01")])
def test_equal_days_and_a_time_on_a_day_are_ties(times: tuple[str, str]) -> None:
    assert judged(*(Page(published=time) for time in times)).confidence == 0.5


def test_of_two_times_on_one_day_the_earlier_goes_first() -> None:
    pages = [Page(published=time) for time in ("2024-03-01T09:00:00Z", "2024-03-01T08:59:59Z")]
    assert judged(*pages).id == "b"


def test_who_has_no_time_may_have_been_first() -> None:
    dated = [Page(published="2024-03-01"), Page(published="2024-03-02")]
    assert judged(*dated, Page()).confidence < judged(*dated).confidence
    assert judged(Page(published="2024-03-01"), Page()).confidence == 0.5


def test_the_time_of_a_page_that_says_it_is_a_copy_does_not_count() -> None:
    copy = Page("Globe Gatherer", "2024-02-01", (NOTICE,))
    found = judged(copy, replace(LEDGER, published="2024-03-01"), replace(TIMES, published="2024-03-02"))
    assert found.id == "b" and ("published", "b") in kinds(found)


# ---- credits and links ------------------------------------------------------------------------------------------


def test_a_credit_speaks_for_whom_it_names_and_against_its_page() -> None:
    found = judged(replace(TIMES, marks=(SYNDICATED, ("credit", "The Quayside Ledger"))), LEDGER)
    assert found.id == "b" and found.confidence > 0.9
    assert kinds(found) == [("credit", "a")]


def test_more_credits_make_it_surer_up_to_a_limit() -> None:
    crediting = Page("X", marks=(("credit", "The Quayside Ledger"),))
    silent = [replace(TIMES, source=f"Paper {i}") for i in range(20)]
    found = [judged(LEDGER, *[crediting] * copies, *silent).confidence for copies in (1, 2, 8)]
    assert found == sorted(found) and found[0] < found[2]
    assert judged(LEDGER, *[crediting] * 50).confidence == ORIGIN_WEIGHTS.max_confidence


def test_a_credit_of_the_own_outlet_is_no_confession() -> None:
    own = replace(LEDGER, marks=(SYNDICATED, ("credit", "Quayside Ledger")))
    assert judged(own, TIMES).confidence == 0.5


def test_a_credit_of_one_who_is_no_member_names_somebody_outside() -> None:
    credit = (SYNDICATED, ("credit", "The Ostrey Herald"))
    found = judged(replace(LEDGER, marks=credit), replace(TIMES, marks=credit))
    assert found.outside and found.outside.name == "The Ostrey Herald"
    assert found.confidence < 0.1
    assert found.outside.confidence > 0.9
    assert [(reason.kind, reason.article) for reason in found.outside.evidence] == [("credit", "a"), ("credit", "b")]


def test_a_source_line_that_names_an_authority_names_no_original() -> None:
    found = judged(replace(LEDGER, marks=(("credit", "Ministry of Fisheries"),)), TIMES)
    assert found.outside is None


def test_a_member_whose_outlet_is_unknown_may_be_the_one_that_is_named() -> None:
    crediting = replace(LEDGER, marks=(SYNDICATED, ("credit", "The Ostrey Herald")))
    found = judged(crediting, Page())
    assert found.id == "b" and found.confidence > 0.5


def test_a_canonical_link_to_a_member_speaks_for_it() -> None:
    there = "https://quayside-ledger.example/union"
    first = replace(LEDGER, url=there, canonical=None)
    found = judged(replace(TIMES, url="https://times.example/1", canonical=there), first)
    assert found.id == "b" and found.confidence > 0.9 and kinds(found) == [("canonical", "a")]


def test_of_two_files_with_one_canonical_link_the_one_of_that_host_is_at_home() -> None:
    there = "https://quayside-ledger.example/union"
    found = judged(replace(TIMES, url=there, canonical=there), replace(LEDGER, url=there, canonical=there))
    assert found.id == "b" and found.confidence > 0.9


def test_a_canonical_link_to_the_own_host_says_little() -> None:
    url = "https://times.example/1"
    found = judged(LEDGER, replace(TIMES, url=url, canonical=url + "?all"))
    assert found.id == "b" and 0.5 < found.confidence < 0.65


def test_a_canonical_link_that_leads_out_of_the_cluster_names_its_host() -> None:
    there = "https://ostrey-herald.example/1"
    pages = [Page(url=f"https://copy{i}.example/1", canonical=there) for i in range(2)]
    found = judged(*pages)
    assert found.outside and found.outside.name == "ostrey-herald.example"


@pytest.mark.parametrize("named", ["The Quayside Ledger", "https://www.quayside-ledger.example/union"])
def test_what_a_page_is_based_on_is_a_credit(named: str) -> None:
    found = judged(replace(TIMES, based_on=named), replace(LEDGER, url="https://quayside-ledger.example/union"))
    assert found.id == "b" and found.confidence > 0.9 and kinds(found) == [("based_on", "a")]


@pytest.mark.parametrize("own", ["Quayside Ledger", "https://quayside-ledger.example/first"])
def test_what_a_page_is_based_on_may_be_its_own(own: str) -> None:
    assert judged(replace(LEDGER, based_on=own), TIMES).confidence == 0.5


# ---- owners -----------------------------------------------------------------------------------------------------


def test_the_own_copyright_line_speaks_for_a_page_a_little() -> None:
    found = judged(TIMES, replace(LEDGER, marks=(("copyright", "Quayside Ledger Media Group plc"),)))
    assert found.id == "b" and 0.5 < found.confidence < 0.7


def test_the_copyright_line_of_another_member_speaks_for_that_one() -> None:
    line = ("copyright", "Quayside Ledger Media Group plc")
    found = judged(replace(TIMES, marks=(line,)), replace(LEDGER, marks=(line,)))
    assert found.id == "b" and found.confidence > 0.9
    assert kinds(found) == [("copyright", "a"), ("copyright", "b")]


def test_a_publishers_mark_behind_the_line_makes_it_surer() -> None:
    line, mark = ("copyright", "Quayside Ledger plc"), ("publisher_mark", "0" * 32)
    pages = [replace(TIMES, marks=marks) for marks in ((line,), (line, mark))]
    assert judged(pages[0], LEDGER).confidence < judged(pages[1], LEDGER).confidence


def test_aggregators_with_the_line_of_an_owner_who_is_no_member_name_the_owner() -> None:
    marks = (("copyright", "Dow Jones & Company, Inc."), ("publisher_mark", "0" * 32), NOTICE)
    found = judged(Page(marks=marks), Page(marks=marks))
    assert found.outside and found.outside.name == "Dow Jones & Company, Inc."
    assert found.confidence < 0.1
    assert found.outside.confidence > 0.9


def test_the_line_under_an_aggregators_page_speaks_for_a_member_that_has_it_without_being_one() -> None:
    line = ("copyright", "Marsh & Daughters Ltd.")
    found = judged(TIMES, Page(marks=(line, NOTICE)), replace(LEDGER, marks=(line,)))
    assert found.id == "c" and found.outside is None and ("copyright", "b") in kinds(found)


def test_an_outlet_of_another_name_than_its_owner_is_no_copy() -> None:
    found = judged(replace(LEDGER, marks=(("copyright", "Marsh & Daughters Ltd."),)), TIMES)
    assert (found.confidence, found.outside) == (0.5, None)


def test_a_publisher_in_the_data_of_a_page_who_is_another_member_speaks_for_that_one() -> None:
    found = judged(replace(TIMES, publisher="The Quayside Ledger"), LEDGER)
    assert found.id == "b" and kinds(found) == [("publisher", "a")]


# ---- agencies and authors ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["agency", "dateline"])
def test_the_page_of_the_agency_that_is_tagged_is_the_original(kind: str) -> None:
    tag = (kind, "NWS")
    found = judged(replace(TIMES, marks=(tag,)), Page("Northern Wire Service", marks=(tag,)))
    assert found.id == "b" and found.confidence > 0.95


def test_a_file_in_the_folder_of_the_agency_is_the_agencys() -> None:
    tag = ("dateline", "NWS")
    pages = [Page(path=f"{folder}/2024/a.txt", marks=(tag,)) for folder in ("outlets/post", "wires/nws")]
    assert judged(*pages).id == "b"


def test_an_agency_that_is_no_member_is_named_where_its_tag_stands() -> None:
    tag = ("agency", "Reuters")
    found = judged(replace(LEDGER, marks=(tag,)), replace(TIMES, marks=(tag,)))
    assert found.outside and found.outside.name == "Reuters" and 0.5 < found.outside.confidence < 0.9


def test_an_agency_or_outlet_as_author_speaks_for_its_page() -> None:
    found = judged(replace(TIMES, author="Northern Wire Service"), Page("NWS"))
    assert found.id == "b" and kinds(found) == [("byline", "a")]


@pytest.mark.parametrize(
    ("author", "confidence"), [("Maud Pellow", 0.5744), ("Mirror Robot", 0.5), ("admin", 0.5), ("Staff", 0.5)]
)
def test_a_persons_name_speaks_for_a_page_a_little(author: str, confidence: float) -> None:
    assert judged(replace(LEDGER, author=author), TIMES).confidence == confidence


# ---- completeness -----------------------------------------------------------------------------------------------


def test_a_part_is_not_the_original_of_the_whole() -> None:
    found = judged(Page(extent=CUT), Page())
    assert found.id == "b" and 0.7 < found.confidence < 0.9 and kinds(found) == [("excerpt", "a")]


def test_a_text_that_grew_beyond_what_several_have_is_not_the_original() -> None:
    found = judged(Page(extent=GROWN), Page(), Page())
    assert found.id == "b" and ("expansion", "a") in kinds(found)


# ---- notices ----------------------------------------------------------------------------------------------------


def test_a_removal_notice_speaks_strongly_against_a_page() -> None:
    found = judged(Page("Globe Gatherer", marks=(NOTICE,)), replace(LEDGER, author="Maud Pellow"))
    assert found.id == "b" and found.confidence > 0.9 and ("takedown", "a") in kinds(found)


@pytest.mark.parametrize("kind", ["syndication", "translation", "counter", "removal"])
def test_a_page_that_says_its_text_is_from_elsewhere_is_not_the_original(kind: str) -> None:
    found = judged(replace(LEDGER, marks=((kind, "This text comes from a feed"),)), TIMES)
    assert found.id == "b" and found.confidence > 0.8 and kinds(found) == [(kind, "a")]


def test_other_footers_of_aggregators_speak_against_a_page_less() -> None:
    found = judged(replace(LEDGER, aggregator=True), TIMES)
    assert found.id == "b" and 0.7 < found.confidence < 0.9 and kinds(found) == [("aggregator", "a")]


def test_no_evidence_makes_a_page_with_a_notice_the_original_beside_one_without() -> None:
    marks = (NOTICE, ("copyright", "Globe Gatherer"), ("agency", "Globe Gatherer"))
    praised = Page("Globe Gatherer", "2024-01-01", marks, author="Maud Pellow")
    crediting = [Page("X", "2024-05-01", (SYNDICATED, ("credit", "Globe Gatherer")), extent=CUT)] * 30
    found = judged(praised, *crediting)
    assert found.id == "b" and found.confidence < 0.1


def test_where_all_have_a_notice_and_name_nobody_no_member_is_likely() -> None:
    found = judged(*[Page(marks=(NOTICE,))] * 3)
    assert found.outside is None and found.confidence < 0.05


# ---- the name of a cluster --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("published", "first"),
    [
        ((None, None), 0),
        (("2024-03-02", "2024-03-01"), 1),
        ((None, "2024-03-01"), 1),
        (("2024-03-01T09:00:00Z", "2024-03-01T08:59:59Z", None), 1),
        (("2024-03-01", "2024-03-01"), 0),
    ],
)
def test_a_cluster_is_called_after_the_one_first_published_else_the_first_in_order(
    published: tuple[str | None, ...], first: int
) -> None:
    assert canonical(range(len(published)), claims(tuple(Page(published=time) for time in published)).heads) == first


@pytest.mark.parametrize(
    ("seen", "order"),
    [
        (("2024-03-09T02:00:00Z",) * 4, [2, 1, 0, 3]),
        (("2024-03-09T02:00:00Z", "2024-03-08T02:00:00Z") * 2, [1, 3, 2, 0]),
        (None, [2, 1, 0, 3]),
    ],
)
def test_who_was_seen_first_names_a_cluster_then_who_published_first_then_the_first_in_order_of_path(
    seen: tuple[str, ...] | None, order: list[int]
) -> None:
    pages = (Page(path="b"), Page(published="2024-03-02"), Page(published="2024-03-01"), Page(path="c"))
    heads = claims(pages).heads
    assert in_order_of_name(range(4), heads, seen) == order
    assert canonical(range(4), heads, seen) == order[0]


def test_what_speaks_for_an_original_does_not_change_the_name_of_the_cluster() -> None:
    pages = (replace(TIMES, marks=(SYNDICATED, ("credit", "The Quayside Ledger"))), LEDGER)
    assert judged(*pages).id == "b" and canonical([0, 1], claims(pages).heads) == 0


# ---- laws -------------------------------------------------------------------------------------------------------

NAMES = [
    "The Quayside Ledger",
    "Quayside Ledger plc",
    "The Brackwater Times",
    "NWS",
    "Northern Wire Service",
    "Elsewhere",
]
HOSTS = ["https://quayside-ledger.example/1", "https://nws.example/2", "https://elsewhere.example/3"]
KINDS = ["copyright", "credit", "agency", "dateline", "byline", "syndication", "translation", "publisher_mark"]

named = st.none() | st.sampled_from(NAMES)
addresses = st.none() | st.sampled_from(HOSTS)
times = st.none() | st.sampled_from(["2024-03-01", "2024-03-01T09:00:00Z", "2024-03-02T09:00:00Z"])
marks = st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from(NAMES)) | st.just(NOTICE), max_size=3).map(tuple)
pages_ = st.builds(
    Page,
    source=named,
    published=times,
    marks=marks,
    url=addresses,
    canonical=addresses,
    author=st.none() | st.sampled_from([*NAMES, "Maud Pellow"]),
    publisher=named,
    based_on=named | addresses,
    extent=st.sampled_from([CUT, WHOLE, GROWN]),
    aggregator=st.booleans(),
)
some_pages = st.lists(pages_, min_size=2, max_size=6).map(tuple)


@given(some_pages, st.randoms(use_true_random=False))
def test_the_order_of_members_changes_nothing(pages: tuple[Page, ...], chosen: Any) -> None:
    members = list(range(len(pages)))
    chosen.shuffle(members)
    assert original(members, claims(pages), ORIGIN_WEIGHTS) == original(
        range(len(pages)), claims(pages), ORIGIN_WEIGHTS
    )


@given(some_pages)
def test_confidences_are_shares_and_evidence_speaks_of_members(pages: tuple[Page, ...]) -> None:
    found = judged(*pages)
    outside = found.outside.confidence if found.outside else 0.0
    assert 0 <= found.confidence <= ORIGIN_WEIGHTS.max_confidence and outside <= ORIGIN_WEIGHTS.max_confidence
    assert found.confidence + outside <= 1.0001
    assert not found.outside or found.confidence < 0.5
    reasons = [*found.evidence, *(found.outside.evidence if found.outside else ())]
    assert found.evidence and {reason.article for reason in reasons} <= set("abcdef"[: len(pages)])


@given(some_pages, st.integers(0, 5))
def test_a_removal_notice_never_raises_the_chance_of_its_page(pages: tuple[Page, ...], number: int) -> None:
    member = number % len(pages)
    noticed = list(pages)
    noticed[member] = replace(pages[member], marks=(*pages[member].marks, NOTICE))
    assert chance(tuple(noticed), member) <= chance(pages, member)


@given(some_pages)
def test_a_page_with_a_notice_is_the_original_only_among_its_like(pages: tuple[Page, ...]) -> None:
    found, _ = original(range(len(pages)), claims(pages), ORIGIN_WEIGHTS)
    assert NOTICE not in pages[found].marks or all(NOTICE in page.marks for page in pages)
