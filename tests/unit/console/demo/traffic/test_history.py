"""Four weeks of mail come before the day: quiet ones, as the library reads them, and they leave the day as it
is."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from console.demo.traffic import DELEGATES, OWNER, Fact, InventedTraffic, generate_day, generate_traffic
from ses_reputation.feedback.reading import Observed
from tests.unit.console.demo.traffic.test_day import facts_of, fate_of, read

ENDS_AT = datetime(2026, 11, 22, 10, tzinfo=UTC)
BEGINS_AT = "2026-11-21T10"
AGENCY, PRODUCT = DELEGATES
HARD = ("bounced_permanent_general", "bounced_permanent_no_email", "bounced_permanent_suppressed")


@pytest.fixture(scope="module")
def traffic() -> InventedTraffic:
    return generate_traffic(20261122, ENDS_AT, mails=4_000, days=28)


def before(traffic: InventedTraffic) -> list[Fact]:
    return [fact for fact in traffic.facts if fact.send_hour < BEGINS_AT]


def test_the_day_is_the_same_whatever_came_before_it(traffic: InventedTraffic) -> None:
    day = generate_day(20261122, ENDS_AT, 4_000)
    published = set(day.publications)

    assert tuple(each for each in traffic.publications if each in published) == day.publications
    assert generate_traffic(20261122, ENDS_AT, 4_000, 0) == day
    assert {fact for fact in traffic.facts if fact.send_hour >= BEGINS_AT} == day.facts


def test_the_library_reads_the_expected_facts_and_fates(traffic: InventedTraffic) -> None:
    read_by_feed: dict[Fact, set[str]] = {}
    for publication in traffic.publications:
        reading = read(publication)
        assert fate_of(reading) == publication.fate
        if isinstance(reading, Observed):
            for fact in facts_of(reading):
                read_by_feed.setdefault(fact, set()).add(str(reading.feed))

    assert read_by_feed == {fact: set(feeds) for fact, feeds in traffic.reported_by.items()}


def test_mail_is_sent_on_each_of_the_days_by_each_party(traffic: InventedTraffic) -> None:
    begins_at = datetime.fromisoformat(f"{BEGINS_AT}:00+00:00")
    sent = Counter(
        (
            fact.sending_account,
            (datetime.fromisoformat(f"{fact.send_hour}:00+00:00") - begins_at) // timedelta(days=1),
        )
        for fact in before(traffic)
        if fact.outcome == "sent"
    )

    for account in (OWNER, PRODUCT):
        assert {days for name, days in sent if name == account} == set(range(-28, 0))
    # The agency rests on two days of seven.
    assert len({days for name, days in sent if name == AGENCY}) == 20
    # It is new, and grows.
    assert sent[AGENCY, -1] > 3 * sent[AGENCY, -26]


def test_the_weeks_are_quiet(traffic: InventedTraffic) -> None:
    facts = before(traffic)
    sent = Counter(fact.sending_account for fact in facts if fact.outcome == "sent")
    hard = Counter(fact.sending_account for fact in facts if fact.outcome in HARD)
    delayed = Counter(fact.outcome.split("_")[0] for fact in facts)["delayed"]

    assert sent.keys() == {OWNER, *DELEGATES}
    assert all(0 < hard[account] / sent[account] < 0.012 for account in sent)
    assert 0 < delayed / sum(sent.values()) < 0.05


def test_the_weeks_have_eight_times_the_mail_of_the_day_in_as_many_messages(traffic: InventedTraffic) -> None:
    day = generate_day(20261122, ENDS_AT, 4_000)

    assert len(traffic.publications) < 2.1 * len(day.publications)
    assert traffic.dispatches > 9 * day.dispatches


def test_messages_arrive_in_order_each_after_what_it_reports(traffic: InventedTraffic) -> None:
    arrivals = [each.arrives_at for each in traffic.publications if each.arrives_at]

    assert len(arrivals) == len(traffic.publications)
    assert arrivals == sorted(arrivals)
    for each in traffic.publications:
        for fact in each.facts:
            assert f"{each.arrives_at:%Y-%m-%dT%H}" >= fact.send_hour


def test_everybody_who_bounces_does_so_alone(traffic: InventedTraffic) -> None:
    bounces = [
        publication
        for publication in traffic.publications
        if any(fact.outcome in HARD and fact.send_hour < BEGINS_AT for fact in publication.facts)
    ]

    assert bounces
    assert all(len(json.loads(each.message)["bounce"]["bouncedRecipients"]) == 1 for each in bounces)
    assert any(len(json.loads(each.message)["mail"]["destination"]) > 5 for each in bounces)


def test_ses_counts_the_weeks_too(traffic: InventedTraffic) -> None:
    attempts = sum(totals.attempts for totals in traffic.counted_by_ses.values())
    sent = sum(fact.outcome == "sent" for fact in traffic.facts)

    assert sent < attempts <= traffic.dispatches
    assert min(quarter for _, quarter in traffic.counted_by_ses) < ENDS_AT - timedelta(days=28)


def test_weeks_that_end_at_another_hour_are_the_same_moved(traffic: InventedTraffic) -> None:
    moved = generate_traffic(20261122, ENDS_AT + timedelta(hours=7), 4_000, 28)
    by_hour = [
        Counter(
            (fact.outcome, datetime.fromisoformat(f"{fact.send_hour}:00+00:00") - ends_at)
            for fact in each.facts
        )
        for each, ends_at in ((traffic, ENDS_AT), (moved, ENDS_AT + timedelta(hours=7)))
    ]

    assert by_hour[0] == by_hour[1]
