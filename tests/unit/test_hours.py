"""Times in every form that SES was seen to write."""

from datetime import UTC, datetime, timedelta, timezone
from traceback import format_exception

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ses_reputation.hours import (
    canonical_timestamp,
    count_hours,
    day_of,
    days_between,
    first_hour_of,
    format_timestamp,
    hour_of,
    hours_back,
    hours_later,
    last_hour_of,
    millis_between,
    next_hour,
    next_period,
    parse_timestamp,
    start_of,
)

offsets = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(
    datetime(2000, 1, 3),  # noqa: DTZ001
    datetime(2200, 12, 29),  # noqa: DTZ001
    timezones=offsets,
)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-20T14:05:45.641Z", datetime(2026, 11, 20, 14, 5, 45, 641_000, UTC)),
        ("2026-11-20T14:05:45Z", datetime(2026, 11, 20, 14, 5, 45, 0, UTC)),
        ("2018-10-08T14:05:45 +0000", datetime(2018, 10, 8, 14, 5, 45, 0, UTC)),
        ("2018-10-08T14:05:45.5 +0000", datetime(2018, 10, 8, 14, 5, 45, 500_000, UTC)),
        ("2026-11-20T15:05:45+01:00", datetime(2026, 11, 20, 14, 5, 45, 0, UTC)),
        ("2026-11-20T09:35:45-0430", datetime(2026, 11, 20, 14, 5, 45, 0, UTC)),
        ("2026-11-20T14:05:45.123456789Z", datetime(2026, 11, 20, 14, 5, 45, 123_456, UTC)),
        ("2026-11-20T14:05:45", datetime(2026, 11, 20, 14, 5, 45, 0, UTC)),
        ("  2026-11-20T14:05:45Z\n", datetime(2026, 11, 20, 14, 5, 45, 0, UTC)),
        ("2026-11-20 14:05:45Z", datetime(2026, 11, 20, 14, 5, 45, 0, UTC)),
        ("2026-11-20 14:05:45.641Z", datetime(2026, 11, 20, 14, 5, 45, 641_000, UTC)),
        ("2026-11-20 15:05:45 +01:00", datetime(2026, 11, 20, 14, 5, 45, 0, UTC)),
        ("2026-11-20 14:05:45 UTC", datetime(2026, 11, 20, 14, 5, 45, 0, UTC)),
        ("2026-11-20T14:05:45 gmt", datetime(2026, 11, 20, 14, 5, 45, 0, UTC)),
        ("20261120T140545Z", datetime(2026, 11, 20, 14, 5, 45, 0, UTC)),
    ],
)
def test_every_form_is_one_time(text: str, moment: datetime) -> None:
    assert parse_timestamp(text) == moment
    assert parse_timestamp(text).tzinfo is UTC
    assert hour_of(text) == hour_of(moment)


ADDRESS = "recipient-1@"
NONSENSE = [
    "",
    "recipient-1@example.com",
    "1795183548000",
    "2026-13-20T14:05:45Z",
    "2026-02-29T14:05:45Z",
    "2026-11-20T24:05:45Z",
    "2026-11-20T14:61:45Z",
    "2026-11-20T14:05:60Z",
    "2026-11-20  14:05:45Z",
    "2026-11-20 14:05:45 CET",
    "Fri, 20 Nov 2026 14:05:45 +0000",
    "٢٠٢٦-11-20T14:05:45Z",
    "2026-11-20T14:05:45+25:00",
    "1999-12-31T23:59:59Z",
    "2201-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
]


@pytest.mark.parametrize("text", NONSENSE)
def test_what_is_no_time_of_a_mail_is_refused(text: str) -> None:
    for reading in (parse_timestamp, hour_of, canonical_timestamp):
        with pytest.raises(ValueError, match="a time"):
            reading(text)


@settings(deadline=None)
@given(st.text())
def test_a_refusal_never_repeats_the_text(text: str) -> None:
    with pytest.raises(ValueError, match="a time") as refused:
        hour_of(ADDRESS + text)

    # The whole chain of exceptions, as a log would print it.
    assert ADDRESS not in "".join(format_exception(refused.value))


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2026-11-20T14:59:59.999Z", "2026-11-20T14"),
        ("2026-11-20T15:00:00.000Z", "2026-11-20T15"),
        ("2026-11-20T00:30:00+01:00", "2026-11-19T23"),
        ("2026-12-31T23:30:00-01:00", "2027-01-01T00"),
        ("2026-11-20T20:15:00+05:30", "2026-11-20T14"),
        ("2018-10-08T14:05:45 +0000", "2018-10-08T14"),
    ],
)
def test_the_hour_is_that_of_utc(text: str, hour: str) -> None:
    assert hour_of(text) == hour


@settings(deadline=None)
@given(moments)
def test_the_hour_is_the_same_in_every_form(moment: datetime) -> None:
    hour = f"{moment.astimezone(UTC):%Y-%m-%dT%H}"

    assert hour_of(moment.isoformat()) == hour_of(format_timestamp(moment)) == hour_of(moment) == hour
    assert start_of(hour) <= moment < start_of(hour) + timedelta(hours=1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "20261120",
        "20261120T14",
        "2026-11-20T25",
        "2026-11-20T14+01",
        "2026-11-20T14:00",
        "hour",
        "2026-11-31",
    ],
)
def test_only_an_hour_or_a_day_as_the_ledger_writes_it_begins(text: str) -> None:
    with pytest.raises(ValueError, match=r"a time|an hour"):
        start_of(text)


LAST_EVENING = datetime(
    2026, 12, 31, 23, 59, 59, tzinfo=timezone(timedelta(hours=-1))
)  # 2027-01-01T00:59:59Z


def test_hours_and_days_run_on_over_midnight_and_the_end_of_the_year() -> None:
    assert next_hour("2026-12-31T23") == "2027-01-01T00"
    assert next_period("2026-12-31T23") == "2027-01-01T00"
    assert next_period("2026-12-31") == "2027-01-01"
    assert next_period("") == ""
    assert hours_later("2027-01-01T01", -26) == "2026-12-30T23"
    assert hours_back(LAST_EVENING, 3) == ["2027-01-01T00", "2026-12-31T23", "2026-12-31T22"]
    assert hours_back(datetime(2026, 11, 22, 0, 30, tzinfo=UTC), 2) == ["2026-11-22T00", "2026-11-21T23"]


def test_a_day_is_that_of_utc() -> None:
    assert day_of(LAST_EVENING) == day_of("2027-01-01T23") == "2027-01-01"
    assert start_of("2027-01-01") == start_of("2027-01-01T00") == datetime(2027, 1, 1, tzinfo=UTC)
    assert [first_hour_of("2027-01-01"), last_hour_of("2027-01-01")] == ["2027-01-01T00", "2027-01-01T23"]


def test_both_ends_are_counted() -> None:
    assert count_hours("2026-11-20T14", "2026-11-20T14") == 1
    assert count_hours("2026-02-28T23", "2026-03-01T01") == 3
    earlier = datetime(2026, 12, 30, 23, 59, tzinfo=UTC)
    assert list(days_between(earlier, LAST_EVENING)) == ["2026-12-30", "2026-12-31", "2027-01-01"]
    assert list(days_between(LAST_EVENING, earlier)) == []


@settings(deadline=None)
@given(moments, moments)
def test_canonical_times_sort_like_the_moments(first: datetime, second: datetime) -> None:
    earlier, later = sorted([first, second])

    assert canonical_timestamp(earlier.isoformat()) <= canonical_timestamp(later.isoformat())


def test_the_canonical_form_has_milliseconds_and_a_z() -> None:
    assert canonical_timestamp("2018-10-08T16:05:45 +0200") == "2018-10-08T14:05:45.000Z"
    assert canonical_timestamp("2026-11-20T14:05:45.641999Z") == "2026-11-20T14:05:45.641Z"


def test_time_between_is_in_milliseconds_and_never_negative() -> None:
    assert millis_between("2026-11-20T14:05:45.641Z", "2026-11-20T15:05:46+01:00") == 359
    assert millis_between("2026-11-20T14:05:46Z", "2026-11-20T14:05:45Z") == 0
