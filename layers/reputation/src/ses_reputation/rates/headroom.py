"""How far an entity's rate is from the next threshold, up and down."""

from dataclasses import asdict, dataclass
from fractions import Fraction
from math import ceil
from typing import Any

from ses_reputation.rates.history import History, find_crossing
from ses_reputation.rates.rates import COUNT_OF, Rate, rate_in, rates_in
from ses_reputation.rates.thresholds import Measure, Standing, StandingRules
from ses_reputation.rates.windows import Window
from ses_reputation.rollup.rate_counts import EVERYTHING, NO_COUNTS


@dataclass(frozen=True, slots=True)
class Headroom:
    """How far a rate is from the threshold at which a standing begins.

    more_events: how many more hard bounces (complaints) of mail that is already in the window reach it; 0
    where it is reached. Bounces of mail that is sent from now on come with a send each, so of those it takes
    more. clean_sends: how many clean sends from the next hour on bring the rate below; 0 where it is below.
    Old hours that they push out of the window are reckoned with. Both leave out that mail grows older than
    the longest window, and that other mail bounces meanwhile.
    """

    standing: Standing
    threshold: Fraction
    more_events: int
    clean_sends: int

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON, the fields by name; the threshold as a fraction of 1."""
        return {**asdict(self), "standing": str(self.standing), "threshold": float(self.threshold)}


def find_headroom(
    history: History, window: Window, measure: Measure, rules: StandingRules
) -> tuple[Headroom, ...]:
    """Return the headroom to each threshold, mildest first; none where there is no rate."""
    rate, _ = rate_in(window, measure, rules)
    if rate is None:
        return ()
    return tuple(
        Headroom(
            standing,
            threshold,
            _more_events(window, measure, threshold, rules),
            _clean_sends(history, window, measure, threshold, rules) if rate.value >= threshold else 0,
        )
        for standing, threshold in rules.thresholds[measure].items()
    )


def _more_events(window: Window, measure: Measure, threshold: Fraction, rules: StandingRules) -> int:
    whole, newer = rates_in(window, measure, rules)
    missing = [_missing(whole, threshold)] if whole else []
    if newer and window.newer is not None:
        # All the newer hours' mail together may be too little to reach the threshold of the volume.
        left = window.newer.get(EVERYTHING, NO_COUNTS).sends - newer.numerator
        if _missing(newer, threshold) <= max(0, left):
            missing.append(_missing(newer, threshold))
    return max(0, min(missing, default=0))


def _missing(rate: Rate, threshold: Fraction) -> int:
    return ceil(threshold * rate.denominator) - rate.numerator


def _clean_sends(
    history: History, window: Window, measure: Measure, threshold: Fraction, rules: StandingRules
) -> int:
    """Return the smallest number of clean sends after the last hour that bring a rate below a threshold.

    Let the latest hours hold `events` of `sends` as soon as they hold enough events to be at the threshold of
    a full volume. Clean sends bring the rate below either by diluting these hours, or by filling the window
    up with what is newer than the first of them.
    """
    count, enough = COUNT_OF[measure], ceil(threshold * rules.volume)
    crossing = find_crossing(history, window.first_hour, count, enough)
    if crossing is None:
        everything = window.table[EVERYTHING]
        return _diluting(count(everything), everything.sends, threshold)
    return min(
        _diluting(count(crossing.reached), crossing.reached.sends, threshold),
        rules.volume - crossing.newer.sends,
    )


def _diluting(events: int, sends: int, threshold: Fraction) -> int:
    """Return the smallest y of events / (sends + y) < threshold."""
    return int(events / threshold) + 1 - sends
