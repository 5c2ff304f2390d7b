"""Which files are articles: by the ending of their name, upper or lower case."""

from functools import lru_cache

from dedup.readers.streams import PACKINGS

TEXT, MARKDOWN, PAGE, LINES, JSON, CSV, PARQUET, WARC = (
    "text",
    "markdown",
    "page",
    "lines",
    "json",
    "csv",
    "parquet",
    "warc",
)
ENDINGS = {
    ".txt": TEXT,
    ".md": MARKDOWN,
    ".html": PAGE,
    ".htm": PAGE,
    ".jsonl": LINES,
    ".ndjson": LINES,
    ".json": JSON,
    ".csv": CSV,
    ".parquet": PARQUET,
    ".warc": WARC,
}
ONE_ARTICLE = (TEXT, MARKDOWN, PAGE)


def kind_of(name: str) -> tuple[str, str] | None:
    """What a file of this name holds and how it is packed (empty for not at all); None for no article."""
    ending = name[name.rfind(".") :]
    if ending in ENDINGS:
        return ENDINGS[ending], ""
    return _kind_of_other(ending.lower(), _second_ending(name, ending))


def _second_ending(name: str, ending: str) -> str:
    rest = name[: len(name) - len(ending)]
    return rest[rest.rfind(".") :].lower() if "." in rest and ending.lower() in PACKINGS else ""


@lru_cache(maxsize=1024)
def _kind_of_other(ending: str, before: str) -> tuple[str, str] | None:
    if ending in ENDINGS:
        return ENDINGS[ending], ""
    if ending in PACKINGS and before in ENDINGS:
        return ENDINGS[before], ending
    return None
