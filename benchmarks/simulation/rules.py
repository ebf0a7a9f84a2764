"""Rules by which a standing worsens, in numpy: the chosen one, and those that it was chosen from.

On purpose nothing here is the product's: tests hold the chosen rule to it, standing by standing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from math import log

import numpy as np
from numpy.typing import NDArray

from benchmarks.simulation.sending import DAY, YEAR, Hours

Flags = NDArray[np.bool_]
"""A row for each hour, a column for each of the senders."""

VOLUME = 10_000
"""Sends that the volume window holds."""
EASING = Fraction(1, 10)
"""A standing is left when the rate is below its mark by this part of it."""
_REACH = 4
_MONTH = 31


@dataclass(frozen=True, eq=False)
class Mail:
    """Mail of senders that send alike: sends by hour, and events (bounces, complaints) by hour and sender."""

    sends: Hours
    events: NDArray[np.int64]

    @cached_property
    def sent_before(self) -> Hours:
        """How much was sent before each hour; one longer than the hours."""
        return np.concatenate([[0], np.cumsum(self.sends)])

    @cached_property
    def events_before(self) -> NDArray[np.int64]:
        """The same of events."""
        return np.concatenate([np.zeros_like(self.events[:1]), np.cumsum(self.events, axis=0)])

    @cached_property
    def earliest(self) -> Hours:
        """The first hour that a window of each hour may begin with: a year back."""
        return np.maximum(np.arange(len(self.sends)) + 1 - YEAR, 0)

    @cached_property
    def crossing(self) -> Hours:
        """The latest hour since which each hour's window holds the volume, or the earliest; hour included."""
        reached = np.searchsorted(self.sent_before, self.sent_before[1:] - VOLUME, side="right") - 1
        return np.maximum(reached, self.earliest)

    def since(self, first: Hours) -> tuple[Hours, NDArray[np.int64]]:
        """Return the sends and events from `first` (one for each hour) to each hour, both included."""
        return self.sent_before[1:] - self.sent_before[first], self.events_before[1:] - self.events_before[
            first
        ]


@lru_cache(maxsize=2)
def reaches(mail: Mail, mark: Fraction) -> Flags:
    """Return where the rate of the volume window reaches a mark: of the window, or of all but its first hour.

    Of the latter, over the whole volume (docs/adr/0007-windows-and-standings.md). Asked by every rule: not
    to be changed.
    """
    sends, events = mail.since(mail.crossing)
    counted = np.maximum(sends[:, None], events) * mark.numerator
    whole: Flags = (events * mark.denominator >= counted) & (sends > 0)[:, None]
    _, newer = mail.since(mail.crossing + 1)
    full = (sends >= VOLUME)[:, None]
    return whole | (full & (newer * mark.denominator >= VOLUME * mark.numerator))


Rule = Callable[[Mail, Fraction], Flags]
"""Where a standing worsens to a mark."""


def bare(mail: Mail, mark: Fraction) -> Flags:
    """The rule before: the rate reaches the mark, of 2,000 sends or more."""
    sends, _ = mail.since(mail.crossing)
    return reaches(mail, mark) & (sends >= 2_000)[:, None]


def wilson(z: float) -> Rule:
    """Return the rule: the lower end of the window's one-sided Wilson interval reaches the mark.

    The end is where (share - p) equals z * sqrt(p * (1 - p) / n); so it reaches p where the events reach
    n * p + z * sqrt(n * p * (1 - p)).
    """

    def rule(mail: Mail, mark: Fraction) -> Flags:
        sends, events = mail.since(mail.crossing)
        p = float(mark)
        needed = np.maximum(sends * p + z * np.sqrt(sends * p * (1 - p)), 1)
        flags: Flags = reaches(mail, mark) & (events >= needed[:, None])
        return flags

    return rule


@dataclass(frozen=True)
class LatestPeriods:
    """The rule: the rate reaches the mark, and a latest period of mail is beyond chance at it.

    Beyond chance: `fewest` events or more, which Chernoff's bound makes rarer than 1 in `rarity` at `part` of
    the mark. Without `is_any` the window is the only period.
    """

    rarity: float = 1_000
    fewest: int = 5
    part: float = 1.0
    is_any: bool = True

    def __call__(self, mail: Mail, mark: Fraction) -> Flags:
        """Return where a standing worsens to a mark."""
        flags = reaches(mail, mark).copy()
        hours, senders = np.nonzero(flags)
        is_shown = np.zeros(len(hours), bool)
        for first in latest_periods(mail) if self.is_any else [mail.crossing]:
            sends, begun = mail.sent_before[1:] - mail.sent_before[first], first[hours]
            events = mail.events_before[hours + 1, senders] - mail.events_before[begun, senders]
            is_shown |= events >= self.needed(sends, float(mark) * self.part)[hours]
        flags[hours, senders] = is_shown
        return flags

    def needed(self, sends: Hours, mark: float) -> Hours:
        """Return the fewest events of so many sends that are beyond chance; more than these if none are."""
        return _needed(self.rarity, self.fewest, mark, 1 << int(sends.max()).bit_length())[sends]


@lru_cache(maxsize=64)
def _needed(rarity: float, fewest: int, mark: float, size: int) -> Hours:
    """Return the same of 0, 1, 2 ... sends."""
    sends = np.arange(size)
    low, high = np.maximum(np.ceil(mark * sends).astype(np.int64), 1) - 1, sends + 1
    while (high - low > 1).any():
        middle = (low + high) // 2
        is_beyond = surprise(middle, sends, mark) >= log(rarity)
        low, high = np.where(is_beyond, low, middle), np.where(is_beyond, middle, high)
    return np.maximum(high, fewest)


def surprise(events: Hours, sends: Hours, mark: float) -> NDArray[np.float64]:
    """Return the exponent of Chernoff's bound: sends times the divergence of the share from the mark."""
    share = events / np.maximum(sends, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        hit = np.where(share > 0, share * np.log(share / mark), 0)
        miss = np.where(share < 1, (1 - share) * np.log((1 - share) / (1 - mark)), 0)
    return np.where(share > mark, sends * (hit + miss), 0)


def latest_periods(mail: Mail) -> Iterator[Hours]:
    """Yield the first hours of the periods that end with each hour, shortest first.

    A period begins with an hour of today or yesterday (UTC), or with a day before: down to the first whose
    mail is four volumes, but no further than a month, or the first day of the window. Where an hour has no
    further period it is given its own.
    """
    hours = np.arange(len(mail.sends))
    today = hours // DAY
    yesterday = np.maximum(today - 1, 0) * DAY
    earliest = np.maximum(np.minimum(mail.crossing // DAY, today - _MONTH + 1), 0) * DAY
    last = hours + 1
    while True:
        first = np.where(last > yesterday, last - 1, last - DAY)
        is_within = (first >= earliest) & (mail.sent_before[1:] - mail.sent_before[last] < _REACH * VOLUME)
        if not is_within.any():
            return
        yield np.where(is_within, first, hours)
        last = np.where(is_within, first, last)
