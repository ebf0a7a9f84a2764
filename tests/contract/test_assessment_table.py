"""What assessments keep does the same in memory, over moto's DynamoDB, and over the local AWS."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import boto3
import pytest
from moto import mock_aws

from ses_reputation.assessment.store import AssessmentTable
from ses_reputation.errors import StateError, UnavailableError
from ses_reputation.feedback.origins import SenderHour
from ses_reputation.ledger.balance_store import Balance
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.notifications.channel import Channel
from ses_reputation.notifications.outbox import ClaimedTransition
from ses_reputation.notifications.transitions import transition_of_mute
from ses_reputation.rates.thresholds import Measure, Standing
from ses_reputation.rollup import day_rows
from ses_reputation.rollup.day_rows import HalfWrittenError, pieces_of
from ses_reputation.rollup.day_store import DayWrite
from ses_reputation.rollup.entities import SenderIdentity, account_entity, identity_entity
from ses_reputation.rollup.keys import AccountDay
from ses_reputation.standing.mutes import with_mute
from ses_reputation.standing.state import EntityState, MeasureState, Mute, Transition, TransitionKind
from ses_reputation.statistics.send_statistics import HourTotals, SendStatistics
from ses_reputation.stored_json import plain_text
from tests.support.in_memory.assessment_table import InMemoryAssessments
from tests.support.mail import NOW, REGION, SENDER, account_days_of, balance_of, mail
from tests.support.notifications import DELEGATE, OWNER
from tests.support.posted_rows import rows_of_posting
from tests.support.stack_template import render_stack

TABLE = "ledger"
ENTITY = identity_entity("example.com")
OTHER_ENTITY = account_entity(DELEGATE, REGION)
LEASE = timedelta(minutes=4)
NEIGHBOUR = SenderIdentity(DELEGATE, REGION, "news+daily#1@example.com")
DEPLOYED = ("BillingMode", "KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes")


class Ledger(NamedTuple):
    """A table to assess, and how rows of other functions get into it."""

    table: Any
    put: Callable[[dict[str, Any]], None]

    def post(self, *balances: Balance) -> None:
        for balance in balances:
            for row in rows_of_posting(balance):
                self.put(row)


@pytest.fixture(params=["in_memory", "moto", pytest.param("local_aws", marks=pytest.mark.local_aws)])
def ledger(request: pytest.FixtureRequest) -> Iterator[Ledger]:
    if request.param == "in_memory":
        table = InMemoryAssessments(keys_per_page=1)
        yield Ledger(table, table.put)
    elif request.param == "moto":
        with mock_aws():
            yield deployed(boto3.client("dynamodb", region_name="us-east-1"))
    else:
        dynamodb = request.getfixturevalue("ministack").clients().dynamodb
        yield deployed(dynamodb)
        dynamodb.delete_table(TableName=TABLE)


def deployed(client: Any) -> Ledger:
    """The table with the keys and indexes that the template gives it."""
    properties = render_stack().properties("LedgerTable")
    client.create_table(TableName=TABLE, **{name: properties[name] for name in DEPLOYED})

    def put(row: dict[str, Any]) -> None:
        client.put_item(TableName=TABLE, Item=row)

    return Ledger(AssessmentTable(client, TABLE), put)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")


def account_days_posted(ledger: Ledger, since: str, until: str = "2026-11-22T10:05") -> list[AccountDay]:
    pages = list(ledger.table.postings_since(at(since), at(until)))
    return sorted({each for page in pages for each in page.account_days})


def state(version: int, **fields: Any) -> EntityState:
    return EntityState(ENTITY, version, NOW, {Measure.BOUNCES: MeasureState(Standing.WATCH, NOW)}, **fields)


def transition(name: str, at: datetime = NOW) -> Transition:
    return Transition(
        ENTITY, at, TransitionKind.STANDING_CHANGED, name, {"version": "1"}, "Subject", "Text\n"
    )


def test_the_watermark_only_moves_on(ledger: Ledger) -> None:
    assert ledger.table.read_watermark() is None
    ledger.table.advance_watermark(at("2026-11-22T10:00:00.5"))
    assert ledger.table.read_watermark() == at("2026-11-22T10:00:00.5")
    ledger.table.advance_watermark(at("2026-11-22T10:00:00"))
    assert ledger.table.read_watermark() == at("2026-11-22T10:00:00.5")
    ledger.table.advance_watermark(at("2026-11-22T10:00:01"))
    assert ledger.table.read_watermark() == at("2026-11-22T10:00:01")


def test_what_was_posted_is_found_by_the_time_of_its_posting(ledger: Ledger) -> None:
    ledger.post(
        balance_of(mail("2026-11-20T14", 10), at("2026-11-20T23:59:59.999")),
        balance_of(mail("2026-11-20T15", 10), at("2026-11-21T00:00:00")),
        balance_of(mail("2026-11-21T09", 10), at("2026-11-21T09:59:59")),
        balance_of(mail("2026-11-01T09", 10), at("2026-11-21T10:00:00")),
        balance_of(mail("2026-11-21T09", 10, sender=NEIGHBOUR), at("2026-11-21T10:00:00.5")),
        balance_of(
            mail("2026-11-02T09", 10, sender=SenderIdentity(OWNER, "eu-west-1", "a")), at("2026-11-22T23:59")
        ),
    )

    assert account_days_posted(ledger, "2026-11-21T10:00:00") == [
        AccountDay(OWNER, "eu-west-1", "2026-11-02"),
        AccountDay(DELEGATE, REGION, "2026-11-01"),
        AccountDay(DELEGATE, REGION, "2026-11-21"),
    ]
    assert account_days_posted(ledger, "2026-11-21T00:00:00", "2026-11-21T09:00:00") == [
        AccountDay(DELEGATE, REGION, "2026-11-01"),
        AccountDay(DELEGATE, REGION, "2026-11-20"),
        AccountDay(DELEGATE, REGION, "2026-11-21"),
    ]
    assert account_days_posted(ledger, "2026-11-23T00:00:00", "2026-11-24T00:00:00") == []


def test_pages_of_postings_come_in_order_and_say_how_far_they_reach(ledger: Ledger) -> None:
    posted_at = [at(f"2026-11-{time}") for time in ("21T23:59", "22T09:00", "22T09:01:00.25", "22T09:02")]
    for hour, moment in enumerate(posted_at):
        ledger.post(balance_of(mail(f"2026-11-1{hour}T14", 10), moment))

    pages = list(ledger.table.postings_since(at("2026-11-01T00:00"), at("2026-11-22T10:00")))

    found = 0
    for page in pages:
        days = [f"2026-11-1{hour}" for hour in range(found, found + len(page.account_days))]
        assert sorted(each.day for each in page.account_days) == days
        found += len(days)
        assert page.last_posted_at == posted_at[found - 1]
    assert (found, len(pages) > 1) == (4, True)


def test_a_balance_posted_again_is_found_by_each_posting(ledger: Ledger) -> None:
    ledger.post(balance_of(mail("2026-11-20T14", 10), at("2026-11-20T15:00")))
    ledger.post(balance_of(mail("2026-11-20T14", 11), at("2026-11-22T09:00")))

    day = AccountDay(DELEGATE, REGION, "2026-11-20")
    assert account_days_posted(ledger, "2026-11-20T00:00", "2026-11-20T20:00") == [day]
    assert account_days_posted(ledger, "2026-11-21T00:00") == [day]
    assert account_days_posted(ledger, "2026-11-22T09:01") == []


def test_nothing_that_assessments_keep_stands_in_the_index_of_postings(ledger: Ledger) -> None:
    (day,) = account_days_of([mail("2026-11-20T14", 10)])
    ledger.table.write_day(day)
    ledger.table.register(SENDER)
    ledger.table.save(state(1), [transition("bounces")])
    ledger.table.advance_watermark(NOW)

    assert account_days_posted(ledger, "2025-11-22T00:00") == []


def test_a_sender_that_is_unregistered_is_unknown_until_it_is_registered_again(ledger: Ledger) -> None:
    for sender in (SENDER, NEIGHBOUR):
        ledger.table.register(sender)

    for _ in range(2):
        ledger.table.unregister(SENDER)
        assert ledger.table.senders() == [NEIGHBOUR]

    ledger.table.register(SENDER)
    assert sorted(ledger.table.senders()) == sorted([NEIGHBOUR, SENDER])


def test_senders_are_known_once_registered_however_often(ledger: Ledger) -> None:
    assert ledger.table.senders() == []
    for sender in (SENDER, NEIGHBOUR, SENDER):
        ledger.table.register(sender)
    assert ledger.table.senders() == sorted([SENDER, NEIGHBOUR])


def test_an_accounts_hours_are_read_with_their_late_segments(ledger: Ledger) -> None:
    posted = [
        balance_of(mail("2026-11-20T00", 10), NOW),
        balance_of(mail("2026-11-20T23", 11), NOW),
        balance_of(mail("2026-11-20T23", 1), NOW, segment=2),
        balance_of(mail("2026-11-21T00", 12, sender=NEIGHBOUR), NOW),
    ]
    ledger.post(
        *posted, balance_of(mail("2026-11-22T00", 13), NOW), balance_of(mail("2026-11-19T23", 9), NOW)
    )

    read = ledger.table.read_hours(DELEGATE, REGION, "2026-11-20", "2026-11-21")

    assert sorted(read, key=posted.index) == posted
    assert ledger.table.read_hours(DELEGATE, "eu-west-1", "2026-11-20", "2026-11-21") == []


def test_days_are_read_as_they_were_written_oldest_first(ledger: Ledger) -> None:
    days = [
        *account_days_of(
            mail(f"2026-11-{day:02}T09", day, 1, 2, sender=sender)
            for day in (3, 4, 20, 21)
            for sender in (SENDER, NEIGHBOUR)
        )
    ]
    for day in reversed(days):
        assert ledger.table.write_day(day) is DayWrite.WRITTEN

    assert ledger.table.read_days(DELEGATE, REGION, "2026-11-04", "2026-11-20") == days[1:3]
    assert ledger.table.read_days(DELEGATE, "eu-west-1", "2026-11-04", "2026-11-20") == []
    totals = ledger.table.read_totals(DELEGATE, REGION, "2026-11-04", "2026-11-20")
    assert [[each.totals for each in day.days] for day in totals] == [
        [each.totals for each in day.days] for day in days[1:3]
    ]


def test_a_day_that_says_the_same_is_not_written_again(ledger: Ledger) -> None:
    (day,) = account_days_of([mail("2026-11-20T14", 10)])
    assert ledger.table.write_day(day) is DayWrite.WRITTEN
    assert ledger.table.write_day(day) is DayWrite.UNCHANGED


def test_a_day_from_fewer_pages_never_replaces_one_from_more(ledger: Ledger) -> None:
    (day,) = account_days_of([mail("2026-11-20T14", 10)] * 3)
    (fewer,) = account_days_of([mail("2026-11-20T14", 10)] * 2)
    (other,) = account_days_of([mail("2026-11-20T14", 10, 1)] * 3)

    assert ledger.table.write_day(day) is DayWrite.WRITTEN
    assert ledger.table.write_day(fewer) is DayWrite.OUTDATED
    assert ledger.table.read_days(DELEGATE, REGION, "2026-11-20", "2026-11-20") == [day]
    assert ledger.table.write_day(other) is DayWrite.WRITTEN
    assert ledger.table.read_days(DELEGATE, REGION, "2026-11-20", "2026-11-20") == [other]


def test_a_day_whose_pages_alone_are_more_guards_against_those_between(ledger: Ledger) -> None:
    (day,) = account_days_of([mail("2026-11-20T14", 10)])
    more = replace(day, pages=day.pages + 2)

    assert ledger.table.write_day(day) is DayWrite.WRITTEN
    assert ledger.table.write_day(more) is DayWrite.WRITTEN
    assert ledger.table.write_day(replace(day, pages=day.pages + 1)) is DayWrite.OUTDATED
    assert ledger.table.read_days(DELEGATE, REGION, "2026-11-20", "2026-11-20") == [more]


def test_a_day_that_fits_no_item_is_kept_in_several(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(day_rows, "MOST_BYTES", 20_000)
    big, bigger = (account_days_of(hours_of_tenants(tenants))[0] for tenants in (200, 220))
    (next_day,) = account_days_of([mail("2026-11-21T14", 10)])

    assert ledger.table.write_day(big) is DayWrite.WRITTEN
    assert ledger.table.write_day(next_day) is DayWrite.WRITTEN
    assert ledger.table.read_days(DELEGATE, REGION, "2026-11-20", "2026-11-21") == [big, next_day]
    assert ledger.table.write_day(big) is DayWrite.UNCHANGED

    more = replace(bigger, pages=big.pages + 1)
    assert ledger.table.write_day(more) is DayWrite.WRITTEN
    assert ledger.table.write_day(big) is DayWrite.OUTDATED
    assert ledger.table.read_days(DELEGATE, REGION, "2026-11-20", "2026-11-20") == [more]


def test_a_half_written_day_is_not_read_and_is_written_anew_where_that_is_asked(ledger: Ledger) -> None:
    (day,) = account_days_of([mail("2026-11-20T14", 10)])
    (newer,) = account_days_of([mail("2026-11-20T14", 12)])
    ledger.table.write_day(day)
    # A rollup that is cut off before it writes the head.
    ledger.put(next(pieces_of(newer, None).rows_unlike(None)))

    for read in (ledger.table.read_days, ledger.table.read_totals):
        with pytest.raises(HalfWrittenError):
            read(DELEGATE, REGION, "2026-11-20", "2026-11-20")
    assert ledger.table.write_day(day) is DayWrite.UNCHANGED
    assert ledger.table.write_day(day, is_whole=False) is DayWrite.WRITTEN
    assert ledger.table.read_days(DELEGATE, REGION, "2026-11-20", "2026-11-20") == [day]


def test_the_day_before_which_days_are_stored_only_moves_on(ledger: Ledger) -> None:
    assert ledger.table.read_stored_before() is None
    for day, expected in (
        ("2026-11-20", "2026-11-20"),
        ("2026-11-19", "2026-11-20"),
        ("2026-11-21", "2026-11-21"),
    ):
        ledger.table.advance_stored_before(day)
        assert ledger.table.read_stored_before() == expected


def hours_of_tenants(tenants: int) -> list[Any]:
    """A day on which each tenant sent every hour, through a configuration set of its own."""
    return [
        HourBalance(
            SenderHour(*SENDER, f"2026-11-20T{hour:02}"),
            pages=1,
            counts={
                f"tenant-{number:05}-{'x' * 45}": {
                    provider: {"sent": (number * 31 + hour * 17) % 199 + 1, "bounced_permanent_general": 1}
                    for provider in ("gmail", "microsoft", "yahoo", "apple", "other")
                }
                for number in range(tenants)
            },
        )
        for hour in range(24)
    ]


def test_a_state_is_read_as_it_was_saved(ledger: Ledger) -> None:
    other = EntityState(OTHER_ENTITY, 1, NOW, view={"measures": {"bounces": {"rate": 0.021}}})
    assert ledger.table.read_states() == {}
    assert ledger.table.save(state(1, unpublished=("a", "b")), [])
    assert ledger.table.save(other, [])

    assert ledger.table.read_states() == {ENTITY: state(1, unpublished=("a", "b")), OTHER_ENTITY: other}


@pytest.mark.parametrize("transitions", [[], [transition("bounces")]])
def test_a_state_replaces_the_one_before_it_only(ledger: Ledger, transitions: list[Transition]) -> None:
    assert not ledger.table.save(state(2), transitions)
    assert ledger.table.save(state(1), [])
    assert not ledger.table.save(state(1), transitions)
    assert not ledger.table.save(state(3), transitions)
    assert ledger.table.transitions(ENTITY, 10) == []

    assert ledger.table.save(state(2), transitions)
    assert ledger.table.read_states() == {ENTITY: state(2)}
    assert ledger.table.transitions(ENTITY, 10) == transitions


def test_a_mute_and_an_assessment_at_the_same_time_never_lose_each_other(ledger: Ledger) -> None:
    mute = Mute(NOW + timedelta(days=9), NOW, "user ada of 111122223333", "ticket 42")
    assert ledger.table.save(state(1), [])
    muted = with_mute(state(1), "bounces", mute)
    record = transition_of_mute(ENTITY, "bounces", mute)
    assert ledger.table.save(muted, [record])

    # An assessment that had read the state before does not replace it; the next one carries the mute over.
    assert not ledger.table.save(state(2), [transition("bounces")])
    (stored,) = ledger.table.read_states().values()
    assert ledger.table.save(replace(stored, version=3, assessed_at=NOW + timedelta(minutes=5)), [])

    (stored,) = ledger.table.read_states().values()
    assert stored.mutes == {"bounces": mute}
    assert ledger.table.transitions(ENTITY, 10) == [record]
    assert record.subject == (
        "Muted until 2026-12-01 10:05 UTC by user ada of 111122223333: bounces (ticket 42)"
    )


def test_transitions_are_found_newest_first(ledger: Ledger) -> None:
    changes = [transition("bounces", NOW + timedelta(minutes=5 * number)) for number in range(5)]
    assert ledger.table.save(state(1), changes[:3])
    assert ledger.table.save(state(2), changes[3:])

    assert ledger.table.transitions(ENTITY, 3) == changes[:1:-1]
    assert ledger.table.transitions(OTHER_ENTITY, 3) == []


def test_more_transitions_than_a_transaction_holds_are_all_kept(ledger: Ledger) -> None:
    many = [transition(f"provider_deferral#{number:03}") for number in range(150)]

    assert ledger.table.save(state(1), many)
    assert ledger.table.transitions(ENTITY, 1_000) == many[::-1]


def test_a_transition_is_published_by_one_at_a_time_and_once(ledger: Ledger) -> None:
    table, change = ledger.table, transition("bounces")
    table.save(state(1), [change])

    assert table.claim(ENTITY, change.id, NOW, LEASE) == ClaimedTransition(change, set())
    assert table.claim(ENTITY, change.id, NOW + LEASE / 2, LEASE) is None
    table.mark_published(ENTITY, change.id, Channel.ALERT, NOW, is_last=False)
    assert not table.is_published(ENTITY, change.id)
    # Whoever claimed it was cut off.
    claim = table.claim(ENTITY, change.id, NOW + LEASE, LEASE)
    assert claim == ClaimedTransition(change, {Channel.ALERT})
    table.mark_published(ENTITY, change.id, Channel.EVENT, NOW + LEASE, is_last=True)

    assert table.is_published(ENTITY, change.id)
    assert table.claim(ENTITY, change.id, NOW + 3 * LEASE, LEASE) is None
    assert table.transitions(ENTITY, 1) == [change]


def test_a_transition_that_is_gone_is_not_published_and_does_not_come_back(ledger: Ledger) -> None:
    assert ledger.table.claim(ENTITY, "2026-11-22T10:05:00Z#reminder#watch", NOW, LEASE) is None
    gone = (ENTITY, "2026-11-22T10:05:00Z#reminder#watch")
    ledger.table.mark_published(*gone, Channel.ALERT, NOW, is_last=True)
    assert ledger.table.is_published(ENTITY, "2026-11-22T10:05:00Z#reminder#watch")
    assert ledger.table.transitions(ENTITY, 10) == []


def test_statistics_are_read_as_their_function_keeps_them(ledger: Ledger) -> None:
    assert ledger.table.read_statistics() == []
    read = SendStatistics(
        DELEGATE, REGION, NOW, {"2026-11-22T09": HourTotals(120, 3, 1, 0)}, 0.021, None, NOW
    )
    statistics = {"S": plain_text(read)}
    ledger.put({"pk": {"S": "STATISTICS"}, "sk": {"S": f"{DELEGATE}#{REGION}"}, "statistics": statistics})

    assert ledger.table.read_statistics() == [read]


def test_statistics_of_before_rates_were_kept_are_read_all_the_same(ledger: Ledger) -> None:
    before = (
        '{"account":"444455556666","region":"us-east-1","read_at":"2026-11-22T10:05:00+00:00","hours":{},'
        '"bounce_rate":0.021,"complaint_rate":null,"rates_at":null}'
    )
    ledger.put({"pk": {"S": "STATISTICS"}, "sk": {"S": f"{DELEGATE}#{REGION}"}, "statistics": {"S": before}})

    (read,) = ledger.table.read_statistics()

    assert (read.bounce_rate, read.bounce_rates) == (0.021, {})


def test_a_state_of_a_newer_version_is_an_error_that_says_so(ledger: Ledger) -> None:
    ledger.put({"pk": {"S": "STANDINGS"}, "sk": {"S": ENTITY.key}, "format": {"N": "2"}})

    with pytest.raises(
        StateError, match=r"identity#example\.com has format 2, newer than this code: upgrade"
    ):
        ledger.table.read_states()


def test_an_unavailable_table_is_an_error_with_its_code() -> None:
    (day,) = account_days_of([mail("2026-11-20T14", 10)])
    with mock_aws():
        table = AssessmentTable(boto3.client("dynamodb", region_name="us-east-1"), "no-such-table")
        calls: list[Callable[[], Any]] = [
            table.read_watermark,
            lambda: table.advance_watermark(NOW),
            lambda: list(table.postings_since(NOW, NOW)),
            table.senders,
            lambda: table.register(SENDER),
            lambda: table.unregister(SENDER),
            lambda: table.read_hours(DELEGATE, REGION, "2026-11-20", "2026-11-20"),
            table.read_stored_before,
            lambda: table.advance_stored_before("2026-11-20"),
            lambda: table.read_days(DELEGATE, REGION, "2026-11-20", "2026-11-20"),
            lambda: table.read_totals(DELEGATE, REGION, "2026-11-20", "2026-11-20"),
            lambda: table.write_day(day),
            table.read_states,
            lambda: table.save(state(1), []),
            lambda: table.save(state(1), [transition("bounces")]),
            lambda: table.transitions(ENTITY, 1),
            lambda: table.claim(ENTITY, "id", NOW, LEASE),
            lambda: table.mark_published(ENTITY, "id", Channel.EVENT, NOW, is_last=True),
            table.read_statistics,
            table.read_diagnoses,
        ]
        for call in calls:
            with pytest.raises(UnavailableError, match="ResourceNotFoundException"):
                call()
