"""What stands in an item of the table, and that it fits one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ses_reputation.errors import UnavailableError
from ses_reputation.feedback.origins import AccountHour
from ses_reputation.ledger.balance import BalanceCounts
from ses_reputation.ledger.balance_store import Balance, LastPosting
from ses_reputation.ledger.pieces import pack_figures
from ses_reputation.ledger.rows import (
    account_days_of_row,
    balances_of_rows,
    changed_pieces,
    last_posting_of_row,
    row_of,
    rows_of_run,
    runs_of_row,
)
from ses_reputation.ledger.segments import Segment
from ses_reputation.ledger.shards import Shard
from tests.support.balances import items_of_balance
from tests.support.pages import ACCOUNT_HOUR, WHOLE, page_of

POSTED_AT = datetime(2026, 11, 22, 12, 0, 0, 123_456, tzinfo=UTC)
PARTITION = {"S": "BALANCE#444455556666#us-east-1"}
ONE_SENT = {"example.com": BalanceCounts({"newsletter": {"gmail": {"sent": 2}}})}
TENANTS = {
    f"tenant-{number}.example": BalanceCounts({"news": {"gmail": {"sent": number + 1}}})
    for number in range(60)
}

shards = st.builds(
    Shard,
    st.builds(
        Segment,
        st.builds(
            AccountHour,
            st.just("444455556666"),
            st.sampled_from(["us-east-1", "eu-west-1"]),
            st.sampled_from(["2026-11-20T14", "2026-11-20T15"]),
        ),
        st.integers(0, 2),
    ),
)


def balance_of(
    shard: Shard = WHOLE, figures: Any = ONE_SENT, pieces: int = 1, posted_at: datetime = POSTED_AT
) -> Balance:
    return Balance(shard, pack_figures(figures, pieces), 3, 1.5, posted_at)


def last_posting(balance: Balance) -> LastPosting:
    return LastPosting(balance.pages, balance.read_units, balance.posted_at, balance.digests)


def key(row: dict[str, Any]) -> tuple[str, str]:
    return row["pk"]["S"], row["sk"]["S"]


def in_order(*rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows as a query gives them; of one key the last counts."""
    return [row for _, row in sorted({key(row): row for some in rows for row in some}.items())]


def parts_row(shard: Shard, *digits: str) -> dict[str, Any]:
    """The own item of a balance that is divided."""
    (row, *_) = items_of_balance(balance_of(shard))
    kept = {name: value for name, value in row.items() if name not in ("figures", "digests")}
    return kept | {"parts": {"SS": list(digits)}}


def test_a_page_is_an_item_with_its_version_and_expiry() -> None:
    row = row_of(page_of(1, shard=WHOLE.part("7")))

    assert row == {
        "pk": {"S": "JOURNAL#444455556666#us-east-1#2026-11-20T14/7"},
        "sk": {"S": page_of(1, shard=WHOLE.part("7")).sort_key},
        "page": {"B": page_of(1).content},
        "version": {"N": "2"},
        "expires_at": {"N": str(int(datetime(2027, 6, 3, 14, tzinfo=UTC).timestamp()))},
    }
    assert [list(run.fingerprints) for run in runs_of_row(row)] == [[1]]


def test_a_balance_of_one_piece_is_one_item() -> None:
    balance = balance_of()

    assert items_of_balance(balance) == [
        {
            "pk": PARTITION,
            "sk": {"S": "2026-11-20T14"},
            "figures": {"B": balance.pieces[0].content},
            "digests": {"B": balance.pieces[0].digest},
            "pages": {"N": "3"},
            "read_units": {"N": "1.5"},
            "posted_at": {"S": "2026-11-22T12:00:00.123456+00:00"},
        }
    ]


def test_other_pieces_are_items_of_their_own_and_the_first_names_all_digests() -> None:
    balance = balance_of(figures=TENANTS, pieces=4)
    own, *others = items_of_balance(balance)

    assert own["digests"] == {"B": b"".join(balance.digests)}
    assert own["figures"] == {"B": balance.pieces[0].content}
    assert others == [
        {
            "pk": PARTITION,
            "sk": {"S": f"2026-11-20T14#0{place}"},
            "figures": {"B": balance.pieces[place].content},
            "digest": {"B": balance.pieces[place].digest},
        }
        for place in (1, 2, 3)
    ]


def test_pieces_that_say_what_they_said_are_not_written_again() -> None:
    before = balance_of(figures=TENANTS, pieces=4)
    changed = TENANTS | {"tenant-3.example": BalanceCounts({"news": {"gmail": {"sent": 99}}})}
    after = balance_of(figures=changed, pieces=4)
    places = [place for place in range(4) if before.pieces[place].digest != after.pieces[place].digest]

    written = changed_pieces(after, last_posting(before))

    assert len(places) == 1
    assert [row["sk"]["S"] for row in written] == [f"2026-11-20T14#{place:02}" for place in places if place]


def test_all_pieces_are_written_where_there_were_fewer_before() -> None:
    before, after = balance_of(figures=TENANTS, pieces=2), balance_of(figures=TENANTS, pieces=4)

    assert len(changed_pieces(after, last_posting(before))) == 3


@settings(max_examples=50, deadline=None)
@given(st.lists(shards, unique=True, max_size=5), st.sampled_from([1, 2, 8]))
def test_balances_come_back_as_they_were_written(shards: list[Shard], pieces: int) -> None:
    written = [balance_of(shard, TENANTS, pieces) for shard in shards]
    rows = in_order(*(items_of_balance(balance) for balance in written))

    found = list(balances_of_rows(rows))
    assert len(found) == len(written)
    assert all(balance in found for balance in written)


def test_parts_stand_for_a_balance_that_was_divided() -> None:
    """Pieces of the whole are still there, and say what was true before."""
    whole = items_of_balance(balance_of(figures=TENANTS, pieces=4))
    seven, ten = balance_of(WHOLE.part("7")), balance_of(WHOLE.part("a").part("0"))
    rows = in_order(
        whole,
        [parts_row(WHOLE, "7", "a"), parts_row(WHOLE.part("a"), "0")],
        items_of_balance(seven),
        items_of_balance(ten),
        # Written, but not standing yet.
        items_of_balance(balance_of(WHOLE.part("c"))),
    )

    assert list(balances_of_rows(rows)) == [seven, ten]


def test_until_parts_stand_the_whole_does() -> None:
    whole = balance_of(figures=TENANTS, pieces=2)
    rows = in_order(items_of_balance(whole), items_of_balance(balance_of(WHOLE.part("7"))))

    assert list(balances_of_rows(rows)) == [whole]


BEFORE = balance_of(figures=TENANTS, pieces=4)
AFTER = balance_of(figures=dict.fromkeys(TENANTS, TENANTS["tenant-5.example"]), pieces=4)


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([items_of_balance(AFTER)[0], *items_of_balance(BEFORE)[1:]], id="an old piece"),
        pytest.param([items_of_balance(BEFORE)[0], *items_of_balance(AFTER)[1:]], id="a new piece"),
        pytest.param(items_of_balance(BEFORE)[:3], id="a piece is missing"),
        pytest.param([parts_row(WHOLE, "7")], id="a part is missing"),
        pytest.param(
            [parts_row(WHOLE, "7"), parts_row(WHOLE.part("7"), "0")], id="a part of a part is missing"
        ),
    ],
)
def test_an_hour_that_is_being_written_is_not_read_half(rows: list[dict[str, Any]]) -> None:
    other = items_of_balance(balance_of(Shard(Segment(ACCOUNT_HOUR._replace(send_hour="2026-11-20T13")))))

    with pytest.raises(UnavailableError, match=r"^BalanceBeingWritten$"):
        list(balances_of_rows(in_order(other, rows)))


def test_what_posting_has_to_know_is_read_from_a_balances_own_item() -> None:
    balance = balance_of(figures=TENANTS, pieces=2)
    (own, _) = items_of_balance(balance)
    known = LastPosting(3, 1.5, POSTED_AT, balance.digests)

    assert last_posting_of_row(own) == known
    due = {"due_at": {"S": "2026-11-22T13:00:00+00:00"}}
    assert last_posting_of_row(own | due) == replace(known, due_at=datetime(2026, 11, 22, 13, tzinfo=UTC))
    assert last_posting_of_row(parts_row(WHOLE, "7", "a")) == replace(
        known, digests=(), parts=frozenset({"7", "a"})
    )


def hours(*named: tuple[str, str]) -> list[Segment]:
    return [Segment(AccountHour(account, "us-east-1", hour), 1) for account, hour in named]


def test_a_run_of_posting_names_each_account_day_once() -> None:
    begun_at = datetime(2026, 11, 22, 0, 30, tzinfo=UTC)
    segments = hours(
        ("444455556666", "2026-11-20T14"),
        ("444455556666", "2026-11-20T15"),
        ("111122223333", "2026-11-20T15"),
        ("444455556666", "2026-11-21T00"),
    )

    (row,) = rows_of_run(segments, begun_at, "1a2b3c4d")

    assert row == {
        "pk": {"S": "POSTINGS#2026-11-22"},
        "sk": {"S": "2026-11-22T00:30:00+00:00#1a2b3c4d"},
        "account_days": {
            "S": '[["111122223333","us-east-1","2026-11-20"],'
            '["444455556666","us-east-1","2026-11-20"],'
            '["444455556666","us-east-1","2026-11-21"]]'
        },
        "expires_at": {"N": str(int((begun_at + timedelta(days=430)).timestamp()))},
    }
    assert account_days_of_row(row) == [
        ("111122223333", "us-east-1", "2026-11-20"),
        ("444455556666", "us-east-1", "2026-11-20"),
        ("444455556666", "us-east-1", "2026-11-21"),
    ]


def test_a_run_of_more_account_days_than_an_item_holds_takes_several() -> None:
    segments = hours(*((f"{number:012}", "2026-11-20T14") for number in range(12_000)))
    rows = list(rows_of_run(segments, POSTED_AT, "1a2b3c4d"))

    assert len({key(row) for row in rows}) == 3
    assert sum(len(account_days_of_row(row)) for row in rows) == 12_000
    assert max(len(row["account_days"]["S"]) for row in rows) < 400_000
