"""When an hour is read again, and what is written then."""

import string
from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from ses_reputation.feedback.outcomes import Outcome
from ses_reputation.feedback.providers import Provider
from ses_reputation.ledger import pieces
from ses_reputation.ledger.balance import FiguresByIdentity, tally
from ses_reputation.ledger.balance_store import LastPosting, due_after
from ses_reputation.ledger.hour_balance import gather_hours
from ses_reputation.ledger.keys import balance_key, journal_key
from ses_reputation.ledger.pages import PAGE_VERSION, Page, Source, pack_page, unpack_page
from ses_reputation.ledger.posting import Posted, PostingOutcome, PostingRun, post_requested
from ses_reputation.ledger.posting_requests import PostingRequest
from ses_reputation.ledger.segments import Segment
from ses_reputation.ledger.shards import Shard
from ses_reputation.ledger.store import BalanceTable
from ses_reputation.time_left import OUT_OF_TIME
from tests.support.in_memory.ledger import Ledger, sent
from tests.support.pages import ACCOUNT_HOUR, WHOLE, page_of

HOUR = datetime(2026, 11, 20, 14, tzinfo=UTC)
SOON = HOUR + timedelta(minutes=10)
MINUTE = timedelta(minutes=1)
# Ten hours old: what is not urgent waits for two and a half.
TEN_HOURS_LATER = HOUR + timedelta(hours=10)
OTHER_HOUR = Shard(Segment(ACCOUNT_HOUR._replace(send_hour="2026-11-20T13")))


@pytest.fixture
def ledger() -> Ledger:
    return Ledger(SOON)


@pytest.fixture
def old() -> Ledger:
    """A ledger in which the hour is ten hours old, and was last posted a minute ago, from one page."""
    ledger = Ledger(TEN_HOURS_LATER)
    ledger.journal(page_of(1))
    ledger.stands_since(TEN_HOURS_LATER - MINUTE, 1)
    return ledger


def test_the_first_post_writes_what_the_pages_add_up_to(ledger: Ledger) -> None:
    outcome = ledger.post(ledger.journal(page_of(1, 2), page_of(2, 3)))

    assert outcome == PostingOutcome(Counter({Posted.POSTED: 1}), {})
    (balance,) = ledger.balances().values()
    # Two small pages are read with one unit.
    assert (balance.shard, balance.pages, balance.read_units) == (WHOLE, 2, 1.0)
    assert balance.posted_at == ledger.now
    assert balance.figures == tally(sent(1, 2, 3))


def test_a_post_that_changes_nothing_writes_nothing(ledger: Ledger) -> None:
    ledger.stands_since(HOUR, 1, 2)
    before = ledger.dynamodb.items[balance_key(WHOLE)]

    assert ledger.post(ledger.journal(page_of(1, 2), page_of(1))).ended == {Posted.UNCHANGED: 1}
    assert ledger.dynamodb.items[balance_key(WHOLE)] is before


def test_an_hour_of_no_facts_has_no_balance(ledger: Ledger) -> None:
    assert ledger.post([PostingRequest(WHOLE, HOUR, "1")]).ended == {Posted.UNCHANGED: 1}
    assert ledger.balances() == {}


def test_a_big_hour_that_says_the_same_from_more_pages_is_dated_anew() -> None:
    # Two pages of more than 400 bytes each.
    ledger = Ledger(SOON, read_unit_bytes=40)
    first = ledger.journal(page_of(*range(30)))
    ledger.post(first)
    ledger.now += MINUTE
    requests = ledger.journal(page_of(*range(29)))

    assert ledger.post(requests).ended == {Posted.POSTED: 1}
    balance = ledger.balances()[WHOLE]
    assert balance.read_units >= 15
    assert (balance.pages, balance.posted_at) == (2, ledger.now)
    assert balance.figures == tally(sent(*range(30)))


def test_a_read_of_fewer_pages_than_the_stored_never_replaces_it(ledger: Ledger) -> None:
    requests = ledger.journal(page_of(1))
    ledger.stands_since(HOUR, 1, 2, pages=2)

    assert ledger.post(requests).ended == {Posted.OUTRUN: 1}
    assert ledger.figures_of() == tally(sent(1, 2))


def test_a_write_that_another_post_outran_is_reported_as_such(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests = ledger.journal(page_of(1))
    read_pages = ledger.store.read_pages

    def read_and_be_outrun(_: BalanceTable, shard: Shard) -> Any:
        read = read_pages(shard)
        ledger.stands_since(ledger.now, 1, 2, pages=2)
        return read

    monkeypatch.setattr(BalanceTable, "read_pages", read_and_be_outrun)

    assert ledger.post(requests).ended == {Posted.OUTRUN: 1}
    assert ledger.figures_of() == tally(sent(1, 2))


def test_a_late_segment_counts_what_the_one_before_does_not_hold(ledger: Ledger) -> None:
    late = Shard(Segment(ACCOUNT_HOUR, 1))
    ledger.journal(page_of(1, 2), page_of(3))
    ledger.now = HOUR + timedelta(days=100)

    ledger.post(ledger.journal(page_of(2, 3, 4, shard=late)))

    assert ledger.figures_of(late) == tally(sent(4))


def test_a_shard_posted_since_it_was_changed_is_not_read_again(ledger: Ledger) -> None:
    requests = ledger.journal(page_of(1))
    ledger.stands_since(ledger.now + timedelta(seconds=5), pages=5)
    ledger.now += MINUTE

    assert ledger.post(requests).ended == {Posted.UNCHANGED: 1}
    assert ledger.dynamodb.queried == []


def test_clocks_that_disagree_a_little_do_not_hide_a_page(ledger: Ledger) -> None:
    requests = ledger.journal(page_of(1))
    ledger.stands_since(ledger.now + timedelta(seconds=4), pages=1)
    ledger.now += MINUTE

    assert ledger.post(requests).ended == {Posted.POSTED: 1}


@pytest.mark.parametrize(
    ("age", "read_units", "waits", "urgent_waits"),
    [
        # A young hour does not wait, however big, and whatever the sender's clock said.
        (timedelta(minutes=-5), 7_500, timedelta(), timedelta()),
        (timedelta(minutes=30), 7_500, timedelta(), timedelta()),
        (timedelta(minutes=75), 7_500, timedelta(), timedelta()),
        # A third of its age, two hours at most, or twenty seconds a read unit.
        (timedelta(minutes=78), 1, timedelta(minutes=26), timedelta(seconds=20)),
        (timedelta(hours=4.5), 1, timedelta(hours=1.5), timedelta(seconds=20)),
        (timedelta(hours=4.5), 90, timedelta(hours=1.5), timedelta(minutes=30)),
        (timedelta(hours=4.5), 7_500, timedelta(hours=1.5), timedelta(hours=1.5)),
        (timedelta(days=20), 1, timedelta(hours=2), timedelta(seconds=20)),
        (timedelta(days=20), 7_500, timedelta(hours=2), timedelta(hours=2)),
    ],
)
def test_late_facts_wait_by_the_hours_age_and_bounces_by_what_reading_costs(
    age: timedelta, read_units: float, waits: timedelta, urgent_waits: timedelta
) -> None:
    stored, now = LastPosting(1, read_units, HOUR), HOUR + age

    assert due_after(stored, WHOLE, now, is_urgent=False) == HOUR + waits
    assert due_after(stored, WHOLE, now, is_urgent=True) == HOUR + urgent_waits


def test_a_part_waits_half_as_long_for_its_bounces_as_a_whole_hour_does() -> None:
    stored, now = LastPosting(1, 90, HOUR), HOUR + timedelta(hours=10)

    assert due_after(stored, WHOLE.part("7"), now, is_urgent=True) == HOUR + 15 * MINUTE
    assert due_after(stored, WHOLE.part("7"), now, is_urgent=False) == HOUR + 120 * MINUTE


def test_nothing_waits_longer_than_an_operator_allows() -> None:
    stored, now = LastPosting(1, 90, HOUR), HOUR + timedelta(hours=10)

    assert due_after(stored, WHOLE, now, is_urgent=False, longest_wait=5 * MINUTE) == HOUR + 5 * MINUTE
    assert due_after(stored, WHOLE, now, is_urgent=True, longest_wait=timedelta()) == HOUR


def test_a_young_hour_is_posted_as_often_as_it_is_requested() -> None:
    ledger = Ledger(HOUR + timedelta(minutes=75))
    requests = ledger.journal(page_of(1))
    ledger.stands_since(ledger.now - timedelta(seconds=1), read_units=7_500)

    assert ledger.post(requests).ended == {Posted.POSTED: 1}
    assert ledger.waiting == []


def test_what_is_not_due_is_put_off_until_it_is(old: Ledger) -> None:
    requests = old.journal(page_of(2))

    assert old.post(requests) == PostingOutcome(Counter({Posted.POSTPONED: 1}), {})
    due_at = TEN_HOURS_LATER - MINUTE + timedelta(hours=10) / 3
    assert old.waiting == [(WHOLE, due_at)]
    assert old.dynamodb.queried == []
    last = old.store.last_posting(WHOLE)
    assert last
    assert last.due_at == due_at


@pytest.mark.parametrize(("read_units", "ended"), [(6, Posted.POSTED), (7, Posted.POSTPONED)])
def test_late_bounces_wait_for_what_reading_their_hour_costs(
    old: Ledger, read_units: float, ended: Posted
) -> None:
    """Twenty seconds a read unit since the posting of a minute ago: due in 60 s, or in 80 s."""
    old.stands_since(TEN_HOURS_LATER - MINUTE, 1, read_units=read_units)

    assert old.post(old.journal(page_of(1, outcome=Outcome.BOUNCED_UNDETERMINED))).ended == {ended: 1}
    assert old.waiting == [(WHOLE, TEN_HOURS_LATER + timedelta(seconds=80))] * (ended is Posted.POSTPONED)


def test_one_message_waits_for_a_shard_however_often_it_is_touched(old: Ledger) -> None:
    old.post([*old.journal(page_of(2)), *old.journal(page_of(3))])
    for dispatch in range(4, 40):
        old.now += MINUTE
        assert old.post(old.journal(page_of(dispatch))).ended == {Posted.POSTPONED: 1}

    assert len(old.waiting) == 1


@pytest.mark.parametrize(("second", "ended"), [(59, Posted.POSTPONED), (60, Posted.POSTED)])
def test_what_is_due_within_the_window_is_posted_at_once(old: Ledger, second: int, ended: Posted) -> None:
    """14 h 57 min after the hour it waits for 4 h 59 min from 9 h 59 min on: 60 seconds more."""
    old.now = HOUR + timedelta(hours=14, minutes=56, seconds=second)

    assert old.post(old.journal(page_of(2))).ended == {ended: 1}


def test_a_message_that_comes_at_its_time_has_its_shard_posted(old: Ledger) -> None:
    old.post(old.journal(page_of(2)))
    ((shard, due_at),) = old.waiting
    old.now = due_at

    assert old.post([old.message(shard, due_at)]).ended == {Posted.POSTED: 1}
    assert old.sends() == {"example.com": 2}


def test_a_page_that_comes_after_a_message_was_taken_has_one_of_its_own(old: Ledger) -> None:
    """Also where what the message asked for changed nothing, so that nothing was written."""
    old.post(old.journal(page_of(1)))
    ((shard, due_at),) = old.waiting
    old.now = due_at
    assert old.post([old.message(shard, due_at)]).ended == {Posted.UNCHANGED: 1}

    old.now += timedelta(seconds=1)
    assert old.post(old.journal(page_of(2))).ended == {Posted.POSTPONED: 1}
    shard, due_at = old.waiting[1]
    old.now = due_at
    old.post([old.message(shard, due_at)])
    assert old.sends() == {"example.com": 2}


@pytest.mark.parametrize(("seconds_before", "messages"), [(6, 1), (5, 2), (1, 2)])
def test_clocks_that_disagree_do_not_leave_a_page_to_a_message_that_was_taken(
    old: Ledger, seconds_before: int, messages: int
) -> None:
    """By the clock of who took it, its time had come, and the page was not there yet."""
    old.post(old.journal(page_of(1)))
    ((_, due_at),) = old.waiting
    old.now = due_at - timedelta(seconds=seconds_before)

    assert old.post(old.journal(page_of(2))).ended == {Posted.POSTPONED: 1}
    assert len(old.waiting) == messages


def test_a_message_that_comes_early_stays_in_its_queue_until_its_time(old: Ledger) -> None:
    """A queue delays by 15 minutes at most; the hour is two and a half from being due."""
    old.post(old.journal(page_of(2)))
    ((shard, due_at),) = old.waiting
    old.now += 15 * MINUTE
    message = old.message(shard, due_at)

    outcome = old.post([message])

    assert outcome == PostingOutcome(Counter({Posted.POSTPONED: 1}), {}, {message.record})
    assert outcome.undone == [message.record]
    assert old.hidden == [(message.record, due_at)]
    # A page that comes then finds that a message is waiting. No other was sent.
    old.post(old.journal(page_of(3)))
    assert len(old.waiting) == 1
    old.now = due_at
    assert old.post([message]).undone == []
    assert old.sends() == {"example.com": 3}


def test_an_urgent_request_does_not_wait_for_a_later_message(old: Ledger) -> None:
    old.stands_since(TEN_HOURS_LATER - MINUTE, 1, read_units=30)
    old.post(old.journal(page_of(2)))
    old.post(old.journal(page_of(1, outcome=Outcome.BOUNCED_UNDETERMINED)))

    sooner, later = TEN_HOURS_LATER + 9 * MINUTE, TEN_HOURS_LATER + 199 * MINUTE
    assert old.waiting == [(WHOLE, later), (WHOLE, sooner)]
    # What is not as urgent finds the sooner message, and what is as urgent too.
    old.post(old.journal(page_of(3)))
    old.post(old.journal(page_of(2, outcome=Outcome.BOUNCED_UNDETERMINED)))
    assert len(old.waiting) == 2


def test_a_message_that_a_sooner_one_replaced_asks_for_nothing(old: Ledger) -> None:
    old.stands_since(TEN_HOURS_LATER - MINUTE, 1, read_units=30)
    old.post(old.journal(page_of(2)))
    old.post(old.journal(page_of(1, outcome=Outcome.BOUNCED_UNDETERMINED)))
    (_, later), (_, sooner) = old.waiting
    del old.dynamodb.queried[:]

    old.now = later
    assert old.post([old.message(WHOLE, later)]).ended == {}
    assert old.dynamodb.queried == []
    assert old.post([old.message(WHOLE, sooner)]).ended == {Posted.POSTED: 1}


def test_a_page_is_posted_when_it_is_due_though_an_early_message_comes_with_it(old: Ledger) -> None:
    old.stands_since(TEN_HOURS_LATER - MINUTE, 1, read_units=3)
    old.post(old.journal(page_of(2)))
    ((shard, due_at),) = old.waiting
    urgent = old.journal(page_of(1, outcome=Outcome.BOUNCED_UNDETERMINED))

    assert old.post([old.message(shard, due_at), *urgent]).ended[Posted.POSTED] == 1
    assert old.sends() == {"example.com": 2}


def test_an_hour_that_cannot_be_put_off_comes_again(old: Ledger) -> None:
    old.dynamodb.failing = {"update_item": "*2026-11-20T14"}
    (request,) = old.journal(page_of(2))

    outcome = old.post([request])

    assert outcome.handed_on == {request.record: "UnavailableError: Throttled"}
    assert old.missed == [request]
    assert outcome.undone == []


def test_what_fails_of_the_stream_is_asked_for_by_message_and_posted_then(ledger: Ledger) -> None:
    requests = ledger.journal(page_of(1), page_of(2, shard=OTHER_HOUR))
    ledger.dynamodb.failing = {"query": "*2026-11-20T13"}

    assert ledger.post(requests).undone == []
    assert ledger.missed == [requests[1]]

    message = ledger.missed_message(requests[1])
    still_failing = ledger.post([message])
    assert (still_failing.undone, ledger.missed) == ([message.record], [requests[1]])
    ledger.dynamodb.failing = {}
    assert ledger.post([message]).ended == {Posted.POSTED: 1}
    assert ledger.figures_of(OTHER_HOUR) == tally(sent(2))


def test_a_record_whose_message_cannot_be_sent_stays_in_the_stream(ledger: Ledger) -> None:
    requests = ledger.journal(page_of(1), page_of(2, shard=OTHER_HOUR))
    ledger.dynamodb.failing, ledger.refuses_messages = {"query": "*2026-11-20T13"}, True

    outcome = ledger.post(requests)

    assert (outcome.undone, dict(outcome.handed_on)) == ([requests[1].record], {})


def test_a_missed_hour_is_posted_though_it_would_not_be_due(old: Ledger) -> None:
    """It was put off once, and its posting failed. Since it was posted meanwhile, it is not read again."""
    (missed,) = old.journal(page_of(2))
    old.now += MINUTE

    assert old.post([old.missed_message(missed)]).ended == {Posted.POSTED: 1}
    assert old.post([old.missed_message(missed)]).ended == {Posted.UNCHANGED: 1}
    assert old.waiting == []


def test_records_of_one_hour_make_one_post(ledger: Ledger) -> None:
    requests = ledger.journal(page_of(1), page_of(2, shard=OTHER_HOUR), page_of(3))

    assert ledger.post(requests).ended == {Posted.POSTED: 2}
    assert [ledger.figures_of(shard) for shard in (WHOLE, OTHER_HOUR)] == [tally(sent(1, 3)), tally(sent(2))]


def test_a_run_is_written_down_before_any_balance_with_the_days_it_changes(ledger: Ledger) -> None:
    requests = ledger.journal(page_of(1), page_of(2, shard=OTHER_HOUR))
    del ledger.dynamodb.stream[:]

    ledger.post(requests)

    written = [key for key, _ in ledger.dynamodb.stream]
    assert [pk.partition("#")[0] for pk, _ in written] == ["POSTINGS", "BALANCE", "BALANCE"]
    assert written[0][0] == "POSTINGS#2026-11-20"
    assert written[0][1].startswith("2026-11-20T14:10:00+00:00#")
    run = ledger.dynamodb.items[written[0]]
    assert run["account_days"] == {"S": '[["444455556666","us-east-1","2026-11-20"]]'}


@pytest.mark.parametrize(
    ("now", "runs"), [(SOON, 1), (HOUR.replace(hour=23), 1), (HOUR.replace(day=21, hour=0), 2)]
)
def test_an_hour_of_today_is_named_once_and_an_older_one_each_time(now: datetime, runs: int) -> None:
    """Whoever sums balances up reads today's hours each time, of those who are known to send."""
    ledger = Ledger(now)
    for read in (1, 2):
        # Posted by a sooner message than the page's own, so that it does not wait.
        requests = ledger.journal(page_of(read))
        ledger.store.set_due(WHOLE, now)
        ledger.post([*requests, ledger.message(WHOLE, now)])

    assert ledger.sends() == {"example.com": 2}
    assert sum(pk.startswith("POSTINGS") for pk, _ in ledger.dynamodb.items) == runs


def test_nothing_due_is_no_run(old: Ledger) -> None:
    old.post(old.journal(page_of(2)))

    assert not [pk for pk, _ in old.dynamodb.items if pk.startswith("POSTINGS")]


def test_what_is_due_fails_where_its_run_cannot_be_written_down(ledger: Ledger) -> None:
    # OTHER_HOUR was posted since: it needs no run, and does not fail.
    requests = ledger.journal(page_of(1), page_of(2, shard=OTHER_HOUR), page_of(3))
    ledger.stands_since(ledger.now + MINUTE, 2, shard=OTHER_HOUR)
    ledger.dynamodb.failing = {"put_item": "POSTINGS*"}

    outcome = ledger.post(requests)

    assert outcome.handed_on == dict.fromkeys(["1", "3"], "UnavailableError: Throttled")
    assert outcome.ended == {Posted.UNCHANGED: 1}
    assert WHOLE not in ledger.balances()


@pytest.mark.parametrize("call", ["query", "update_item"])
def test_an_hour_that_fails_names_its_records_and_spares_its_neighbours(call: str, ledger: Ledger) -> None:
    requests = ledger.journal(page_of(1), page_of(2, shard=OTHER_HOUR), page_of(3))
    of_other_region = Shard(Segment(ACCOUNT_HOUR._replace(region="eu-west-1")))
    requests += ledger.journal(page_of(4, shard=of_other_region))
    ledger.dynamodb.failing = {call: "*eu-west-1*"}

    outcome = ledger.post(requests)

    assert outcome.handed_on == {"4": "UnavailableError: Throttled"}
    assert ledger.balances().keys() == {WHOLE, OTHER_HOUR}


def test_an_hour_with_a_page_of_another_version_fails_alone(ledger: Ledger) -> None:
    requests = ledger.journal(page_of(1), page_of(2, shard=OTHER_HOUR))
    row = {"pk": {"S": journal_key(WHOLE)}, "sk": {"S": "x"}, "page": {"B": b""}, "version": {"N": "1"}}
    ledger.dynamodb.put_item(Item=row)

    outcome = ledger.post(requests)

    ((record, cause),) = outcome.handed_on.items()
    assert record == "1"
    assert cause.startswith("PageError: a page is of version 1, which no release wrote")
    assert ledger.balances().keys() == {OTHER_HOUR}


class Clock:
    """Time that is left: every question for it takes a second of it, as posting a shard does."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds

    def has_time(self) -> bool:
        self.seconds -= 1
        return self.seconds >= 0


def hours(number: int) -> list[Shard]:
    return [
        Shard(Segment(ACCOUNT_HOUR._replace(send_hour=f"2026-11-20T{hour:02}"))) for hour in range(number)
    ]


@pytest.mark.parametrize("seconds", range(9))
def test_what_there_is_no_time_for_is_named_and_the_rest_is_posted(seconds: int) -> None:
    """Four hours take eight questions: each is looked up once and then posted."""
    ledger = Ledger(TEN_HOURS_LATER)
    requests = ledger.journal(*(page_of(1, shard=shard) for shard in hours(4)))

    outcome = post_in(ledger, requests, Clock(seconds))

    posted = max(0, seconds - 4)
    assert outcome.ended[Posted.POSTED] == posted == len(ledger.balances())
    assert set(outcome.handed_on.values()) <= {f"UnavailableError: {OUT_OF_TIME}"}
    assert sorted(outcome.handed_on) == [request.record for request in requests[posted:]]
    assert {request.record for request in ledger.missed} == outcome.handed_on.keys()

    assert post_in(ledger, requests[posted:], Clock(99)).handed_on == {}
    assert len(ledger.balances()) == 4


def test_a_divided_hour_goes_on_where_it_stopped() -> None:
    """Sixteen parts of one hour, of which one call has time for some: all are posted by and by."""
    ledger = Ledger(SOON)
    parts = [WHOLE.part("7").part(digit) for digit in "0123456789abcdef"]
    pages = [page_of(number << 60, shard=part) for number, part in enumerate(parts)]
    ledger.post(ledger.journal(*pages))
    ledger.now += MINUTE
    again = ledger.journal(*(page_of((number << 60) + 1, shard=part) for number, part in enumerate(parts)))

    posted = []
    for _ in range(4):
        ledger.now += MINUTE
        posted.append(post_in(ledger, again, Clock(6)).ended[Posted.POSTED])

    # One question is for the hour, and one for each part.
    assert posted == [5, 5, 5, 1]
    assert ledger.sends() == {"example.com": 32}


def post_in(ledger: Ledger, requests: list[PostingRequest], clock: Clock) -> PostingOutcome:
    return post_requested(
        ledger.store, ledger, requests, PostingRun(lambda: ledger.now, MINUTE, has_time=clock.has_time)
    )


NAME_CHARACTERS = string.ascii_letters + string.digits + "_-"


def mail_with_many_names(sets: int, identities: int, cells: int) -> list[Page]:
    """Pages of so many cells: an identity's sends with one of so many sets, each of names that look random.

    Each has one mail to one provider, delivered or bounced, as a hostile sender would to fill a balance.
    """
    choose = Random(9)
    names = ["".join(choose.choices(NAME_CHARACTERS, k=64)) for _ in range(sets)]
    domains = ["".join(choose.choices(string.ascii_lowercase, k=40)) for _ in range(identities)]
    runs: list[dict[Source, dict[tuple[int, int], list[bytes]]]] = []
    for cell in range(cells):
        if not cell % 900:
            runs.append({})
        bucket, dispatch = cell % 16, choose.getrandbits(64).to_bytes(8)
        domain = f"{domains[(cell + cell // sets) % identities]}.example"
        source = Source(bucket, domain, False, names[cell % sets], False)
        ended = choose.choice([Outcome.DELIVERED_WITHIN_10S, Outcome.BOUNCED_PERMANENT_GENERAL])
        to = choose.choice([Provider.GMAIL, Provider.YAHOO, Provider.MICROSOFT])
        runs[-1][source] = {(Outcome.SENT, to): [dispatch], (ended, to): [dispatch]}
    return [pack_page(WHOLE, of_page) for of_page in runs]


@pytest.mark.parametrize(
    ("sets", "identities", "cells"),
    [(900, 1, 900), (10_000, 1, 10_000), (10, 10_000, 10_000), (10_000, 10_000, 10_000)],
)
def test_an_hour_of_any_number_of_sets_and_identities_is_posted_and_read_back_whole(
    sets: int, identities: int, cells: int
) -> None:
    """DynamoDB refuses items over 400 KB, and transactions of over 100 items or 4 MB."""
    ledger = Ledger(SOON)
    pages = mail_with_many_names(sets, identities, cells)

    outcome = ledger.post(ledger.journal(*pages))

    assert outcome.failed == {}
    assert together(ledger) == tally(
        [run for page in pages for run in unpack_page(page.content, PAGE_VERSION)]
    )


def test_an_hour_that_no_transaction_takes_is_divided_and_goes_on_in_parts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As 60,000 cells of names of their own do, which take 5.5 MB; here a limit of 1.5 KB makes it quick."""
    monkeypatch.setattr(pieces, "_MOST_BYTES", 1_500)
    ledger = Ledger(SOON)
    pages = mail_with_many_names(100, 10, 1_000)
    assert ledger.post(ledger.journal(*pages[:1])) == PostingOutcome(Counter({Posted.POSTED: 1}), {})
    assert len(ledger.balances()) > 16

    ledger.now += MINUTE
    assert ledger.post(ledger.journal(*pages[1:])).failed == {}

    assert together(ledger) == tally(
        [run for page in pages for run in unpack_page(page.content, PAGE_VERSION)]
    )


def together(ledger: Ledger) -> FiguresByIdentity:
    """What all balances of the hour say, by identity."""
    return {hour.sender_hour.identity: hour.figures for hour in gather_hours(ledger.balances().values())}
