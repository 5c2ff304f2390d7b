import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.report.page.data import page_data
from dedup.report.page.texts import ArticleText, Texts
from dedup.report.page.write import page_html
from tests.laws import costly
from tests.report.page.made import HOSTILE, Json, cluster, hostile, member, report

NOBODY = Texts(1)


class Elements(HTMLParser):
    """The elements of a page as a browser sees them: names, attributes, and what scripts and styles hold."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None], list[str]]] = []
        self._inside = False
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs), []))
        self._inside = True

    def handle_endtag(self, tag: str) -> None:
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found[-1][2].append(data)

    def of(self, name: str) -> list[tuple[dict[str, str | None], str]]:
        return [(attributes, "".join(text)) for tag, attributes, text in self.found if tag == name]


def story(title: str) -> Json:
    return report([cluster([member("a", "original", None, title=title), member("b", "near", "a", title=title)])])


def digest(block: str) -> str:
    return f"'sha256-{b64encode(sha256(block.encode()).digest()).decode()}'"


def test_the_policy_names_the_very_script_and_style_of_the_page() -> None:
    page = Elements(page_html(story("a"), NOBODY))
    policy = next(one["content"] or "" for one, _ in page.of("meta") if "http-equiv" in one)
    scripts = [text for attributes, text in page.of("script") if not attributes]
    assert [digest(text) for text in scripts] == re.findall(r"script-src ([^;]+)", policy)
    assert [digest(text) for _, text in page.of("style")] == re.findall(r"style-src ([^;]+)", policy)
    assert policy.startswith("default-src 'none'; ") and "unsafe" not in policy


@pytest.mark.parametrize("scheme", ["http:", "https:", "//", "file:"])
def test_the_page_asks_for_nothing(scheme: str) -> None:
    asked = re.findall(rb"""(?:src|href|url\()=?["']?((?:https?:|//|file:)[^"']*)""", page_html(story("a"), NOBODY))
    assert asked == []


def test_hostile_words_add_no_element_and_no_handler() -> None:
    def shape(page: bytes) -> list[str]:
        return [tag for tag, _, _ in Elements(page).found]

    attack, texts = hostile()
    calm = orjson.loads(orjson.dumps(attack))
    calm["unreadable"] = [{"path": "p", "reason": "r"} for _ in HOSTILE]
    calm["containers"] = [{"id": "i", "path": "p", "contains": [{"id": "j", "containment": 1}]} for _ in HOSTILE]
    calm["ended"] = [{**one, "id": "i", "into": "j"} for one in attack["ended"]]
    assert shape(page_html(attack, texts)) == shape(page_html(calm, texts))
    for _, attributes, _ in Elements(page_html(attack, texts)).found:
        assert not [name for name in attributes if name.startswith("on") or name == "style"]


@costly(3)
@given(st.text(max_size=40) | st.sampled_from([one[:400] for one in HOSTILE]))
def test_data_come_out_of_the_page_as_they_went_in(title: str) -> None:
    document, texts = story(title), Texts(9, {"a": ArticleText(f"{title}</script>", None)})
    page = page_html(document, texts)
    scripts = Elements(page).of("script")
    data = page_data(document, texts)
    assert orjson.loads(scripts[0][1]) == orjson.loads(orjson.dumps(data.head))
    assert [orjson.loads(text) for _, text in scripts[2:]] == orjson.loads(orjson.dumps(data.parts))


def test_no_script_of_ours_makes_markup_of_a_string() -> None:
    script = next(text for attributes, text in Elements(page_html(story("a"), NOBODY)).of("script") if not attributes)
    assert script.startswith('"use strict";')
    for forbidden in (
        "innerHTML",
        "outerHTML",
        "insertAdjacent",
        "document.write",
        "eval(",
        "Function(",
        "fetch(",
        "import(",
    ):
        assert forbidden not in script
    assert "</" not in script and "<!--" not in script


@pytest.mark.parametrize(
    ("missing", "limit", "said"),
    [
        ({}, 1, ""),
        ({"a": "left out"}, 5, "Texts of 1 of 2 articles in clusters are in this page"),
        ({"a": "gone"}, 5, "1 articles in clusters are no longer where they were scanned"),
        ({"a": "gone", "b": "gone"}, 5, "The scanned files are not where they were"),
        ({"a": "changed"}, 5, "1 articles in clusters read otherwise than when they were scanned"),
        ({"a": "left out", "b": "left out"}, 0, "Texts were left out of this page, as asked for"),
    ],
)
def test_the_page_says_what_it_is_without(missing: dict[str, str], limit: int, said: str) -> None:
    page = page_html(story("a"), Texts(limit, {}, missing)).decode()
    told = re.findall(r'<p class="notice">(.*?)</p>', page)
    assert [one for one in told if "JavaScript" not in one] == [] if not said else said in told[-1]


def test_states_are_told_where_a_run_remembers() -> None:
    document = story("a")
    document["clusters"][0]["state"] = "grown"
    assert "<b>1</b> grown" in page_html(document, NOBODY).decode()
    assert "This run remembers no other" in page_html(story("a"), NOBODY).decode()


def test_the_same_report_gives_the_same_page() -> None:
    assert page_html(*hostile()) == page_html(*hostile())
