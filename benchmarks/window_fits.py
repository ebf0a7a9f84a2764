"""Whether the fitted window is the one that SES goes by: `python -m benchmarks.window_fits`.

Accounts send mail, one after another; each mail bounces or not. A simulated SES publishes the share of
bounces among the latest `volume` of them, as the mean of each hour. The fit gets what the ledger would have:
sends and bounces by the hour, and four rates a day. It is right where the true volume lies within the range
that it gives. SES is simulated as it may well be, too: late, rounded, and counting fewer bounces.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import accumulate, product
from math import exp, log
from random import Random
from statistics import fmean

from rich.console import Console
from rich.table import Table

from benchmarks.daily_mail import CAMPAIGN_HOUR, MAIL_BY_HOUR
from benchmarks.sender_hour import DELEGATE
from ses_reputation.feedback.origins import SenderHour
from ses_reputation.hours import hour_of, hours_later
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rates.window_fit import NoFit, WindowFit, fit_window
from ses_reputation.rollup.day_balance import DayBalance, day_balances_of

SEED, TRIALS = 12, 10
PUBLISHED_DAYS = 28
A_DAY, VOLUMES = (200, 500, 2_000, 10_000, 50_000), (5_000, 12_378, 60_000)
_LAST_HOUR = hour_of(datetime(2026, 11, 22, 23, tzinfo=UTC))
_BOUNCE_RATE = 0.012
_MOMENTS = 12


class Sending(StrEnum):
    """How an account sends."""

    STEADY = "one rate"
    WANDERING = "a rate that wanders"
    CAMPAIGNS = "campaigns at three times the rate"


@dataclass(frozen=True, slots=True)
class SimulatedSes:
    """How SES takes its rate.

    late_hours: how old the mail is that it knows. decimals: to which it rounds. counted: the share of
    permanent bounces that it counts. blocked_days: how many days ago as many mails again bounced because of
    blocked IPs; it counts none of these.
    """

    title: str
    late_hours: int = 0
    decimals: int = 6
    counted: float = 1.0
    blocked_days: tuple[int, ...] = ()


SES = (
    SimulatedSes("as published"),
    SimulatedSes("four decimals", decimals=4),
    SimulatedSes("3 hours late", late_hours=3),
    SimulatedSes("counts 0.9 of bounces", counted=0.9),
    SimulatedSes("blocked IPs on 2 days", blocked_days=(9, 10)),
)


@dataclass(frozen=True, slots=True)
class Account:
    """An account whose mail SES rates over `volume` of it."""

    sending: Sending
    a_day: int
    volume: int

    @property
    def days(self) -> int:
        """How many days it has sent, of which rates are published in the last four weeks."""
        # The ledger keeps a year; before the first rate there are three windows of mail, if it holds as many.
        return min(365, PUBLISHED_DAYS + 5 + 3 * self.volume // self.a_day)


@dataclass(frozen=True, slots=True)
class Fits:
    """Of an account's trials: how many ended with a proposal, how many of these were right, and how far off
    the worst was."""

    trials: int
    proposals: int
    right: int
    worst_error: float


@dataclass(frozen=True, slots=True)
class _Mail:
    """How much was sent by the hour, and the places among all mail of what bounces: what the ledger knows,
    and what SES counts."""

    sends: list[int]
    known: list[int]
    counted: list[int]


def measure(account: Account, ses: SimulatedSes, trials: int = TRIALS, seed: int = SEED) -> Fits:
    """Simulate an account's mail as often as asked, and fit its window."""
    fits = [_fit(account, ses, Random(f"{seed} {account} {number}")) for number in range(trials)]
    proposals = [each for each in fits if isinstance(each, WindowFit)]
    right = [each for each in proposals if each.low <= account.volume <= each.high]
    errors = [abs(each.volume / account.volume - 1) for each in proposals]
    return Fits(trials, len(proposals), len(right), max(errors, default=0.0))


def _fit(account: Account, ses: SimulatedSes, draw: Random) -> WindowFit | NoFit:
    mail = _send(account, ses, draw)
    return fit_window(_ledger(mail), dict(_published(mail, account.volume, ses, draw)))


def _send(account: Account, ses: SimulatedSes, draw: Random) -> _Mail:
    mail, sent = _Mail([0] * (24 * account.days), [], []), 0
    blocked = {account.days - back for back in ses.blocked_days}
    for at, mails, rate in _batches(account, draw):
        bounces = list(_places(draw, sent, mails, rate))
        mail.counted.extend(place for place in bounces if draw.random() < ses.counted)
        from_blocked = _places(draw, sent, mails, _BOUNCE_RATE if at // 24 in blocked else 0)
        mail.known.extend(sorted({*bounces, *from_blocked}))
        mail.sends[at] += mails
        sent += mails
    return mail


def _batches(account: Account, draw: Random) -> Iterator[tuple[int, int, float]]:
    """Yield mail one batch after another: in which hour, how much, and with which bounce rate."""
    rate = _BOUNCE_RATE
    for at in range(24 * account.days):
        day, hour = divmod(at, 24)
        if account.sending is Sending.WANDERING and not hour:
            rate = min(3 * _BOUNCE_RATE, max(_BOUNCE_RATE / 3, rate * exp(draw.gauss(0, 0.15))))
        if account.sending is Sending.CAMPAIGNS and hour == CAMPAIGN_HOUR and day % 3 == 0:
            yield at, round(0.8 * account.a_day), 3 * rate
        yield at, round(account.a_day / 24 * MAIL_BY_HOUR[hour] / 100 * exp(draw.gauss(0, 0.3))), rate


def _places(draw: Random, first: int, mails: int, rate: float) -> Iterator[int]:
    """Yield the places of the mails that bounce: the gaps between them are geometric."""
    place = first - 1
    while rate:
        place += 1 + int(log(1 - draw.random()) / log(1 - rate))
        if place >= first + mails:
            return
        yield place


def _published(mail: _Mail, volume: int, ses: SimulatedSes, draw: Random) -> Iterator[tuple[str, float]]:
    """Yield SES's rate of an hour, four times a day: the mean of moments in which ever more mail is known."""
    sent = list(accumulate(mail.sends, initial=0))
    hours = len(mail.sends)
    for at in range(hours - 24 * PUBLISHED_DAYS, hours, 6):
        known = at - ses.late_hours
        # The mail of an hour comes early in it, or late.
        haste = exp(draw.gauss(0, 0.7))
        moments = [sent[known] + (step / _MOMENTS) ** haste * mail.sends[known] for step in range(_MOMENTS)]
        rate = fmean(_rate(mail.counted, int(last), volume) for last in moments)
        yield hours_later(_LAST_HOUR, at + 1 - hours), round(rate, ses.decimals)


def _rate(bounces: list[int], last: int, volume: int) -> float:
    return (bisect_left(bounces, last) - bisect_left(bounces, last - volume)) / min(volume, last)


def _ledger(mail: _Mail) -> list[DayBalance]:
    """Return what the ledger has of an account's mail: sends and bounces by the hour."""
    sent = list(accumulate(mail.sends, initial=0))
    hours = [
        _hour(
            hours_later(_LAST_HOUR, at + 1 - len(mail.sends)), sends, _among(mail.known, *sent[at : at + 2])
        )
        for at, sends in enumerate(mail.sends)
        if sends
    ]
    return list(day_balances_of(hours))


def _among(places: list[int], first: int, end: int) -> int:
    return bisect_left(places, end) - bisect_left(places, first)


def _hour(hour: str, sends: int, bounces: int) -> HourBalance:
    outcomes = {"sent": sends, "bounced_permanent_no_email": bounces}
    sender_hour = SenderHour(DELEGATE, "us-east-1", "example.com", hour)
    return HourBalance(sender_hour, 0, 1, {"newsletter": {"other": outcomes}}, {})


def main() -> None:
    """Print what the fits of each kind of account, and of each SES, come to."""
    table = Table("sends a day", "volume", *(f"{ses.title}" for ses in SES))
    for a_day, volume in product(A_DAY, VOLUMES):
        cells = [_sum(a_day, volume, ses) for ses in SES]
        table.add_row(f"{a_day:,}", f"{volume:,}", *cells)
    Console(width=150).print(table)


def _sum(a_day: int, volume: int, ses: SimulatedSes) -> str:
    fits = [measure(Account(sending, a_day, volume), ses) for sending in Sending]
    trials, proposals, right = (
        sum(getattr(each, name) for each in fits) for name in ("trials", "proposals", "right")
    )
    worst = max(each.worst_error for each in fits)
    return f"{right} right of {proposals} / {trials}, <= {worst:.0%} off"


if __name__ == "__main__":
    main()
