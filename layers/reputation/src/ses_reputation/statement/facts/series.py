"""Mail over time: by day for 90 days, by hour for two."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from ses_reputation.hours import ONE_DAY, Day, Hour, day_of, days_between, hours_back
from ses_reputation.rates.measures import COUNT_OF, SENDS_OF
from ses_reputation.rates.rates import rate_of
from ses_reputation.rates.thresholds import Measure
from ses_reputation.rollup.day_balance import DayBalance, totals_by_hour
from ses_reputation.rollup.rate_counts import NO_COUNTS, RateCounts
from ses_reputation.statement.view.mail import MailSeries, RateColumns, Sparkline

DAYS_SHOWN = 90
HOURS_SHOWN = 48
SPARKLINE_DAYS = 30

Totals = Mapping[Day, RateCounts]
"""What some mail came to by day."""


def latest_days(now: datetime, number: int) -> list[Day]:
    """Return the last days, oldest first, today's included."""
    return list(days_between(now - (number - 1) * ONE_DAY, now))


def view_days(totals: Totals, now: datetime) -> MailSeries:
    """Return mail by day, for 90 days or, of younger mail, since its first."""
    days = latest_days(now, DAYS_SHOWN)
    first = min((day for day in totals if totals[day].known), default=days[0])
    return _series([day for day in days if day >= first], totals)


def view_hours(days: Iterable[DayBalance], now: datetime) -> MailSeries:
    """Return mail by hour, for 48 hours; days: those of today and the two days before, at least."""
    hours = hours_back(now, HOURS_SHOWN)[::-1]
    first = day_of(hours[0])
    return _series(hours, totals_by_hour(day for day in days if day.day >= first))


def view_sparkline(totals: Totals, now: datetime) -> Sparkline:
    """Return 30 days at a glance."""
    days = latest_days(now, SPARKLINE_DAYS)
    counts = [totals.get(day, NO_COUNTS) for day in days]
    return Sparkline(
        tuple(days),
        tuple(each.sends for each in counts),
        tuple(each.hard_bounces for each in counts),
        tuple(each.complaints for each in counts),
    )


def _series(periods: Sequence[Day | Hour], totals: Mapping[str, RateCounts]) -> MailSeries:
    counts = [totals.get(period, NO_COUNTS) for period in periods]
    return MailSeries(
        tuple(periods),
        tuple(each.sends for each in counts),
        _columns(counts, Measure.BOUNCES),
        _columns(counts, Measure.COMPLAINTS),
    )


def _columns(counts: Sequence[RateCounts], measure: Measure) -> RateColumns:
    sends, events = (tuple(map(of[measure], counts)) for of in (SENDS_OF, COUNT_OF))
    rates = [rate_of(*pair) for pair in zip(events, sends, strict=True)]
    plain = [rate.to_json() if rate else None for rate in rates]
    values, lows, highs = (
        tuple(each[name] if each else None for each in plain) for name in ("value", "low", "high")
    )
    return RateColumns(sends, events, values, lows, highs)
