import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.readers.batch import Refused
from dedup.readers.linked import linked_article
from dedup.readers.pages import Page, read_page

from .conftest import read_all

PARAGRAPHS = [
    "The mill at Ostrava stops its wheels on Friday after two hundred years of grinding rye for the valley.",
    "Its last miller, Jana Horak, says that the river has not carried enough water for three summers in a row.",
    "The town council wants to keep the building as a museum, and asks the state for half of the money it takes.",
]
MENU = "<nav><ul>" + "".join(f"<li><a href=/{n}>Section {n}</a></li>" for n in range(30)) + "</ul></nav>"
BODY = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)


def page(head: str = "", body: str = f"<article>{BODY}</article>") -> Page:
    return read_page(f"<!doctype html><html><head>{head}</head><body>{MENU}{body}</body></html>")


def linked(value: Any) -> str:
    return f'<script type="application/ld+json">{value if isinstance(value, str) else json.dumps(value)}</script>'


def test_the_main_text_comes_paragraph_by_paragraph_without_the_menu() -> None:
    assert page().text == "\n\n".join(PARAGRAPHS)


@pytest.mark.parametrize(
    ("head", "wanted"),
    [
        (
            linked({"@type": "NewsArticle", "headline": "A &amp; B"}) + '<meta property="og:title" content="C">',
            "A & B",
        ),
        ('<meta property="og:title" content="C"><title>D</title>', "C"),
        ("<title>D\n  E</title>", "D E"),
        ("", None),
    ],
)
def test_the_title_is_the_one_meant_for_people(head: str, wanted: str | None) -> None:
    assert page(head).title == wanted


def test_a_single_heading_beats_the_title_of_the_window() -> None:
    assert (
        page("<title>D | Site</title>", f"<h1>The mill stops</h1><article>{BODY}</article>").title == "The mill stops"
    )


@pytest.mark.parametrize(
    ("head", "wanted"),
    [
        ('<link rel="canonical" href="https://a.example/1">', "https://a.example/1"),
        ('<link rel="canonical" href="//a.example/1">', "https://a.example/1"),
        ('<meta property="og:url" content="https://a.example/2">', "https://a.example/2"),
        ('<link rel="canonical" href="javascript:alert(1)">', None),
        ('<link rel="canonical" href="">', None),
        ('<link rel="canonical" href="ftp://a.example/1">', None),
        ('<link rel="canonical" href="/1">', None),
    ],
)
def test_only_web_addresses_are_canonical(head: str, wanted: str | None) -> None:
    assert page(head).canonical == wanted


def test_a_relative_canonical_address_is_put_together_with_the_pages_own() -> None:
    found = read_page(f'<link rel="canonical" href="/mill">{BODY}', "https://a.example/x?y=1")
    assert (found.canonical, found.url) == ("https://a.example/mill", "https://a.example/x?y=1")


@pytest.mark.parametrize(
    "head",
    [
        linked(
            {"@context": "https://schema.org", "@type": "NewsArticle", "datePublished": "2022-03-07T10:00:00+00:00"}
        ),
        linked(
            {
                "@graph": [
                    {"@type": "WebSite"},
                    {"@type": ["X", "NewsArticle"], "datePublished": "2022-03-07T10:00:00Z"},
                ]
            }
        ),
        linked([[{"@type": "ReportageNewsArticle", "datePublished": "2022-03-07T10:00Z"}]]),
        linked('<!-- {"@type": "Article", "datePublished": "2022-03-07T10:00Z",} -->'),
        linked('{"@type": "Article", "description": "two\nlines", "datePublished": "2022-03-07T10:00Z"};'),
        linked("{broken") + linked({"@type": "Article", "datePublished": "2022-03-07T10:00Z"}),
        '<meta property="article:published_time" content="2022-03-07T10:00:00Z">',
        '<meta name="date" content="soon"><meta itemprop="datePublished" content="Mon, 07 Mar 2022 10:00:00 GMT">',
        '<body><time datetime="2022-03-07T11:00:00+01:00">today</time>',
    ],
)
def test_the_time_of_publication_stands_in_many_places(head: str) -> None:
    assert page(head).published == "2022-03-07T10:00:00Z"


@pytest.mark.parametrize(
    ("head", "wanted"),
    [
        (linked({"@type": "Article", "author": {"@type": "Person", "name": "Ada Quill"}}), "Ada Quill"),
        (linked({"@type": "Article", "author": [{"name": "Ada Quill"}, "Ben Oak"]}), "Ada Quill, Ben Oak"),
        ('<meta name="author" content="Ada Quill">', "Ada Quill"),
        ('<meta property="article:author" content="https://social.example/ada">', None),
    ],
)
def test_the_author_is_a_name(head: str, wanted: str | None) -> None:
    assert page(head).author == wanted


@pytest.mark.parametrize(
    ("head", "wanted"),
    [
        ("", None),
        (linked({"@type": "Article", "publisher": {"name": "Valley News"}}), None),
        (
            '<meta property="og:site_name" content="Hill Post">'
            + linked({"@type": "Article", "publisher": {"name": "Valley News"}}),
            "Valley News",
        ),
    ],
)
def test_a_publisher_is_told_where_it_is_not_the_source(head: str, wanted: str | None) -> None:
    assert page(head).publisher == wanted


@pytest.mark.parametrize(
    ("head", "wanted"),
    [
        ("", None),
        (linked({"@type": "Article", "isBasedOn": "https://valley.example/mill"}), "https://valley.example/mill"),
        (
            linked({"@type": "Article", "isBasedOn": {"url": "https://valley.example/mill"}}),
            "https://valley.example/mill",
        ),
        (linked({"@type": "Article", "isBasedOn": [{"name": "Valley News"}]}), "Valley News"),
        (linked({"@type": "Article", "sourceOrganization": {"name": "Valley News"}}), "Valley News"),
        ('<meta name="syndication-source" content="https://valley.example/mill">', "https://valley.example/mill"),
        (linked({"@type": "Article", "isBasedOn": [[5]], "sourceOrganization": {"name": 5}}), None),
    ],
)
def test_what_a_page_was_taken_from_is_an_address_or_a_name(head: str, wanted: str | None) -> None:
    assert page(head).based_on == wanted


@pytest.mark.parametrize(
    ("head", "wanted"),
    [
        ('<meta property="og:site_name" content="Valley News">', "Valley News"),
        (linked({"@type": "Article", "publisher": {"name": "Valley News"}}), "Valley News"),
        ('<link rel="canonical" href="https://www.valley.example/1">', "valley.example"),
    ],
)
def test_the_source_is_the_site(head: str, wanted: str) -> None:
    assert page(head).source == wanted


def test_the_text_in_json_ld_is_taken_where_the_page_shows_much_less() -> None:
    said = linked({"@type": "NewsArticle", "articleBody": "<p>" + "</p><p>".join(PARAGRAPHS) + "</p>"})
    assert page(said, f"<article><p>{PARAGRAPHS[0]}</p><p>Subscribe to read on.</p></article>").text == "\n\n".join(
        PARAGRAPHS
    )


@pytest.mark.parametrize(
    "body",
    [
        f'<div class="comments"><div>{BODY}</div></div>',
        f'<div class="sidebar related">{BODY}</div>',
        f"<aside>{BODY}</aside>",
        f"<table><tr><td>{'<br>'.join(PARAGRAPHS)}</td></tr></table>",
        f"<font>{'<br><br>'.join(PARAGRAPHS)}</font>",
        f'<div id="footer"><article>{BODY}</article></div>',
        f"<pre>{chr(10).join(PARAGRAPHS)}</pre>",
    ],
)
def test_a_text_in_an_unusual_place_is_found(body: str) -> None:
    text = page("", body).text
    assert all(paragraph in " ".join(text.split()) for paragraph in PARAGRAPHS)


@pytest.mark.parametrize(
    "source",
    ["<html></html>", "<p></p>", "<script>let a = 1</script>", "<frameset><frame src=a></frameset>", "<!-- -->"],
)
def test_a_page_without_text_says_so(source: str) -> None:
    with pytest.raises(Refused, match="the page holds no main text"):
        read_page(source)


@pytest.mark.parametrize(
    "source",
    [
        BODY,
        f'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body>{BODY}</body></html>',
        f"<html><body><p>{'<p>'.join(PARAGRAPHS)}",
        f"</div></p><b><i></b>{BODY}</i></table><td>",
        f"<body>{BODY}</body></html><html><body>again",
        f"&#0;&#xD800;&#x110000;{BODY}",
    ],
)
def test_broken_pages_are_read(source: str) -> None:
    assert "no main text" not in read_page(source).text


@pytest.mark.parametrize(
    "script",
    [
        "[" * 200_000,
        '{"@graph":' * 5000 + "1" + "}" * 5000,
        json.dumps({"@graph": [{"@type": "Thing"}] * 50_000}),
        json.dumps(
            {
                "@type": "NewsArticle",
                "headline": {"a": 1},
                "author": 5,
                "datePublished": [],
                "publisher": [[["x"]]],
                "articleBody": {"a": "b"},
                "mainEntityOfPage": [1],
                "url": {},
            }
        ),
        '{"@type": "NewsArticle", "headline": "\\ud800 half", "articleBody": "\\udfff ' + "x" * 1000 + '"}',
        "null",
        "5",
        '"text"',
        "",
        "\0",
    ],
)
def test_no_json_ld_is_too_hostile(script: str) -> None:
    started = time.process_time()
    found = page(linked(script))
    assert found.text.encode()
    assert (found.title or "").encode() is not None
    assert time.process_time() - started < 1


@given(
    st.recursive(
        st.none() | st.text() | st.integers(),
        lambda v: (
            st.lists(v)
            | st.dictionaries(
                st.sampled_from(["@type", "@graph", "author", "headline", "mainEntity", "url", "publisher"]), v
            )
        ),
        max_leaves=20,
    )
)
def test_any_json_ld_gives_an_object_or_nothing(value: Any) -> None:
    assert isinstance(linked_article([json.dumps(value)]), dict)


@pytest.mark.parametrize(
    "unit",
    [
        "<div>",
        "<div class=a>",
        "<DIV>",
        "<section>",
        "<p><b>",
        "<blockquote>",
        "<table><tr><td>",
        "<ul><li>",
        "<a href=x>",
        "<span>",
        "<svg><g>",
        "<font>",
        "<article>",
        "<main>",
        "<header>",
        "<center>",
        "<dl><dd>",
        "<details>",
        "<h1>",
        "<li>",
        "<x-a>",
        "<form>",
        "<button>",
    ],
)
def test_deeply_nested_pages_do_no_harm(unit: str) -> None:
    started = time.process_time()
    try:
        text = read_page(unit * 20_000 + BODY).text
    except Refused:
        text = ""
    assert time.process_time() - started < 2
    assert PARAGRAPHS[1] in text or unit in ("<button>", "<svg><g>", "<header>", "<form>")


def test_a_tag_with_endless_attributes_is_refused() -> None:
    with pytest.raises(Refused, match="attributes"):
        read_page("<div " + " ".join(f"a{n}=1" for n in range(100_000)) + ">" + BODY)


def test_a_page_of_ten_megabytes_is_read(wire: Path) -> None:
    (wire / "a.html").write_text("<html><body>" + BODY * 3000 * 10, encoding="utf-8")
    [article], _ = read_all(wire)
    assert len(article.text) > 5_000_000
