"""The ledger against what SES counted itself, hour by hour; each share worked out by hand."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ses_reputation.findings.entity_mail import EntityMail
from ses_reputation.findings.finding import DetectionState, FindingKind
from ses_reputation.findings.reconciliation import detect, reconcile, reconcile_days
from ses_reputation.findings.ses_comparison import count_unreported
from ses_reputation.hours import hour_of, hours_later
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rates.history import History
from ses_reputation.rates.thresholds import StandingRules
from ses_reputation.rollup.day_balance import DayBalance, day_balances_of
from ses_reputation.rollup.entities import ReputationEntity, account_entity, identity_entity
from ses_reputation.rollup.rate_counts import RateCounts
from ses_reputation.statistics.send_statistics import HourTotals, SendStatistics
from tests.support.mail import ENTITY, NOTHING, SENDER, Reported, at, hours_from, mail, reported_mail
from tests.support.notifications import DELEGATE, SECOND_DELEGATE
from tests.support.worded import WordedDetection

NOW = at("22 10:05")
READ_AT = at("22 10:00")


def counted(
    hours: Mapping[str, HourTotals], read_at: datetime = READ_AT, account: str = DELEGATE
) -> SendStatistics:
    return SendStatistics(account, "us-east-1", read_at, hours)


def held(first: str, number: int, sent: int, bounced: int = 0) -> list[HourBalance]:
    """What the ledger holds: the same in each of so many hours."""
    return [reported_mail(hour, Reported(sent, bounced=bounced)) for hour in hours_from(first, number)]


def evenly(first: str, number: int, *totals: int) -> dict[str, HourTotals]:
    return {hour: HourTotals(*totals) for hour in hours_from(first, number)}


# The ledger knows the agency since the 10th of October, so all that SES keeps can be compared.
LONG_AGO = held("2026-10-10T00", 1, 5)
TWO_WEEKS = "2026-11-08T10"


def days_of(*hours: HourBalance) -> Sequence[DayBalance]:
    return day_balances_of([*LONG_AGO, *hours])


def test_the_ledger_holds_972_of_1000() -> None:
    days = days_of(*held("2026-11-08T00", 14 * 24 + 11, 972, 20))
    statistics = counted(evenly("2026-11-08T00", 14 * 24 + 11, 1_000, 25, 1, 2))

    found = reconcile(statistics, days, NOW)

    assert found is not None
    assert found.share == Fraction(972, 1_000)
    # From the hour after 10:00 of the 8th, when SES forgets, to hour 08: it ended an hour before the reading.
    assert (found.first_hour, found.last_hour) == ("2026-11-08T11", "2026-11-22T08")
    assert found.hours == 14 * 24 - 2
    assert found.to_json() == {
        "account": DELEGATE,
        "region": "us-east-1",
        "first_hour": "2026-11-08T11",
        "last_hour": "2026-11-22T08",
        "hours": 334,
        "read_at": "2026-11-22T10:00:00+00:00",
        "sends": {"ledger": 334 * 972, "ses": 334_000},
        "bounces": {"ledger": 334 * 20, "ses": 334 * 25},
        "complaints": {"ses": 334},
        "rejects": {"ses": 668},
        "share": 0.972,
    }
    assert json.loads(json.dumps(found.to_json())) == found.to_json()


@pytest.mark.parametrize(
    ("read_at", "now", "last_hour"),
    [
        ("22 10:00", "22 10:05", "2026-11-22T08"),
        ("22 10:59", "22 11:05", "2026-11-22T08"),
        ("22 11:00", "22 11:05", "2026-11-22T09"),
        ("22 11:00", "22 10:05", "2026-11-22T08"),  # assessed for a time before the reading
        ("20 10:00", "22 10:05", "2026-11-20T08"),  # the reading is two days old
    ],
)
def test_the_comparison_ends_an_hour_before_the_reading_and_before_now(
    read_at: str, now: str, last_hour: str
) -> None:
    days = days_of(*held("2026-11-08T00", 14 * 24 + 12, 10))
    statistics = counted(evenly("2026-11-08T00", 14 * 24 + 12, 10), at(read_at))

    found = reconcile(statistics, days, at(now))

    assert found is not None
    assert found.last_hour == last_hour
    assert found.share == 1


def test_a_young_ledger_is_compared_from_its_second_hour_on() -> None:
    """Its feed began at 06:50 of an hour in which 60 mails were sent before: they are no gap."""
    days = day_balances_of([*held("2026-11-22T06", 1, 10), *held("2026-11-22T07", 3, 70)])
    statistics = counted(evenly("2026-11-21T00", 34, 70))

    found = reconcile(statistics, days, NOW)

    assert found is not None
    assert (found.first_hour, found.last_hour, found.hours) == ("2026-11-22T07", "2026-11-22T08", 2)
    assert found.share == 1


def test_mail_after_a_long_silence_is_compared_from_its_first_hour_on() -> None:
    days = days_of(*held("2026-11-22T06", 4, 70))
    statistics = counted(evenly("2026-11-22T06", 4, 70))

    found = reconcile(statistics, days, NOW)

    assert found is not None
    assert found.compared.ledger.sent == found.compared.ses.delivery_attempts == 3 * 70


def test_hours_of_the_ledger_that_ses_did_not_count_are_compared_too() -> None:
    days = days_of(*held("2026-11-22T06", 2, 70))

    found = reconcile(counted({"2026-11-22T06": HourTotals(70)}), days, NOW)

    assert found is not None
    assert found.share == 2


@pytest.mark.parametrize(
    ("statistics", "days"),
    [
        (None, days_of(*held("2026-11-20T00", 40, 70))),  # nobody read them
        (counted(evenly("2026-11-20T00", 40, 70)), []),  # the ledger knows nothing
        (counted(evenly("2026-11-22T09", 1, 70)), day_balances_of(held("2026-11-22T09", 1, 70))),  # too young
    ],
)
def test_where_nothing_can_be_compared_nothing_is_detected(
    statistics: SendStatistics | None, days: Sequence[DayBalance]
) -> None:
    assert reconcile(statistics, days, NOW) is None
    assert gaps(statistics, days) == []


def test_an_account_that_sent_nothing_has_no_share() -> None:
    found = reconcile(counted({}), days_of(), NOW)

    assert found is not None
    assert found.share is None
    assert found.to_json()["share"] is None


def test_mail_of_all_identities_counts_and_of_no_other_account_or_region() -> None:
    days = day_balances_of(
        [
            *LONG_AGO,
            *held("2026-11-22T06", 1, 30),
            reported_mail("2026-11-22T06", Reported(40), sender=SENDER._replace(identity="example.org")),
            reported_mail("2026-11-22T06", Reported(500), sender=SENDER._replace(account=SECOND_DELEGATE)),
            reported_mail("2026-11-22T06", Reported(600), sender=SENDER._replace(region="eu-west-1")),
        ]
    )
    found = reconcile(counted({"2026-11-22T06": HourTotals(70)}), days, NOW)

    assert found is not None
    assert found.share == 1


def gaps(
    statistics: SendStatistics | None,
    days: Sequence[DayBalance],
    now: datetime = NOW,
    entity: ReputationEntity = ENTITY,
) -> list[WordedDetection]:
    mail = EntityMail(History(entity, days, now), (), statistics, StandingRules())
    return [WordedDetection(each, entity, now) for each in detect(mail)]


def gap(ledger: list[HourBalance], ses: Mapping[str, HourTotals], now: datetime = NOW) -> WordedDetection:
    (detection,) = gaps(counted(ses), days_of(*ledger), now)
    assert (detection.kind, detection.scope) == (FindingKind.RECONCILIATION_GAP, "")
    return detection


DAY = "2026-11-21T09"
"""Of the 24 hours that are evaluated at 10:05 of the 22nd, 21T09 to 22T08, the first."""


@pytest.mark.parametrize(
    ("sent", "state"),
    [
        (1_000, "clear"),
        (980, "clear"),
        (979, "inconclusive"),
        (950, "inconclusive"),
        (949, "firing"),
        (0, "firing"),
        (1_010, "clear"),
        (1_011, "inconclusive"),
        (1_020, "inconclusive"),
        (1_021, "firing"),
    ],
)
def test_a_gap_is_found_below_95_percent_and_a_surplus_above_102(sent: int, state: str) -> None:
    assert gap(held(DAY, 24, sent), evenly(DAY, 24, 1_000)).state == state


@pytest.mark.parametrize(
    ("counted_by_ses", "state"),
    [(199, "inconclusive"), (200, "firing"), (0, "clear")],
)
def test_few_sends_decide_nothing(counted_by_ses: int, state: str) -> None:
    assert gap([], {"2026-11-22T03": HourTotals(counted_by_ses)}).state == state


@pytest.mark.parametrize(("sent", "state"), [(50, "inconclusive"), (199, "inconclusive"), (200, "firing")])
def test_sends_that_ses_did_not_count_at_all_are_a_surplus_from_200_on(sent: int, state: str) -> None:
    assert gap(held("2026-11-22T03", 1, sent), {}).state == state


@pytest.mark.parametrize("counted_by_ses", [0, 1, 150, 199, 19_000])
def test_a_surplus_is_evaluated_by_what_the_ledger_holds(counted_by_ses: int) -> None:
    found = gap(held("2026-11-22T03", 1, 20_000), {"2026-11-22T03": HourTotals(counted_by_ses)})

    assert (found.state, found.since) == (DetectionState.FIRING, "2026-11-22T03")
    assert found.evidence["sends"] == {"ledger": 20_000, "ses": counted_by_ses}


@pytest.mark.parametrize(("sent", "state"), [(10_200, "inconclusive"), (10_201, "firing")])
def test_two_percent_too_much_is_none_yet(sent: int, state: str) -> None:
    """A tenth of what SES counted may be of the first hour's mail: it is dated in the hour before."""
    ses = {"2026-11-22T03": HourTotals(9_000), "2026-11-21T08": HourTotals(1_000)}

    assert gap(held("2026-11-22T03", 1, sent), ses).state == state


def test_forged_sends_of_a_day_are_found_beside_a_weeks_true_mail() -> None:
    """Mail ended two days ago, 100,000 of it; 2,000 sends of which SES knows nothing are 2 % of the week."""
    true = evenly("2026-11-16T00", 4 * 24 + 4, 1_000)
    ledger = [*held("2026-11-16T00", 4 * 24 + 4, 1_000), *held("2026-11-22T03", 1, 2_000)]

    assert gap(ledger, true).state is DetectionState.FIRING


@pytest.mark.parametrize(
    ("sent", "state"),
    # By the day it takes 1.02 * 26 / 24 = 110.5 %, by the week 1.02 * 170 / 168 = 103.21 %.
    [(1_020, "inconclusive"), (1_032, "inconclusive"), (1_033, "firing")],
)
def test_a_small_surplus_of_mail_around_the_clock_shows_in_the_week(sent: int, state: str) -> None:
    first, number = "2026-11-15T07", 7 * 24 + 3
    assert gap(held(first, number, sent), evenly(first, number, 1_000)).state == state


@pytest.mark.parametrize(
    ("sent", "state"),
    # By the week 170 hours would have to hold less than 0.95 * 168 / 170 = 93.88 %.
    [(950, "inconclusive"), (939, "inconclusive"), (938, "firing")],
)
def test_a_small_gap_of_mail_around_the_clock_shows_in_the_week(sent: int, state: str) -> None:
    first, number = "2026-11-15T07", 7 * 24 + 3
    assert gap(held(first, number, sent), evenly(first, number, 1_000)).state == state


def test_a_surplus_that_is_over_is_none_of_the_week() -> None:
    """The ledger held 10 % too much until two days ago."""
    first = "2026-11-15T07"
    ledger = [*held(first, 5 * 24, 1_100), *held("2026-11-20T07", 2 * 24 + 3, 1_000)]

    assert gap(ledger, evenly(first, 7 * 24 + 3, 1_000)).state is DetectionState.CLEAR


def test_mail_that_ses_may_not_count_is_no_surplus() -> None:
    """SES may leave the simulator out of its counts: a load test of 20,000 mails fires nothing."""
    load_test = mail("2026-11-22T03", 20_000, provider="simulator")

    assert gap([load_test], {}).state is DetectionState.INCONCLUSIVE
    assert gap([load_test], {"2026-11-22T03": HourTotals(20_000)}).state is DetectionState.CLEAR


@pytest.mark.parametrize("edge", ["2026-11-21T09", "2026-11-22T08"])
@pytest.mark.parametrize("shift", [-1, 1])
def test_mail_that_ses_counts_in_the_hour_beside_is_neither_missing_nor_too_much(
    edge: str, shift: int
) -> None:
    """A campaign of 5,000 in the first or last hour of 24: its point may be dated beside it."""
    moved = {hours_later(edge, shift): HourTotals(5_000)}
    inside = evenly("2026-11-21T20", 1, 1_000)

    for ledger_hour, ses in ((edge, moved), (hours_later(edge, shift), {edge: HourTotals(5_000)})):
        ledger = [*held("2026-11-21T20", 1, 1_000), *held(ledger_hour, 1, 5_000)]
        assert gap(ledger, inside | ses).state is not DetectionState.FIRING


campaigns = st.lists(
    st.tuples(st.integers(0, 9 * 24 * 60), st.integers(1, 5_000)),
    min_size=1,
    max_size=12,
    unique_by=lambda c: c[0],
)


@settings(max_examples=60, deadline=None)
@given(campaigns, st.integers(0, 14), st.booleans(), st.integers(0, 36))
def test_healthy_mail_fires_nothing_however_ses_dates_its_points(
    sent: list[tuple[int, int]], offset: int, is_dated_by_its_end: bool, hours_on: int
) -> None:
    """Mail at any minutes; SES's points of 15 minutes begin at any minute, and have either end's time."""
    begin, now = at("13 00:00"), NOW - timedelta(hours=hours_on)
    ledger: dict[str, int] = {}
    ses: dict[str, int] = {}
    for minute, number in sent:
        point = (minute - offset) // 15 * 15 + offset + 15 * is_dated_by_its_end
        for hours, place in ((ledger, minute), (ses, point)):
            name = hour_of(begin + timedelta(minutes=place))
            hours[name] = hours.get(name, 0) + number
    known = [hour for name, number in ledger.items() for hour in held(name, 1, number)]
    statistics = counted({name: HourTotals(number) for name, number in ses.items()}, now)

    (found,) = gaps(statistics, days_of(*known), now)

    assert found.state is not DetectionState.FIRING


def test_what_is_clear_began_at_no_time() -> None:
    assert gap(held(DAY, 24, 100), evenly(DAY, 24, 100)).since == ""


@pytest.mark.parametrize(("read_at", "missing"), [("22 10:59", None), ("22 11:00", 30), ("22 12:00", 60)])
def test_sends_that_no_feed_reported_are_known_from_the_first_whole_hour_on(
    read_at: str, missing: int | None
) -> None:
    """Of 100 an hour 70 are held; an hour is compared when it has been over for an hour."""
    hours = {hour: RateCounts(70, sent=70) for hour in hours_from("2026-11-22T09", 3)}
    statistics = counted(evenly("2026-11-22T00", 24, 100), at(read_at))

    assert count_unreported(statistics, hours, "2026-11-22T09", at("22 20:00")) == missing


def test_a_large_sender_is_evaluated_by_the_last_day() -> None:
    """The feed was lost last week, and is well again since yesterday."""
    ledger = [*held("2026-11-15T09", 6 * 24, 2), *held(DAY, 24, 10)]

    found = gap(ledger, evenly("2026-11-15T09", 7 * 24, 10))

    assert found.state is DetectionState.CLEAR
    assert found.figures[0] == ("sends", "240 in the ledger, 240 counted by SES")


def test_a_small_sender_is_evaluated_by_the_last_week() -> None:
    """Eight an hour make 192 in a day, which are too few, and 1,344 in a week."""
    found = gap(held("2026-11-15T09", 7 * 24, 4), evenly("2026-11-15T09", 7 * 24, 8))

    assert found.state is DetectionState.FIRING
    assert found.figures[0] == ("sends", "672 in the ledger, 1,344 counted by SES")


def test_a_lost_feed_is_worded_with_its_figures() -> None:
    """From 18:00 of the 21st on nothing is reported of 100 mails an hour: 9 of 24 hours are held."""
    ledger = held("2026-11-15T00", 6 * 24 + 18, 100, 2)
    ses = evenly("2026-11-15T00", 7 * 24 + 10, 100, 3)

    found = gap(ledger, ses)

    assert found.state is DetectionState.FIRING
    assert found.since == "2026-11-21T18"
    assert found.headline == (
        "The ledger holds 37.5 % of what SES counted for account 444455556666 in us-east-1"
    )
    assert found.figures == (
        ("sends", "900 in the ledger, 2,400 counted by SES"),
        (
            "bounces",
            "18 of this mail in the ledger; SES counted 72 in this time, whenever their mail was sent",
        ),
        ("hours of sending", "2026-11-21 09:00 UTC to 2026-11-22 08:00 UTC"),
        ("SES was asked", "2026-11-22 10:00 UTC"),
    )
    assert found.evidence["sends"] == {"ledger": 900, "ses": 2_400}
    assert "names a configuration set whose event destination selects SEND" in found.advice[0]
    assert "--region us-east-1" in found.advice[1]


def test_a_lost_feed_hour_by_hour() -> None:
    """Of 100 mails an hour none is reported from the 21st, 18:00, to the 22nd, 06:00; SES's are fresh."""
    reported = [*held("2026-11-15T00", 6 * 24 + 18, 100), *held("2026-11-22T06", 60, 100)]
    ses = evenly("2026-11-08T00", 18 * 24, 100)

    def state(now: datetime) -> str:
        (detection,) = gaps(counted(ses, now), days_of(*reported), now)
        return str(detection.state)

    begin = at("21 19:05")
    states = [state(begin + timedelta(hours=hour)) for hour in range(36)]
    # With the hours beside them, where SES may count some of their mail, 24 hours are 26. At 20:05 hour 18
    # is compared and 19 lies beside it: 24 of 26 are held, 100 % of what SES counted in 24; at 21:05 it is
    # 23 (95.8 %), at 22:05 22 (91.7 %). At 05:05 of the 23rd 22 of 24 are held, and of the week with the
    # hours beside it 158 (94.0 % of 168); at 06:05 hour 05 is the only one of the 24 that lacks (95.8 %).
    assert states == ["clear", *["inconclusive"] * 2, *["firing"] * 32, "inconclusive"]
    assert state(at("23 08:05")) == "clear"


def test_small_hours_do_not_date_a_gap() -> None:
    """Three of the four mails of each hour of the night before were reported."""
    ledger = [*held("2026-11-20T00", 24, 3), *held("2026-11-21T00", 18, 100)]
    ses = evenly("2026-11-20T00", 24, 4) | evenly("2026-11-21T00", 33, 100)

    assert gap(ledger, ses).since == "2026-11-21T18"


def test_a_gap_that_is_past_is_dated_by_its_first_hour() -> None:
    """Ten hours are held, six are not, and eight are again."""
    ledger = [*held(DAY, 10, 100), *held("2026-11-22T01", 8, 100)]

    assert gap(ledger, evenly(DAY, 24, 100)).since == "2026-11-21T19"


@pytest.mark.parametrize(("calm", "far_out"), [(95, 0), (102, 200)])
def test_hours_at_the_limit_do_not_date_a_gap(calm: int, far_out: int) -> None:
    ledger = [*held(DAY, 20, calm), *held("2026-11-22T05", 4, far_out)]

    assert gap(ledger, evenly(DAY, 24, 100)).since == "2026-11-22T05"


def test_a_surplus_is_worded_as_one() -> None:
    found = gap(held(DAY, 24, 130), evenly(DAY, 24, 100))

    assert found.headline == (
        "The ledger holds 130.0 % of what SES counted for account 444455556666 in us-east-1"
    )
    assert found.advice[0].startswith("The ledger holds more than SES counted")
    assert found.advice[1].startswith("See whether somebody forges sends: mail that SES never saw")


def test_a_surplus_of_which_ses_counted_nothing_is_worded_without_a_share() -> None:
    found = gap(held("2026-11-22T03", 1, 20_000), {})

    assert found.headline == (
        "The ledger holds 20,000 sends of account 444455556666 in us-east-1, of which SES counted none"
    )
    assert found.evidence["share"] is None


BY_TOPICS = ("delivered", "bounced", "complained")


def by_topics(mails: int, bounced: int, *kinds: str) -> Reported:
    """Mail without a configuration set: the owner's topics report these kinds of outcomes, nobody sends."""
    return Reported(mails, bounced, name="", sender=NOTHING, owner=kinds)


def each_hour(first: str, number: int, *parts: Reported) -> list[HourBalance]:
    return [reported_mail(hour, *parts) for hour in hours_from(first, number)]


@pytest.mark.parametrize("kinds", [BY_TOPICS, ("bounced", "complained")])
@pytest.mark.parametrize("mails", [100, 20])
def test_of_an_account_whose_feeds_report_no_sends_none_are_missing(
    kinds: tuple[str, ...], mails: int
) -> None:
    """What became of its mail is known, or only its bounces; the rest may be of identities of others."""
    days = day_balances_of(each_hour("2026-11-08T00", 14 * 24 + 10, by_topics(mails, 3, *kinds)))

    assert gaps(counted(evenly("2026-11-08T00", 14 * 24 + 10, 100)), days) == []


def test_mail_that_is_known_by_its_outcome_is_not_missing_beside_mail_with_sends() -> None:
    """60 of 100 name a set; of the others the owner's topics report what became of them."""
    reported = each_hour(DAY, 24, Reported(60), by_topics(40, 1, *BY_TOPICS))

    found = gap(reported, evenly(DAY, 24, 100))

    assert found.state is DetectionState.CLEAR
    assert found.evidence["sends"] == {"ledger": 2_400, "ses": 2_400}


def test_mail_without_a_set_is_a_gap_beside_mail_with_sends_if_its_bounces_alone_are_known() -> None:
    reported = each_hour(DAY, 24, Reported(60), by_topics(40, 3, "bounced"))

    found = gap(reported, evenly(DAY, 24, 100))

    assert (found.state, found.evidence["sends"]) == (DetectionState.FIRING, {"ledger": 1_440, "ses": 2_400})
    assert found.evidence["bounces"]["ledger"] == 72


@pytest.mark.parametrize(("last_send", "is_expected"), [("2026-10-23T23", True), ("2026-10-22T23", False)])
def test_sends_are_expected_for_thirty_days_after_the_last_while_other_mail_is_known(
    last_send: str, *, is_expected: bool
) -> None:
    """The newest mail is of the 22nd of November; thirty days before is the 23rd of October."""
    known = [*held(last_send, 1, 100), *each_hour(DAY, 24, by_topics(100, 3, "bounced"))]

    found = gaps(counted(evenly(DAY, 24, 100)), day_balances_of(known))

    assert [each.state for each in found] == ([DetectionState.FIRING] if is_expected else [])


def test_sends_are_expected_however_long_ago_all_feeds_fell_silent() -> None:
    days = day_balances_of(held("2026-06-01T00", 24, 100))

    (found,) = gaps(counted(evenly(DAY, 24, 100)), days)

    assert found.state is DetectionState.FIRING


def test_only_the_entity_of_the_account_and_region_gets_it() -> None:
    statistics, days = counted(evenly(DAY, 24, 100)), days_of()

    assert gaps(statistics, days, entity=identity_entity("example.com")) == []
    assert gaps(statistics, days, entity=account_entity(SECOND_DELEGATE, "us-east-1")) == []
    assert gaps(statistics, days, entity=account_entity(DELEGATE, "eu-west-1")) == []


def test_each_day_is_compared_by_itself_and_the_days_add_up() -> None:
    # 40 of 1,000 sends an hour are missing all day of the 20th; SES counts as much as the ledger otherwise.
    lost = {hour: HourTotals(1_000) for hour in hours_from("2026-11-20T00", 24)}
    days = days_of(
        *held("2026-11-08T00", 12 * 24, 1_000),
        *held("2026-11-20T00", 24, 860),
        *held("2026-11-21T00", 34, 1_000),
    )
    statistics = counted({**evenly("2026-11-08T00", 14 * 24 + 11, 1_000), **lost})

    found = reconcile_days(statistics, days, NOW)

    assert [each.day for each in found] == [f"2026-11-{day:02}" for day in range(8, 23)]
    assert [(each.day, each.held.share) for each in found if each.is_apart] == [
        ("2026-11-20", Fraction(86, 100))
    ]
    # The first day begins at 11:00, when SES's two weeks do; the last ends with hour 08.
    assert (found[0].held.first_hour, found[-1].held.last_hour) == ("2026-11-08T11", "2026-11-22T08")
    whole = reconcile(statistics, days, NOW)
    assert whole is not None
    assert sum(each.held.compared.ledger.known for each in found) == whole.compared.ledger.known
    assert sum(each.held.compared.ses.delivery_attempts for each in found) == 334_000


@pytest.mark.parametrize(
    ("sends", "counted_by_ses", "is_apart"),
    [(9, 10, False), (1, 8, False), (12, 10, True), (7, 10, True)],
)
def test_a_day_is_apart_where_enough_is_missing_or_too_much(
    sends: int, counted_by_ses: int, is_apart: bool
) -> None:
    # 240 mails a day are enough to tell, 216 (90 %) of them too few; 192 are not enough to tell anything.
    days = days_of(*held("2026-11-08T00", 14 * 24 + 11, sends))
    statistics = counted(evenly("2026-11-08T00", 14 * 24 + 11, counted_by_ses))

    whole_days = reconcile_days(statistics, days, NOW)[1:-1]

    assert {each.is_apart for each in whole_days} == {is_apart}
