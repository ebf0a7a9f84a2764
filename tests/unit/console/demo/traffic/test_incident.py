"""The demo's day has its incident by the product's own rules, whatever the hour at which it is run."""

from datetime import UTC, datetime, timedelta

import pytest

from console.demo.traffic import DELEGATES, OWNER, InventedTraffic, generate_traffic
from console.demo.traffic.expected_facts import feeds_by_fact
from ses_reputation.findings.deferrals import detect
from ses_reputation.findings.entity_mail import EntityMail
from ses_reputation.findings.finding import DetectionState
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rates.history import History
from ses_reputation.rates.thresholds import Measure, Standing, StandingRules
from ses_reputation.rollup.day_balance import day_balances_of, sender_of
from ses_reputation.rollup.entities import ReputationEntity, account_entity, identity_entity
from ses_reputation.standing.evaluation import evaluate_standing
from tests.support.worded import WordedDetection
from tests.unit.console.perfect_ledger import hours_of

Hours = dict[timedelta, list[HourBalance]]
SEED = 20261122
AGENCY, PRODUCT = DELEGATES
MORNING, EVENING, END = (timedelta(hours=hours) for hours in (12, 18, 24))
THE_AGENCY, THE_OWNERS_DOMAIN = account_entity(AGENCY, "us-east-1"), identity_entity("example.com")


@pytest.fixture(scope="module", params=[0, 10, 17])
def ends_at(request: pytest.FixtureRequest) -> datetime:
    """At midnight the day is one day of UTC; else it is parts of two."""
    return datetime(2026, 11, 22, request.param, tzinfo=UTC)


@pytest.fixture(scope="module")
def day(ends_at: datetime) -> InventedTraffic:
    return generate_traffic(SEED, ends_at, mails=4_000, days=28)


@pytest.fixture(scope="module")
def hours(day: InventedTraffic, ends_at: datetime) -> Hours:
    """What a ledger holds at the end of each stage."""
    arrived = {each: day.arriving_by(moment(ends_at, each)) for each in (MORNING, EVENING)}
    arrived[END] = day.publications
    return {each: hours_of(day, feeds_by_fact(publications)) for each, publications in arrived.items()}


def moment(ends_at: datetime, into_day: timedelta) -> datetime:
    return ends_at - END + into_day


def classify(
    hours: Hours, ends_at: datetime, into_day: timedelta, entity: ReputationEntity, measure: Measure
) -> Standing | None:
    days = day_balances_of(hour for hour in hours[into_day] if entity.name in sender_of(hour))
    history = History(entity, days, moment(ends_at, into_day))
    return evaluate_standing(history, {}, StandingRules())[measure].standing


def deferrals(hours: Hours, ends_at: datetime, into_day: timedelta, identity: str) -> list[WordedDetection]:
    of_identity = [each for each in hours[into_day] if each.sender_hour.identity == identity]
    now = moment(ends_at, into_day)
    history = History(identity_entity(identity), day_balances_of(of_identity), now)
    detections = detect(EntityMail(history, of_identity, None, StandingRules()))
    worded = (WordedDetection(each, history.entity, now) for each in detections)
    return [each for each in worded if each.state is DetectionState.FIRING]


@pytest.mark.parametrize(
    ("entity", "drift"),
    [
        (THE_AGENCY, [Standing.HEALTHY, Standing.WATCH, Standing.REVIEW]),
        (THE_OWNERS_DOMAIN, [Standing.HEALTHY, Standing.WATCH, Standing.REVIEW]),
        (account_entity(PRODUCT, "us-east-1"), [Standing.HEALTHY] * 3),
        (account_entity(OWNER, "us-east-1"), [Standing.HEALTHY] * 3),
        (identity_entity("example.org"), [Standing.HEALTHY] * 3),
    ],
    ids=lambda value: value.title if isinstance(value, ReputationEntity) else None,
)
def test_the_agency_drifts_to_review_and_takes_the_owners_domain_along(
    hours: Hours, ends_at: datetime, entity: ReputationEntity, drift: list[Standing | None]
) -> None:
    assert [classify(hours, ends_at, each, entity, Measure.BOUNCES) for each in hours] == drift


@pytest.mark.parametrize("entity", [THE_AGENCY, THE_OWNERS_DOMAIN], ids=lambda entity: entity.title)
def test_nobody_complains_of_those_who_are_rated(
    hours: Hours, ends_at: datetime, entity: ReputationEntity
) -> None:
    assert classify(hours, ends_at, END, entity, Measure.COMPLAINTS) is Standing.HEALTHY


def test_complaints_come_all_the_same(day: InventedTraffic) -> None:
    assert "example.org" in {fact.identity for fact in day.facts if fact.outcome.startswith("complained_")}


@pytest.mark.parametrize("identity", ["example.com", "example.org"])
def test_in_the_morning_no_provider_defers(hours: Hours, ends_at: datetime, identity: str) -> None:
    assert not deferrals(hours, ends_at, MORNING, identity)


@pytest.mark.parametrize(("into_day", "share"), [(EVENING, 30), (END, 43)], ids=["evening", "end"])
def test_microsoft_defers_the_domains_mail_an_hour_after_the_import(
    hours: Hours, ends_at: datetime, into_day: timedelta, share: int
) -> None:
    (deferral,) = deferrals(hours, ends_at, into_day, "example.com")
    began = ends_at - END + timedelta(hours=14)

    assert not deferrals(hours, ends_at, into_day, "example.org")
    assert (deferral.scope, deferral.since) == ("microsoft", f"{began:%Y-%m-%dT%H}")
    assert deferral.headline.startswith("Microsoft is deferring example.com since ")
    assert deferral.headline.endswith(f", IPFailure, {share} % of mail")
