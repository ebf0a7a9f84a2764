"""Day balances come back from their items as they were, or not at all."""

import pytest

from ses_reputation.errors import StateError, UnavailableError
from ses_reputation.rollup import day_rows
from ses_reputation.rollup.day_rows import days_of_rows, rows_of_day
from tests.support.mail import days_of, mail


def test_an_ordinary_day_is_one_item_whose_totals_can_be_read() -> None:
    (day,) = days_of([mail("2026-11-20T14", 10, 1)])

    (row,) = rows_of_day(day)

    assert (row["pk"]["S"], row["sk"]["S"]) == ("DAY#444455556666#us-east-1#example.com", "2026-11-20")
    assert row["pages"] == {"N": "1"}
    assert '["everything","",10,1,0,10,0,10,1]' in row["totals"]["S"]
    assert list(days_of_rows([row])) == [day]


@pytest.mark.parametrize("most_bytes", [7, 100, 250, 10_000])
def test_days_come_back_whatever_number_of_pieces_they_are_in(
    most_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(day_rows, "MOST_BYTES", most_bytes)
    days = days_of([mail(f"2026-11-{day:02}T14", 10 * day, 1) for day in (19, 20, 21)])

    rows = [row for day in days for row in rows_of_day(day)]

    assert [row["sk"]["S"] for row in rows] == sorted(row["sk"]["S"] for row in rows)
    assert list(days_of_rows(rows)) == days
    assert len(rows) > 3 or most_bytes == 10_000


def test_pieces_that_were_read_while_they_were_replaced_are_not_taken_for_a_day(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(day_rows, "MOST_BYTES", 100)
    (before,) = days_of([mail("2026-11-20T14", 10)])
    (after,) = days_of([mail("2026-11-20T14", 12, 3)])

    with pytest.raises(UnavailableError, match="DayBeingWritten"):
        list(days_of_rows([*rows_of_day(before)[:2], *rows_of_day(after)[2:]]))


def test_a_day_of_a_newer_version_is_an_error() -> None:
    (day,) = days_of([mail("2026-11-20T14", 10)])
    (row,) = rows_of_day(day)

    with pytest.raises(StateError, match="has format 2"):
        list(days_of_rows([row | {"format": {"N": "2"}}]))
