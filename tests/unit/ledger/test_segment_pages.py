"""An hour that is divided: which pages its parts read, and when they stand for it."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ses_reputation.feedback.outcomes import Outcome
from ses_reputation.ledger.balance import tally
from ses_reputation.ledger.keys import journal_key
from ses_reputation.ledger.pages import Page
from ses_reputation.ledger.posting import Posted
from ses_reputation.ledger.segment_pages import SegmentPages
from ses_reputation.ledger.segments import Segment
from ses_reputation.ledger.shards import Shard
from ses_reputation.ledger.store import BalanceTable
from tests.support.in_memory.ledger import Ledger, sent
from tests.support.pages import ACCOUNT_HOUR, SOURCE, WHOLE, page_of

HOUR = datetime(2026, 11, 20, 14, tzinfo=UTC)
SOON = HOUR + timedelta(minutes=10)
MINUTE = timedelta(minutes=1)
# The bucket of example.org.
TWELVE = SOURCE._replace(bucket=12, identity="example.org")


@pytest.fixture
def ledger() -> Ledger:
    return Ledger(SOON)


def divided(ledger: Ledger, *pages: Page) -> Ledger:
    """An hour of two pages of the whole, of two buckets, and the pages that divide it."""
    ledger.post(ledger.journal(page_of(1), page_of(2, source=TWELVE)))
    assert ledger.balances().keys() == {WHOLE}
    ledger.now += MINUTE
    outcome = ledger.post(ledger.journal(*pages))
    assert (set(outcome.ended), outcome.failed) == ({Posted.POSTED}, {})
    return ledger


def test_a_page_of_a_part_divides_its_hour(ledger: Ledger) -> None:
    divided(ledger, page_of(3, 4, shard=WHOLE.part("7")))

    assert ledger.balances().keys() == {WHOLE.part("7"), WHOLE.part("c")}
    assert ledger.figures_of(WHOLE.part("7")) == tally(sent(1, 3, 4))
    assert ledger.sends() == {"example.com": 3, "example.org": 1}


def test_a_part_is_of_its_own_pages_and_of_those_of_wider_shards(ledger: Ledger) -> None:
    divided(ledger, page_of(3, shard=WHOLE.part("7")), page_of(4, shard=WHOLE.part("7")))
    pages = SegmentPages(ledger.store, WHOLE.segment, ledger.now)

    # Two pages of the whole, and two of the part.
    assert (pages.count(WHOLE), pages.count(WHOLE.part("7")), pages.count(WHOLE.part("c"))) == (2, 4, 2)
    assert pages.read(WHOLE.part("7")).pages == 4


def test_a_page_of_a_part_of_a_part_divides_both(ledger: Ledger) -> None:
    a_thing = 0xA << 60
    divided(ledger, page_of(a_thing, shard=WHOLE.part("7").part("a")))

    # Dispatch 1, of the page of the whole, has the digit 0.
    parts = {WHOLE.part("7").part("0"), WHOLE.part("7").part("a"), WHOLE.part("c")}
    assert ledger.balances().keys() == parts
    assert ledger.figures_of(WHOLE.part("7").part("a")) == tally(sent(a_thing))
    assert ledger.sends() == {"example.com": 2, "example.org": 1}


def test_a_page_of_a_divided_hour_has_only_the_parts_posted_in_which_it_has_facts(ledger: Ledger) -> None:
    divided(ledger, page_of(3, shard=WHOLE.part("7")))
    ledger.now += MINUTE
    requests = ledger.journal(page_of(5, source=TWELVE))
    del ledger.dynamodb.queried[:]

    assert ledger.post(requests).ended == {Posted.POSTED: 1}
    read = [key.partition("/")[2] for key in ledger.dynamodb.queried if key.startswith("JOURNAL#")]
    assert set(read) == {"", "c"}
    assert ledger.sends() == {"example.com": 2, "example.org": 2}


def test_a_part_that_is_new_stands_beside_the_others(ledger: Ledger) -> None:
    divided(ledger, page_of(3, shard=WHOLE.part("7")))
    ledger.now += MINUTE
    third = SOURCE._replace(bucket=4, identity="example.net")

    assert ledger.post(ledger.journal(page_of(6, source=third))).ended == {Posted.POSTED: 1}
    assert ledger.balances().keys() == {WHOLE.part(digit) for digit in "47c"}
    assert ledger.sends() == {"example.com": 2, "example.org": 1, "example.net": 1}


def test_the_wide_pages_are_read_once_for_all_parts(ledger: Ledger) -> None:
    divided(ledger, page_of(3, shard=WHOLE.part("7")))
    requests = ledger.journal(page_of(3, 4, shard=WHOLE.part("7")), page_of(5, source=TWELVE))
    ledger.now += MINUTE
    del ledger.dynamodb.queried[:]

    ledger.post(requests)

    assert ledger.dynamodb.queried.count(journal_key(WHOLE)) == 1


def test_a_part_of_an_old_hour_waits_by_what_it_costs_itself(ledger: Ledger) -> None:
    divided(ledger, page_of(3, shard=WHOLE.part("7")))
    ledger.now = HOUR + timedelta(hours=10)
    for digit, read_units in (("7", 7_500), ("c", 6)):
        ledger.stands_since(ledger.now, 1, pages=3, read_units=read_units, shard=WHOLE.part(digit))
    bounced = Outcome.BOUNCED_UNDETERMINED

    requests = ledger.journal(page_of(1, outcome=bounced), page_of(2, source=TWELVE, outcome=bounced))

    # 6 x 10 s are within the window; 7,500 x 10 s are more than a third of ten hours.
    assert ledger.post(requests).ended == {Posted.POSTPONED: 1, Posted.POSTED: 1}
    assert ledger.waiting == [(WHOLE.part("7"), ledger.now + timedelta(hours=10) / 3)]


def test_a_crash_between_parts_and_division_leaves_the_whole_to_readers_until_it_is_repeated(
    ledger: Ledger,
) -> None:
    ledger.post(ledger.journal(page_of(1), page_of(2, source=TWELVE)))
    requests = ledger.journal(page_of(3, shard=WHOLE.part("7")))
    ledger.now += MINUTE
    ledger.dynamodb.failing = {"update_item": "*2026-11-20T14"}

    assert ledger.post(requests).handed_on == {"3": "UnavailableError: Throttled"}
    assert ledger.store.last_posting(WHOLE.part("7"))
    assert ledger.balances().keys() == {WHOLE}
    assert ledger.sends() == {"example.com": 1, "example.org": 1}

    ledger.dynamodb.failing = {}
    assert ledger.post(requests).handed_on == {}
    assert ledger.balances().keys() == {WHOLE.part("7"), WHOLE.part("c")}
    assert ledger.sends() == {"example.com": 2, "example.org": 1}


def test_parts_that_another_posting_is_ahead_of_do_not_stand(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They were made of fewer pages than the balance that is stored by then."""
    ledger.post(ledger.journal(page_of(1)))
    requests = ledger.journal(page_of(3, shard=WHOLE.part("7")))
    divide = ledger.store.divide

    def be_outrun_and_divide(_: BalanceTable, *args: Any) -> bool:
        ledger.stands_since(ledger.now, 1, 5, 6, pages=4)
        return divide(*args)

    monkeypatch.setattr(BalanceTable, "divide", be_outrun_and_divide)

    assert ledger.post(requests).handed_on == {"2": "UnavailableError: AnotherPostingIsAhead"}
    assert ledger.balances().keys() == {WHOLE}


def test_a_balance_that_another_posting_divides_comes_again(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests = ledger.journal(page_of(1))
    read_pages = ledger.store.read_pages

    def read_and_be_divided(_: BalanceTable, shard: Shard) -> Any:
        read = read_pages(shard)
        ledger.stands_since(ledger.now, 1, shard=WHOLE.part("7"))
        assert ledger.store.divide(WHOLE, {"7"}, 1, ledger.now)
        return read

    monkeypatch.setattr(BalanceTable, "read_pages", read_and_be_divided)

    assert ledger.post(requests).handed_on == {"1": "UnavailableError: AnotherPostingDividesIt"}
    monkeypatch.undo()
    assert ledger.post(requests).handed_on == {}
    assert ledger.sends() == {"example.com": 1}


def test_a_late_segment_knows_the_parts_of_the_one_before(ledger: Ledger) -> None:
    """It was divided twice; a fact of a narrow page, of a middle one and of a wide one are known."""
    first_digit = 0xA << 60
    wide, middle = page_of(1), page_of(2, shard=WHOLE.part("7"))
    narrow = page_of(first_digit, shard=WHOLE.part("7").part("a"))
    ledger.post(ledger.journal(wide, middle, narrow))
    ledger.now = HOUR + timedelta(days=100)
    late = Shard(Segment(ACCOUNT_HOUR, 1))

    ledger.post(ledger.journal(page_of(1, 2, 3, first_digit, shard=late)))

    assert ledger.figures_of(late) == tally(sent(3))


def late(number: int) -> Shard:
    """The hour's facts that arrive so many times 90 days after it."""
    return Shard(Segment(ACCOUNT_HOUR, number))


def post_in(ledger: Ledger, number: int, *pages: Page) -> None:
    """Let pages of a segment come in its time, after what has expired by then is gone."""
    ledger.now = HOUR + timedelta(days=90 * number, hours=1)
    ledger.dynamodb.expire(ledger.now.timestamp())
    assert ledger.post(ledger.journal(*pages)).failed == {}


def counted(ledger: Ledger) -> Counter[str]:
    """Facts by outcome, over all that readers see."""
    found: Counter[str] = Counter()
    for balance in ledger.balances().values():
        for figures in balance.figures.values():
            for cells in figures.counts.values():
                for outcomes in cells.values():
                    found.update(outcomes)
    return found


@pytest.mark.parametrize("segment", [1, 2, 3, 7])
@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Outcome.BOUNCED_PERMANENT_NO_EMAIL, Outcome.BOUNCED_PERMANENT_NO_EMAIL),
        (Outcome.BOUNCED_PERMANENT_NO_EMAIL, Outcome.BOUNCED_TRANSIENT_GENERAL),
        (Outcome.BOUNCED_TRANSIENT_GENERAL, Outcome.BOUNCED_PERMANENT_NO_EMAIL),
        (Outcome.COMPLAINED_ABUSE, Outcome.COMPLAINED_OTHER),
    ],
)
def test_a_mail_bounces_and_is_complained_of_once_however_far_apart_its_reports_come(
    first: Outcome, second: Outcome, segment: int, ledger: Ledger
) -> None:
    ledger.post(ledger.journal(page_of(1), page_of(1, outcome=first)))

    post_in(ledger, segment, page_of(1, outcome=second, shard=late(segment)))

    assert counted(ledger) == {"sent": 1, first.wire_name: 1}


def test_what_was_counted_late_is_not_counted_again_when_its_pages_are_gone(ledger: Ledger) -> None:
    ledger.post(ledger.journal(page_of(1)))
    bounced = Outcome.BOUNCED_UNDETERMINED

    for segment in (1, 3, 5):
        post_in(ledger, segment, page_of(1, outcome=bounced, shard=late(segment)))

    assert counted(ledger) == {"sent": 1, "bounced_undetermined": 1}


def test_a_fact_of_any_age_counts_if_its_hour_counts_none_of_its_kind(ledger: Ledger) -> None:
    """A complaint comes 200 days after its mail, of which a bounce counts."""
    ledger.post(ledger.journal(page_of(1, 2), page_of(2, outcome=Outcome.BOUNCED_UNDETERMINED)))

    post_in(ledger, 2, page_of(1, outcome=Outcome.COMPLAINED_ABUSE, shard=late(2)))

    assert counted(ledger) == {"sent": 2, "bounced_undetermined": 1, "complained_abuse": 1}


def test_an_old_archive_of_hours_that_have_no_balance_counts_in_full(ledger: Ledger) -> None:
    post_in(ledger, 4, page_of(1, 2, shard=late(4)), page_of(1, outcome=Outcome.REJECTED, shard=late(4)))
    post_in(ledger, 5, page_of(1, 2, 3, shard=late(5)))

    assert counted(ledger) == {"sent": 3, "rejected": 1}


def test_an_old_archive_of_hours_that_were_counted_counts_nothing(ledger: Ledger) -> None:
    bounced = Outcome.BOUNCED_UNDETERMINED
    ledger.post(ledger.journal(page_of(1, 2), page_of(2, outcome=bounced)))

    post_in(ledger, 4, page_of(1, 2, shard=late(4)), page_of(2, outcome=bounced, shard=late(4)))

    assert counted(ledger) == {"sent": 2, "bounced_undetermined": 1}
    assert late(4) not in ledger.balances()


def test_the_parts_of_a_big_hour_say_what_it_counted_and_none_of_its_pages_is_read(ledger: Ledger) -> None:
    bounced = Outcome.BOUNCED_UNDETERMINED
    divided(ledger, page_of(3, outcome=bounced, shard=WHOLE.part("7")))
    ledger.now = HOUR + timedelta(days=181)
    requests = ledger.journal(page_of(3, outcome=bounced, shard=late(2)), page_of(4, shard=late(2)))
    del ledger.dynamodb.queried[:]

    ledger.post(requests)

    assert counted(ledger) == {"sent": 2, "bounced_undetermined": 1}
    read = [key for key in ledger.dynamodb.queried if key.startswith("JOURNAL#")]
    assert read == [journal_key(late(2)), journal_key(late(1))]


def test_a_late_fact_keeps_the_set_that_an_uncounted_one_names(ledger: Ledger) -> None:
    """The archive names the set of a complaint that the owner's feed reported."""
    owners = SOURCE._replace(is_owners=True, configuration_set="")
    ledger.post(ledger.journal(page_of(1, 2)))

    complaint = page_of(1, source=owners, outcome=Outcome.COMPLAINED_ABUSE, shard=late(2))
    post_in(ledger, 2, page_of(1, shard=late(2)), complaint)

    (figures,) = ledger.figures_of(late(2)).values()
    assert list(figures.counts) == [SOURCE.configuration_set]


@pytest.mark.parametrize("segment", [0, 1, 2])
def test_who_was_suspected_carries_no_complaint_of_a_later_report(segment: int, ledger: Ledger) -> None:
    """A report that names both suspects has the first carry the complaint; a later one names the other."""
    suspected, abuse = Outcome.COMPLAINT_SUSPECTED, Outcome.COMPLAINED_ABUSE
    ledger.post(ledger.journal(page_of(1, outcome=abuse), page_of(2, outcome=suspected)))

    post_in(ledger, segment, page_of(2, outcome=abuse, shard=late(segment)))

    assert counted(ledger) == {"complained_abuse": 1, "complaint_suspected": 1}
