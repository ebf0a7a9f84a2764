"""Where mail stands, by which measure, since when, and how much that is of concern."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from ses_reputation.hours import ONE_DAY, day_of
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rates.thresholds import Measure, Standing, StandingRules
from ses_reputation.rollup.rate_counts import Dimension
from ses_reputation.standing.state import EntityState, MeasureState
from ses_reputation.statement.facts.evaluated import (
    Evaluated,
    evaluate_part,
    evaluated_entity,
    with_beginnings,
)
from tests.support.assessed_world import MINE, RULES, daily_mail
from tests.support.evaluated import ACCOUNT, IDENTITY, NOW, bounces, causes_in_identity, complaints
from tests.support.mail import days_of
from tests.support.stood import stood

BY_BOUNCES, BY_COMPLAINTS = Measure.BOUNCES, Measure.COMPLAINTS
MIDNIGHT = datetime(2026, 11, 22, tzinfo=NOW.tzinfo)
FIRST_READ = day_of(NOW - 30 * ONE_DAY)


@pytest.mark.parametrize(
    ("by_bounces", "by_complaints", "worst"),
    [
        (Standing.REVIEW, Standing.WATCH, BY_BOUNCES),
        (Standing.WATCH, Standing.REVIEW, BY_COMPLAINTS),
        # 513 of 10,021 are 1.02 of 5 %; 12 of 10,021 are 1.20 of 0.1 %.
        (Standing.REVIEW, Standing.REVIEW, BY_COMPLAINTS),
        # 180 of 10,021 are 0.36 of 5 %; 3 are 0.30 of 0.1 %.
        (Standing.HEALTHY, Standing.HEALTHY, BY_BOUNCES),
    ],
)
def test_the_worst_measure_is_that_of_the_standing_then_that_nearer_to_review(
    by_bounces: Standing, by_complaints: Standing, worst: Measure
) -> None:
    mail = stood(IDENTITY, bounces(by_bounces), complaints(by_complaints))

    assert mail.worst is worst
    assert mail.standing is max(by_bounces, by_complaints, key=lambda each: each.severity)


def test_concern_is_of_the_standing_then_of_the_nearer_measure() -> None:
    severity, nearness = stood(IDENTITY, bounces(Standing.REVIEW), complaints(Standing.WATCH)).concern

    # 513 / 10,021 / 0.05 is more than 7 / 10,021 / 0.001.
    assert severity == Standing.REVIEW.severity
    assert nearness == pytest.approx(1.0238, abs=1e-4)
    assert Evaluated(IDENTITY).concern == (-1, 0.0)


def test_a_standing_that_is_stored_goes_before_what_the_view_says() -> None:
    """With hysteresis a standing lasts below its threshold: here complaints are nearer to a review."""
    seen = stood(ACCOUNT, bounces(Standing.HEALTHY), complaints(Standing.WATCH))
    states = {BY_BOUNCES: MeasureState(Standing.REVIEW, NOW)}

    mail = evaluated_entity(ACCOUNT, EntityState(ACCOUNT, 1, NOW, states, view={"measures": seen.measures}))

    assert mail.nearness(BY_BOUNCES) < mail.nearness(BY_COMPLAINTS)
    assert (mail.worst, mail.standing, mail.since(BY_BOUNCES)) == (BY_BOUNCES, Standing.REVIEW, NOW)
    assert mail.since(BY_COMPLAINTS) is None


def test_an_entity_that_was_never_assessed_stands_nowhere() -> None:
    assert evaluated_entity(ACCOUNT, None) == Evaluated(ACCOUNT)


def test_causes_are_read_back_as_they_were_found() -> None:
    found = causes_in_identity(513)

    assert tuple(stood(IDENTITY, bounces(Standing.REVIEW, found)).causes(BY_BOUNCES)) == found
    assert found[-1].mail_slice.kind is Dimension.BOUNCE
    assert found[-1].rate is None


def test_a_part_is_evaluated_over_the_latest_mail_of_thirty_days() -> None:
    """The volume wants 10,000 sends: 30 days of 100 are all there is, and older ones are not looked at."""
    days = days_of([*daily_mail(MINE, 100, 1, range(30)), *daily_mail(MINE, 100, 90, range(31, 40))])

    mail = evaluate_part(IDENTITY, days, replace(RULES, volume=10_000), NOW)

    rate = mail.measures[BY_BOUNCES]["rate"]
    # The window begins 30 days ago to the hour, so the day at its edge is whole or not there.
    assert (rate["numerator"], rate["denominator"]) == (30, 3_000)
    assert mail.standing is Standing.HEALTHY


def test_a_part_without_mail_stands_nowhere() -> None:
    assert evaluate_part(IDENTITY, [], RULES, NOW) == Evaluated(IDENTITY)


def began(hours: list[HourBalance], rules: StandingRules) -> tuple[Standing | None, datetime | None]:
    """Where a part stands by its bounces, of which 31 days are read, and since when."""
    days = days_of(hours)
    read = [each for each in days if each.day >= FIRST_READ]
    part = evaluate_part(IDENTITY, read, rules, NOW)
    found = with_beginnings(part, read, {each.day for each in days}, rules, NOW)
    return found.standing_of(Measure.BOUNCES), found.since(Measure.BOUNCES)


@pytest.mark.parametrize(("sends", "bounces"), [(8, 1), (100, 7)])
def test_what_was_always_so_has_no_beginning(sends: int, bounces: int) -> None:
    """The same mail each day for two months, of which no day fills the window of 10,000."""
    assert began(daily_mail(MINE, sends, bounces, range(60)), StandingRules()) == (Standing.REVIEW, None)


def test_a_standing_begins_with_the_first_day_at_whose_end_it_was_as_bad() -> None:
    """100 mails a day, the latest 1,000 count; seven days were bad.

    After three bad days 3 x 12 + 7 x 1 of 1,000 had bounced, 4.3 %. After four it was 5.4 %, and 48 of the
    latest 400 are no chance.
    """
    hours = [*daily_mail(MINE, 100, 1, range(7, 60)), *daily_mail(MINE, 100, 12, range(7))]

    assert began(hours, StandingRules(volume=1_000)) == (Standing.REVIEW, MIDNIGHT - timedelta(days=3))


def test_mail_that_began_of_late_begins_its_standing() -> None:
    """Twelve of a hundred bounce each day since the 18th, and nothing was sent before.

    At 5 % chance brings twelve of a hundred (0.004), and hardly 24 of 200 (0.0001).
    """
    standing, since = began(daily_mail(MINE, 100, 12, range(5)), StandingRules())

    assert (standing, since) == (Standing.REVIEW, MIDNIGHT - timedelta(days=3))
