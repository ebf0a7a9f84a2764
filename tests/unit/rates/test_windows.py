"""Windows: the latest whole hours that hold a volume, or so many hours; worked by hand."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

import pytest

from ses_reputation.rates.history import History
from ses_reputation.rates.rates import Rate, rate_in
from ses_reputation.rates.thresholds import Measure, StandingRules
from ses_reputation.rates.windows import earlier_window, time_window, volume_window
from ses_reputation.rollup.entities import SenderIdentity, identity_entity
from ses_reputation.rollup.rate_counts import EVERYTHING, Dimension, RateCounts, Slice
from tests.support.mail import (
    ENTITY,
    NOW,
    REGION,
    SENDER,
    days_of,
    history_of,
    hour_ago,
    mail,
    mail_by_outcome,
    unreadable_within,
)
from tests.support.notifications import DELEGATE, SECOND_DELEGATE

RULES = StandingRules()
SECOND = SenderIdentity(SECOND_DELEGATE, REGION, "example.com")


def test_the_volume_window_is_as_many_of_the_latest_hours_as_hold_the_volume() -> None:
    # 6 an hour: 10,000 / 6 = 1,666.67, so 1,667 hours with 10,002 sends, the current hour being the last.
    history = history_of(mail(ago, 6) for ago in range(2_000))

    window = volume_window(history, RULES, Measure.BOUNCES)

    assert (window.asked, window.is_full) == ("volume", True)
    assert (window.hours, window.last_hour) == (1_667, "2026-11-22T10")
    # 1,666 hours before: 69 days and 10 hours.
    assert window.first_hour == "2026-09-14T00"
    assert window.days == pytest.approx(69.458, abs=0.001)
    assert window.table[EVERYTHING].sends == 10_002
    assert window.newer is not None
    assert window.newer[EVERYTHING].sends == 9_996


class Notice(NamedTuple):
    """One of SES's published review notices: so many mails over so many days; and a sender at this pace."""

    mails: int
    days: float
    mailing: int
    bounces_of_a_mailing: int
    every_hours: int
    last_hours_ago: int
    window_hours: int
    rate: Rate


# The first mailing that is needed for 10,000 mails brings the volume to the notice's.
NOTICES = [
    # 18 mailings of 582 make 10,476; 17 make 9,894. The last was 12 hours ago, and one comes each 105 hours:
    # the 18th lies 12 + 17 * 105 = 1,797 hours back, a span of 1,798 hours: 74.9 days.
    # 30 hard bounces each: 540 of 10,476 are 5.155 %.
    Notice(10_476, 74.9, 582, 30, 105, 12, 1_798, Rate(540, 10_476)),
    # 14 mailings of 728 make 10,192; 13 make 9,464. The last was 15 hours ago, one each 414 hours: the 14th
    # lies 15 + 13 * 414 = 5,397 hours back, a span of 5,398 hours: 224.9 days.
    # 73 hard bounces each: 1,022 of 10,192 are 10.03 %.
    Notice(10_192, 224.9, 728, 73, 414, 15, 5_398, Rate(1_022, 10_192)),
]


@pytest.mark.parametrize("notice", NOTICES)
def test_senders_at_the_paces_of_ses_s_review_notices_get_their_windows(notice: Notice) -> None:
    mailings = [
        mail(notice.last_hours_ago + notice.every_hours * number, notice.mailing, notice.bounces_of_a_mailing)
        for number in range(30)
    ]
    # Far worse mail, right before the window begins, is not in it.
    older = [mail(notice.window_hours, 5_000, 5_000), mail(notice.window_hours + 300, 5_000, 5_000)]

    window = volume_window(history_of(mailings + older), RULES, Measure.BOUNCES)

    assert window.is_full
    assert window.table[EVERYTHING].sends == notice.mails
    assert (window.hours, round(window.days, 1)) == (notice.window_hours, notice.days)
    assert window.first_hour == hour_ago(notice.window_hours - 1)
    assert rate_in(window, Measure.BOUNCES, RULES)[0] == notice.rate


def test_an_hour_that_reaches_the_volume_to_the_mail_is_enough() -> None:
    window = volume_window(history_of([mail(0, 4_000), mail(1, 6_000), mail(2, 1)]), RULES, Measure.BOUNCES)

    assert window.first_hour == hour_ago(1)
    assert window.table[EVERYTHING].sends == 10_000


def test_one_hour_may_hold_the_volume_alone() -> None:
    window = volume_window(history_of([mail(30, 70_000), mail(31, 1)]), RULES, Measure.BOUNCES)

    assert window.first_hour == hour_ago(30)
    assert window.newer == {}


def test_too_little_mail_gives_all_of_a_year_from_its_first_hour() -> None:
    # Hours 0 to 8,759 are 365 days; mail before them is in no window.
    hours = [mail(ago, 100, 1) for ago in (3, 5_000, 8_759, 8_760, 8_800)]

    window = volume_window(history_of(hours), RULES, Measure.BOUNCES)

    assert not window.is_full
    assert window.newer is None
    assert window.first_hour == hour_ago(8_759)
    assert (window.hours, window.days) == (8_760, 365.0)
    assert window.table[EVERYTHING][:2] == (300, 3)


def test_without_any_mail_the_window_is_the_current_hour() -> None:
    window = volume_window(history_of([]), RULES, Measure.BOUNCES)

    assert (window.first_hour, window.hours, window.table, window.is_full) == (hour_ago(0), 1, {}, False)


def test_mail_of_another_year_alone_leaves_the_window_empty() -> None:
    window = volume_window(history_of([mail(9_000, 50_000, 50_000)]), RULES, Measure.BOUNCES)

    assert (window.table, window.is_full) == ({}, False)


def test_the_volume_is_a_rule() -> None:
    history = history_of(mail(ago, 100) for ago in range(50))

    assert volume_window(history, StandingRules(volume=500), Measure.BOUNCES).hours == 5
    # 24 of the 50 hours lie within a day.
    assert (
        volume_window(history, StandingRules(most_days=1), Measure.BOUNCES).table[EVERYTHING].sends == 2_400
    )


# In the last hour but one of a day only one hour of it is to come.
@pytest.mark.parametrize("now", [NOW, NOW.replace(hour=0), NOW.replace(hour=22), NOW.replace(hour=23)])
def test_mail_of_hours_to_come_is_in_no_window(now: datetime) -> None:
    hours = [mail(hour_ago(ago, now), 50_000) for ago in (-1, -14, -100)]
    history = history_of([*hours, mail(hour_ago(0, now), 10)], now=now)

    for window in (volume_window(history, RULES, Measure.BOUNCES), time_window(history, 24, "24h")):
        assert window.table[EVERYTHING].sends == 10


def test_only_eligible_sends_fill_the_volume() -> None:
    stopped = {"sent": 9_000, "bounced_permanent_on_account_suppression_list": 8_000}
    hours = [
        mail(0, 9_000),
        mail(1, 50_000, 50_000, provider="simulator"),
        mail(2, 50_000, 50_000, provider="own_domains"),
        mail_by_outcome(3, stopped),
        mail(4, 1),
    ]

    window = volume_window(history_of(hours), RULES, Measure.BOUNCES)

    assert window.first_hour == hour_ago(3)
    assert window.table[EVERYTHING][:3] == (10_000, 0, 0)


def test_now_may_be_given_in_any_zone() -> None:
    berlin = NOW.astimezone(timezone(timedelta(hours=1)))

    assert history_of([], now=berlin).last_hour == "2026-11-22T10"


# Hours 0 to 23 are the last 24; 168 and 720 bound 7 and 30 days.
@pytest.mark.parametrize(("asked", "hours"), [("24h", 24), ("7d", 168), ("30d", 720)])
def test_a_time_window_holds_its_hours_and_no_other(asked: str, hours: int) -> None:
    sent = [mail(0, 1), mail(hours - 1, 10), mail(hours, 100), mail(hours + 1, 1_000), mail(-1, 10_000)]

    window = time_window(history_of(sent), hours, asked)

    assert (window.asked, window.hours, window.first_hour) == (asked, hours, hour_ago(hours - 1))
    assert window.table[EVERYTHING].sends == 11


def test_the_hours_before_a_window_end_where_it_begins() -> None:
    sent = [mail(23, 1), mail(24, 10), mail(743, 100), mail(744, 1_000)]
    history = history_of(sent)

    before = earlier_window(history, 720, time_window(history, 24, "24h"))

    assert (before.first_hour, before.last_hour, before.hours) == (hour_ago(743), hour_ago(24), 720)
    assert before.table[EVERYTHING].sends == 110


def test_a_day_s_hours_are_unpacked_only_where_a_window_begins_or_ends() -> None:
    hours = [mail(ago, 6, sender=sender) for ago in range(2_000) for sender in (SENDER, SECOND)]
    # 12 an hour fill 10,000 in 834 hours: since 2026-10-18T17.
    history = History(
        identity_entity("example.com"),
        unreadable_within(days_of(hours), {"2026-11-22", "2026-11-21", "2026-11-15", "2026-10-18"}),
        NOW,
    )

    assert volume_window(history, RULES, Measure.BOUNCES).first_hour == "2026-10-18T17"
    assert time_window(history, 24, "24h").table[EVERYTHING].sends == 288
    assert time_window(history, 168, "7d").table[EVERYTHING].sends == 12 * 168


def test_the_order_of_days_changes_no_window() -> None:
    hours = [mail(ago, 40, ago % 3, sender=sender) for ago in range(300) for sender in (SENDER, SECOND)]
    days = days_of(hours)
    shuffled = random.Random(5).sample(days, len(days))
    entity = identity_entity("example.com")

    assert volume_window(History(entity, days, NOW), RULES, Measure.BOUNCES) == volume_window(
        History(entity, shuffled, NOW), RULES, Measure.BOUNCES
    )


def test_an_account_s_window_has_a_slice_for_each_identity() -> None:
    other = SenderIdentity(DELEGATE, REGION, "example.org")
    hours = [mail(0, 5, 1), mail(1, 7, 2), mail(0, 11, 4, sender=other)]

    table = time_window(history_of(hours), 24, "24h").table

    assert {
        mail_slice.name: figures[:2]
        for mail_slice, figures in table.items()
        if mail_slice.kind is Dimension.IDENTITY
    } == {
        "example.com": (12, 3),
        "example.org": (11, 4),
    }
    assert table[Slice(Dimension.CONFIGURATION_SET, "newsletter")][:2] == (23, 7)
    assert not [mail_slice for mail_slice in table if mail_slice.kind is Dimension.SENDING_ACCOUNT]


def test_an_identity_s_window_has_a_slice_for_each_delegate_and_each_of_its_sets() -> None:
    elsewhere = SenderIdentity(DELEGATE, "eu-west-1", "example.com")
    hours = [
        mail(0, 5, 1),
        mail(0, 7, 2, sender=SECOND),
        mail(0, 11, 4, sender=elsewhere),
        mail(0, 13, sender=SECOND, name="receipts"),
    ]

    table = time_window(history_of(hours, identity_entity("example.com")), 24, "24h").table

    slices = {mail_slice: figures[:2] for mail_slice, figures in table.items()}
    assert slices[Slice(Dimension.SENDING_ACCOUNT, DELEGATE)] == (16, 5)
    assert slices[Slice(Dimension.SENDING_ACCOUNT, SECOND_DELEGATE)] == (20, 2)
    # An account's set of one name in two Regions is one slice.
    assert slices[Slice(Dimension.CONFIGURATION_SET, f"{DELEGATE}/newsletter")] == (16, 5)
    assert slices[Slice(Dimension.CONFIGURATION_SET, f"{SECOND_DELEGATE}/newsletter")] == (7, 2)
    assert slices[Slice(Dimension.CONFIGURATION_SET, f"{SECOND_DELEGATE}/receipts")] == (13, 0)
    assert slices[Slice(Dimension.PROVIDER, "other")] == (36, 7)
    assert not [mail_slice for mail_slice in slices if mail_slice.kind is Dimension.IDENTITY]


def test_tags_of_one_value_in_two_accounts_are_two_slices_of_an_identity() -> None:
    """A tenant or a campaign is its account's."""
    tagged = {"campaign=spring": {"yahoo": {"sent": 5}}}
    hours = [replace(mail(0, 5), tags=tagged), replace(mail(0, 7, sender=SECOND), tags=tagged)]

    table = time_window(history_of(hours, identity_entity("example.com")), 24, "24h").table

    tags = {
        mail_slice.name: figures.sends for mail_slice, figures in table.items() if mail_slice.kind == "tag"
    }
    assert tags == {f"{DELEGATE}/campaign=spring": 5, f"{SECOND_DELEGATE}/campaign=spring": 5}


def test_a_window_ends_with_the_hour_of_now_also_right_on_it() -> None:
    history = History(ENTITY, days_of([mail("2026-11-22T10", 3), mail("2026-11-22T09", 5)]), NOW)
    sharp = History(ENTITY, history.days, datetime(2026, 11, 22, 10, tzinfo=UTC))

    assert time_window(sharp, 1, "1h").table[EVERYTHING] == RateCounts(3, 0, 0, 3, 0, 3, 0)
    assert volume_window(sharp, RULES, Measure.BOUNCES) == volume_window(history, RULES, Measure.BOUNCES)
