"""SES's own rate of an account decides where it is worse than the estimate, as long as it is of late."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction

import pytest

from ses_reputation.assessment.official_rates import with_official_rates
from ses_reputation.rates.thresholds import Measure, Standing, StandingRules
from ses_reputation.standing.evaluation import Evaluation
from ses_reputation.statistics.send_statistics import SendStatistics
from tests.support.evaluated import NOW, WINDOW, bounces, complaints

HEALTHY, WATCH, REVIEW, PAUSE = Standing
AN_HOUR_AGO = NOW - timedelta(hours=1)


def published(
    bounce_rate: float | None = None,
    complaint_rate: float | None = None,
    at: datetime = AN_HOUR_AGO,
    complaint_rate_at: datetime | None = None,
) -> SendStatistics:
    times = (at, complaint_rate_at or at)
    return SendStatistics("444455556666", "us-east-1", NOW, {}, bounce_rate, complaint_rate, *times)


def both(
    estimate: Evaluation,
    statistics: SendStatistics | None,
    previous: Mapping[Measure, Standing] | None = None,
) -> Evaluation:
    measure = estimate.measure
    found = with_official_rates({measure: estimate}, statistics, previous or {}, StandingRules(), NOW)
    return found[measure]


@pytest.mark.parametrize(
    ("rate", "standing"),
    [(0.0199, HEALTHY), (0.02, WATCH), (0.0499, WATCH), (0.05, REVIEW), (0.0999, REVIEW), (0.1, PAUSE)],
)
def test_its_thresholds_are_reached_when_ses_says_so(rate: float, standing: Standing) -> None:
    found = both(bounces(HEALTHY), published(rate))

    assert found.standing is standing
    assert found.official
    assert found.official.decides is (standing is not HEALTHY)


def test_a_rate_of_complaints_is_compared_with_the_thresholds_of_complaints() -> None:
    found = both(complaints(HEALTHY), published(0.2, 0.001))

    assert found.standing is REVIEW
    assert found.official
    assert found.official.rate == Fraction(1, 1_000)


def test_the_estimate_decides_where_it_is_the_worse() -> None:
    found = both(bounces(PAUSE), published(0.049))

    assert found.standing is PAUSE
    assert found.official
    assert (found.official.standing, found.official.estimated, found.official.decides) == (
        WATCH,
        PAUSE,
        False,
    )


def test_an_account_that_the_ledger_cannot_rate_stands_where_ses_says() -> None:
    found = both(bounces(None), published(0.06))

    assert found.standing is REVIEW
    assert found.official
    assert found.official.estimated is None


def test_a_rate_of_a_day_ago_still_decides_and_an_older_one_decides_nothing() -> None:
    at = NOW - timedelta(hours=24)

    assert both(bounces(HEALTHY), published(0.11, at=at)).standing is PAUSE
    late = both(bounces(HEALTHY), published(0.11, at=at - timedelta(seconds=1)))
    assert (late.standing, late.official) == (HEALTHY, None)


def test_each_rate_has_a_time_of_its_own() -> None:
    long_ago = NOW - timedelta(days=2)
    statistics = published(0.11, 0.006, complaint_rate_at=long_ago)

    assert both(bounces(HEALTHY), statistics).standing is PAUSE
    assert both(complaints(HEALTHY), statistics).standing is HEALTHY


def test_what_ses_does_not_publish_changes_nothing() -> None:
    for statistics in (None, published(None, 0.02)):
        found = both(bounces(WATCH), statistics)
        assert (found.standing, found.official) == (WATCH, None)


@pytest.mark.parametrize(("rate", "standing"), [(0.0451, REVIEW), (0.045, REVIEW), (0.0449, WATCH)])
def test_the_way_back_has_the_same_hysteresis(rate: float, standing: Standing) -> None:
    assert both(bounces(WATCH), published(rate), {Measure.BOUNCES: REVIEW}).standing is standing


def test_an_account_without_mail_stays_without_a_standing() -> None:
    empty = Evaluation(Measure.BOUNCES, replace(WINDOW, table={}), 0, 0, None, None)

    assert both(empty, published(0.2)).standing is None
