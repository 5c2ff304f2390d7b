"""The page as one file: template, style, script and data joined, so that nothing but our own script can ever run.

All that comes from articles is either text that the template escapes, or data in JSON in which no character can end
the element that it stands in. The Content-Security-Policy allows the very style and script that are in the file.
"""

from base64 import b64encode
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
from jinja2 import Environment, FileSystemLoader, StrictUndefined, UndefinedError
from markupsafe import Markup

from dedup.report.page.data import page_data
from dedup.report.page.pictures import pictures
from dedup.report.page.shown import one_line, shown
from dedup.report.page.texts import Texts

HERE = Path(__file__).parent
SCRIPTS = ("shown", "data", "list", "reading", "cluster", "footers", "page")
"""The parts of the script in the order in which they stand in it."""

LISTED = 200
"""Rows of a list of what was unreadable, ended or borderline; the report has all."""

STATES = ("new", "grown", "shrunk", "merged", "split", "unchanged")

_ESCAPES = (
    (b"<", b"\\u003c"), (b">", b"\\u003e"), (b"&", b"\\u0026"), ("\u2028".encode(), b"\\u2028"),
    ("\u2029".encode(), b"\\u2029"),
)  # fmt: skip


def page_html(document: dict[str, Any], texts: Texts) -> bytes:
    """A report and what was read again for it as one HTML file in UTF-8.

    Raises:
        KeyError: something is missing in the report.
    """
    try:
        return _rendered(document, texts).encode("utf-8", "replace")
    except UndefinedError as problem:
        raise KeyError(str(problem)) from None


def _rendered(document: dict[str, Any], texts: Texts) -> str:
    data = page_data(document, texts)
    style, script = (HERE / "page.css").read_text("utf-8"), _script()
    environment = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"shown": shown, "one_line": lambda text: shown(one_line(text)), "number": "{:,}".format}
    return environment.get_template("page.html").render(
        policy=_policy(style, script),
        style=Markup(style),
        script=Markup(script),
        head=_json(data.head),
        parts=[_json(part) for part in data.parts],
        report=document,
        states=_states(document),
        remembers=any(cluster["state"] != "new" for cluster in document["clusters"]) or bool(document.get("ended")),
        pictures=pictures(document),
        texts=_told(texts, len(data.head["members"]["id"])),
        listed=LISTED,
    )


def _script() -> str:
    return "\n".join((HERE / "script" / f"{name}.js").read_text("utf-8") for name in SCRIPTS)


def _policy(style: str, script: str) -> str:
    """Nothing may be loaded from anywhere, and no script run but this one; nor can one make markup of a text."""
    return "; ".join(
        [
            "default-src 'none'",
            f"style-src '{_digest(style)}'",
            f"script-src '{_digest(script)}'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ]
    )


def _digest(block: str) -> str:
    return f"sha256-{b64encode(sha256(block.encode()).digest()).decode()}"


def _json(value: Any) -> Markup:
    """JSON that can stand in a ``<script>``: no character of it means anything to HTML."""
    content = orjson.dumps(value)
    for character, escape in _ESCAPES:
        content = content.replace(character, escape)
    return Markup(content.decode())


def _states(document: dict[str, Any]) -> list[tuple[str, int]]:
    counts = Counter(cluster["state"] for cluster in document["clusters"])
    return [(state, counts[state]) for state in STATES if counts[state]]


def _told(texts: Texts, members: int) -> list[str]:
    """What the page has no texts of, in sentences."""
    counts = Counter(texts.missing.values())
    if not texts.limit:
        return ["Texts were left out of this page, as asked for (--max-text 0)."]
    if members and counts["gone"] == members:
        return ["The scanned files are not where they were, so that this page is without their texts. "
                "“dedup page REPORT --articles FOLDER” says where they are."]  # fmt: skip
    said = []
    if counts["left out"]:
        said.append(
            f"Texts of {members - sum(counts.values()):,} of {members:,} articles in clusters are in this page, "
            "those of new and changed clusters and of large ones first. For the others there was no room "
            f"({texts.limit:,} bytes; “dedup page REPORT --max-text BYTES” sets it): of these the page quotes the "
            "beginnings of passages only."
        )
    if counts["gone"]:
        said.append(
            f"{counts['gone']:,} articles in clusters are no longer where they were scanned; they are shown without "
            "their texts."
        )
    if counts["changed"]:
        said.append(
            f"{counts['changed']:,} articles in clusters read otherwise than when they were scanned, or those that "
            "they were compared with do; they are shown without their texts."
        )
    return said
