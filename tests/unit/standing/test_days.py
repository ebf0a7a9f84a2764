"""A day balance is what the hours of a day add up to, and gives each of them back."""

import json

from ses_reputation.feedback.observations import Origin
from ses_reputation.ledger.balance import Figures
from ses_reputation.ledger.hour_balance import SenderHour
from ses_reputation.rollup.day_balance import fold_days, pack_table, sender_of, unpack_table
from ses_reputation.rollup.entities import Sender
from ses_reputation.rollup.rate_counts import EVERYTHING, RateFigures, rate_table
from tests.support.notifications import DELEGATE, SECOND_DELEGATE

SENDER = Sender(DELEGATE, "us-east-1", "example.com")


def hour(name: str, sends: int, sender: Sender = SENDER, pages: int = 1) -> SenderHour:
    return SenderHour(
        Origin(*sender, name),
        pages=pages,
        counts={"newsletter": {"yahoo": {"sent": sends, "bounced_permanent_general": 1}}},
        followed={"newsletter": {"yahoo": {"sent_without_outcome": 2}}},
        coverage={"newsletter": {"bounced": {"both": 1}}},
    )


def test_a_day_is_the_sum_of_its_hours_and_gives_each_back() -> None:
    (day,) = fold_days([hour("2026-11-22T11", 20, pages=2), hour("2026-11-22T09", 10, pages=3)])

    assert (day.sender, day.day, day.pages) == (SENDER, "2026-11-22", 5)
    assert day.totals[EVERYTHING] == RateFigures(30, 2, 0, 30, 0, 30, 2)
    assert list(day.hours) == ["2026-11-22T09", "2026-11-22T11"]
    assert day.hours["2026-11-22T09"] == rate_table(hour("2026-11-22T09", 10).counts)
    assert day.figures == Figures(
        {"newsletter": {"yahoo": {"sent": 30, "bounced_permanent_general": 2}}},
        {"newsletter": {"yahoo": {"sent_without_outcome": 4}}},
        {"newsletter": {"bounced": {"both": 2}}},
    )


def test_folding_leaves_the_hours_as_they_were() -> None:
    hours = [hour("2026-11-22T09", 10), hour("2026-11-22T10", 10)]

    fold_days(hours)

    assert hours == [hour("2026-11-22T09", 10), hour("2026-11-22T10", 10)]


def test_each_sender_and_utc_day_has_its_own_sorted() -> None:
    other = Sender(SECOND_DELEGATE, "us-east-1", "example.com")
    hours = [
        hour("2026-11-22T00", 1, other),
        hour("2026-11-22T00", 2),
        hour("2026-11-21T23", 4),
    ]

    days = fold_days(hours)

    assert [(day.sender, day.day, day.totals[EVERYTHING].sends) for day in days] == [
        (SENDER, "2026-11-21", 4),
        (SENDER, "2026-11-22", 2),
        (other, "2026-11-22", 1),
    ]


def test_the_order_of_hours_changes_no_byte() -> None:
    hours = [hour(f"2026-11-22T{number:02}", number) for number in range(24)]

    assert fold_days(hours) == fold_days(reversed(hours))


def test_a_table_comes_back_from_its_plain_rows() -> None:
    table = rate_table(
        {"newsletter": {"gmail": {"sent": 5, "complained_abuse": 2}}, "(none)": {"simulator": {"sent": 1}}}
    )

    rows = json.loads(json.dumps(pack_table(table)))

    assert unpack_table(rows) == table
    assert rows == sorted(rows)
    assert ["provider", "gmail", 5, 0, 2, 0, 0, 5, 0] in rows


def test_a_sender_is_an_hour_s_origin_without_the_hour() -> None:
    assert sender_of(hour("2026-11-22T09", 1)) == SENDER
