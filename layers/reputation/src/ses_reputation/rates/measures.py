"""What each measure counts, and over which mail."""

from collections.abc import Callable, Mapping

from ses_reputation.rates.thresholds import Measure
from ses_reputation.rollup.rate_counts import RateCounts

Count = Callable[[RateCounts], int]
"""Which of the figures is counted."""

COUNT_OF: Mapping[Measure, Count] = {
    Measure.BOUNCES: lambda figures: figures.hard_bounces,
    Measure.COMPLAINTS: lambda figures: figures.complaints,
}
"""The events of each measure: the numerator of its rate."""

SENDS_OF: Mapping[Measure, Count] = {
    Measure.BOUNCES: lambda figures: figures.sends,
    Measure.COMPLAINTS: lambda figures: figures.fbl_sends,
}
"""The mail that each measure is taken over: its denominator, in which its volume window is counted too.

SES takes complaints over mail to providers that send feedback loops only (its sending review FAQ on
complaints, questions 6 and 7)."""
