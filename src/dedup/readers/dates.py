"""Times of publication in one form: ``2022-03-07T10:00:00Z``, or ``2022-03-07`` for a day."""

import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any

_FIRST_YEAR, _LAST_YEAR = 1600, 2200
_LONGEST = 80  # characters of a text that may be a date
_EPOCH = re.compile(r"-?\d{9,13}(\.\d{1,9})?")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?Z?)?")
_MAIL = re.compile(r"(?:[A-Z][a-z]{2}, ?)?\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d")  # RFC 2822
_TIME_OF_DAY = re.compile(r"\d{1,2}:\d\d|\d\s*[ap]\.?m\b", re.I)
_ZONES = {"EST": -5, "EDT": -4, "ET": -4.5, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}
_ZONES |= {
    "BST": 1,
    "CET": 1,
    "CEST": 2,
    "EET": 2,
    "EEST": 3,
    "MSK": 3,
    "IST": 5.5,
    "JST": 9,
    "AEST": 10,
    "AEDT": 11,
}


def normalised(value: Any) -> str | None:
    """``value`` as ISO 8601 in UTC, or None when it is no time between the years 1600 and 2200.

    A time without zone is taken as UTC. Numbers are seconds or milliseconds since 1970.
    """
    if type(value) is str:
        return _from_text(value)
    if isinstance(value, datetime):
        return _in_utc(value)
    if isinstance(value, date):
        return value.isoformat() if _FIRST_YEAR <= value.year <= _LAST_YEAR else None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _from_epoch(float(value))
    if isinstance(value, dict) and len(value) == 1:  # {"$date": …}, as MongoDB writes it
        return normalised(next(iter(value.values()))) if "$date" in value else None
    return None


@lru_cache(maxsize=4096)
def _from_text(text: str) -> str | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return _from_other_text(text.strip())
    if text[4] != "-" or text[7] != "-":  # 20220307, or digits that are seconds since 1970, or a week
        return _from_other_text(text) if text[4] != "-" else _in_utc(moment)
    if len(text) == 10:
        return text if _FIRST_YEAR <= moment.year <= _LAST_YEAR else None
    if len(text) == 20 and text[10] == "T" and text[13] == ":" and text[19] == "Z":
        return text if _FIRST_YEAR <= moment.year <= _LAST_YEAR else None
    return _in_utc(moment)


def _in_utc(moment: datetime) -> str | None:
    if moment.tzinfo is not None and moment.tzinfo is not UTC:
        try:
            moment = moment.astimezone(UTC)
        except (OverflowError, ValueError):
            return None
    return moment.isoformat()[:19] + "Z" if _FIRST_YEAR <= moment.year <= _LAST_YEAR else None


def _from_epoch(seconds: float) -> str | None:
    if abs(seconds) >= 1e11:  # milliseconds: as seconds it would be past the year 5000
        seconds /= 1e6 if abs(seconds) >= 1e14 else 1e3
    try:
        return _in_utc(datetime.fromtimestamp(seconds, UTC)) if abs(seconds) >= 1e6 else None
    except (OverflowError, ValueError, OSError):
        return None


def _from_other_text(text: str) -> str | None:
    if not 4 <= len(text) <= _LONGEST:
        return None
    compact = _COMPACT.fullmatch(text)
    if compact and 1900 <= int(compact[1]) <= 2200 and "01" <= compact[2] <= "12" and "01" <= compact[3] <= "31":
        return _from_compact(compact)
    if _EPOCH.fullmatch(text):
        return _from_epoch(float(text))
    if not _MAIL.match(text):
        return _guessed(text)
    try:
        return _in_utc(parsedate_to_datetime(text))
    except (ValueError, TypeError, IndexError, OverflowError):
        return _guessed(text)


def _from_compact(found: re.Match[str]) -> str | None:
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    return _in_utc(moment) if found[4] else moment.date().isoformat()


def _guessed(text: str) -> str | None:
    """What dateutil makes of ``text``, where it names at least a year, a month and a day."""
    from dateutil import parser  # noqa: PLC0415 - 15 ms, and few inputs need it

    moments = []
    for default in (datetime(2000, 1, 1), datetime(2001, 2, 2)):
        try:
            moments.append(parser.parse(text, default=default, tzinfos=_offset))
        except (ValueError, OverflowError, TypeError, AttributeError, RecursionError):
            return None
    first, second = moments
    if first.date() != second.date():
        return None  # part of the day was missing, and was taken from the default
    return _in_utc(first) if _TIME_OF_DAY.search(text) else _day(first)


def _offset(name: str | None, seconds: int | None) -> int:
    """Seconds east of UTC; a zone that is not in the table is taken as UTC."""
    return seconds if seconds is not None else int(3600 * _ZONES.get(name or "", 0))


def _day(moment: datetime) -> str | None:
    return moment.date().isoformat() if _FIRST_YEAR <= moment.year <= _LAST_YEAR else None
