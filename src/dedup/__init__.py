"""Finds copies of news stories in a folder of scraped articles.

>>> import dedup
>>> report = dedup.scan(["articles/"])
>>> for cluster in report.clusters:
...     print(cluster.original.id, [member.id for member in cluster.members])

What this module offers is loaded on first use: a compiler stands behind it, which ``dedup --help`` does not need.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dedup.errors import (
        ContractError,
        DedupError,
        GoldError,
        InputError,
        MissingExtraError,
        OutputError,
        ReportError,
        SettingsError,
        StateError,
        StateLockedError,
    )
    from dedup.model import Article, Comparison, Footer, Marker, Match, Relation, Report
    from dedup.report.explanation import Explanation
    from dedup.settings import Settings
    from dedup.workflows.compare import compare, query
    from dedup.workflows.evaluate import evaluate
    from dedup.workflows.explain import explain
    from dedup.workflows.footers import find_footers
    from dedup.workflows.scan import scan

__version__ = "0.1.0"

__all__ = [
    "Article",
    "Comparison",
    "ContractError",
    "DedupError",
    "Explanation",
    "Footer",
    "GoldError",
    "InputError",
    "Marker",
    "Match",
    "MissingExtraError",
    "OutputError",
    "Relation",
    "Report",
    "ReportError",
    "Settings",
    "SettingsError",
    "StateError",
    "StateLockedError",
    "compare",
    "evaluate",
    "explain",
    "find_footers",
    "query",
    "scan",
]

_HOMES = {
    **dict.fromkeys((name for name in __all__ if name.endswith("Error")), "dedup.errors"),
    **dict.fromkeys(("Article", "Comparison", "Footer", "Marker", "Match", "Relation", "Report"), "dedup.model"),
    "Explanation": "dedup.report.explanation",
    "Settings": "dedup.settings",
    "compare": "dedup.workflows.compare",
    "evaluate": "dedup.workflows.evaluate",
    "explain": "dedup.workflows.explain",
    "find_footers": "dedup.workflows.footers",
    "query": "dedup.workflows.compare",
    "scan": "dedup.workflows.scan",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
