"""Account-days come back from their items as they were, or not at all."""

from collections.abc import Iterable
from typing import Any

import pytest

from ses_reputation.aws.dynamodb import Row
from ses_reputation.errors import StateError
from ses_reputation.rollup import day_rows
from ses_reputation.rollup.day_balance import AccountDayBalance
from ses_reputation.rollup.day_rows import DayHead, HalfWrittenError, days_of_rows, head_of_row, pieces_of
from ses_reputation.rollup.entities import SenderIdentity
from tests.support.mail import REGION, account_days_of, mail
from tests.support.notifications import DELEGATE

BRANDS = [SenderIdentity(DELEGATE, REGION, f"brand-{number}.example.com") for number in range(20)]


def day_of_brands(
    sends: int, changed: SenderIdentity | None = None, day: str = "2026-11-20"
) -> AccountDayBalance:
    hours = [mail(f"{day}T14", sends + (sender == changed), sender=sender) for sender in BRANDS]
    (balance,) = account_days_of(hours)
    return balance


def rows_of(balance: AccountDayBalance, stored: DayHead | None = None) -> list[dict[str, Any]]:
    pieces = pieces_of(balance, stored)
    return [pieces.head.to_row(), *pieces.rows_unlike(stored)]


def read(rows: Iterable[Row]) -> list[AccountDayBalance]:
    ordered = sorted(rows, key=lambda row: (row["pk"]["S"], row["sk"]["S"]))
    totals, detail = ([row for row in ordered if ("#detail" in row["pk"]["S"]) is of] for of in (False, True))
    return list(days_of_rows(totals, detail))


def test_a_small_account_has_a_head_and_a_piece_of_each_kind() -> None:
    (balance,) = account_days_of([mail("2026-11-20T14", 10, 1)])

    rows = rows_of(balance)

    assert [(row["pk"]["S"], row["sk"]["S"]) for row in rows] == [
        ("DAY#444455556666#us-east-1", "2026-11-20"),
        ("DAY#444455556666#us-east-1", "2026-11-20+0000.00"),
        ("DAY#444455556666#us-east-1#detail", "2026-11-20+0000.00"),
    ]
    assert rows[0]["pages"] == {"N": "1"}
    assert read(rows) == [balance]


@pytest.mark.parametrize("piece_bytes", [100, 700, 100_000])
@pytest.mark.parametrize("most_bytes", [100, 250, 10_000])
def test_days_come_back_whatever_number_of_pieces_they_are_in(
    piece_bytes: int, most_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(day_rows, "PIECE_BYTES", piece_bytes)
    monkeypatch.setattr(day_rows, "MOST_BYTES", most_bytes)
    days = [day_of_brands(10 + day, day=f"2026-11-{day}") for day in (19, 20, 21)]

    rows = [row for day in days for row in rows_of(day)]

    assert read(rows) == days
    assert max(len(row["piece"]["B"]) for row in rows if "piece" in row) <= most_bytes
    assert [len(pieces_of(day, None).pieces) for day in days] == [1 if piece_bytes > 10_000 else 32] * 3 or (
        piece_bytes == 700
    )


def test_totals_are_read_without_detail() -> None:
    balance = day_of_brands(10)
    rows = [row for row in rows_of(balance) if "#detail" not in row["pk"]["S"]]

    (read_totals,) = days_of_rows(rows, None)

    assert [day.totals for day in read_totals.days] == [day.totals for day in balance.days]
    assert {day.packed_detail for day in read_totals.days} == {b""}


def test_only_pieces_that_changed_are_written_and_their_number_never_shrinks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(day_rows, "PIECE_BYTES", 300)
    before = pieces_of(day_of_brands(10), None)
    monkeypatch.setattr(day_rows, "PIECE_BYTES", 100_000)
    changed = day_of_brands(10, BRANDS[7])

    rows = list(pieces_of(changed, before.head).rows_unlike(before.head))

    assert len(before.pieces) > 4
    # Both kinds of one piece, which is the brand's.
    assert len(rows) == 2
    assert len({row["sk"]["S"] for row in rows}) == 1
    assert BRANDS[7].identity in {name for row in rows for name, _ in day_rows._split(row["piece"]["B"])}


def test_pieces_that_were_read_while_they_were_replaced_are_not_taken_for_a_day() -> None:
    before, after = rows_of(day_of_brands(10)), rows_of(day_of_brands(12))

    for number in range(len(before)):
        mixed = [*before[:number], after[number], *before[number + 1 :]]
        with pytest.raises(HalfWrittenError, match="DayBeingWritten") as error:
            read(mixed)
        assert error.value.account_day == (DELEGATE, REGION, "2026-11-20")


def test_pieces_whose_writer_was_cut_off_before_the_head_are_no_day() -> None:
    assert read(rows_of(day_of_brands(10))[1:]) == []


def test_a_piece_that_has_become_shorter_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(day_rows, "MOST_BYTES", 100)
    (long,) = account_days_of([mail("2026-11-20T14", 10, name=f"set-{number}") for number in range(40)])
    (short,) = account_days_of([mail("2026-11-20T14", 10)])
    stored = {(row["pk"]["S"], row["sk"]["S"]): row for row in rows_of(long)}

    stored |= {(row["pk"]["S"], row["sk"]["S"]): row for row in rows_of(short)}

    assert len(stored) > len(rows_of(short))
    assert read(stored.values()) == [short]


def test_a_head_is_read_as_it_was_written() -> None:
    head = pieces_of(day_of_brands(10), None).head

    assert head_of_row(head.to_row()) == head


def test_a_day_of_a_newer_version_is_an_error() -> None:
    (head, *others) = rows_of(day_of_brands(10))

    with pytest.raises(StateError, match="has format 2"):
        read([head | {"format": {"N": "2"}}, *others])


def test_a_damaged_head_is_an_error() -> None:
    (head, *others) = rows_of(day_of_brands(10))

    with pytest.raises(StateError, match="cannot be read"):
        read([head | {"digests": {"B": b"damaged"}}, *others])
