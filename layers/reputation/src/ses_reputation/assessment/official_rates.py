"""SES's own rate of an account beside the ledger's estimate: the worse of both is the standing."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction

from ses_reputation.rates.official import OfficialRate
from ses_reputation.rates.thresholds import Measure, Standing, StandingRules
from ses_reputation.standing.evaluation import Evaluation, classify
from ses_reputation.statistics.send_statistics import SendStatistics

LONGEST_VALID = timedelta(hours=24)
"""An older rate decides nothing: it is not known how SES sees the mail since. SES publishes its rates at no
stated pace (Amazon SES developer guide, "Creating reputation monitoring alarms": missing data is to be
ignored)."""


def with_official_rates(
    evaluations: Mapping[Measure, Evaluation],
    statistics: SendStatistics | None,
    previous: Mapping[Measure, Standing],
    rules: StandingRules,
    now: datetime,
) -> dict[Measure, Evaluation]:
    """Return the evaluations of an account with the standings that SES's own rates mean, if these are worse.

    SES enforces by its own rate: it needs no evidence, and no volume. A standing that it led to is left as
    any other, once both rates are below the threshold by the hysteresis. An account without mail in its
    window stays without a standing.
    """
    return {
        measure: _with_official(each, statistics, previous.get(measure), rules, now)
        for measure, each in evaluations.items()
    }


def _with_official(
    evaluation: Evaluation,
    statistics: SendStatistics | None,
    previous: Standing | None,
    rules: StandingRules,
    now: datetime,
) -> Evaluation:
    rate, at = _published(statistics, evaluation.measure) if statistics else (None, None)
    if rate is None or at is None or now - at > LONGEST_VALID or not evaluation.has_mail:
        return evaluation
    # The decimal number that CloudWatch writes: as a binary fraction, 0.1 is above a tenth.
    exact = Fraction(str(rate))
    # What SES itself publishes needs no evidence: it acts on it.
    standing = classify(
        exact, previous, rules.thresholds[evaluation.measure], rules.hysteresis, lambda _: True
    )
    official = OfficialRate(exact, at, standing, evaluation.standing)
    return replace(evaluation, standing=official.worst, official=official)


def _published(statistics: SendStatistics, measure: Measure) -> tuple[float | None, datetime | None]:
    if measure is Measure.BOUNCES:
        return statistics.bounce_rate, statistics.bounce_rate_at
    return statistics.complaint_rate, statistics.complaint_rate_at
