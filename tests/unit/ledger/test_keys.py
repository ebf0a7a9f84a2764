"""Keys are read back as they were written, and nothing else is read as a key."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ses_reputation.feedback.origins import AccountHour
from ses_reputation.ledger.keys import (
    balance_key,
    balance_partition,
    delays_partition,
    journal_key,
    message_partition,
    postings_partition,
    shard_of_balance,
    shard_of_key,
    time_of_posting,
)
from ses_reputation.ledger.segments import Segment
from ses_reputation.ledger.shards import Shard

ACCOUNT_HOUR = AccountHour("444455556666", "us-east-1", "2026-11-20T14")

hours = (
    st.datetimes()
    .map(lambda moment: f"{2000 + moment.year % 200}-{moment:%m-%dT%H}")
    .filter(lambda hour: not hour[5:].startswith("02-29"))
)
segments = st.builds(
    Segment,
    st.builds(
        AccountHour,
        st.from_regex("[0-9]{12}", fullmatch=True),
        st.sampled_from(["us-east-1", "ap-southeast-2", "us-gov-west-1"]),
        hours,
    ),
    st.integers(0, 120),
)
shards = st.builds(Shard, segments, st.text("0123456789abcdef", max_size=2))


def test_keys_are_written_as_the_design_says() -> None:
    in_time, late = Shard(Segment(ACCOUNT_HOUR)), Shard(Segment(ACCOUNT_HOUR, 2), "7a")

    assert journal_key(in_time) == "JOURNAL#444455556666#us-east-1#2026-11-20T14"
    assert journal_key(late) == "JOURNAL#444455556666#us-east-1#2026-11-20T14+2/7a"
    assert balance_key(in_time) == ("BALANCE#444455556666#us-east-1", "2026-11-20T14")
    assert balance_key(in_time, 3) == ("BALANCE#444455556666#us-east-1", "2026-11-20T14#03")
    assert balance_key(late) == ("BALANCE#444455556666#us-east-1", "2026-11-20T14+2/7a")
    assert balance_key(late, 63) == ("BALANCE#444455556666#us-east-1", "2026-11-20T14+2/7a#63")
    assert balance_partition("444455556666", "us-east-1") == "BALANCE#444455556666#us-east-1"
    assert message_partition("010001a1-000000") == "MESSAGE#010001a1-000000"
    assert delays_partition("444455556666", "us-east-1", "2026-11-20") == (
        "DELAYS#444455556666#us-east-1#2026-11-20"
    )
    assert postings_partition("2026-11-20") == "POSTINGS#2026-11-20"


@settings(deadline=None)
@given(shards, st.integers(0, 63))
def test_keys_come_back_as_they_were_written(shard: Shard, piece: int) -> None:
    assert shard_of_key(journal_key(shard)) == shard
    assert shard_of_balance(*balance_key(shard, piece)) == (shard, piece)


@settings(deadline=None)
@given(shards, shards, st.integers(0, 63), st.integers(0, 63))
def test_two_shards_or_pieces_never_share_a_key(first: Shard, second: Shard, one: int, other: int) -> None:
    assert (journal_key(first) == journal_key(second)) is (first == second)
    same = (first, one) == (second, other)
    assert (balance_key(first, one) == balance_key(second, other)) is same


GARBAGE = [
    "",
    "JOURNAL",
    "JOURNAL#444455556666#us-east-1",
    "JOURNAL#444455556666##2026-11-20T14",
    "JOURNAL##us-east-1#2026-11-20T14",
    "JOURNAL#444455556666#us-east-1#",
    "JOURNAL#444455556666#us-east-1#2026-11-20",
    "JOURNAL#444455556666#us-east-1#2026-11-20T25",
    "JOURNAL#444455556666#us-east-1#20261120T14",
    "JOURNAL#444455556666#us-east-1#2026-11-20T14+",
    "JOURNAL#444455556666#us-east-1#2026-11-20T14+0",
    "JOURNAL#444455556666#us-east-1#2026-11-20T14+01",
    "JOURNAL#444455556666#us-east-1#2026-11-20T14+-1",
    "JOURNAL#444455556666#us-east-1#2026-11-20T14+²",
    "JOURNAL#444455556666#us-east-1#2026-11-20T14/",
    "JOURNAL#444455556666#us-east-1#2026-11-20T14/7A",
    "JOURNAL#444455556666#us-east-1#2026-11-20T14/7g",
    "JOURNAL#444455556666#us-east-1#2026-11-20T14/7a0",
    "JOURNAL#444455556666#us-east-1#2026-11-20T14/7+2",
    "JOURNAL#444455556666#us-east-1#2026-11-20T14#03",
    # Of the version that had the identity here.
    "JOURNAL#444455556666#us-east-1#example.com#2026-11-20T14",
    "BALANCE#444455556666#us-east-1#2026-11-20T14",
    "MESSAGE#010001a1-000000",
]
REFUSED = r"a key|a journal key|a balance's key|a time|an hour|invalid literal"


@pytest.mark.parametrize("key", GARBAGE)
def test_what_is_no_journal_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match=REFUSED):
        shard_of_key(key)


@settings(deadline=None)
@given(st.text(alphabet="JOURNALBCE#+/0123456789-T:é", max_size=60))
def test_any_text_is_a_key_or_refused(text: str) -> None:
    for key in (text, f"JOURNAL#1#r#{text}", f"JOURNAL#1#r#2026-11-20T14{text}"):
        try:
            shard = shard_of_key(key)
        except ValueError:
            continue
        assert journal_key(shard) == key


@pytest.mark.parametrize(
    ("partition", "sort"),
    [
        ("BALANCE#444455556666", "2026-11-20T14"),
        ("BALANCE#444455556666#", "2026-11-20T14"),
        ("JOURNAL#444455556666#us-east-1", "2026-11-20T14"),
        ("BALANCE#444455556666#us-east-1", ""),
        ("BALANCE#444455556666#us-east-1", "2026-11-20"),
        ("BALANCE#444455556666#us-east-1", "2026-11-20T14+x"),
        ("BALANCE#444455556666#us-east-1", "2026-11-20T14/x"),
        ("BALANCE#444455556666#us-east-1", "2026-11-20T14#example.com"),
    ],
)
def test_what_are_no_keys_of_a_balance_are_refused(partition: str, sort: str) -> None:
    with pytest.raises(ValueError, match=REFUSED):
        shard_of_balance(partition, sort)


def test_a_refusal_shows_no_more_of_a_key_than_its_kind_and_account() -> None:
    key = "MESSAGE#010001a1-000000#recipient-1@gmail.com#x"

    with pytest.raises(ValueError, match=re.escape("'MESSAGE#010001a1-000'")):
        shard_of_key(key)


def test_all_of_an_hour_sorts_together_and_before_the_next_hour() -> None:
    """So readers find all of an hour by one query, and tell hours apart as they come."""
    of_hour = [
        balance_key(Shard(Segment(ACCOUNT_HOUR, number), prefix), piece)[1]
        for number in (0, 1, 10)
        for prefix in ("", "0", "0f", "f")
        for piece in (0, 1, 63)
    ]
    before, after = (
        balance_key(Shard(Segment(ACCOUNT_HOUR._replace(send_hour=hour), 3), "f"))[1]
        for hour in ("2026-11-20T13", "2026-11-20T15")
    )

    assert all(before < key < after for key in of_hour)
    assert len(set(of_hour)) == 36


def test_the_time_of_a_posting_is_read_from_its_sort_key() -> None:
    begun_at = datetime(2026, 11, 20, 14, 5, 0, 123_000, tzinfo=UTC)

    assert time_of_posting("2026-11-20T14:05:00.123000+00:00#1a2b3c4d") == begun_at
    assert time_of_posting("2026-11-20T14:05:00.123000+00:00") == begun_at
