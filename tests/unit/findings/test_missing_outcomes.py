"""Mail without an outcome: what share of it is found, since when, and its words."""

from collections.abc import Iterable
from datetime import datetime

import pytest

from ses_reputation.findings.entity_mail import EntityMail
from ses_reputation.findings.finding import DetectionState, FindingKind
from ses_reputation.findings.missing_outcomes import detect
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rates.history import History
from ses_reputation.rates.thresholds import StandingRules
from ses_reputation.rollup.entities import SenderIdentity
from tests.support.mail import (
    ENTITY,
    SENDER,
    Reported,
    at,
    read_at,
    reported_mail,
)
from tests.support.notifications import SECOND_DELEGATE
from tests.support.worded import WordedDetection

NOW = at("22 10:05")


def missing_outcomes(reported: Iterable[HourBalance], now: datetime = NOW) -> WordedDetection:
    hours, days = read_at(now, reported)
    mail = EntityMail(History(ENTITY, days, now), hours, None, StandingRules())
    (detection,) = detect(mail)
    return WordedDetection(detection, ENTITY, now)


def day_of(day: str, *mails: Reported, sender: SenderIdentity = SENDER) -> HourBalance:
    """All mail of a day, sent in one hour of it."""
    return reported_mail(f"{day}T12", *mails, sender=sender)


@pytest.mark.parametrize(
    ("sent", "open_", "state"),
    [
        (1_000, 0, "clear"),
        (1_000, 9, "clear"),  # 0.9 %
        (1_000, 10, "inconclusive"),  # 1 %
        (1_000, 19, "inconclusive"),
        (1_000, 20, "firing"),  # 2 %, and twenty
        (10_000, 199, "inconclusive"),
        (10_000, 200, "firing"),
        (100, 19, "inconclusive"),  # 19 %, but few
        (20, 20, "firing"),
    ],
)
def test_mail_without_an_outcome_is_found_by_share_and_number(sent: int, open_: int, state: str) -> None:
    assert missing_outcomes([day_of("2026-11-20", Reported(sent, open=open_))]).state == state


@pytest.mark.parametrize(
    ("now", "state"),
    [
        ("21 23:55", "clear"),  # the 20th ended less than a day ago: SES may still be trying
        ("22 00:00", "firing"),
        ("27 23:55", "firing"),
        ("29 00:00", "clear"),  # a week later nothing is known of its present
    ],
)
def test_a_day_counts_from_a_day_after_its_end(now: str, state: str) -> None:
    assert missing_outcomes([day_of("2026-11-20", Reported(1_000, open=100))], at(now)).state == state


def test_a_large_sender_is_evaluated_by_its_latest_day() -> None:
    reported = [day_of("2026-11-19", Reported(1_000, open=400)), day_of("2026-11-20", Reported(500))]

    assert missing_outcomes(reported).state is DetectionState.CLEAR
    assert missing_outcomes(reported).figures == (
        ("without an outcome", "0 of 500 sends (0.0 %)"),
        ("days of sending", "2026-11-20"),
    )


def test_a_small_sender_is_evaluated_by_as_many_days_as_hold_500_sends() -> None:
    days = [f"2026-11-{day}" for day in (14, 15, 16, 17, 18, 19, 20)]
    found = missing_outcomes([day_of(day, Reported(120, open=6)) for day in days])

    # 5 x 120 sends from the 16th to the 20th.
    assert found.headline == "30 of 600 sends of account 444455556666 have no outcome a day later"
    assert ("days of sending", "2026-11-16 to 2026-11-20") in found.figures


def test_mail_without_an_outcome_is_worded_by_its_sets_and_since_when() -> None:
    reported = [
        day_of("2026-11-17", Reported(1_000, open=4)),
        day_of("2026-11-18", Reported(1_000, open=50), Reported(600, name="promotions")),
        day_of("2026-11-19", Reported(1_000, open=60), Reported(600, name="promotions")),
        day_of("2026-11-20", Reported(1_000, bounced=10, open=55), Reported(600, open=9, name="promotions")),
    ]
    found = missing_outcomes(reported)

    assert (found.kind, found.scope, found.state) == (FindingKind.MISSING_OUTCOMES, "", DetectionState.FIRING)
    assert found.since == "2026-11-18"
    assert found.headline == "64 of 1,600 sends of account 444455556666 have no outcome a day later"
    assert found.figures == (
        ("without an outcome", "64 of 1,600 sends (4.0 %)"),
        ("days of sending", "2026-11-20"),
        ("configuration set newsletter", "55 of 1,000 sends"),
        ("configuration set promotions", "9 of 600 sends"),
    )
    assert found.evidence == {
        "first_day": "2026-11-20",
        "last_day": "2026-11-20",
        "sends": 1_600,
        "without_outcome": 64,
        "share": 0.04,
        "undelivered_sets": [],
        "by_configuration_set": {
            "newsletter": {"sends": 1_000, "without_outcome": 55},
            "promotions": {"sends": 600, "without_outcome": 9},
        },
        "diagnoses": [],
    }
    assert found.advice[0].startswith("Events are lost on the way")


def test_a_set_of_which_no_delivery_is_reported_does_not_select_them() -> None:
    undelivered = Reported(500, bounced=5, name="promotions", sender=("sent", "bounced", "complained"))
    found = missing_outcomes([day_of("2026-11-20", Reported(1_000), undelivered)])

    # All of promotions but its bounces.
    assert found.headline == "495 of 1,500 sends of account 444455556666 have no outcome a day later"
    assert found.evidence["undelivered_sets"] == ["promotions"]
    assert found.advice == (
        "No delivery of promotions is reported: add DELIVERY (and BOUNCE, if it is missing) to the "
        "MatchingEventTypes of the event destination, which `aws sesv2 "
        "get-configuration-set-event-destinations --configuration-set-name promotions --region us-east-1` "
        "shows.",
    )


def test_a_delivery_that_the_owners_feed_reports_is_an_outcome_too() -> None:
    mail = Reported(500, bounced=5, sender=("sent", "bounced"), owner=("delivered",))

    assert missing_outcomes([day_of("2026-11-20", mail)]).state is DetectionState.CLEAR


def test_mail_of_all_identities_of_the_account_counts_and_no_other_accounts() -> None:
    reported = [
        day_of("2026-11-20", Reported(1_000, open=10)),
        day_of("2026-11-20", Reported(1_000, open=35), sender=SENDER._replace(identity="example.org")),
        day_of("2026-11-20", Reported(1_000, open=900), sender=SENDER._replace(account=SECOND_DELEGATE)),
    ]

    assert (
        missing_outcomes(reported).headline
        == "45 of 2,000 sends of account 444455556666 have no outcome a day later"
    )


def test_without_any_mail_nothing_is_missing() -> None:
    assert missing_outcomes([]).state is DetectionState.CLEAR


def test_sends_lost_one_in_250_are_no_finding() -> None:
    """As in the demo's day: 0.4 % of notifications lost, where one feed reports deliveries."""
    assert missing_outcomes([day_of("2026-11-20", Reported(25_000, open=100))]).state is DetectionState.CLEAR
