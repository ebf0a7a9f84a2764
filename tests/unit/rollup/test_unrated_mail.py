"""Which mail without Send events is in a rate, and over how much of it: by what the feeds report, by hand."""

from collections.abc import Iterable
from itertools import chain

import pytest
from botocore.session import get_session

from ses_reputation.feedback.outcomes import Outcome
from ses_reputation.ledger.hour_balance import HourBalance, gather_hours
from ses_reputation.rollup.day_balance import day_balances_of
from ses_reputation.rollup.rate_counts import EVERYTHING, NO_COUNTS, Breakdown, Dimension, RateCounts, Slice
from tests.support.mail import EVERYTHING as ALL_KINDS
from tests.support.mail import Reported, balance_of, reported_mail

TOPICS = ("delivered", "bounced", "complained")
BOUNCE_TOPIC = ("bounced",)
NONE = "(none)"
OUT_OF_OFFICE = Outcome.BOUNCED_TRANSIENT_GENERAL
ON_LIST = Outcome.BOUNCED_PERMANENT_ON_ACCOUNT_SUPPRESSION_LIST


def hour(at: int, *parts: Reported) -> HourBalance:
    return reported_mail(f"2026-11-22T{at:02}", *parts)


def by_owner(sent: int, bounced: int = 0, kinds: Iterable[str] = TOPICS, complained: int = 0) -> Reported:
    """Mail that nobody named a configuration set of: the owner's topics alone report it."""
    return Reported(sent, bounced, complained, name="", sender=(), owner=tuple(kinds))


def by_set(sent: int, bounced: int, *kinds: str, open_mail: int = 0) -> Reported:
    """Mail of a set whose event destination has some types of events; the owner has no topic."""
    return Reported(sent, bounced, open=open_mail, sender=kinds, owner=())


def totals(*hours: HourBalance) -> Breakdown:
    (day,) = day_balances_of(hours)
    return day.totals


def rate(*hours: HourBalance) -> tuple[int, int]:
    """Hard bounces and sends that are rated."""
    everything = totals(*hours).get(EVERYTHING, NO_COUNTS)
    return everything.hard_bounces, everything.sends


def unrated(*hours: HourBalance) -> int:
    """Hard bounces that are in no rate."""
    return totals(*hours).get(Slice(Dimension.UNRATED, NONE), NO_COUNTS).hard_bounces


def test_ses_notifies_identity_owners_of_no_sends() -> None:
    """By the models of its APIs: an event destination may have both kinds, each by choice."""
    session = get_session()
    owners = session.get_service_model("ses").shape_for("NotificationType")
    senders = session.get_service_model("sesv2").shape_for("EventType")

    assert owners.metadata["enum"] == ["Bounce", "Complaint", "Delivery"]
    assert {"SEND", "DELIVERY", "BOUNCE", "COMPLAINT"} <= set(senders.metadata["enum"])


def test_owners_topics_alone_give_bounces_over_mail_with_a_final_outcome() -> None:
    table = totals(hour(9, by_owner(100, 5, complained=2)))

    # Gmail's mail: none of it is to a provider with a feedback loop.
    assert table[EVERYTHING] == RateCounts(100, 5, 2, 0, 0, 0, 5)
    assert table[Slice(Dimension.WITHOUT_SEND, NONE)] == RateCounts(sends=100)
    assert Slice(Dimension.UNRATED, NONE) not in table


def test_mail_without_an_outcome_is_not_in_the_denominator_yet() -> None:
    waiting = Reported(100, 5, open=40, name="", sender=(), owner=TOPICS)

    assert rate(hour(9, waiting)) == (5, 60)


def test_bounces_of_mail_whose_deliveries_nobody_reports_are_counts() -> None:
    table = totals(hour(9, by_owner(100, 30, BOUNCE_TOPIC)))

    assert table[EVERYTHING] == RateCounts(bounced=30)
    assert table[Slice(Dimension.UNRATED, NONE)] == RateCounts(hard_bounces=30)


def test_a_set_without_send_events_is_rated_by_what_was_delivered() -> None:
    assert rate(hour(9, by_set(100, 5, "delivered", "bounced"))) == (5, 100)


def test_a_set_that_reports_bounces_alone_is_in_no_rate() -> None:
    table = totals(hour(9, by_set(100, 5, "bounced"), Reported(200, 1, name="receipts", owner=())))

    assert (table[EVERYTHING].hard_bounces, table[EVERYTHING].sends) == (1, 200)
    assert table[Slice(Dimension.UNRATED, "newsletter")] == RateCounts(hard_bounces=5)


def test_deliveries_that_the_owner_reports_rate_a_set_that_reports_bounces_alone() -> None:
    """The delivered mail is of no set, as the owner does not name it; in all there are 5 of 100."""
    mail = Reported(100, 5, sender=("bounced",), owner=TOPICS)

    table = totals(hour(9, mail))

    assert (table[EVERYTHING].hard_bounces, table[EVERYTHING].sends) == (5, 100)
    assert table[Slice(Dimension.WITHOUT_SEND, "newsletter")].sends == 5
    assert table[Slice(Dimension.WITHOUT_SEND, NONE)].sends == 95


def test_mail_that_both_feeds_report_counts_once() -> None:
    both = Reported(100, 5, sender=ALL_KINDS, owner=TOPICS)

    table = totals(hour(9, both))

    assert (table[EVERYTHING].hard_bounces, table[EVERYTHING].sends) == (5, 100)
    assert not any(each.kind is Dimension.WITHOUT_SEND for each in table)


def test_one_delegate_with_send_events_and_mail_without_any_add_up() -> None:
    table = totals(hour(9, Reported(100, 2, owner=TOPICS), by_owner(60, 3)))

    assert (table[EVERYTHING].hard_bounces, table[EVERYTHING].sends) == (5, 160)
    assert table[Slice(Dimension.WITHOUT_SEND, NONE)].sends == 60


def test_a_lost_send_event_takes_nothing_from_the_denominator() -> None:
    lost = by_set(10, 4, "delivered", "bounced")

    assert rate(hour(9, by_set(90, 0, *ALL_KINDS), lost)) == (4, 100)


def test_a_set_that_is_connected_half_way_is_rated_before_and_after() -> None:
    assert rate(hour(9, by_owner(50, 2)), hour(10, Reported(50, 1, owner=TOPICS))) == (3, 100)


class TestDeliveriesThatBeginToBeReported:
    """The owner had a topic for bounces, and adds one for deliveries at a quarter to ten."""

    BEFORE = hour(8, by_owner(500, 10, BOUNCE_TOPIC))
    DURING = hour(9, by_owner(375, 9, BOUNCE_TOPIC), by_owner(125, 3))
    AFTER = hour(10, by_owner(500, 10))

    def test_mail_before_and_of_the_hour_itself_is_in_no_rate(self) -> None:
        assert rate(self.BEFORE, self.DURING, self.AFTER) == (10, 500)
        assert unrated(self.BEFORE, self.DURING, self.AFTER) == 10 + 12

    def test_the_same_where_they_cease_to_be_reported(self) -> None:
        ended = hour(11, by_owner(125, 3), by_owner(375, 9, BOUNCE_TOPIC))
        silent = hour(12, by_owner(500, 10, BOUNCE_TOPIC))

        assert rate(self.AFTER, ended, silent) == (10, 500)
        assert unrated(self.AFTER, ended, silent) == 12 + 10

    def test_a_set_with_send_events_is_rated_all_day(self) -> None:
        always = [hour(at, Reported(100, 1, owner=())) for at in (8, 9, 10)]
        merged = gather_hours(
            balance_of(each) for each in chain(always, [self.BEFORE, self.DURING, self.AFTER])
        )

        assert rate(*merged) == (3 + 10, 300 + 500)


@pytest.mark.parametrize(("early", "expected"), [(1, (3, 43)), (2, (4, 44)), (3, (2, 41))])
def test_a_few_bounces_before_the_first_delivery_of_a_day_are_chance(
    early: int, expected: tuple[int, int]
) -> None:
    """A small sender: each hour is a mail or two, and the day's first ones may bounce."""
    hours = [hour(2, by_owner(early, early)), hour(8, by_owner(1)), hour(9, by_owner(41, 2))]

    # Three of three: who can say that deliveries were reported? The hour of the first is left out as well.
    assert rate(*hours) == expected


def test_a_day_of_bounces_alone_is_in_no_rate() -> None:
    assert rate(hour(2, by_owner(1, 1)), hour(8, by_owner(1, 1))) == (0, 0)
    assert unrated(hour(2, by_owner(1, 1)), hour(8, by_owner(1, 1))) == 2


def test_an_hour_of_bounces_between_hours_with_deliveries_is_rated() -> None:
    assert rate(hour(2, by_owner(10)), hour(3, by_owner(9, 9)), hour(4, by_owner(10))) == (9, 29)


def test_an_automatic_reply_is_no_second_mail_and_shows_no_delivery() -> None:
    """A Transient bounce beside a delivery is one mail; by itself it is no sign of a delivery."""
    replied = Reported(20, 1, name="", sender=(), owner=TOPICS, owner_says={OUT_OF_OFFICE: range(1, 6)})
    alone = Reported(20, 1, name="", sender=(), owner=BOUNCE_TOPIC, owner_says={OUT_OF_OFFICE: range(1, 6)})

    assert rate(hour(9, replied)) == (1, 20)
    assert rate(hour(9, alone)) == (0, 0)


def test_mail_that_a_list_stopped_is_no_mail() -> None:
    stopped = Reported(20, 1, name="", sender=(), owner=TOPICS, owner_says={ON_LIST: range(20, 30)})

    assert rate(hour(9, stopped)) == (1, 20)


def test_balances_of_an_earlier_version_rate_no_mail_without_a_set() -> None:
    """They do not say how much of it has an outcome; `ledger rebuild` posts them again, and then they do."""
    old = hour(9, by_owner(100, 5))
    old.followed.clear()

    assert rate(old) == (0, 0)
    assert unrated(old) == 5
