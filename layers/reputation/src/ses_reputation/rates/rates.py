"""Rates of mail with their intervals.

All rates are estimates: SES says neither which mail its own are taken over nor lets anybody recompute them.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from statistics import NormalDist

from ses_reputation.rates.measures import COUNT_OF, SENDS_OF
from ses_reputation.rates.thresholds import Measure, StandingRules
from ses_reputation.rates.windows import Window
from ses_reputation.rollup.rate_counts import EVERYTHING, NO_COUNTS, Breakdown, RateCounts


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of mail: numerator of denominator, both in dispatches; 0 <= numerator <= denominator > 0."""

    numerator: int
    denominator: int

    def __post_init__(self) -> None:
        if not 0 <= self.numerator <= self.denominator or not self.denominator:
            raise ValueError(f"{self.numerator} of {self.denominator} is no rate")

    @property
    def value(self) -> Fraction:
        """The rate as an exact fraction of 1."""
        return Fraction(self.numerator, self.denominator)

    @property
    def interval(self) -> tuple[float, float]:
        """The Wilson score interval at 95 %: where the rate lies that so much mail could have come from."""
        return self.interval_at(0.95)

    def interval_at(self, confidence: float) -> tuple[float, float]:
        """Return the Wilson score interval at a confidence between 0 and 1."""
        z = NormalDist().inv_cdf((1 + confidence) / 2)
        share, mails = self.numerator / self.denominator, self.denominator
        centre = share + z**2 / (2 * mails)
        reach = z * sqrt(share * (1 - share) / mails + z**2 / (4 * mails**2))
        scale = 1 + z**2 / mails
        # In floats an end may come to lie on the wrong side of the rate by the last digit.
        return max(0.0, min((centre - reach) / scale, share)), min(1.0, max((centre + reach) / scale, share))

    def to_json(self) -> dict[str, float]:
        """Return plain JSON: numerator, denominator, and value, low and high (95 %) as fractions of 1."""
        low, high = self.interval
        return {
            "numerator": self.numerator,
            "denominator": self.denominator,
            "value": round(float(self.value), 6),
            "low": round(low, 6),
            "high": round(high, 6),
        }


def plain_value(rate: Rate | None) -> float | None:
    """Return a rate's value, a fraction of 1, as plain JSON has it; None where there is no rate."""
    return float(rate.value) if rate else None


def rate_of(events: int, sends: int) -> Rate | None:
    """Return the rate of events among sends; None where no send is known.

    Where more events than sends are known, Send events were lost, and the denominator is the events.
    """
    return Rate(events, max(sends, events)) if sends else None


def rate_of_figures(figures: RateCounts, measure: Measure) -> Rate | None:
    """Return the rate of some mail by a measure; None where it holds none of the mail that is measured."""
    return rate_of(COUNT_OF[measure](figures), SENDS_OF[measure](figures))


def rate_in(window: Window, measure: Measure, rules: StandingRules) -> tuple[Rate | None, Breakdown]:
    """Return a window's rate by a measure, and the table of the mail that it counts.

    Where the window's first hour dilutes it, the rate is the newer hours' events over the volume. Without
    this, clean mail could worsen a standing: it pushes the first hour, and all that diluted, out of the
    window (docs/adr/0007-windows-and-standings.md).
    """
    whole, newer = rates_in(window, measure, rules)
    if newer and window.newer is not None and (not whole or newer.value > whole.value):
        return newer, window.newer
    return whole, window.table


def rates_in(window: Window, measure: Measure, rules: StandingRules) -> tuple[Rate | None, Rate | None]:
    """Return the rate of a window, and that of its newer hours over a full volume, if it has such hours."""
    whole = rate_of_figures(window.table.get(EVERYTHING, NO_COUNTS), measure)
    if window.newer is None:
        return whole, None
    newer = window.newer.get(EVERYTHING, NO_COUNTS)
    return whole, rate_of(COUNT_OF[measure](newer), rules.volume)
