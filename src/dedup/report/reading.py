"""A report read back, with a check of what it is. Needs no columns: who is shown a report need not wait for them."""

from pathlib import Path
from typing import Any

import orjson

from dedup.errors import ReportError

FORMAT, VERSION = "dedup-report", 1
PARTS = {"run": dict, "counts": dict, "clusters": list, "footers": list, "set_aside": list, "unreadable": list}


def read(source: Path) -> dict[str, Any]:
    """A report as plain values.

    Raises:
        ReportError: the file is missing, is not JSON, or is no report of this version.
    """
    try:
        document = orjson.loads(source.read_bytes())
    except OSError as problem:
        raise ReportError(f"cannot read {source}: {problem.strerror}") from None
    except orjson.JSONDecodeError as problem:
        raise ReportError(f"{source} is not JSON ({problem}); wanted a report that 'dedup scan' wrote") from None
    found = (document.get("format"), document.get("version")) if isinstance(document, dict) else (None, None)
    if found != (FORMAT, VERSION):
        raise ReportError(f"{source} is no report of format {FORMAT}, version {VERSION}")
    if missing := [name for name, kind in PARTS.items() if not isinstance(document.get(name), kind)]:
        raise ReportError(f"{source} is a damaged report: {', '.join(missing)} missing; scan once more")
    return dict(document)
