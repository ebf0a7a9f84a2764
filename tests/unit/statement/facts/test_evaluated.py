"""Where mail stands, by which measure, and how much that is of concern."""

from dataclasses import replace

import pytest

from ses_reputation.rates.thresholds import Measure, Standing
from ses_reputation.rollup.rate_counts import Dimension
from ses_reputation.standing.state import EntityState, MeasureState
from ses_reputation.statement.facts.evaluated import Evaluated, evaluate_part, evaluated_entity
from tests.support.assessed_world import MINE, RULES, daily_mail
from tests.support.evaluated import ACCOUNT, IDENTITY, NOW, bounces, causes_in_identity, complaints
from tests.support.mail import days_of
from tests.support.stood import stood

BY_BOUNCES, BY_COMPLAINTS = Measure.BOUNCES, Measure.COMPLAINTS


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
