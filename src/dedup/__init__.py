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
        EngineError,
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
    from dedup.report.answer import Answer, KnownMatch
    from dedup.report.explanation import Explanation
    from dedup.settings import Settings
    from dedup.workflows.compare import compare, query
    from dedup.workflows.evaluate import evaluate
    from dedup.workflows.explain import explain
    from dedup.workflows.footers import find_footers
    from dedup.workflows.inquiry import find_copies
    from dedup.workflows.scan import scan

__version__ = "0.1.0"

__all__ = [
    "Answer",
    "Article",
    "Comparison",
    "ContractError",
    "DedupError",
    "EngineError",
    "Explanation",
    "Footer",
    "GoldError",
    "InputError",
    "KnownMatch",
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
    "find_copies",
    "find_footers",
    "query",
    "scan",
]

_HOMES = {
    **dict.fromkeys((name for name in __all__ if name.endswith("Error")), "dedup.errors"),
    **dict.fromkeys(("Article", "Comparison", "Footer", "Marker", "Match", "Relation", "Report"), "dedup.model"),
    **dict.fromkeys(("Answer", "KnownMatch"), "dedup.report.answer"),
    "Explanation": "dedup.report.explanation",
    "Settings": "dedup.settings",
    "compare": "dedup.workflows.compare",
    "evaluate": "dedup.workflows.evaluate",
    "explain": "dedup.workflows.explain",
    "find_copies": "dedup.workflows.inquiry",
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
