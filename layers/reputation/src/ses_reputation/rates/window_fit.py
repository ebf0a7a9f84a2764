"""The volume that SES seems to take an account's bounce rate over, fitted to what it publishes of the rate.

SES rates a sender over a "representative volume", which it does not define, and which is another for each
sender (SES developer guide, "Sending review process FAQs", Bounce Q5). Of the latest mails before a time t,

    SES's rate at t  =  share x bounces among the latest `volume` of them / volume

is tried for many volumes, each with the share that suits it best: SES may count other bounces than the ledger
does, such as none from blocked IPs (Bounce Q3). Complaints tell less: they come late, and are few.
docs/adr/0044-windows-of-accounts.md shows how often that finds the volume.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from math import sqrt
from statistics import fmean, pstdev
from typing import NamedTuple

from ses_reputation.hours import Hour
from ses_reputation.rollup.day_balance import DayBalance, totals_by_hour
from ses_reputation.rollup.rate_counts import RateCounts

FEWEST_POINTS = 24
"""Published rates, four a day: of six days."""
_SMALLEST, _LARGEST, _STEP = 500, 10_000_000, 1.05
# Volumes whose misfit is hardly above the least are as good: by a factor, and by a part of the mean rate.
_NEARLY, _ROUNDING = 1.25, 0.005
# A misfit that is believed: as a part of the mean rate, and of how far SES's rates spread around it.
_MOST_MISFIT, _MOST_OF_SPREAD = 0.03, 0.3
_WIDEST = 1.6
_SMALLEST_SHARE, _LARGEST_SHARE = 0.5, 1.25


class NoFit(StrEnum):
    """Why no volume is proposed."""

    FEW_RATES = "few_rates"
    """SES published too few rates, or the ledger knows too little mail before them."""
    FLAT = "flat"
    """SES's rate moves so little that very different volumes do equally well."""
    BEYOND = "beyond"
    """The volume may be larger than the mail that the ledger knows."""
    UNLIKE = "unlike"
    """With no volume does the ledger's rate run like SES's."""


@dataclass(frozen=True, slots=True)
class WindowFit:
    """The volume with which the ledger's rate runs most like SES's, and those from `low` to `high` as well.

    share: SES's rate as a part of the ledger's over that volume. misfit: how far the two are apart, share
    applied, as a part of SES's mean rate (root of the mean square). points: how many rates were compared.
    """

    volume: int
    low: int
    high: int
    share: float
    misfit: float
    points: int


class _Trial(NamedTuple):
    """How well a volume does; the misfit is of rates, as fractions of 1."""

    misfit: float
    volume: int
    share: float
    points: int


def fit_window(days: Iterable[DayBalance], published: Mapping[Hour, float]) -> WindowFit | NoFit:
    """Return the volume over which SES seems to take the bounce rate that it publishes, or why none is clear.

    days: an account's day balances of all identities, the days before the first rate included. published:
    SES's rates, as fractions of 1, by the hour that they are the mean of.
    """
    mail = _Mail(totals_by_hour(days))
    points = [(mail.sent_by(hour), rate) for hour, rate in published.items()]
    trials = list(_trials(mail, points))
    if not trials:
        return NoFit.FEW_RATES
    mean, spread = fmean(published.values()), pstdev(published.values())
    likely = [each for each in trials if _SMALLEST_SHARE <= each.share <= _LARGEST_SHARE]
    if not likely:
        return NoFit.UNLIKE
    best = min(likely)
    as_good = [each.volume for each in likely if each.misfit <= _NEARLY * best.misfit + _ROUNDING * mean]
    largest = trials[-1].volume / _STEP
    if best.volume < largest and best.misfit > min(_MOST_MISFIT * mean, _MOST_OF_SPREAD * spread):
        return NoFit.UNLIKE
    if max(as_good) >= largest:
        return NoFit.BEYOND
    if max(as_good) > _WIDEST * min(as_good):
        return NoFit.FLAT
    # A step further nothing was tried that does as well; what lies between may.
    low, high = round(min(as_good) / _STEP), round(max(as_good) * _STEP)
    misfit = round(best.misfit / mean, 4)
    return WindowFit(best.volume, low, high, round(best.share, 3), misfit, best.points)


class _Mail:
    """An account's mail, one after another: by how many were sent before, how many had bounced."""

    def __init__(self, hours: Mapping[Hour, RateCounts]) -> None:
        self._hours = sorted(hours)
        self._sends = list(accumulate((hours[each].sends for each in self._hours), initial=0))
        self._bounces = list(accumulate((hours[each].hard_bounces for each in self._hours), initial=0))

    def sent_by(self, hour: Hour) -> float:
        """Return how many were sent up to the middle of an hour: a published rate is the mean of an hour."""
        at = bisect_left(self._hours, hour)
        is_in_it = at < len(self._hours) and self._hours[at] == hour
        return (self._sends[at] + self._sends[at + is_in_it]) / 2

    def rate_before(self, sent: float, volume: int) -> float:
        """Return the share of bounces among the `volume` mails before the one with a number."""
        return (self._bounced_by(sent) - self._bounced_by(sent - volume)) / volume

    def _bounced_by(self, sent: float) -> float:
        at = min(bisect_right(self._sends, sent), len(self._sends) - 1)
        first, last = self._sends[at - 1], self._sends[at]
        of_hour = (sent - first) / (last - first) if last > first else 1
        return self._bounces[at - 1] + of_hour * (self._bounces[at] - self._bounces[at - 1])


def _trials(mail: _Mail, points: Sequence[tuple[float, float]]) -> Iterator[_Trial]:
    """Yield how well each volume does, smallest first, as long as enough mail is known before the rates."""
    volume = float(_SMALLEST)
    while volume <= _LARGEST:
        trial = _trial(mail, points, round(volume))
        if trial is None:
            return
        yield trial
        volume *= _STEP


def _trial(mail: _Mail, points: Sequence[tuple[float, float]], volume: int) -> _Trial | None:
    pairs = [(mail.rate_before(sent, volume), rate) for sent, rate in points if sent >= volume]
    if len(pairs) < FEWEST_POINTS:
        return None
    squares = sum(ours**2 for ours, _ in pairs)
    share = sum(ours * rate for ours, rate in pairs) / squares if squares else 0.0
    misfit = sqrt(sum((share * ours - rate) ** 2 for ours, rate in pairs) / len(pairs))
    return _Trial(misfit, volume, share, len(pairs))
