"""SES's 15-minute points by hour, and a reading written and read back."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from ses_reputation.statistics.send_statistics import HourTotals, SendStatistics, sum_points
from ses_reputation.stored_json import plain_text, read_as

READ_AT = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)
HOURS = {"2026-11-22T08": HourTotals(120, 3, 1, 0), "2026-11-22T09": HourTotals(80, 0, 0, 2)}


def point(text: str, *totals: int) -> tuple[datetime, HourTotals]:
    return datetime.fromisoformat(text), HourTotals(*totals)


def test_four_points_make_an_hour() -> None:
    points = [
        point("2026-11-22T09:00:00+00:00", 50, 1, 0, 0),
        point("2026-11-22T08:00:00+00:00", 10, 1, 0, 0),
        point("2026-11-22T08:15:00+00:00", 20, 0, 1, 0),
        point("2026-11-22T08:30:00+00:00", 30, 2, 0, 1),
        point("2026-11-22T08:45:00+00:00", 40, 0, 0, 0),
    ]

    summed = sum_points(points)

    assert summed == {"2026-11-22T08": HourTotals(100, 3, 1, 1), "2026-11-22T09": HourTotals(50, 1, 0, 0)}
    assert list(summed) == ["2026-11-22T08", "2026-11-22T09"]
    assert sum_points(reversed(points)) == summed


def test_points_are_counted_in_utc_hours_whatever_zone_they_are_given_in() -> None:
    kathmandu = timezone(timedelta(hours=5, minutes=45))
    at = datetime(2026, 11, 22, 10, 15, tzinfo=UTC).astimezone(kathmandu)

    assert sum_points([(at, HourTotals(7))]) == {"2026-11-22T10": HourTotals(7)}


def test_no_points_make_no_hours() -> None:
    assert sum_points([]) == {}


@pytest.mark.parametrize(
    "statistics",
    [
        SendStatistics("111122223333", "us-east-1", READ_AT, HOURS, 0.0123, 0.0004, READ_AT),
        SendStatistics("444455556666", "eu-west-1", READ_AT, HOURS, 0.0123),
        SendStatistics("444455556666", "eu-west-1", READ_AT, {}),
    ],
)
def test_a_reading_is_read_back_as_it_was_written(statistics: SendStatistics) -> None:
    assert read_as(SendStatistics, json.loads(plain_text(statistics))) == statistics


def test_a_reading_is_written_in_plain_words() -> None:
    statistics = SendStatistics("111122223333", "us-east-1", READ_AT, HOURS, 0.0123, None, READ_AT)

    assert json.loads(plain_text(statistics)) == {
        "account": "111122223333",
        "region": "us-east-1",
        "read_at": "2026-11-22T10:05:00+00:00",
        "hours": {"2026-11-22T08": [120, 3, 1, 0], "2026-11-22T09": [80, 0, 0, 2]},
        "bounce_rate": 0.0123,
        "complaint_rate": None,
        "bounce_rate_at": "2026-11-22T10:05:00+00:00",
        "complaint_rate_at": None,
    }
