"""What the demo expects agrees with the library, with which it shares no code."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path

import pytest

from console.demo import traffic
from console.demo.traffic import (
    DELEGATES,
    FOREIGN,
    OWN_DOMAINS,
    OWNER,
    Fact,
    InventedTraffic,
    Publication,
    generate_day,
)
from ses_reputation.feedback.provenance import Registry
from ses_reputation.feedback.reading import Observed, Reading, read_wire
from ses_reputation.feedback.set_aside import Ignored, Quarantined, SubscriptionRequest

ENDS_AT = datetime(2026, 11, 22, 10, tzinfo=UTC)
REGISTRY = Registry(owners=frozenset({OWNER}), delegates=frozenset(DELEGATES))


@pytest.fixture(scope="module")
def day() -> InventedTraffic:
    return generate_day(20261122, ENDS_AT, mails=2_000)


def read(publication: Publication) -> Reading:
    envelope = {
        "Type": "Notification",
        "TopicArn": f"arn:aws:sns:us-east-1:{publication.topic_account}:ses-feedback",
        "Message": publication.message,
    }
    return read_wire(json.dumps(envelope), REGISTRY, frozenset(OWN_DOMAINS))


def fate_of(reading: Reading) -> str:
    match reading:
        case Observed():
            return "journaled"
        case Ignored():
            return f"ignored/{reading.kind}"
        case Quarantined():
            return f"quarantined/{reading.reason}"
        case SubscriptionRequest():
            return "subscription"


def facts_of(reading: Observed) -> set[Fact]:
    sender_hour = reading.sender_hour
    return {
        Fact(
            sender_hour.sending_account,
            sender_hour.region,
            sender_hour.identity,
            sender_hour.send_hour,
            reading.message_id,
            observation.recipient,
            observation.outcome.wire_name,
        )
        for observation in reading.observations
    }


def test_the_library_reads_the_expected_facts_from_the_feeds_that_reported_them(
    day: InventedTraffic,
) -> None:
    read_by_feed: dict[Fact, set[str]] = {}
    for publication in day.publications:
        reading = read(publication)
        if isinstance(reading, Observed):
            for fact in facts_of(reading):
                read_by_feed.setdefault(fact, set()).add(str(reading.feed))

    assert read_by_feed == {fact: set(feeds) for fact, feeds in day.reported_by.items()}


def test_every_message_meets_its_expected_fate(day: InventedTraffic) -> None:
    assert [fate_of(read(publication)) for publication in day.publications] == [
        publication.fate for publication in day.publications
    ]


def test_fates_add_up_to_all_messages(day: InventedTraffic) -> None:
    assert sum(day.fates.values()) == len(day.publications)


def test_the_same_seed_gives_the_same_day_and_another_seed_another() -> None:
    assert generate_day(1, ENDS_AT, mails=50) == generate_day(1, ENDS_AT, mails=50)
    assert generate_day(1, ENDS_AT, mails=50).facts != generate_day(2, ENDS_AT, mails=50).facts


def test_the_day_is_the_same_on_every_python() -> None:
    day = generate_day(1, ENDS_AT, mails=50)
    lines = "\n".join(f"{each.topic_account} {each.fate} {each.message}" for each in day.publications)

    assert blake2b(lines.encode(), digest_size=8).hexdigest() == "8a09b2bdc6fc58e2"


def test_invented_traffic_shares_no_code_with_the_library() -> None:
    sources = list(Path(traffic.__file__).parent.glob("*.py"))

    assert len(sources) > 1
    assert not [source.name for source in sources if "ses_reputation" in source.read_text(encoding="utf-8")]


def test_all_mail_is_sent_in_the_24_hours_before_the_hour_given(day: InventedTraffic) -> None:
    hours = {fact.send_hour for fact in day.facts}

    assert min(hours) == "2026-11-21T10"
    assert max(hours) == "2026-11-22T09"
    assert len(hours) == 24


def test_minutes_into_the_hour_do_not_change_the_day() -> None:
    on_the_hour, later = (generate_day(1, ENDS_AT + timedelta(minutes=m), mails=20) for m in (0, 59))

    assert on_the_hour == later


def test_a_day_that_ends_at_another_hour_is_the_same_moved(day: InventedTraffic) -> None:
    moved = generate_day(20261122, ENDS_AT + timedelta(hours=7), mails=2_000)
    by_hour = [
        Counter((fact.outcome, hours_into(each, fact)) for fact in each.facts) for each in (day, moved)
    ]

    assert by_hour[0] == by_hour[1]


def hours_into(day: InventedTraffic, fact: Fact) -> int:
    hours = sorted({each.send_hour for each in day.facts})
    return hours.index(fact.send_hour)


def test_messages_arrive_in_order_each_after_what_it_reports(day: InventedTraffic) -> None:
    arrivals = [each.arrives_at for each in day.publications]

    assert all(arrivals)
    assert arrivals == sorted(arrivals, key=str)
    for each in day.publications:
        for fact in each.facts:
            assert f"{each.arrives_at:%Y-%m-%dT%H}" >= fact.send_hour


def test_what_arrives_by_noon_is_the_beginning_of_the_day(day: InventedTraffic) -> None:
    noon = ENDS_AT - timedelta(hours=12)
    by_noon = day.arriving_by(noon)

    assert by_noon == day.publications[: len(by_noon)]
    assert 0 < len(by_noon) < len(day.publications)
    assert {fact.send_hour for each in by_noon for fact in each.facts} <= {
        f"{noon - timedelta(hours=hours):%Y-%m-%dT%H}" for hours in range(1, 13)
    }


def test_ses_counts_what_happened_whichever_feed_reported_it(day: InventedTraffic) -> None:
    reported = Counter(fact.outcome.split("_")[0] for fact in day.facts)
    attempts = sum(totals.attempts for totals in day.counted_by_ses.values())
    bounces = sum(totals.bounces for totals in day.counted_by_ses.values())

    assert {account for account, _ in day.counted_by_ses} == {OWNER, *DELEGATES}
    assert all(quarter.minute % 15 == 0 and not quarter.second for _, quarter in day.counted_by_ses)
    assert reported["sent"] < attempts < reported["sent"] + day.lost["sender"]
    assert reported["bounced"] <= bounces < reported["bounced"] + day.lost["sender"]
    assert attempts <= day.dispatches


def test_both_feeds_report_the_same_facts_and_each_misses_some(day: InventedTraffic) -> None:
    assert day.coverage.keys() == {"owner_only", "sender_only", "both"}
    assert all(day.lost[feed] > 0 for feed in ("owner", "sender"))


def test_every_party_sends_and_every_topic_speaks(day: InventedTraffic) -> None:
    assert {fact.sending_account for fact in day.facts} == {OWNER, *DELEGATES}
    assert {fact.identity for fact in day.facts} == {"example.com", "example.org"}
    assert {each.topic_account for each in day.publications} == {OWNER, *DELEGATES, FOREIGN}


def test_messages_repeat_and_arrive_out_of_order(day: InventedTraffic) -> None:
    copies = Counter(publication.message for publication in day.publications)
    deliveries = [
        json.loads(each.message)["delivery"]["timestamp"]
        for each in day.publications
        if each.fate == "journaled" and '"delivery":{' in each.message
    ]

    assert sum(copies.values()) - len(copies) >= day.duplicates > 0
    assert deliveries != sorted(deliveries)


def test_a_day_shows_what_the_ledger_distinguishes() -> None:
    day = generate_day(20261122, ENDS_AT, 6_000)
    outcomes = {fact.outcome for fact in day.facts}
    domains = {fact.recipient.rpartition("@")[2] for fact in day.facts}

    assert day.mails == 6_000
    assert day.dispatches > day.mails
    assert outcomes >= {
        "delivered_later",
        "delayed_ip_failure",
        "bounced_permanent_on_account_suppression_list",
        "complaint_suppressed_on_account_list",
        "complained_not_spam",
        "complaint_suspected",
        "rejected",
        "rendering_failed",
    }
    assert domains >= {"simulator.amazonses.com", "corp.example.com", "xn--bcher-kva.example"}
    assert any('"forwarded-' in each.message for each in day.publications)
