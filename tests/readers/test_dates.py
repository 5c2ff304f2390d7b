from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.readers.dates import normalised


@pytest.mark.parametrize(
    ("given_", "wanted"),
    [
        ("2022-03-07T10:00:00Z", "2022-03-07T10:00:00Z"),
        ("2022-03-07T10:00:00.123456+00:00", "2022-03-07T10:00:00Z"),
        ("2022-03-07T10:00:00+05:30", "2022-03-07T04:30:00Z"),
        ("2022-03-07 10:00", "2022-03-07T10:00:00Z"),
        ("2022-03-07", "2022-03-07"),
        (" 2022-03-07 ", "2022-03-07"),
        ("20220307", "2022-03-07"),
        ("20220307101530", "2022-03-07T10:15:30Z"),
        ("Mon, 07 Mar 2022 10:00:00 GMT", "2022-03-07T10:00:00Z"),
        ("Mon, 07 Mar 2022 10:00:00 -0500", "2022-03-07T15:00:00Z"),
        ("March 7, 2022", "2022-03-07"),
        ("7 March 2022", "2022-03-07"),
        ("March 7, 2022 10:00 am EST", "2022-03-07T15:00:00Z"),
        ("Mar 7, 2022, 10:18am IST", "2022-03-07T04:48:00Z"),
        ("1646647200", "2022-03-07T10:00:00Z"),
        (1646647200, "2022-03-07T10:00:00Z"),
        (1646647200.5, "2022-03-07T10:00:00Z"),
        (1646647200000, "2022-03-07T10:00:00Z"),
        ("1646647200000", "2022-03-07T10:00:00Z"),
        (datetime(2022, 3, 7, 10, tzinfo=UTC), "2022-03-07T10:00:00Z"),
        (datetime(2022, 3, 7, 10), "2022-03-07T10:00:00Z"),
        (date(2022, 3, 7), "2022-03-07"),
        ({"$date": "2022-03-07T10:00:00Z"}, "2022-03-07T10:00:00Z"),
    ],
)
def test_a_time_is_told_in_one_form(given_: Any, wanted: str) -> None:
    assert normalised(given_) == wanted


@pytest.mark.parametrize(
    "nonsense",
    [
        None,
        "",
        "yesterday",
        "n/a",
        "10:00",
        "March 2022",
        "2022",
        "99999999999999999999",
        "0001-01-01T00:00:00+14:00",
        "1599-12-31",
        "2201-01-01",
        "9999-12-31T23:59:59-12:00",
        True,
        [],
        {},
        float("nan"),
        float("inf"),
        1e300,
        "x" * 10**6,
        "1" * 5000,
        "\0",
        "12345",
    ],
)
def test_nonsense_is_no_time(nonsense: Any) -> None:
    assert normalised(nonsense) is None


@given(st.text(max_size=100) | st.floats() | st.integers())
def test_nothing_makes_it_raise_and_a_result_stays_as_it_is(value: Any) -> None:
    found = normalised(value)
    assert found is None or normalised(found) == found


@given(st.datetimes(datetime(1600, 1, 2), datetime(2200, 12, 30), timezones=st.timezones()))
def test_every_time_survives_its_iso_form(moment: datetime) -> None:
    wanted = moment.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
    assert normalised(moment.isoformat()) == wanted
