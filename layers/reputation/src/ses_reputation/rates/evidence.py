"""Whether chance explains that events reach a threshold: what a standing asks for before it worsens.

docs/adr/0037-evidence-before-a-standing.md says what the constants do over years; `make simulate` computes
it.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from math import ceil, log
from typing import NamedTuple

from ses_reputation.hours import Day, day_of, first_hour_of, hours_later
from ses_reputation.rates.history import History, figures_by_hour
from ses_reputation.rates.measures import COUNT_OF, SENDS_OF
from ses_reputation.rates.thresholds import Measure, StandingRules
from ses_reputation.rates.windows import Window
from ses_reputation.rollup.rate_counts import NO_COUNTS, RateCounts

FEWEST_EVENTS = 5
"""Events below which nothing is decided, however short the mail is that they are of."""

SURPRISE = log(1_000)
"""Mail at the threshold would have so many events less than once in a thousand."""

_VOLUMES, _MONTH = 4, 31


def is_beyond_chance(events: int, sends: int, threshold: Fraction) -> bool:
    """Return whether mail whose true rate is the threshold would hardly ever have so many events.

    Chernoff's bound says: among n mails that each cause an event with chance p, a share of a > p or more
    comes by with a chance of at most exp(-n * (a ln(a/p) + (1-a) ln((1-a)/(1-p)))). 570 of 1,900 are beyond
    10 %; 2 of 2,000 are not beyond 0.05 %. `sends` may be fewer than `events` if Send events were lost.
    """
    return events >= FEWEST_EVENTS and _surprise(events, max(sends, events), float(threshold)) >= SURPRISE


def fewest_events(sends: int, threshold: Fraction) -> int:
    """Return the fewest events of so many sends that are beyond chance; more than the sends if none are."""
    counts = range(ceil(threshold * sends), sends + 1)
    return counts.start + bisect_left(
        counts, True, key=lambda events: is_beyond_chance(events, sends, threshold)
    )


class LatestPeriod(NamedTuple):
    """The latest mail of an entity: hard bounces (complaints), and the sends that they are measured over."""

    events: int
    sends: int


def latest_periods(
    history: History, window: Window, measure: Measure, rules: StandingRules
) -> tuple[LatestPeriod, ...]:
    """Return an entity's mail since each hour of today and yesterday (UTC), and since each day before.

    It goes back to where the mail is four volumes, and no further than a month unless the window does.
    Where a period begins does not depend on the mail. So clean mail, and time that passes, add none that
    would show more: they can worsen no standing.
    """
    count, sends = COUNT_OF[measure], SENDS_OF[measure]
    month = day_of(hours_later(history.last_hour, -24 * (min(_MONTH, rules.most_days) - 1)))
    # A day that began before the longest window has mail that no window holds.
    earliest = hours_later(history.last_hour, 1 - 24 * rules.most_days)
    first_day = max(min(day_of(window.first_hour), month), day_of(hours_later(earliest, 23)))
    latest, periods = NO_COUNTS, list[LatestPeriod]()
    for figures in _latest_first(history, first_day):
        if sends(latest) >= _VOLUMES * rules.volume:
            break
        latest = latest.plus(figures)
        periods.append(LatestPeriod(count(latest), sends(latest)))
    return tuple(periods)


def _latest_first(history: History, first_day: Day) -> Iterator[RateCounts]:
    yesterday = day_of(hours_later(history.last_hour, -24))
    for day, total in history.totals.items():
        if yesterday <= day:
            yield from (figures for _, figures in figures_by_hour(history, day, first_hour_of(first_day)))
        elif first_day <= day:
            yield total


def is_shown(periods: Iterable[LatestPeriod], threshold: Fraction) -> bool:
    """Return whether any period of mail shows that its true rate is beyond a threshold."""
    return any(is_beyond_chance(*period, threshold) for period in periods)


def events_until_shown(periods: Sequence[LatestPeriod], threshold: Fraction) -> int:
    """Return how many more of the newest mails must bounce (cause complaints) to show it; 0 if it is shown.

    Where all mail together is too little to show anything, it is what FEWEST_EVENTS lacks.
    """
    fewest: int | None = None
    for events, sends in periods:
        left = max(0, sends - events)
        most = left if fewest is None else min(left, fewest - 1)
        # Most periods do not improve on the best so far: one look is enough for them.
        if most >= 0 and is_beyond_chance(events + most, sends, threshold):
            fewest = fewest_events(sends, threshold) - events
    if fewest is None:
        return FEWEST_EVENTS - max((each.events for each in periods), default=0)
    return max(0, fewest)


def _surprise(events: int, sends: int, threshold: float) -> float:
    """Return n times the Kullback-Leibler divergence of the share from the threshold; 0 below it."""
    share = events / sends
    if share <= threshold:
        return 0.0
    clean = (1 - share) * log((1 - share) / (1 - threshold)) if share < 1 else 0.0
    return sends * (share * log(share / threshold) + clean)
