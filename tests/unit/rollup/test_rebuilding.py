"""Hours and days are computed again from pages: what is missing, low or wrong is mended, nothing is lost."""

from array import array
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ses_reputation.assessment.store import AssessmentTable
from ses_reputation.feedback.outcomes import Outcome
from ses_reputation.feedback.providers import Provider
from ses_reputation.hours import day_of
from ses_reputation.ledger.balance import tally
from ses_reputation.ledger.balance_store import Balance
from ses_reputation.ledger.keys import balance_key, journal_key
from ses_reputation.ledger.pages import FactRun, Source
from ses_reputation.ledger.pieces import pack_figures
from ses_reputation.ledger.posting import Posted
from ses_reputation.ledger.segments import Segment
from ses_reputation.ledger.shards import Shard
from ses_reputation.ledger.store import ShardTable
from ses_reputation.rollup.day_store import DayWrite
from ses_reputation.rollup.keys import STORED_DAYS, AccountDay
from ses_reputation.rollup.rate_counts import EVERYTHING as EVERYTHING_OF_IT
from ses_reputation.rollup.rate_counts import NO_COUNTS
from ses_reputation.rollup.rebuilding import (
    Found,
    RebuildOutcome,
    Scope,
    find_shards,
    post_again,
    roll_up_days_again,
)
from tests.support.in_memory.ledger import Ledger, sent
from tests.support.pages import ACCOUNT_HOUR, WHOLE, page_of

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = AccountDay(ACCOUNT_HOUR.sending_account, ACCOUNT_HOUR.region, day_of("2026-11-20T14"))
PARTS = [WHOLE, WHOLE.part("7"), WHOLE.part("7").part("a"), WHOLE.part("7").part("0")]
EVERYTHING = Scope()
OTHER = Shard(Segment(ACCOUNT_HOUR._replace(send_hour="2026-11-21T09")))


@pytest.fixture
def ledger() -> Ledger:
    return Ledger(NOW)


def find(ledger: Ledger, scope: Scope = EVERYTHING, *, is_rebuild: bool = False) -> Found:
    client: Any = ledger.dynamodb
    return find_shards(
        ShardTable(client, "ledger"), scope, ledger.now, is_rebuild=is_rebuild, on_read=lambda _: None
    )


def compute(ledger: Ledger, *, is_rebuild: bool = False, store: Any = None) -> RebuildOutcome:
    """Post or rebuild all, and the days of it."""
    client: Any = ledger.dynamodb
    found = find(ledger, is_rebuild=is_rebuild)
    with ThreadPoolExecutor(1) as pool:
        outcome = post_again(
            store or ledger.store,
            found,
            pool,
            is_rebuild=is_rebuild,
            on_segment=lambda _: None,
            clock=lambda: ledger.now,
        )
        roll_up_days_again(AssessmentTable(client, "ledger"), found, outcome, pool, is_rebuild=is_rebuild)
    return outcome


def store_days_before_yesterday(ledger: Ledger) -> None:
    """What assessments of NOW have done."""
    pk, sk = STORED_DAYS
    row = {"pk": {"S": pk}, "sk": {"S": sk}, "stored_before": {"S": "2026-11-22T00:00:00+00:00"}}
    ledger.dynamodb.put_item(Item=row)


def days(ledger: Ledger) -> AssessmentTable:
    client: Any = ledger.dynamodb
    return AssessmentTable(client, "ledger")


def test_a_balance_that_is_missing_is_posted(ledger: Ledger) -> None:
    ledger.journal(page_of(1, 2), page_of(3, shard=OTHER))

    assert compute(ledger).ended == {Posted.POSTED: 2}
    assert ledger.figures_of() == tally(sent(1, 2))
    assert ledger.figures_of(OTHER) == tally(sent(3))


def test_a_balance_that_lacks_pages_is_posted_though_it_would_wait(ledger: Ledger) -> None:
    """Three days old, it stands for two hours; its message was lost."""
    ledger.journal(page_of(1), page_of(2))
    ledger.stands_since(NOW - timedelta(minutes=1), 1)

    compute(ledger)

    assert ledger.figures_of() == tally(sent(1, 2))
    assert ledger.waiting == []


def test_posting_never_lowers_and_rebuilding_does(ledger: Ledger) -> None:
    """A balance of nine pages, of which the journal knows one: what wrote it was wrong."""
    ledger.journal(page_of(1))
    ledger.stands_since(NOW, 1, 2, 3, pages=9)

    assert compute(ledger).ended == {Posted.OUTRUN: 1}
    assert ledger.figures_of() == tally(sent(1, 2, 3))
    ledger.now += timedelta(minutes=1)
    assert compute(ledger, is_rebuild=True).ended == {Posted.POSTED: 1}
    assert ledger.figures_of() == tally(sent(1))


def test_a_balance_without_any_page_counts_nothing_after_a_rebuild(ledger: Ledger) -> None:
    ledger.stands_since(NOW - timedelta(hours=1), 1)

    assert compute(ledger).ended == {}
    compute(ledger, is_rebuild=True)

    assert ledger.figures_of() == {}


@pytest.mark.parametrize("is_rebuild", [False, True])
def test_hours_whose_pages_have_expired_keep_their_balances(ledger: Ledger, *, is_rebuild: bool) -> None:
    ledger.journal(page_of(1))
    ledger.stands_since(NOW, 1, 2, 3)
    ledger.now = datetime.fromtimestamp(WHOLE.segment.expires_at, UTC)

    found = find(ledger, is_rebuild=is_rebuild)

    assert not found.shards
    assert found.expired == {WHOLE.segment}


@pytest.mark.parametrize(
    ("scope", "names_it"),
    [
        (Scope(), True),
        (Scope(frozenset({ACCOUNT_HOUR.sending_account})), True),
        (Scope(frozenset({"999999999999"})), False),
        (Scope(first="2026-11-20T14", last="2026-11-20T14"), True),
        (Scope(first="2026-11-20", last="2026-11-20"), True),
        (Scope(first="2026-11-20T15"), False),
        (Scope(last="2026-11-20T13"), False),
        (Scope(last="2026-11-19"), False),
    ],
)
def test_a_scope_names_accounts_and_hours_or_days(ledger: Ledger, scope: Scope, *, names_it: bool) -> None:
    ledger.journal(page_of(1))

    assert (WHOLE.segment in find(ledger, scope).shards) is names_it


def test_an_hour_that_fails_is_named_and_spares_the_others(ledger: Ledger) -> None:
    ledger.journal(page_of(1), page_of(2, shard=OTHER))
    ledger.dynamodb.failing = {"query": journal_key(WHOLE)}

    outcome = compute(ledger)

    assert outcome.failed == {journal_key(WHOLE): "UnavailableError: Throttled"}
    assert ledger.figures_of(OTHER) == tally(sent(2))


@pytest.mark.parametrize("is_rebuild", [False, True])
def test_an_hour_that_fails_is_asked_for_three_times_and_no_more(ledger: Ledger, *, is_rebuild: bool) -> None:
    """A rebuild posts what is rebuilt once more, but not what failed."""
    ledger.journal(page_of(1))
    ledger.dynamodb.failing = {"query": journal_key(WHOLE)}

    compute(ledger, is_rebuild=is_rebuild)

    assert ledger.dynamodb.queried.count(journal_key(WHOLE)) == 3


def test_progress_is_told_by_how_much_was_read_and_computed(ledger: Ledger) -> None:
    ledger.journal(page_of(1, 2), page_of(3, shard=OTHER))
    client: Any = ledger.dynamodb
    read, computed = list[int](), list[int]()

    found = find_shards(ShardTable(client, "ledger"), EVERYTHING, NOW, is_rebuild=False, on_read=read.append)
    with ThreadPoolExecutor(1) as pool:
        post_again(ledger.store, found, pool, is_rebuild=False, on_segment=computed.append)

    assert read == [*range(1, len(read) + 1)]
    assert computed == [1, 2]


def test_the_day_of_an_hour_is_added_up_again(ledger: Ledger) -> None:
    store_days_before_yesterday(ledger)
    ledger.journal(page_of(1, 2), page_of(3, shard=OTHER))

    assert compute(ledger).days_written == 2
    (day,) = days(ledger).read_totals(DAY.account, DAY.region, DAY.day, DAY.day)
    assert day.pages == 1
    assert [sender.identity for sender in days(ledger).senders()] == ["example.com"]
    assert compute(ledger).days_written == 0


def test_a_rebuild_rates_mail_without_a_send_event_of_which_an_earlier_version_did_not_say_how_much_it_is(
    ledger: Ledger,
) -> None:
    """The owner's topics reported 95 deliveries and 5 bounces: with the earlier balance 0 of 0 are rated."""
    store_days_before_yesterday(ledger)
    topics = Source(7, "example.com", False, "", True)
    outcomes = {Outcome.DELIVERED_WITHIN_10S: range(95), Outcome.BOUNCED_PERMANENT_GENERAL: range(95, 100)}
    ledger.journal(*(page_of(*of, source=topics, outcome=outcome) for outcome, of in outcomes.items()))
    earlier = tally([FactRun(topics, each, Provider.GMAIL, array("Q", of)) for each, of in outcomes.items()])
    earlier["example.com"].followed.clear()
    balance = Balance(WHOLE, pack_figures(earlier), 2, 1.0, NOW - timedelta(days=1))
    assert ledger.store.write_balance(balance, None)

    with ThreadPoolExecutor(1) as pool:
        roll_up_days_again(days(ledger), find(ledger), RebuildOutcome(), pool, is_rebuild=False)
    assert rated(ledger) == (0, 0)

    compute(ledger, is_rebuild=True)

    assert rated(ledger) == (5, 100)


def rated(ledger: Ledger) -> tuple[int, int]:
    """Hard bounces and sends of the stored day that a rate is made of."""
    (stored,) = days(ledger).read_totals(DAY.account, DAY.region, DAY.day, DAY.day)
    (day,) = stored.days
    everything = day.totals.get(EVERYTHING_OF_IT, NO_COUNTS)
    return everything.hard_bounces, everything.sends


def test_a_day_that_the_assessments_have_not_stored_yet_is_left_to_them(ledger: Ledger) -> None:
    """All before the 22nd are stored: yesterday's may still change, and is written once."""
    store_days_before_yesterday(ledger)
    ledger.journal(page_of(1, shard=Shard(Segment(ACCOUNT_HOUR._replace(send_hour="2026-11-22T00")))))

    assert compute(ledger).days_written == 0


def test_a_day_of_too_many_pages_is_replaced_by_a_rebuild_only(ledger: Ledger) -> None:
    store_days_before_yesterday(ledger)
    ledger.journal(page_of(1, 2))
    compute(ledger)
    (right,) = days(ledger).read_days(DAY.account, DAY.region, DAY.day, DAY.day)
    ledger.stands_since(NOW, *range(9), pages=9)
    compute(ledger)
    (wrong,) = days(ledger).read_days(DAY.account, DAY.region, DAY.day, DAY.day)
    assert wrong.pages == 9

    compute(ledger, is_rebuild=True)

    assert days(ledger).read_days(DAY.account, DAY.region, DAY.day, DAY.day) == [right]


def test_a_day_that_an_assessment_writes_meanwhile_is_not_lowered(ledger: Ledger) -> None:
    """The stored one was of one page when it was read, and is of two when it is to be replaced."""
    store_days_before_yesterday(ledger)
    ledger.journal(page_of(1))
    compute(ledger)
    (older,) = days(ledger).read_days(DAY.account, DAY.region, DAY.day, DAY.day)
    ledger.post(ledger.journal(page_of(2)))
    ledger.now += timedelta(hours=3)
    compute(ledger)

    assert days(ledger).write_day(older, is_whole=False, replaced_pages=1) is DayWrite.OUTDATED


class Overtaken:
    """A store beside which the pipeline posts another page, whenever pages were read."""

    def __init__(self, ledger: Ledger, dispatches: list[int]) -> None:
        self.ledger = ledger
        self.dispatches = dispatches

    def __getattr__(self, name: str) -> Any:
        return getattr(self.ledger.store, name)

    def read_pages(self, shard: Shard) -> Any:
        read = self.ledger.store.read_pages(shard)
        if self.dispatches:
            request = self.ledger.journal(page_of(self.dispatches.pop(), shard=WHOLE))
            self.ledger.post([self.ledger.missed_message(request[0])])
        return read


def test_what_the_pipeline_posts_while_an_hour_is_rebuilt_stays(ledger: Ledger) -> None:
    ledger.post(ledger.journal(page_of(1)))
    ledger.now += timedelta(minutes=1)

    compute(ledger, is_rebuild=True, store=Overtaken(ledger, [2]))

    assert ledger.figures_of() == tally(sent(1, 2))


@settings(max_examples=60, deadline=None)
@given(
    pages=st.lists(st.tuples(st.sampled_from(PARTS), st.integers(0, 9)), min_size=1, max_size=8),
    during=st.lists(st.integers(100, 120), max_size=3),
    lost=st.sampled_from(["nothing", "balances", "figures", "counts"]),
    seed=st.integers(0, 99),
)
def test_whatever_became_of_balances_a_rebuild_beside_the_pipeline_ends_in_the_distinct_facts(
    pages: list[tuple[Shard, int]], during: list[int], lost: str, seed: int
) -> None:
    """Fingerprints are in the part that their page is of. The oracle is the set of dispatches."""
    ledger = Ledger(NOW)
    written = [(shard, _within(shard, number)) for shard, number in pages]
    requests = ledger.journal(*(page_of(dispatch, shard=shard) for shard, dispatch in written))
    ledger.post(requests[: Random(seed).randint(0, len(requests))])
    _damage(ledger, lost)
    ledger.now += timedelta(minutes=5)

    store = Overtaken(ledger, list(during))

    outcome = compute(ledger, is_rebuild=True, store=store)

    journaled = {dispatch for _, dispatch in written} | set(during[len(store.dispatches) :])
    assert outcome.failed == {}
    assert ledger.sends() == {"example.com": len(journaled)}


def _within(shard: Shard, number: int) -> int:
    """A fingerprint whose address begins with the shard's second digit; the first is the domain's."""
    digit = shard.prefix[1:] or "3"
    return (int(digit, 16) << 60) + number


def _damage(ledger: Ledger, lost: str) -> None:
    for key in [key for key in ledger.dynamodb.items if key[0].startswith("BALANCE#")]:
        if lost == "balances":
            del ledger.dynamodb.items[key]
        elif lost == "counts" and "figures" in ledger.dynamodb.items[key]:
            ledger.dynamodb.items[key] = {**ledger.dynamodb.items[key], "pages": {"N": "99"}}
        elif lost == "figures" and key == balance_key(WHOLE) and "figures" in ledger.dynamodb.items[key]:
            ledger.dynamodb.items.pop(key)
            ledger.stands_since(ledger.now - timedelta(days=1), *range(50, 60), pages=50)
