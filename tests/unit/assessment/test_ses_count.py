"""An account whose bounces alone are reported is rated over the sends that SES counted; by hand."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest

from ses_reputation.assessment.ses_count import evaluate_by_ses_count
from ses_reputation.hours import Hour
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rates.basis import Basis, RateBasis
from ses_reputation.rates.closed_days import ClosedDays
from ses_reputation.rates.history import History
from ses_reputation.rates.rates import Rate
from ses_reputation.rates.thresholds import Measure, Standing, StandingRules
from ses_reputation.rollup.entities import ReputationEntity, identity_entity
from ses_reputation.standing.evaluation import Evaluation, evaluate_standing
from ses_reputation.statistics.send_statistics import HourTotals, SendStatistics
from tests.support.mail import ENTITY, NOW, Reported, days_of, hour_ago, reported_mail

RULES = StandingRules()


def bounces_only(hours: int, bounced: int) -> HourBalance:
    """Mail so many hours ago, of which the owner's topic reports the bounces and nobody the rest."""
    mail = Reported(bounced, bounced, name="", sender=(), owner=("bounced",))
    return reported_mail(hour_ago(hours), mail)


def sent(hours: int, sends: int) -> HourBalance:
    return reported_mail(hour_ago(hours), Reported(sends))


def counted(attempts: Mapping[int, int], read_hours_ago: int = 0) -> SendStatistics:
    hours: dict[Hour, HourTotals] = {hour_ago(ago): HourTotals(number) for ago, number in attempts.items()}
    return SendStatistics(ENTITY.name, ENTITY.region, NOW - timedelta(hours=read_hours_ago), hours)


def evaluated(
    mails: Sequence[HourBalance],
    statistics: SendStatistics | None,
    entity: ReputationEntity = ENTITY,
    previous: Mapping[Measure, Standing] | None = None,
) -> dict[Measure, Evaluation]:
    history = History(entity, days_of(mails), NOW)
    found = evaluate_standing(history, previous or {}, RULES)
    return evaluate_by_ses_count(found, history, statistics, previous or {}, RULES)


def bounce_rate(mails: Sequence[HourBalance], statistics: SendStatistics | None) -> Rate | None:
    return evaluated(mails, statistics)[Measure.BOUNCES].rate


# 11 % of 5,000 that SES counted: as many might come by chance where 10 % bounce.
MAILS = [bounces_only(5, 250), bounces_only(30, 300)]
STATISTICS = counted({5: 2_000, 30: 3_000})


def test_bounces_are_rated_over_what_ses_counted() -> None:
    found = evaluated(MAILS, STATISTICS)

    bounces, complaints = found[Measure.BOUNCES], found[Measure.COMPLAINTS]
    assert (bounces.rate, bounces.standing) == (Rate(550, 5_000), Standing.REVIEW)
    assert (bounces.sends, bounces.events) == (5_000, 550)
    assert bounces.basis == RateBasis(Basis.SES_COUNT)
    assert (complaints.rate, complaints.basis) == (None, RateBasis(None))
    # Which set to pause is not known, nor may the owner's word pause one.
    assert (bounces.causes, bounces.slices) == ((), ())
    assert bounces.by_senders is not None
    assert bounces.by_senders.standing is None


def test_the_latest_mail_that_fills_the_volume_counts() -> None:
    mails = [bounces_only(5, 250), bounces_only(30, 150), bounces_only(60, 4_000)]

    # SES counted 10,000 in the latest two of these hours.
    assert bounce_rate(mails, counted({5: 5_000, 30: 5_000, 60: 5_000})) == Rate(400, 10_000)


def test_without_statistics_there_are_only_counts() -> None:
    bounces = evaluated(MAILS, None)[Measure.BOUNCES]

    assert (bounces.rate, bounces.standing, bounces.headroom) == (None, None, ())
    assert bounces.basis == RateBasis(None, 0, 550)


def test_an_identity_has_no_count_of_ses() -> None:
    found = evaluated(MAILS, STATISTICS, identity_entity("example.com"))

    assert found[Measure.BOUNCES].rate is None


def test_a_reading_of_the_day_before_yesterday_says_nothing() -> None:
    assert bounce_rate(MAILS, counted({30: 3_000}, read_hours_ago=25)) is None
    assert bounce_rate(MAILS, counted({30: 3_000}, read_hours_ago=23)) == Rate(300, 3_000)


def test_bounces_of_hours_that_ses_has_not_counted_yet_wait() -> None:
    """The reading was two hours ago: of that hour SES had counted a part."""
    mails = [*MAILS, bounces_only(1, 900), bounces_only(2, 900)]

    assert bounce_rate(mails, counted({2: 10, 5: 2_000, 30: 3_000}, read_hours_ago=2)) == Rate(550, 5_000)


@pytest.mark.parametrize(
    ("known", "rate"), [(2_499, Rate(550, 5_000)), (2_500, Rate(0, 2_500)), (5_000, Rate(0, 5_000))]
)
def test_where_the_ledger_knows_half_of_the_mail_its_own_sends_count(known: int, rate: Rate) -> None:
    found = evaluated([*MAILS, sent(5, known)], STATISTICS)[Measure.BOUNCES]

    assert found.rate == rate


def test_mail_that_the_ledger_rates_is_left_as_it_is() -> None:
    found = evaluated([sent(5, 100)], STATISTICS)

    assert found[Measure.BOUNCES].rate == Rate(0, 100)


def test_closed_days_count_as_recent_ones() -> None:
    days = days_of(MAILS)
    history = History(ENTITY, days[1:], NOW, ClosedDays(days[:1]))
    found = evaluate_standing(history, {}, RULES)

    assert evaluate_by_ses_count(found, history, STATISTICS, {}, RULES)[Measure.BOUNCES].rate == Rate(
        550, 5_000
    )
