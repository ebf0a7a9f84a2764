"""Outcomes without their sends, by configuration set."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

import pytest

from ses_reputation.findings.entity_mail import EntityMail
from ses_reputation.findings.finding import DetectionState
from ses_reputation.findings.missing_sends import detect
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rates.history import History
from ses_reputation.rates.thresholds import StandingRules
from tests.support.mail import (
    ENTITY,
    EVERYTHING,
    NOTHING,
    Reported,
    at,
    hours_from,
    read_at,
    reported_mail,
)
from tests.support.worded import WordedDetection

NOW = at("22 10:05")


def missing_sends(reported: Iterable[HourBalance], now: datetime = NOW) -> dict[str, WordedDetection]:
    hours, days = read_at(now, reported)
    mail = EntityMail(History(ENTITY, days, now), hours, None, StandingRules())
    return {each.scope: WordedDetection(each, ENTITY, now) for each in detect(mail)}


WITHOUT_SENDS = Reported(10, bounced=1, sender=("delivered", "bounced", "complained"))


@pytest.mark.parametrize(
    ("mails", "state"),
    [
        ([Reported(100, bounced=2)], "clear"),
        ([Reported(91), Reported(9, sender=("delivered",))], "clear"),  # nine in ten
        ([Reported(89), Reported(11, sender=("delivered",))], "inconclusive"),
        ([Reported(51), Reported(49, sender=("delivered",))], "inconclusive"),
        ([Reported(50), Reported(50, sender=("delivered",))], "firing"),  # half
        ([Reported(19, sender=("delivered",))], "inconclusive"),  # few
        ([Reported(20, sender=("delivered",))], "firing"),
        ([Reported(100, owner=EVERYTHING[1:], sender=NOTHING)], "clear"),  # the sender's feed reports nothing
    ],
)
def test_outcomes_without_their_sends_are_found_by_set(mails: list[Reported], state: str) -> None:
    name = "(none)" if mails[0].sender == NOTHING else "newsletter"

    assert missing_sends([reported_mail("2026-11-22T06", *mails)])[name].state == state


def test_a_set_that_never_reported_a_send() -> None:
    reported = [
        reported_mail(hour, WITHOUT_SENDS, Reported(100, name="promotions"))
        for hour in hours_from("2026-11-21T12", 20)
    ]
    seen = missing_sends(reported)
    found = seen["newsletter"]

    assert seen["promotions"].state is DetectionState.CLEAR
    assert (found.scope, found.since) == ("newsletter", "")
    assert found.headline == (
        "Configuration set newsletter of account 444455556666 reports no sends: its rates have no denominator"
    )
    # The latest hours with 50 outcomes: five of ten each.
    assert found.figures[0] == ("reported of the latest mail", "50 outcomes, 0 sends")
    assert found.evidence == {
        "configuration_set": "newsletter",
        "sends": 0,
        "outcomes": 50,
        "last_reported": "",
        "since": "",
        "diagnoses": [],
    }
    assert "--configuration-set-name newsletter --region us-east-1" in found.advice[0]


def test_sends_that_are_no_longer_selected_are_dated_and_clear_when_they_are_again() -> None:
    reported = [
        *(reported_mail(hour, Reported(10, bounced=1)) for hour in hours_from("2026-11-21T12", 10)),
        *(reported_mail(hour, WITHOUT_SENDS) for hour in hours_from("2026-11-21T22", 8)),
        *(reported_mail(hour, Reported(10, bounced=1)) for hour in hours_from("2026-11-22T06", 12)),
    ]

    def newsletter(now: str) -> WordedDetection:
        return missing_sends(reported, now=at(now))["newsletter"]

    assert newsletter("21 23:55").state is DetectionState.CLEAR
    # Hours 22 and 23 are settled: 20 of the latest 50 outcomes lack their send.
    assert newsletter("22 01:00").state is DetectionState.INCONCLUSIVE
    assert newsletter("22 02:00").state is DetectionState.FIRING
    assert newsletter("22 06:55").since == "2026-11-21T22"
    assert newsletter("22 06:55").headline == (
        "Configuration set newsletter of account 444455556666 has reported almost no sends since "
        "2026-11-21 22:00 UTC: its rates have no denominator"
    )
    assert newsletter("22 12:00").state is DetectionState.CLEAR


def test_two_outcomes_of_one_mail_do_not_make_its_send_missing() -> None:
    """Out-of-office replies follow deliveries."""
    mail = replace(Reported(100, bounced=0), sender=EVERYTHING)
    replies = Reported(100, bounced=8, sender=("bounced",))
    reported = reported_mail("2026-11-22T06", mail)
    reported.coverage["newsletter"]["bounced"] = {"sender_only": replies.bounced}

    assert missing_sends([reported])["newsletter"].state is DetectionState.CLEAR
