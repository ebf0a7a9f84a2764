"""Mail that stops: whose silence is a finding and whose is a pause, and when a lost feed is told instead."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import pytest

from ses_reputation.findings.entity_mail import EntityMail
from ses_reputation.findings.finding import DetectionState, FindingKind
from ses_reputation.findings.stopped_mail import detect
from ses_reputation.hours import hour_of
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rates.history import History
from ses_reputation.rates.thresholds import StandingRules
from ses_reputation.rollup.entities import ReputationEntity, identity_entity
from ses_reputation.statistics.send_statistics import HourTotals, SendStatistics
from tests.support.mail import ENTITY, NOTHING, Reported, at, mail, read_at, reported_mail
from tests.support.notifications import DELEGATE
from tests.support.worded import WordedDetection

NOW = at("22 20:05")  # a Sunday
IDENTITY = identity_entity("example.com")
FORTY = range(43, 2, -1)
"""Days ago, from the 10th of October to the 19th of November: none in the last three days."""


def sent(
    days_ago: Iterable[int], hours: Iterable[int] = (9,), sends: int = 200, name: str = "newsletter"
) -> list[HourBalance]:
    """So many sends in each of the hours of days that are so many days before the 22nd of November."""
    return [
        mail(hour_of(at("22 00:00") - timedelta(days=day) + timedelta(hours=hour)), sends, name=name)
        for day in days_ago
        for hour in hours
    ]


def silences(
    hours: list[HourBalance],
    now: datetime = NOW,
    entity: ReputationEntity = ENTITY,
    counted: Mapping[str, int] | None = None,
) -> list[WordedDetection]:
    recent, days = read_at(now, hours)
    totals = {hour: HourTotals(each) for hour, each in (counted or {}).items()}
    statistics = None if counted is None else SendStatistics(DELEGATE, "us-east-1", now, totals)
    found = detect(EntityMail(History(entity, days, now), recent, statistics, StandingRules()))
    return [WordedDetection(each, entity, now) for each in found]


def silence(
    hours: list[HourBalance], now: datetime = NOW, counted: Mapping[str, int] | None = None
) -> WordedDetection:
    """What is detected of all mail of the account."""
    return next(each for each in silences(hours, now, counted=counted) if each.scope == "")


@pytest.mark.parametrize("entity", [ENTITY, IDENTITY])
def test_two_hundred_a_day_for_forty_days_and_none_for_three_have_stopped(entity: ReputationEntity) -> None:
    found = silences(sent(FORTY), entity=entity)[0]

    assert (found.kind, found.scope, found.state) == (FindingKind.MAIL_STOPPED, "", DetectionState.FIRING)
    # The 20th, the 21st, and today, since mail has always come by 09:59.
    assert found.evidence["missed_days"] == 3
    assert found.since == "2026-11-19T10"


def test_it_is_worded_with_what_was_usual() -> None:
    found = silence(sent(FORTY), counted={})

    assert found.headline == "Account 444455556666 in us-east-1 has sent nothing since 2026-11-19 09:00 UTC"
    assert dict(found.figures) == {
        "last mail": "sent in the hour from 2026-11-19 09:00 UTC, 82 hours ago",
        # The 22nd of October to the 19th of November.
        "usual": "mail on 29 of 29 expected days, 200 sends on a day with mail",
        "missed": "3 expected days since then",
        "SES's count": "0 sends since then that no feed reported",
    }
    assert found.advice[0].startswith("See whether what sends this mail is running")
    assert "by itself after two weeks" in found.advice[-1]


@pytest.mark.parametrize(
    ("days", "hours", "now", "state"),
    [
        # Two days, and today only when the hour is over by which mail had always begun.
        (FORTY, (9,), "22 09:05", DetectionState.INCONCLUSIVE),
        (FORTY, (9,), "22 10:05", DetectionState.FIRING),
        # A newsletter of Thursdays, three days and eight days later, and one of every day but today's.
        ([45, 38, 31, 24, 17, 10, 3], (9,), "22 20:05", DetectionState.INCONCLUSIVE),
        ([45, 38, 31, 24, 17, 10], (9,), "22 20:05", DetectionState.INCONCLUSIVE),
        ([*FORTY, 2, 1], (9,), "22 20:05", DetectionState.INCONCLUSIVE),
        # Four weeks of habit are needed: mail for 20 days says little.
        (range(22, 2, -1), (9,), "22 20:05", DetectionState.INCONCLUSIVE),
        # Weekdays: Friday the 13th was the last. To Thursday four expected days, to Wednesday three.
        (
            [day for day in range(43, 8, -1) if (6 - day) % 7 < 5],
            (9,),
            "18 20:05",
            DetectionState.INCONCLUSIVE,
        ),
        ([day for day in range(43, 8, -1) if (6 - day) % 7 < 5], (9,), "19 20:05", DetectionState.FIRING),
        # Around the clock, half a day is enough; and eleven hours are not.
        (range(40, 0, -1), range(24), "22 12:05", DetectionState.FIRING),
        # Weeks with mail, and weeks without.
        ([day for day in range(43, 7, -1) if day // 7 % 2], (9,), "22 20:05", DetectionState.INCONCLUSIVE),
    ],
)
def test_silence_is_evaluated_by_the_habit_before_it(
    days: Iterable[int], hours: Iterable[int], now: str, state: DetectionState
) -> None:
    assert silence(sent(days, hours), at(now)).state is state


def test_mail_of_the_last_half_day_is_no_silence() -> None:
    assert silences(sent(range(40, 0, -1), range(24)), at("22 11:05")) == []
    assert silences([]) == []


def test_a_stop_is_told_until_mail_comes_or_two_weeks_are_over() -> None:
    stopped, again = sent(FORTY), sent([0], (9,))
    states = [silence(stopped, at("22 20:05") + timedelta(days=day)).state for day in range(13)]

    # 14 days after 09:59 of the 19th of November are over on the 3rd of December.
    # Until the 28th, 23 of the 31 days lie before the silence; then what is open stays open.
    assert states == [
        *[DetectionState.FIRING] * 7,
        *[DetectionState.INCONCLUSIVE] * 4,
        *[DetectionState.CLEAR] * 2,
    ]
    given_up = silence(stopped, at("22 20:05") + timedelta(days=11))
    assert given_up.headline.endswith("for two weeks: this is taken as meant")
    assert silences([*stopped, *again]) == []


def test_one_set_that_stops_is_told_by_its_name_while_others_send() -> None:
    hours = [*sent(FORTY), *sent(range(43, -1, -1), (9, 15), name="invoices")]

    (found,) = silences(hours)

    assert (found.scope, found.state) == ("newsletter", DetectionState.FIRING)
    assert found.headline.startswith(
        "Configuration set newsletter of account 444455556666 in us-east-1 has sent"
    )
    assert silences(hours, entity=IDENTITY) == []


def test_an_account_that_stops_is_one_finding_and_not_one_for_each_set() -> None:
    found = silences([*sent(FORTY), *sent(FORTY, (15,), name="invoices")])

    assert [(each.scope, each.state) for each in found] == [
        ("", DetectionState.FIRING),
        ("invoices", DetectionState.INCONCLUSIVE),
        ("newsletter", DetectionState.INCONCLUSIVE),
    ]


@pytest.mark.parametrize(
    ("a_day", "state"),
    [
        # SES counted nothing, or less than half of what is usual: mail has stopped.
        (0, DetectionState.FIRING),
        (20, DetectionState.FIRING),
        # It counted all of 200 a day: the reconciliation tells that the feed is lost.
        (200, DetectionState.CLEAR),
    ],
)
def test_mail_that_ses_counts_has_not_stopped(a_day: int, state: DetectionState) -> None:
    counted = {f"2026-11-{day}T09": a_day for day in (20, 21, 22)}

    assert silence(sent(FORTY), counted=counted).state is state


def test_a_lost_feed_of_too_little_mail_to_reconcile_is_told_as_one() -> None:
    found = silence(sent(FORTY, sends=20), counted={f"2026-11-{day}T09": 20 for day in (20, 21, 22)})

    assert found.state is DetectionState.FIRING
    assert found.headline == (
        "No feed reports mail of account 444455556666 in us-east-1 since 2026-11-19 09:00 UTC, "
        "and SES counts it"
    )


def by_outcome(days_ago: Iterable[int], mails: int = 200) -> list[HourBalance]:
    """Mail at 09:00 of which the owner's topics report deliveries and bounces, and nobody the sends."""
    known = Reported(mails, bounced=2, name="", sender=NOTHING, owner=("delivered", "bounced"))
    return [reported_mail(hour_of(at("22 09:00") - timedelta(days=day)), known) for day in days_ago]


@pytest.mark.parametrize("entity", [ENTITY, IDENTITY])
def test_mail_that_is_known_by_its_outcome_alone_is_missed_too(entity: ReputationEntity) -> None:
    (found,) = silences(by_outcome(FORTY), entity=entity)

    assert (found.scope, found.state, found.since) == ("", DetectionState.FIRING, "2026-11-19T10")
    assert found.evidence["sends_a_day"] == 200
    assert silences(by_outcome([*FORTY, 0]), now=at("22 12:05"), entity=entity) == []


def test_lost_topics_of_an_account_without_send_events_are_told_here_however_much_mail_it_is() -> None:
    """The reconciliation does not evaluate such an account: SES counted 200 a day since the last mail."""
    counted = {f"2026-11-{day}T09": 200 for day in (20, 21, 22)}

    found = silence(by_outcome(FORTY), counted=counted)

    assert (found.state, found.evidence["is_feed_lost"]) == (DetectionState.FIRING, True)
    assert found.headline.endswith("and SES counts it")
    assert "notification topics" in found.advice[0]


def test_mail_that_ses_dates_by_the_next_hour_is_not_taken_as_sent_since() -> None:
    found = silence(sent(FORTY, sends=20), counted={"2026-11-19T10": 20})

    assert found.evidence["counted_by_ses"] == 0


def test_mail_that_the_owners_feed_reports_has_not_stopped() -> None:
    owners = reported_mail("2026-11-21T09", Reported(200, bounced=9, sender=NOTHING))

    assert silences([*sent(FORTY), owners], entity=IDENTITY)[0].state is DetectionState.CLEAR
