"""Made-up reports and texts for tests of the page, of any size and as hostile as can be."""

import random
from dataclasses import asdict
from typing import Any

from dedup.model import Passage
from dedup.report.page.texts import ArticleText, Texts
from dedup.settings import Settings
from tests.stories import words

Json = dict[str, Any]

STATES = ("new", "grown", "shrunk", "unchanged", "merged", "split")
RELATIONS = ("near", "identical", "spun", "excerpt")

HOSTILE = [
    "<script>alert(1)</script>",
    "</script><script>alert(2)</script>",
    "<!--<script>",
    "]]></style><style>body{display:none}</style>",
    "<img src=x onerror=alert(3)>",
    "<svg onload=alert(4)>",
    "{{ 7 * 7 }} {% raw %}",
    '" onmouseover="alert(5)" autofocus onfocus="alert(6)',
    "javascript:alert(7)",
    "\u202etxt.exe\u202c \u2066hidden\u2069 \u200f\x07\x1b[31m",
    "\u2028\u2029&lt;b&gt;&amp;",
    "\U0001f9e8" * 40,
    "a" * 5000,
    "x" * (1 << 20),
]
"""What a title, a text, an outlet or an id may be."""


def member(id_: str, relation: str, to: str | None, **fields: Any) -> Json:
    original = relation == "original"
    row = {"words": 20, "start": 0, "stop": 60, "to_start": 0, "to_stop": 60}
    passages = None if original else {"count": 1, "words": 20, "longest": [row]}
    return {
        "id": id_,
        "path": "feed.jsonl",
        "title": f"Title of {id_}",
        "source": "The Courier",
        "published": "2024-03-05T04:30:00Z",
        "first_seen": None,
        "relation": relation,
        "to": to,
        "resemblance": 1.0 if original else 0.5,
        "containment": 1.0 if original else 0.6,
        "excerpt": id_ if relation == "excerpt" else None,
        "rewrite": 0.97 if relation == "spun" else None,
        "footers": [],
        "markers": [],
        "passages": passages,
        **fields,
    }


def cluster(members: list[Json], **fields: Any) -> Json:
    first = members[0]["id"]
    reason = {"kind": "published", "value": "2024-03-05", "article": first}
    return {
        "id": first,
        "state": "new",
        "first_seen": None,
        "merged_from": [],
        "split_from": None,
        "split_into": [],
        "size": len(members),
        "original": {"id": first, "confidence": 0.9, "evidence": [reason], "outside": None},
        "members": members,
        **fields,
    }


def report(clusters: list[Json], **fields: Any) -> Json:
    clustered = sum(len(one["members"]) for one in clusters)
    return {
        "format": "dedup-report",
        "version": 1,
        "run": {
            "id": "r1",
            "tool_version": "0",
            "started": "2024-03-06T02:15:00Z",
            "finished": "2024-03-06T02:16:00Z",
            "seconds": 60.0,
            "engine": "local",
            "paths": ["/srv/articles"],
            "settings": asdict(Settings()),
            "settings_fingerprint": "0" * 32,
            "catalogue_fingerprint": "0" * 32,
            "limits_hit": [],
            "stages": [],
        },
        "counts": {
            "articles": 2 * clustered,
            "unreadable": 0,
            "clusters": len(clusters),
            "clustered_articles": clustered,
            "new_articles": 0,
            "removed_articles": 0,
            "changed_articles": 0,
            "footer_only_articles": 0,
            "renamed_articles": 0,
        },
        "clusters": clusters,
        "ended": [],
        "borderline": [],
        "containers": [],
        "footers": [],
        "set_aside": [],
        "unreadable": [],
        **fields,
    }


def footer(id_: str, kind: str = "copyright", **fields: Any) -> Json:
    made = {"id": id_, "kind": kind, "origin": "shipped", "tells": "nothing", "articles": 1, "sources": 1}
    return {**made, "example": f"Example of {id_}", **fields}


def large(count: int, *, text_bytes: int = 0) -> tuple[Json, Texts]:
    """So many clusters of two to seven articles from 300 outlets, and texts for the first of them."""
    chosen = random.Random(1)
    made, texts, passages = list[Json](), dict[str, ArticleText](), dict[str, tuple[Passage, ...]]()
    aside, stock = list[Json](), words(1, 3000)
    for number in range(count):
        size = chosen.choice((2, 2, 2, 2, 3, 3, 4, 7))
        day = f"20{chosen.randint(20, 24)}-{chosen.randint(1, 12):02}-{chosen.randint(1, 28):02}"
        members = list[Json]()
        for place in range(size):
            id_ = f"{number:06}-{place}"
            relation = "original" if place == 0 else chosen.choice(RELATIONS)
            title = " ".join(chosen.choices(stock, k=8)).capitalize()
            notice = chosen.random() < 0.1
            carried = ["deletion-promise"] if notice else ["copyright-line"]
            to = None if place == 0 else f"{number:06}-0"
            source, hour = f"Outlet {chosen.randrange(300)}", f"T{chosen.randrange(24):02}:00:00Z"
            members.append(
                member(id_, relation, to, title=title, source=source, published=day + hour, footers=carried)
            )
            aside.append({"id": id_, "footers": {carried[0]: [[1900, 1950]]}})
            if text_bytes > 0:
                text = " ".join(chosen.choices(stock, k=340))[:2000]
                texts[id_] = ArticleText(text, f"https://outlet.example/{id_}")
                passages[id_] = (Passage(20, 0, 60, 0, 60), Passage(20, 300, 600, 200, 500))
                text_bytes -= len(text)
        made.append(cluster(members, state=chosen.choice(STATES)))
    made.sort(key=lambda one: -one["size"])
    ids = [one["id"] for some in made for one in some["members"]]
    missing = {id_: "left out" for id_ in ids if id_ not in texts}
    footers = [footer("copyright-line", articles=len(ids)), footer("deletion-promise", "takedown")]
    document = report(made, footers=footers, set_aside=aside)
    return document, Texts(20 << 20, texts, missing, passages)


def hostile() -> tuple[Json, Texts]:
    """A report in which whatever strangers write is an attack, each in a cluster of its own."""
    made, texts, aside, footers = list[Json](), dict[str, ArticleText](), list[Json](), list[Json]()
    for number, words_ in enumerate(HOSTILE):
        ids = [f"{place}{words_[:2000]}#{number}" for place in "ab"]
        marks = [{"kind": words_[:50], "value": words_, "start": 0, "stop": 1}]
        name = f"{number}{words_[:100]}"
        facts: Json = {"title": words_, "source": words_, "path": words_[:200], "markers": marks, "footers": [name]}
        members = [member(ids[0], "original", None, **facts), member(ids[1], "near", ids[0], **facts)]
        reasons = [{"kind": words_[:50], "value": words_, "article": ids[0]}]
        outside = {"name": words_, "confidence": 0.5, "evidence": reasons}
        original = {"id": ids[0], "confidence": 0.5, "evidence": reasons, "outside": outside}
        made.append(cluster(members, original=original, split_from=words_[:2000]))
        for id_ in ids:
            texts[id_] = ArticleText(f"{words_[:3000]} told {words_[:3000]}", words_)
            aside.append({"id": id_, "footers": {name: [[0, 2]]}})
        footers.append(footer(name, "takedown", example=words_))
    document = report(
        made,
        footers=footers,
        set_aside=aside,
        unreadable=[{"path": one[:2000], "reason": one} for one in HOSTILE],
        containers=[{"id": one[:2000], "path": "p", "contains": [{"id": one, "containment": 1}]} for one in HOSTILE],
        ended=[{"id": one[:2000], "first_seen": "2024-01-01T00:00:00Z", "size": 2, "end": "merged", "into": one[:99]}
               for one in HOSTILE],
    )  # fmt: skip
    document["run"]["paths"] = HOSTILE[:5]
    return document, Texts(1 << 20, texts, {}, {})
