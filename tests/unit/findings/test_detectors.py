"""Every detector looks at the entities that it concerns."""

from collections.abc import Iterable

from ses_reputation.findings.detectors import detect_all
from ses_reputation.findings.entity_mail import EntityMail
from ses_reputation.findings.finding import FindingKind
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rates.history import History
from ses_reputation.rates.thresholds import StandingRules
from ses_reputation.rollup.entities import ReputationEntity, account_entity, identity_entity
from tests.support.mail import (
    ENTITY,
    Reported,
    at,
    hours_from,
    read_at,
    reported_mail,
)
from tests.support.notifications import DELEGATE

NOW = at("22 10:05")


def feed_findings(reported: Iterable[HourBalance], entity: ReputationEntity = ENTITY) -> set[str]:
    hours, days = read_at(NOW, reported)
    detections = detect_all(EntityMail(History(entity, days, NOW), hours, None, StandingRules()))
    return {each.key for each in detections if each.kind.is_of_feeds}


def test_each_entity_gets_what_concerns_it() -> None:
    reported = [reported_mail(hour, Reported(50, bounced=2)) for hour in hours_from("2026-11-20T00", 58)]

    assert feed_findings(reported) == {"missing_outcomes", "sends_missing#newsletter"}
    assert feed_findings(reported, account_entity(DELEGATE, "eu-west-1")) == {"missing_outcomes"}
    of_identity = feed_findings(reported, identity_entity("example.com"))
    assert {key.partition("#")[0] for key in of_identity} == {FindingKind.COVERAGE_GAP}
