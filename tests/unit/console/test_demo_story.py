"""The demo's day tells its story by the product's own rules, whatever the hour at which it is run."""

from datetime import UTC, datetime, timedelta

import pytest

from console.demo.traffic import DELEGATES, OWNER, DayOfTraffic, generate_day
from console.demo.traffic.expected_facts import feeds_by_fact
from ses_reputation.findings.deferrals import find_deferrals
from ses_reputation.findings.finding import Sighting, Verdict
from ses_reputation.ledger.hour_balance import SenderHour
from ses_reputation.rates.thresholds import Measure, Standing, StandingRules
from ses_reputation.rates.windows import History
from ses_reputation.rollup.day_balance import fold_days, sender_of
from ses_reputation.rollup.entities import Book, account_book, identity_book
from ses_reputation.standing.evaluation import judge_book
from tests.unit.console.perfect_ledger import hours_of

Hours = dict[timedelta, list[SenderHour]]
SEED = 20261122
AGENCY, PRODUCT = DELEGATES
MORNING, EVENING, END = (timedelta(hours=hours) for hours in (12, 18, 24))
THE_AGENCY, THE_OWNERS_DOMAIN = account_book(AGENCY, "us-east-1"), identity_book("example.com")


@pytest.fixture(scope="module", params=[0, 10, 17])
def ends_at(request: pytest.FixtureRequest) -> datetime:
    """At midnight the day is one day of UTC; else it is parts of two."""
    return datetime(2026, 11, 22, request.param, tzinfo=UTC)


@pytest.fixture(scope="module")
def day(ends_at: datetime) -> DayOfTraffic:
    return generate_day(SEED, ends_at)


@pytest.fixture(scope="module")
def hours(day: DayOfTraffic, ends_at: datetime) -> Hours:
    """What a ledger holds at the end of each stage."""
    arrived = {each: day.arriving_by(moment(ends_at, each)) for each in (MORNING, EVENING)}
    arrived[END] = day.publications
    return {each: hours_of(day, feeds_by_fact(publications)) for each, publications in arrived.items()}


def moment(ends_at: datetime, into_day: timedelta) -> datetime:
    return ends_at - END + into_day


def standing_at(
    hours: Hours, ends_at: datetime, into_day: timedelta, book: Book, measure: Measure
) -> Standing | None:
    days = fold_days(hour for hour in hours[into_day] if book.name in sender_of(hour))
    history = History(book, days, moment(ends_at, into_day))
    return judge_book(history, {}, StandingRules())[measure].standing


def deferrals(hours: Hours, ends_at: datetime, into_day: timedelta, identity: str) -> list[Sighting]:
    of_identity = [each for each in hours[into_day] if each.origin.identity == identity]
    now = moment(ends_at, into_day)
    sightings = find_deferrals(identity_book(identity), of_identity, fold_days(of_identity), now)
    return [sighting for sighting in sightings if sighting.verdict is Verdict.FOUND]


@pytest.mark.parametrize(
    ("book", "drift"),
    [
        (THE_AGENCY, [Standing.HEALTHY, Standing.WATCH, Standing.REVIEW]),
        (THE_OWNERS_DOMAIN, [Standing.HEALTHY, Standing.WATCH, Standing.WATCH]),
        (account_book(PRODUCT, "us-east-1"), [None, None, None]),
        (account_book(OWNER, "us-east-1"), [None, None, None]),
        (identity_book("example.org"), [None, None, None]),
    ],
    ids=lambda value: value.title if isinstance(value, Book) else None,
)
def test_the_agency_drifts_to_review_and_takes_the_owners_domain_along(
    hours: Hours, ends_at: datetime, book: Book, drift: list[Standing | None]
) -> None:
    assert [standing_at(hours, ends_at, each, book, Measure.BOUNCES) for each in hours] == drift


@pytest.mark.parametrize("book", [THE_AGENCY, THE_OWNERS_DOMAIN], ids=lambda book: book.title)
def test_nobody_complains_of_those_who_are_rated(hours: Hours, ends_at: datetime, book: Book) -> None:
    assert standing_at(hours, ends_at, END, book, Measure.COMPLAINTS) is Standing.HEALTHY


def test_complaints_come_all_the_same(day: DayOfTraffic) -> None:
    assert "example.org" in {fact.identity for fact in day.facts if fact.outcome.startswith("complained_")}


@pytest.mark.parametrize("identity", ["example.com", "example.org"])
def test_in_the_morning_no_provider_defers(hours: Hours, ends_at: datetime, identity: str) -> None:
    assert not deferrals(hours, ends_at, MORNING, identity)


@pytest.mark.parametrize("into_day", [EVENING, END], ids=["evening", "end"])
def test_microsoft_defers_a_third_of_the_domains_mail_an_hour_after_the_import(
    hours: Hours, ends_at: datetime, into_day: timedelta
) -> None:
    (deferral,) = deferrals(hours, ends_at, into_day, "example.com")
    began = ends_at - END + timedelta(hours=14)

    assert not deferrals(hours, ends_at, into_day, "example.org")
    assert (deferral.about, deferral.since) == ("microsoft", f"{began:%Y-%m-%dT%H}")
    assert deferral.headline.startswith("Microsoft is deferring example.com since ")
    assert deferral.headline.endswith(", IPFailure, 31 % of mail")
