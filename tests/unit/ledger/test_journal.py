"""Observations become pages, entries and packed delays, each knowing the queue messages it came from."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ses_reputation.aws.dynamodb import Row
from ses_reputation.feedback.observations import Observation
from ses_reputation.feedback.origins import AccountHour, Origin
from ses_reputation.feedback.outcomes import ADVERSE, DELAYED, Outcome
from ses_reputation.feedback.provenance import Dialect, Feed, Registry
from ses_reputation.feedback.providers import Provider
from ses_reputation.feedback.reading import Observed, read_wire
from ses_reputation.ledger import journal
from ses_reputation.ledger.delays import DelayPage, unpack_delays
from ses_reputation.ledger.entries import Entry
from ses_reputation.ledger.journal import JournalDraft, JournalRow
from ses_reputation.ledger.pages import Page, Source, unpack_page
from ses_reputation.ledger.rows import row_of
from ses_reputation.ledger.segments import Segment
from ses_reputation.ledger.shards import Shard, bucket_of, fingerprint
from tests.support.notifications import DELEGATE, OWNER, envelope, notified, published

REGISTRY = Registry(frozenset({OWNER}), frozenset({DELEGATE}))
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
RETENTION = timedelta(days=30)
HOUR = "2026-11-20T14"
RECIPIENT = "recipient-1@gmail.com"
ITEM_LIMIT = 400 * 1024

Drafted = list[tuple[JournalRow, Sequence[str]]]
Fact = tuple[Source, int, int, int]


def observed(
    number: int,
    outcome: Outcome = Outcome.SENT,
    *,
    recipients: int = 1,
    name: str | None = "newsletter",
    hour: str = HOUR,
    feed: Feed = Feed.SENDER,
    identity: str = "example.com",
    from_domain: str = "example.com",
    account: str = DELEGATE,
    tags: tuple[str, ...] = (),
) -> Observed:
    """One event about message `number`, to as many recipients."""
    details: dict[str, str] | None = {} if outcome in ADVERSE else None
    occurred_at = "2026-11-20T14:06:00.000Z" if outcome in ADVERSE else ""
    return Observed(
        "Send",
        Dialect.PUBLISHING,
        feed,
        Origin(AccountHour(account, "us-east-1", hour), identity, False, OWNER, from_domain),
        name,
        f"message-{number}",
        tuple(
            Observation(f"recipient-{each}@gmail.com", outcome, Provider.GMAIL, occurred_at, details)
            for each in range(recipients)
        ),
        tags,
    )


def heard(event: dict[str, Any], topic_account: str = DELEGATE) -> Observed:
    reading = read_wire(envelope(json.dumps(event), topic_account), REGISTRY)
    assert isinstance(reading, Observed)
    return reading


# Messages a second of one poller: at the bounds from which pages are divided, and divided further.
SLOW, BUSY, ALMOST_DENSE, DENSE = 199.9, 200, 999.9, 1_000


def drafted(*events: Observed, now: datetime = NOW, per_second: float = 0) -> Drafted:
    draft = JournalDraft(now, RETENTION, per_second)
    for number, event in enumerate(events):
        draft.add(f"queue-message-{number}", event)
    return list(draft.rows())


def pages_in(rows: Drafted) -> list[Page]:
    return [row for row, _ in rows if isinstance(row, Page)]


def entries_in(rows: Drafted) -> list[Entry]:
    return [row for row, _ in rows if isinstance(row, Entry)]


def facts_on(page: Page) -> set[Fact]:
    return {
        (run.source, run.outcome, run.provider, dispatch)
        for run in unpack_page(page.content, 2)
        for dispatch in run.fingerprints
    }


def facts_of(event: Observed) -> set[Fact]:
    origin = event.origin
    source = Source(
        bucket_of(origin.from_domain or origin.identity),
        origin.identity,
        origin.is_assumed,
        event.configuration_set or "",
        event.feed is Feed.OWNER,
        event.tags,
    )
    return {
        (
            source,
            each.outcome,
            each.provider,
            int.from_bytes(fingerprint(event.message_id, each.recipient)),
        )
        for each in event.observations
    }


def size_of_item(row: Row) -> int:
    """As DynamoDB reckons: text in UTF-8, half a byte a digit."""
    return sum(len(name.encode()) + _size_of_value(value) for name, value in row.items())


def _size_of_value(value: Row) -> int:
    ((kind, content),) = value.items()
    return len(content) // 2 + 2 if kind == "N" else len(content if kind == "B" else content.encode())


def test_facts_stand_under_the_tags_of_their_mail() -> None:
    tagged = ("campaign=spring", "ses:tenant-name=acme")
    ((page, _),) = drafted(observed(1, tags=tagged), observed(2), observed(3, tags=tagged[:1]))

    assert isinstance(page, Page)
    assert sorted(source.tags for source, *_ in facts_on(page)) == [(), tagged[:1], tagged]


def test_of_many_values_of_a_tag_a_page_has_the_first_hundred_and_counts_the_others_as_one() -> None:
    events = [observed(number, tags=(f"campaign={number:03}",)) for number in range(103)]
    ((page, _),) = drafted(*events, observed(103, tags=("campaign=000", "tenant=x")))

    assert isinstance(page, Page)
    found = sorted(source.tags for source, *_ in facts_on(page))
    assert found[:3] == [("campaign=(other)",)] * 3
    assert found[3:5] == [("campaign=000",), ("campaign=000", "tenant=x")]
    assert len(set(found)) == 100 + 2


def test_the_little_mail_of_an_account_hour_stands_on_one_page() -> None:
    rows = drafted(
        observed(1),
        observed(2, Outcome.DELIVERED_LATER),
        observed(3, name=None, feed=Feed.OWNER),
        observed(4, identity="example.org", from_domain="example.org"),
    )

    ((page, messages),) = rows
    assert isinstance(page, Page)
    assert page.shard == Shard(Segment(AccountHour(DELEGATE, "us-east-1", HOUR)))
    assert messages == [f"queue-message-{number}" for number in range(4)]
    assert {(*source, outcome, provider) for source, outcome, provider, _ in facts_on(page)} == {
        (7, "example.com", False, "newsletter", False, (), 1, 3),
        (7, "example.com", False, "newsletter", False, (), 7, 3),
        (7, "example.com", False, "", True, (), 1, 3),
        (12, "example.org", False, "newsletter", False, (), 1, 3),
    }
    # Buckets 7 and 12: 0080 + 1000.
    assert page.sort_key.startswith("1080-")


def test_every_account_and_hour_has_a_page_of_its_own() -> None:
    rows = drafted(observed(1), observed(2, hour="2026-11-20T15"), observed(3), observed(4, account=OWNER))

    found = [(page.shard.segment.account_hour, len(facts_on(page))) for page in pages_in(rows)]
    assert found == [
        ((DELEGATE, "us-east-1", "2026-11-20T14"), 2),
        ((DELEGATE, "us-east-1", "2026-11-20T15"), 1),
        ((OWNER, "us-east-1", "2026-11-20T14"), 1),
    ]
    assert [messages for _, messages in rows] == [
        ["queue-message-0", "queue-message-2"],
        ["queue-message-1"],
        ["queue-message-3"],
    ]


@pytest.mark.parametrize("per_second", [BUSY, ALMOST_DENSE])
def test_mail_that_fills_a_write_unit_has_a_page_of_its_bucket_and_the_rest_shares_one(
    per_second: float,
) -> None:
    """Names take 11 and 10 bytes, their head 13, a run's 4: 121 facts take 1,006 bytes and 120 take 998."""
    big, small = observed(1, recipients=121), observed(2, recipients=120, from_domain="example.org")
    also_small = observed(3, recipients=5, from_domain="example.net")
    rows = drafted(big, small, also_small, per_second=per_second)

    found = {
        page.shard.prefix: (facts_on(page), messages) for page, messages in rows if isinstance(page, Page)
    }
    assert found == {
        "7": (facts_of(big), ["queue-message-0"]),
        "": (facts_of(small) | facts_of(also_small), ["queue-message-1", "queue-message-2"]),
    }


@pytest.mark.parametrize("per_second", [0, SLOW])
def test_mail_that_does_not_come_fast_shares_one_page_however_much_it_is(per_second: float) -> None:
    big, also_big = observed(1, recipients=500), observed(2, recipients=500, from_domain="example.org")
    (page,) = pages_in(drafted(big, also_big, per_second=per_second))

    assert page.shard.prefix == ""
    assert facts_on(page) == facts_of(big) | facts_of(also_big)


def test_what_identities_of_a_bucket_take_together_counts() -> None:
    """Example.com and example.edu are both of bucket 7; two sources of 60 facts take 2 x 518 bytes."""
    rows = drafted(
        observed(1, recipients=60),
        observed(2, recipients=60, identity="example.edu", from_domain="example.edu"),
        observed(3, from_domain="example.org"),
        per_second=BUSY,
    )

    assert [(page.shard.prefix, len(facts_on(page))) for page in pages_in(rows)] == [("7", 120), ("", 1)]


@pytest.mark.parametrize("per_second", [BUSY, DENSE])
def test_mail_of_one_bucket_that_comes_fast_has_its_page_however_little_it_is(per_second: float) -> None:
    """It costs no further write unit."""
    (page,) = pages_in(drafted(observed(1), observed(2), per_second=per_second))

    assert page.shard.prefix == "7"


def test_all_facts_of_a_dispatch_are_of_one_bucket_whatever_names_its_identity() -> None:
    """A Send may lack the ARN, the owner's feed has it: the From address is the same in each."""
    send = observed(1)
    origin = send.origin._replace(identity="mail.example.com", is_assumed=True, owner=None)
    by_sender = send._replace(origin=origin._replace(from_domain="mail.example.com"))
    by_owner = observed(1, feed=Feed.OWNER, identity="news@example.com", from_domain="mail.example.com")

    (page,) = pages_in(drafted(by_sender, by_owner))
    assert {source.bucket for source, *_ in facts_on(page)} == {10}


def test_mail_whose_source_is_odd_is_of_the_bucket_of_its_identitys_domain() -> None:
    (page,) = pages_in(drafted(observed(1, identity="news@example.org", from_domain="")))

    assert {source.bucket for source, *_ in facts_on(page)} == {12}


def test_dense_mail_stands_on_sixteen_pages_by_the_first_digit_of_its_fingerprints() -> None:
    events = [observed(number, recipients=3) for number in range(200)]
    small = observed(200, from_domain="example.org")
    rows = drafted(*events, small, per_second=DENSE)

    *of_digits, shared = pages_in(rows)
    assert [page.shard.prefix for page in of_digits] == [f"7{digit}" for digit in "0123456789abcdef"]
    for page in of_digits:
        assert {f"{dispatch:016x}"[0] for *_, dispatch in facts_on(page)} == {page.shard.prefix[1]}
    together = set[Fact]().union(*map(facts_on, of_digits))
    assert together == set[Fact]().union(*map(facts_of, events))
    assert (shared.shard.prefix, facts_on(shared)) == ("", facts_of(small))


def test_a_page_of_dense_mail_names_all_messages_that_may_stand_on_it() -> None:
    events = [observed(number, recipients=1) for number in range(150)]
    rows = drafted(*events, per_second=DENSE)

    names = [f"queue-message-{number}" for number in range(150)]
    assert [list(messages) for _, messages in rows] == [names] * 16


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


@pytest.mark.parametrize("outcome", sorted(ADVERSE - DELAYED))
def test_every_adverse_outcome_but_a_delay_has_an_entry(outcome: Outcome) -> None:
    (entry,) = entries_in(drafted(observed(1, outcome)))

    assert entry.attributes["outcome"] == outcome.wire_name


@pytest.mark.parametrize("outcome", sorted(DELAYED))
def test_delays_are_packed_and_have_no_entries(outcome: Outcome) -> None:
    (delays, messages), _ = drafted(observed(1, outcome))

    assert isinstance(delays, DelayPage)
    assert [each["outcome"] for each in unpack_delays(delays.content)] == [outcome.wire_name]
    assert messages == ["queue-message-0"]


def test_entries_and_delays_come_before_pages() -> None:
    rows = drafted(
        observed(1),
        observed(4, Outcome.DELAYED_GENERAL),
        observed(2, Outcome.REJECTED, recipients=3),
        observed(3, hour="2026-11-20T15"),
    )

    assert [type(row) for row, _ in rows] == [Entry, Entry, Entry, DelayPage, Page, Page]


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


def test_each_repetition_of_a_delay_is_kept_and_all_are_one_fact() -> None:
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
    (packed, _), (page, _) = drafted(*delays)

    assert isinstance(packed, DelayPage)
    assert isinstance(page, Page)
    assert [each["occurred_at"][11:13] for each in unpack_delays(packed.content)] == ["15", "16", "17"]
    assert len(facts_on(page)) == 1


def test_each_account_has_delays_of_its_own() -> None:
    delays = [
        row
        for row, _ in drafted(
            observed(1, Outcome.DELAYED_GENERAL),
            observed(2, Outcome.DELAYED_GENERAL, account=OWNER),
            # Of another hour, but they arrive together.
            observed(3, Outcome.DELAYED_GENERAL, hour="2026-11-20T15"),
        )
        if isinstance(row, DelayPage)
    ]

    assert [(each.sending_account, each.day, len(unpack_delays(each.content))) for each in delays] == [
        (DELEGATE, "2026-11-22", 2),
        (OWNER, "2026-11-22", 1),
    ]


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
    assert {(source.configuration_set, source.is_owners) for source, *_ in facts_on(page)} == {
        ("newsletter", False),
        ("", True),
    }
    assert {(outcome, provider) for _, outcome, provider, _ in facts_on(page)} == {(54, 3)}
    assert len({dispatch for *_, dispatch in facts_on(page)}) == 1
    assert len(entries_in(rows)) == 2


def test_late_facts_are_written_to_the_segment_in_which_they_arrive() -> None:
    arrived_at = datetime(2026, 11, 20, 14, tzinfo=UTC) + timedelta(days=185)
    pages = pages_in(drafted(observed(1), observed(2, hour="2027-05-01T00"), now=arrived_at))

    assert [page.shard.segment.number for page in pages] == [2, 0]


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
    """Every fact a run of its own; names of the greatest length, which JSON writes with six bytes each."""
    outcomes, providers = sorted(set(Outcome) - DELAYED), list(Provider)
    events = [
        observed(
            number,
            name=f"{number:04}" + "\x01" * 60,
            identity=f"{number:04}" + "\x01" * 316,
        )._replace(
            observations=tuple(
                Observation(f"recipient-{each}@gmail.com", outcomes[each % 36], providers[each % 34])
                for each in range(200)
            )
        )
        for number in range(100)
    ]
    pages = pages_in(drafted(*events))

    assert len(pages) == 2
    assert len({source.identity for source, *_ in facts_on(pages[0])}) > 70
    assert all(size_of_item(row_of(page)) < ITEM_LIMIT for page in pages)
    assert sum(len(facts_on(page)) for page in pages) == 20_000


def test_one_message_to_a_thousand_recipients_fits_a_page_of_its_own() -> None:
    full = [observed(number, recipients=900) for number in range(33)]
    rows = drafted(*full, observed(33, recipients=1_000))

    assert [len(facts_on(page)) for page in pages_in(rows)] == [29_700, 1_000]


def test_a_message_stands_on_one_page() -> None:
    events = [observed(number, recipients=900) for number in range(40)]
    rows = [(facts_on(page), messages) for page, messages in drafted(*events) if isinstance(page, Page)]

    assert len(rows) == 2
    for number, event in enumerate(events):
        (facts,) = [facts for facts, messages in rows if f"queue-message-{number}" in messages]
        assert facts_of(event) <= facts


def test_thousands_of_identities_and_sets_stand_on_one_page() -> None:
    events = [
        observed(number, name=f"set-{number}", identity=f"tenant-{number}.example") for number in range(2_000)
    ]
    (page,) = pages_in(drafted(*events))

    assert facts_on(page) == set[Fact]().union(*map(facts_of, events))
    assert len({source.identity for source, *_ in facts_on(page)}) == 2_000


events = st.builds(
    observed,
    st.integers(0, 5),
    st.sampled_from([Outcome.SENT, Outcome.REJECTED, Outcome.DELAYED_GENERAL]),
    recipients=st.integers(1, 3),
    name=st.sampled_from([None, "newsletter", "receipts"]),
    hour=st.sampled_from([HOUR, "2026-11-20T15"]),
    feed=st.sampled_from(Feed),
    from_domain=st.sampled_from(["example.com", "example.org", ""]),
)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(events, max_size=12), st.sampled_from([0, 60, 10**6]), st.sampled_from([SLOW, BUSY]))
def test_every_fact_is_on_a_page_that_names_its_message_and_no_page_holds_another(
    events: list[Observed], own_page_bytes: int, per_second: float
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(journal, "OWN_PAGE_BYTES", own_page_bytes)
        rows = drafted(*events, per_second=per_second)

    for page, messages in rows:
        if isinstance(page, Page):
            reporting = [events[int(message.rpartition("-")[2])] for message in messages]
            assert facts_on(page) == set().union(*map(facts_of, reporting))
            hours = {event.origin.account_hour for event in reporting}
            assert hours == {page.shard.segment.account_hour}
    written = [message for row, messages in rows if isinstance(row, Page) for message in messages]
    assert sorted(written) == sorted(f"queue-message-{number}" for number in range(len(events)))
