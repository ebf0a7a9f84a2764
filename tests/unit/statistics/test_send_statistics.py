"""SES's 15-minute points by hour, and a reading written and read back."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from ses_reputation.statistics.send_statistics import HourTotals, SendStatistics, sum_points, thin_out
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
        SendStatistics("444455556666", "eu-west-1", READ_AT, {}, bounce_rates={"2026-11-22T04": 0.0123}),
    ],
)
def test_a_reading_is_read_back_as_it_was_written(statistics: SendStatistics) -> None:
    assert read_as(SendStatistics, json.loads(plain_text(statistics))) == statistics


def test_a_reading_is_written_in_plain_words() -> None:
    statistics = SendStatistics(
        "111122223333", "us-east-1", READ_AT, HOURS, 0.0123, None, READ_AT, None, {"2026-11-21T17": 0.0119}
    )

    assert json.loads(plain_text(statistics)) == {
        "account": "111122223333",
        "region": "us-east-1",
        "read_at": "2026-11-22T10:05:00+00:00",
        "hours": {"2026-11-22T08": [120, 3, 1, 0], "2026-11-22T09": [80, 0, 0, 2]},
        "bounce_rate": 0.0123,
        "complaint_rate": None,
        "bounce_rate_at": "2026-11-22T10:05:00+00:00",
        "complaint_rate_at": None,
        "bounce_rates": {"2026-11-21T17": 0.0119},
    }


def test_of_a_rates_points_the_last_of_each_quarter_of_a_day_stays() -> None:
    points = [
        (datetime.fromisoformat(at), rate)
        for at, rate in [
            ("2026-11-21T23:00:00+00:00", 0.0101),
            ("2026-11-22T00:00:00+00:00", 0.0102),
            ("2026-11-22T05:00:00+00:00", 0.0103),
            ("2026-11-22T06:00:00+00:00", 0.01041234567),
            # 13:00 UTC, where nothing was published since.
            ("2026-11-22T18:45:00+05:45", 0.0105),
        ]
    ]

    assert thin_out(points) == {
        "2026-11-21T23": 0.0101,
        "2026-11-22T05": 0.0103,
        "2026-11-22T06": 0.010412,
        "2026-11-22T13": 0.0105,
    }
    assert thin_out([]) == {}


def test_four_weeks_of_a_rate_take_little_of_an_item() -> None:
    hours = [READ_AT - timedelta(hours=back) for back in range(28 * 24, 0, -1)]
    kept = thin_out([(at, 0.012345) for at in hours])

    # Four a day, and the ends of both first and last day: `"2026-11-22T05":0.012345,` is 25 letters.
    assert 112 <= len(kept) <= 114
    assert len(plain_text(kept)) <= 114 * 25
