"""Keys are read back as they were written, and nothing else is read as a key."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ses_reputation.feedback.origins import SenderHour
from ses_reputation.ledger.keys import (
    balance_key,
    balance_partition,
    journal_key,
    message_partition,
    segment_of_balance,
    segment_of_key,
)
from ses_reputation.ledger.segments import Segment

SENDER_HOUR = SenderHour("444455556666", "us-east-1", "example.com", "2026-11-20T14")

# A local part may hold what separates the parts of a key.
identities = st.text(alphabet="ab.@+#é-", min_size=1, max_size=40)
hours = (
    st.datetimes()
    .map(lambda moment: f"{2000 + moment.year % 200}-{moment:%m-%dT%H}")
    .filter(lambda hour: not hour[5:].startswith("02-29"))
)
segments = st.builds(
    Segment,
    st.builds(
        SenderHour,
        st.from_regex("[0-9]{12}", fullmatch=True),
        st.sampled_from(["us-east-1", "ap-southeast-2", "us-gov-west-1"]),
        identities,
        hours,
    ),
    st.integers(0, 120),
)


def test_keys_are_written_as_the_design_says() -> None:
    in_time, late = Segment(SENDER_HOUR), Segment(SENDER_HOUR, 2)

    assert journal_key(in_time) == "JOURNAL#444455556666#us-east-1#example.com#2026-11-20T14"
    assert journal_key(late) == "JOURNAL#444455556666#us-east-1#example.com#2026-11-20T14+2"
    assert balance_key(in_time) == (
        "BALANCE#444455556666#us-east-1",
        "2026-11-20T14#example.com",
    )
    assert balance_key(late) == ("BALANCE#444455556666#us-east-1", "2026-11-20T14+2#example.com")
    assert balance_partition("444455556666", "us-east-1") == "BALANCE#444455556666#us-east-1"
    assert message_partition("010001a1-000000") == "MESSAGE#010001a1-000000"


@settings(deadline=None)
@given(segments)
def test_keys_come_back_as_they_were_written(segment: Segment) -> None:
    assert segment_of_key(journal_key(segment)) == segment
    assert segment_of_balance(*balance_key(segment)) == segment


@settings(deadline=None)
@given(segments, segments)
def test_two_segments_never_share_a_key(first: Segment, second: Segment) -> None:
    assert (journal_key(first) == journal_key(second)) is (first == second)
    assert (balance_key(first) == balance_key(second)) is (first == second)


GARBAGE = [
    "",
    "JOURNAL",
    "JOURNAL#444455556666#us-east-1",
    "JOURNAL#444455556666#us-east-1#2026-11-20T14",
    "JOURNAL#444455556666#us-east-1##2026-11-20T14",
    "JOURNAL#444455556666##example.com#2026-11-20T14",
    "JOURNAL##us-east-1#example.com#2026-11-20T14",
    "JOURNAL#444455556666#us-east-1#example.com#",
    "JOURNAL#444455556666#us-east-1#example.com#2026-11-20",
    "JOURNAL#444455556666#us-east-1#example.com#2026-11-20T25",
    "JOURNAL#444455556666#us-east-1#example.com#20261120T14",
    "JOURNAL#444455556666#us-east-1#example.com#2026-11-20T14+",
    "JOURNAL#444455556666#us-east-1#example.com#2026-11-20T14+0",
    "JOURNAL#444455556666#us-east-1#example.com#2026-11-20T14+01",
    "JOURNAL#444455556666#us-east-1#example.com#2026-11-20T14+-1",
    "JOURNAL#444455556666#us-east-1#example.com#2026-11-20T14+²",
    "BALANCE#444455556666#us-east-1#example.com#2026-11-20T14",
    "MESSAGE#010001a1-000000",
]


@pytest.mark.parametrize("key", GARBAGE)
def test_what_is_no_journal_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match=r"a key|a journal key|a time|an hour"):
        segment_of_key(key)


@settings(deadline=None)
@given(st.text(alphabet="JOURNALBCE#+0123456789-T:é", max_size=60))
def test_any_text_is_a_key_or_refused(text: str) -> None:
    for key in (text, f"JOURNAL#1#r#i#{text}", f"JOURNAL#1#{text}#2026-11-20T14"):
        try:
            segment = segment_of_key(key)
        except ValueError:
            continue
        assert journal_key(segment) == key


@pytest.mark.parametrize(
    ("partition", "sort"),
    [
        ("BALANCE#444455556666", "2026-11-20T14#example.com"),
        ("BALANCE#444455556666#", "2026-11-20T14#example.com"),
        ("JOURNAL#444455556666#us-east-1", "2026-11-20T14#example.com"),
        ("BALANCE#444455556666#us-east-1", "2026-11-20T14"),
        ("BALANCE#444455556666#us-east-1", "2026-11-20T14#"),
        ("BALANCE#444455556666#us-east-1", "example.com#2026-11-20T14"),
        ("BALANCE#444455556666#us-east-1", "2026-11-20T14+x#example.com"),
    ],
)
def test_what_are_no_keys_of_a_balance_are_refused(partition: str, sort: str) -> None:
    with pytest.raises(ValueError, match=r"a key|a balance's key|a time|an hour"):
        segment_of_balance(partition, sort)


def test_a_refusal_shows_no_more_of_a_key_than_its_kind_and_account() -> None:
    key = "MESSAGE#010001a1-000000#recipient-1@gmail.com#x"

    with pytest.raises(ValueError, match=re.escape("'MESSAGE#010001a1-000'")):
        segment_of_key(key)


def test_balances_of_an_hour_sort_together_and_before_the_next_hour() -> None:
    hours = [("2026-11-20T14", 0), ("2026-11-20T14", 1), ("2026-11-20T14", 10), ("2026-11-20T15", 0)]
    keys = [balance_key(Segment(SENDER_HOUR._replace(send_hour=hour), number))[1] for hour, number in hours]

    assert keys == sorted(keys)
