"""How far an entity's rate is from the next threshold, up and down."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from math import ceil
from typing import Any, Self

from ses_reputation.rates.evidence import LatestPeriod, events_until_shown
from ses_reputation.rates.history import History, find_crossing
from ses_reputation.rates.measures import COUNT_OF, SENDS_OF
from ses_reputation.rates.rates import Rate, rate_in, rates_in
from ses_reputation.rates.thresholds import Measure, Standing, StandingRules
from ses_reputation.rates.windows import Window
from ses_reputation.rollup.rate_counts import EVERYTHING, NO_COUNTS


@dataclass(frozen=True, slots=True)
class Headroom:
    """How far an entity is from a standing, by the rule that standings follow.

    more_events: how many more hard bounces (complaints) of the newest mail begin it: the rate reaches the
    threshold, and chance does not explain it; 0 where it has begun, and where so little mail was sent that
    not even all of it would begin it. Bounces of mail that is sent from now on
    come with a send each, so of those it takes more. clean_sends: how many clean sends from the next hour on
    end it; 0 where it has not begun. Old hours that they push out of the window are reckoned with. Both leave
    out that mail grows older than the longest window, and that other mail bounces meanwhile.
    """

    standing: Standing
    threshold: Fraction
    more_events: int
    clean_sends: int

    @property
    def is_known(self) -> bool:
        """Whether a number of events begins it, or of clean sends ends it: there is something to say."""
        return bool(self.more_events or self.clean_sends)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON, the fields by name; the threshold as a fraction of 1."""
        return {**asdict(self), "standing": str(self.standing), "threshold": float(self.threshold)}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """Return what `to_json` wrote; the threshold as near as a float is."""
        standing, threshold = Standing(plain["standing"]), Fraction(plain["threshold"])
        return cls(standing, threshold, plain["more_events"], plain["clean_sends"])

    @classmethod
    def next_of(cls, plain: Iterable[Mapping[str, Any]]) -> Self | None:
        """Return that to the mildest standing that more events begin, of what `to_json` wrote of each."""
        return next((each for each in map(cls.from_json, plain) if each.more_events), None)


def find_headroom(
    history: History,
    window: Window,
    measure: Measure,
    rules: StandingRules,
    held: Standing,
    periods: Sequence[LatestPeriod],
) -> tuple[Headroom, ...]:
    """Return the headroom to each standing, mildest first; none where there is no rate.

    held: where the entity stands now. periods: its latest mail, see `evidence.latest_periods`.
    """
    rate, _ = rate_in(window, measure, rules)
    if rate is None:
        return ()
    return tuple(
        Headroom(standing, threshold, 0, _clean_sends(history, window, measure, threshold, rules))
        if standing.severity <= held.severity
        else Headroom(standing, threshold, _more_events(window, measure, threshold, rules, periods), 0)
        for standing, threshold in rules.thresholds[measure].items()
    )


def _more_events(
    window: Window,
    measure: Measure,
    threshold: Fraction,
    rules: StandingRules,
    periods: Sequence[LatestPeriod],
) -> int:
    whole, newer = rates_in(window, measure, rules)
    missing = [_missing(whole, threshold)] if whole else []
    if newer and window.newer is not None:
        # All the newer hours' mail together may be too little to reach the threshold of the volume.
        left = SENDS_OF[measure](window.newer.get(EVERYTHING, NO_COUNTS)) - newer.numerator
        if _missing(newer, threshold) <= max(0, left):
            missing.append(_missing(newer, threshold))
    return max(0, min(missing, default=0), events_until_shown(periods, threshold))


def _missing(rate: Rate, threshold: Fraction) -> int:
    return ceil(threshold * rate.denominator) - rate.numerator


def _clean_sends(
    history: History, window: Window, measure: Measure, threshold: Fraction, rules: StandingRules
) -> int:
    """Return the smallest number of clean sends after the last hour that end a standing.

    It is left where the rate is below its threshold by the hysteresis. Let the latest hours hold `events` of
    `sends` as soon as they hold enough events to be there with a full volume. Clean sends bring the rate
    below either by diluting these hours, or by filling the window up with what is newer than the first of
    them.
    """
    count, sends_of, left_below = COUNT_OF[measure], SENDS_OF[measure], threshold * (1 - rules.hysteresis)
    crossing = find_crossing(history, window.first_hour, count, ceil(left_below * rules.volume))
    if crossing is None:
        everything = window.table[EVERYTHING]
        return _diluting(count(everything), sends_of(everything), left_below)
    return min(
        _diluting(count(crossing.reached), sends_of(crossing.reached), left_below),
        rules.volume - sends_of(crossing.newer),
    )


def _diluting(events: int, sends: int, threshold: Fraction) -> int:
    """Return the smallest y of events / (sends + y) < threshold."""
    return int(events / threshold) + 1 - sends
