"""Findings about feeds carry the causes that the doctor found for the very feed that they are about."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from ses_reputation.findings.detectors import detect_all
from ses_reputation.findings.entity_mail import EntityMail
from ses_reputation.findings.finding import DetectionState, FindingKind
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rates.history import History
from ses_reputation.rates.thresholds import StandingRules
from ses_reputation.rollup.entities import account_entity, identity_entity
from ses_reputation.statistics.diagnoses import KeptDiagnosis, LostFeed, PlaceDiagnoses
from tests.support.mail import NOTHING, Reported, at, hours_from, read_at, reported_mail
from tests.support.notifications import DELEGATE

NOW = at("22 15:05")
REGION = "us-east-1"
HEALTHY = Reported(200, bounced=4)
CAUSES = {
    "newsletter": LostFeed(REGION, DELEGATE, "newsletter"),
    "promotions": LostFeed(REGION, DELEGATE, "promotions"),
    "elsewhere": LostFeed("eu-west-1", DELEGATE, "newsletter"),
    "owner": LostFeed(REGION, "", "example.com"),
    "other owner": LostFeed(REGION, "", "example.org"),
    "other account": LostFeed(REGION, "777788889999", "newsletter"),
}


def found() -> list[PlaceDiagnoses]:
    """One cause for each of some feeds, named like it."""
    kept = (
        KeptDiagnosis("raw_delivery", 2, DELEGATE, REGION, name, "", "", (feed,))
        for name, feed in CAUSES.items()
    )
    # Three are quoted at most: each cause is kept at a place of its own, so that none hides another.
    return [PlaceDiagnoses(DELEGATE, REGION, NOW, (each,)) for each in kept]


def quoted(reported: Iterable[HourBalance], kind: FindingKind) -> dict[str, list[str]]:
    """The causes that firing detections of a kind quote, by scope."""
    hours, days = read_at(NOW, reported)
    by_scope: dict[str, list[str]] = {}
    for entity in (identity_entity("example.com"), account_entity(DELEGATE, REGION)):
        history = History(entity, days, NOW)
        for each in detect_all(EntityMail(history, hours, None, StandingRules(), found())):
            evidence: Any = each.evidence_json
            if each.kind is kind and each.state is DetectionState.FIRING:
                by_scope[each.scope] = [cause["problem"] for cause in evidence["diagnoses"]]
            elif evidence:
                assert each.state is DetectionState.FIRING or not evidence.get("diagnoses")
    return by_scope


def mail(first: str, hours: int, *mails: Reported) -> list[HourBalance]:
    return [reported_mail(hour, *mails) for hour in hours_from(first, hours)]


HEALTHY_WEEK = mail("2026-11-15T00", 7 * 24, HEALTHY)


def test_a_silent_feed_of_a_sender_has_the_causes_of_all_its_sets() -> None:
    silent = mail("2026-11-22T00", 15, replace(HEALTHY, sender=NOTHING))

    assert quoted([*HEALTHY_WEEK, *silent], FindingKind.COVERAGE_GAP) == {
        DELEGATE: ["newsletter", "promotions"]
    }


def test_a_set_that_leaves_out_a_kind_has_its_own_causes() -> None:
    leaving_out = replace(HEALTHY, sender=("sent", "delivered", "complained"))

    assert quoted(mail("2026-11-20T00", 2 * 24, leaving_out), FindingKind.COVERAGE_GAP) == {
        f"{DELEGATE}/newsletter": ["newsletter"]
    }


def test_a_silent_feed_of_an_owner_has_the_causes_of_the_identity() -> None:
    silent = mail("2026-11-22T00", 15, replace(HEALTHY, owner=NOTHING))

    assert quoted([*HEALTHY_WEEK, *silent], FindingKind.COVERAGE_GAP) == {"owner": ["owner"]}


def test_missing_sends_have_the_causes_of_their_set() -> None:
    without_sends = replace(HEALTHY, sender=("delivered", "bounced", "complained"))

    assert quoted(mail("2026-11-22T00", 10, without_sends), FindingKind.SENDS_MISSING) == {
        "newsletter": ["newsletter"]
    }


def test_missing_outcomes_have_the_causes_of_the_account() -> None:
    without_outcomes = mail("2026-11-18T00", 3 * 24, replace(HEALTHY, open=40))

    assert quoted(without_outcomes, FindingKind.MISSING_OUTCOMES) == {"": ["newsletter", "promotions"]}


def test_a_feed_that_is_well_quotes_nothing() -> None:
    assert quoted([*HEALTHY_WEEK, *mail("2026-11-22T00", 15, HEALTHY)], FindingKind.COVERAGE_GAP) == {}
