"""Observations become pages and entries, each knowing the queue messages it came from."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ses_reputation.aws.dynamodb import Row
from ses_reputation.feedback.observations import Observation
from ses_reputation.feedback.origins import SenderHour
from ses_reputation.feedback.outcomes import ADVERSE, Outcome
from ses_reputation.feedback.provenance import Dialect, Feed, Registry
from ses_reputation.feedback.providers import Provider
from ses_reputation.feedback.reading import Observed, read_wire
from ses_reputation.ledger.entries import Entry
from ses_reputation.ledger.fingerprint import fingerprint
from ses_reputation.ledger.journal import JournalDraft, JournalRow
from ses_reputation.ledger.pages import Page, RunKey, unpack_page
from ses_reputation.ledger.rows import row_of
from tests.support.notifications import DELEGATE, OWNER, envelope, notified, published

REGISTRY = Registry(frozenset({OWNER}), frozenset({DELEGATE}))
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
RETENTION = timedelta(days=30)
HOUR = "2026-11-20T14"
RECIPIENT = "recipient-1@gmail.com"
ITEM_LIMIT = 400 * 1024

Drafted = list[tuple[JournalRow, list[str]]]
Fact = tuple[RunKey, int]


def observed(
    number: int,
    outcome: Outcome = Outcome.SENT,
    *,
    recipients: int = 1,
    name: str | None = "newsletter",
    hour: str = HOUR,
    feed: Feed = Feed.SENDER,
) -> Observed:
    """One event about message `number`, to as many recipients."""
    details: dict[str, str] | None = {} if outcome in ADVERSE else None
    occurred_at = "2026-11-20T14:06:00.000Z" if outcome in ADVERSE else ""
    return Observed(
        "Send",
        Dialect.PUBLISHING,
        feed,
        SenderHour(DELEGATE, "us-east-1", "example.com", hour),
        OWNER,
        name,
        f"message-{number}",
        tuple(
            Observation(f"recipient-{each}@gmail.com", outcome, Provider.GMAIL, occurred_at, details)
            for each in range(recipients)
        ),
    )


def heard(event: dict[str, Any], topic_account: str = DELEGATE) -> Observed:
    reading = read_wire(envelope(json.dumps(event), topic_account), REGISTRY)
    assert isinstance(reading, Observed)
    return reading


def drafted(*events: Observed, now: datetime = NOW) -> Drafted:
    draft = JournalDraft(now, RETENTION)
    for number, event in enumerate(events):
        draft.add(f"queue-message-{number}", event)
    return list(draft.rows())


def pages_in(rows: Drafted) -> list[Page]:
    return [row for row, _ in rows if isinstance(row, Page)]


def entries_in(rows: Drafted) -> list[Entry]:
    return [row for row, _ in rows if isinstance(row, Entry)]


def facts_on(page: Page) -> set[Fact]:
    runs = unpack_page(page.content, 1, page.configuration_sets)
    return {(run.key, dispatch) for run in runs for dispatch in run.fingerprints}


def facts_of(event: Observed) -> set[Fact]:
    name, is_owners = event.configuration_set or "", event.feed is Feed.OWNER
    return {
        (
            (each.outcome, each.provider, name, is_owners),
            int.from_bytes(fingerprint(event.message_id, each.recipient)),
        )
        for each in event.observations
    }


def size_of_item(row: Row) -> int:
    """As DynamoDB reckons: text in UTF-8, half a byte a digit, 3 bytes a list and 1 each element."""
    return sum(len(name.encode()) + _size_of_value(value) for name, value in row.items())


def _size_of_value(value: Row) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "B":
            return len(content)
        case "N":
            return len(content) // 2 + 2
        case _:
            return 3 + sum(1 + _size_of_value(each) for each in content)


def test_the_facts_of_one_sender_hour_stand_on_one_page() -> None:
    rows = drafted(observed(1), observed(2, Outcome.DELIVERED_LATER), observed(3, name=None, feed=Feed.OWNER))

    ((page, messages),) = rows
    assert isinstance(page, Page)
    assert page.segment.sender_hour == (DELEGATE, "us-east-1", "example.com", HOUR)
    assert page.configuration_sets == ("newsletter",)
    assert messages == ["queue-message-0", "queue-message-1", "queue-message-2"]
    assert {key for key, _ in facts_on(page)} == {
        (1, 3, "newsletter", False),
        (7, 3, "newsletter", False),
        (1, 3, "", True),
    }


def test_every_sender_hour_has_a_page_of_its_own() -> None:
    rows = drafted(observed(1), observed(2, hour="2026-11-20T15"), observed(3))

    assert [(page.segment.sender_hour.send_hour, len(facts_on(page))) for page in pages_in(rows)] == [
        ("2026-11-20T14", 2),
        ("2026-11-20T15", 1),
    ]
    assert [messages for _, messages in rows] == [["queue-message-0", "queue-message-2"], ["queue-message-1"]]


def test_nothing_heard_is_nothing_written() -> None:
    assert drafted() == []


def test_a_fact_reported_again_in_the_batch_makes_the_same_page() -> None:
    (once,), (twice,) = (
        pages_in(drafted(observed(1), observed(2))),
        pages_in(drafted(observed(2), observed(1), observed(2))),
    )

    assert once == twice


def test_sends_and_deliveries_have_no_entries() -> None:
    assert entries_in(drafted(*(observed(1, outcome) for outcome in set(Outcome) - ADVERSE))) == []


@pytest.mark.parametrize("outcome", sorted(ADVERSE))
def test_every_adverse_outcome_has_an_entry(outcome: Outcome) -> None:
    (entry,) = entries_in(drafted(observed(1, outcome)))

    assert entry.attributes["outcome"] == outcome.wire_name


def test_entries_come_before_pages() -> None:
    rows = drafted(
        observed(1), observed(2, Outcome.REJECTED, recipients=3), observed(3, hour="2026-11-20T15")
    )

    assert [type(row) for row, _ in rows] == [Entry, Entry, Entry, Page, Page]


def test_an_entry_names_the_messages_that_reported_it() -> None:
    rows = drafted(
        observed(1, Outcome.REJECTED),
        observed(1),
        observed(1, Outcome.REJECTED),
        observed(2, Outcome.REJECTED),
    )

    assert [messages for row, messages in rows if isinstance(row, Entry)] == [
        ["queue-message-0", "queue-message-2"],
        ["queue-message-3"],
    ]


def test_each_repetition_of_a_delay_is_an_entry_and_all_are_one_fact() -> None:
    delays = [
        heard(
            published(
                "DeliveryDelay",
                delayType="SpamDetected",
                delayedRecipients=[{"emailAddress": RECIPIENT}],
                timestamp=f"2026-11-20T{hour}:00:00Z",
            )
        )
        for hour in (15, 16, 17, 17)
    ]
    rows = drafted(*delays)

    assert [entry.attributes["occurred_at"][11:13] for entry in entries_in(rows)] == ["15", "16", "17"]
    assert [len(facts_on(page)) for page in pages_in(rows)] == [1]


def test_an_entry_is_the_same_when_its_message_comes_again() -> None:
    bounce = published(
        "Bounce",
        bounceType="Permanent",
        bounceSubType="General",
        timestamp="2026-11-20T14:06:00Z",
        bouncedRecipients=[{"emailAddress": RECIPIENT, "status": "5.1.1"}],
    )

    assert drafted(heard(bounce)) == drafted(heard(bounce))


def test_both_feeds_write_the_same_dispatch() -> None:
    block: dict[str, Any] = {
        "complainedRecipients": [{"emailAddress": RECIPIENT}],
        "timestamp": "2026-11-20T14:06:00Z",
    }
    rows = drafted(heard(published("Complaint", **block)), heard(notified("Complaint", **block), OWNER))

    (page,) = pages_in(rows)
    assert {key for key, _ in facts_on(page)} == {(54, 3, "newsletter", False), (54, 3, "", True)}
    assert len({dispatch for _, dispatch in facts_on(page)}) == 1
    assert len(entries_in(rows)) == 2


def test_late_facts_are_written_to_the_segment_in_which_they_arrive() -> None:
    arrived_at = datetime(2026, 11, 20, 14, tzinfo=UTC) + timedelta(days=185)
    pages = pages_in(drafted(observed(1), observed(2, hour="2027-05-01T00"), now=arrived_at))

    assert [page.segment.number for page in pages] == [2, 0]


def test_a_full_page_is_followed_by_another_and_nothing_is_lost() -> None:
    events = [observed(number, recipients=50, name="x" * 64) for number in range(1_200)]
    rows = drafted(*events)

    pages = pages_in(rows)
    assert len(pages) == 2
    assert all(size_of_item(row_of(page)) < ITEM_LIMIT for page in pages)
    assert sum(len(facts_on(page)) for page in pages) == 60_000
    assert Counter(message for _, messages in rows for message in messages) == {
        f"queue-message-{number}": 1 for number in range(1_200)
    }


def test_the_largest_page_fits_an_item_whatever_the_names() -> None:
    """Every fact a run of its own, 127 names of 64 characters of 4 bytes, the longest key."""
    outcomes = sorted(set(Outcome) - ADVERSE)
    names = [f"{number:03}" + "😀" * 61 for number in range(127)]
    sender_hour = SenderHour(DELEGATE, "x" * 40, "x" * 320, HOUR)
    events = [
        observed(number * 1_000, outcomes[number % 7], recipients=220, name=names[number % 127])._replace(
            sender_hour=sender_hour
        )
        for number in range(200)
    ]
    pages = pages_in(drafted(*events))

    assert len(pages) == 2
    assert len(pages[0].configuration_sets) == 127
    # What a draft reckons for its facts is never less than what they take.
    slack = 370_000 - len(pages[0].content)
    assert size_of_item(row_of(pages[0])) + slack < ITEM_LIMIT


def test_a_message_stands_on_one_page() -> None:
    events = [observed(number, recipients=900) for number in range(60)]
    rows = drafted(*events)

    for number, event in enumerate(events):
        (page,) = [row for row, messages in rows if f"queue-message-{number}" in messages]
        assert isinstance(page, Page)
        assert facts_of(event) <= facts_on(page)


def test_more_configuration_sets_than_a_page_can_name_take_another_page() -> None:
    names = [f"tenant-{number}" for number in range(300)]
    pages = pages_in(drafted(*(observed(number, name=name) for number, name in enumerate(names))))

    assert [len(page.configuration_sets) for page in pages] == [127, 127, 46]
    assert {name for page in pages for name in page.configuration_sets} == set(names)


def test_a_known_or_absent_name_finds_room_on_a_page_that_has_all_its_names() -> None:
    names = [f"tenant-{number}" for number in range(127)]
    events = [observed(number, name=name) for number, name in enumerate(names)]
    rows = drafted(*events, observed(127, name="tenant-5"), observed(128, name=None, feed=Feed.OWNER))

    assert len(pages_in(rows)) == 1


events = st.builds(
    observed,
    st.integers(0, 5),
    st.sampled_from([Outcome.SENT, Outcome.REJECTED, Outcome.DELAYED_GENERAL]),
    recipients=st.integers(1, 3),
    name=st.sampled_from([None, "newsletter", "receipts"]),
    hour=st.sampled_from([HOUR, "2026-11-20T15"]),
    feed=st.sampled_from(Feed),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(events, max_size=12))
def test_every_fact_is_on_a_page_that_names_its_message_and_no_page_holds_another(
    events: list[Observed],
) -> None:
    rows = drafted(*events)

    for page, messages in rows:
        if isinstance(page, Page):
            tellers = [events[int(message.rpartition("-")[2])] for message in messages]
            assert facts_on(page) == set().union(*map(facts_of, tellers))
            assert {teller.sender_hour for teller in tellers} == {page.segment.sender_hour}
    written = [message for row, messages in rows if isinstance(row, Page) for message in messages]
    assert sorted(written) == sorted(f"queue-message-{number}" for number in range(len(events)))
