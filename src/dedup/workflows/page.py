"""The page of a report: its articles read again where they are, and all of it as one HTML file."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson

from dedup.errors import ReportError, SettingsError
from dedup.model import Report
from dedup.report.document import to_json
from dedup.report.page import MAX_TEXT
from dedup.report.page.write import page_html
from dedup.settings import Settings
from dedup.workflows.texts import texts_of


def page_of(
    document: dict[str, Any], *, source: str | Path, articles: Sequence[str | Path] = (), max_text: int = MAX_TEXT
) -> bytes:
    """The page of a report as ``report.reading.read`` gives it.

    Args:
        document: the report.
        source: the file that it comes from, for messages.
        articles: where its articles are now; where they were when they were scanned if empty.
        max_text: bytes of text that the page may hold; 0 for none.

    Raises:
        ReportError: the report is damaged.
        SettingsError: it was made with settings that are not known here.
        InputError: one of ``articles`` does not exist, or cannot be scanned.
    """
    try:
        settings = Settings.from_dict(dict(document["run"]["settings"]))
        there = [path for path in document["run"].get("paths", ()) if os.path.exists(path)]  # noqa: PTH110
        return page_html(document, texts_of(document, articles or there, settings, max_text))
    except SettingsError as problem:
        raise SettingsError(f"{source} was made with settings that are not known here: {problem}") from None
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as problem:
        raise ReportError(f"{source} is a damaged report ({problem!r}); scan once more") from problem


def page_of_report(report: Report, *, max_text: int = MAX_TEXT) -> bytes:
    """The page of a report that a scan has just made. Costs the report as JSON and as plain values on top of it."""
    return page_of(orjson.loads(to_json(report)), source="the report", max_text=max_text)
