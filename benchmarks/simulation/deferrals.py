"""Deferral findings of simulated senders to one provider: false ones of a year, and how soon a true one.

Drives the product's own detector by the hour. What is healthy is uneven: each hour's share of delays is drawn
from a skewed distribution of a mean and a spread, by itself, together with the hours before it, or whole days
alike.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from math import exp, log, sqrt
from random import Random

from ses_reputation.feedback.origins import SenderHour
from ses_reputation.findings.deferrals import detect
from ses_reputation.findings.entity_mail import EntityMail
from ses_reputation.findings.finding import DetectionState
from ses_reputation.hours import day_of, hour_of
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rates.history import History
from ses_reputation.rates.thresholds import StandingRules
from ses_reputation.rollup.day_balance import CountedDay, day_balances_of
from ses_reputation.rollup.entities import identity_entity
from ses_reputation.tallies import group_by

VOLUMES = (50, 200, 2_000, 10_000, 50_000)
"""Sends a day to one provider."""
_START = datetime(2026, 1, 5, tzinfo=UTC)
# The week that is usual, and the two days after it that are not compared with it.
_KNOWN_DAYS = 9
_ASSESSED_AFTER = timedelta(minutes=5)


class Unevenness(StrEnum):
    """How healthy shares of delays vary about their mean."""

    BY_HOUR = "each hour by itself"
    LASTING = "hours alike to those before them"
    BY_DAY = "whole days alike"


class Pattern(StrEnum):
    """When mail is sent."""

    STEADY = "around the clock"
    DAYTIME = "08:00 to 20:00"
    CAMPAIGN = "one hour a day"


_HOURS_OF = {Pattern.STEADY: range(24), Pattern.DAYTIME: range(8, 20), Pattern.CAMPAIGN: range(10, 11)}


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends, how much a day, and how much of it is delayed while all is well: a mean and a spread."""

    volume: int
    unevenness: Unevenness = Unevenness.BY_HOUR
    pattern: Pattern = Pattern.STEADY
    mean: float = 0.01
    spread: float = 0.014


def false_findings(sender: Sender, days: int, seed: int) -> int:
    """Return how many findings open in so many days of a healthy sender, assessed hourly."""
    draw = Random(f"{seed} {sender}")
    hours = list(_hours(sender, _shares(sender, _KNOWN_DAYS + days, draw), draw))
    return count_openings([state for _, state in _assess(hours, _KNOWN_DAYS * 24)])


def hours_until_found(sender: Sender, share: float, seed: int, most_days: int = 3) -> float | None:
    """Return how long after a provider begins to defer a share of mail a finding opens, in hours.

    It begins at a random minute of the tenth day; None where nothing is found within the days.
    """
    draw = Random(f"{seed} {sender} {share}")
    began = _KNOWN_DAYS * 24 + 24 * draw.random()
    healthy = _shares(sender, _KNOWN_DAYS + 1 + most_days, draw)
    shares = [_mixed(each, share, number + 1 - began) for number, each in enumerate(healthy)]
    for now, state in _assess(list(_hours(sender, shares, draw)), int(began)):
        if state is DetectionState.FIRING:
            return (now - _START) / timedelta(hours=1) - began
    return None


def _mixed(healthy: float, deferred: float, hours_since: float) -> float:
    part = min(1.0, max(0.0, hours_since))
    return healthy * (1 - part) + deferred * part


def _shares(sender: Sender, days: int, draw: Random) -> list[float]:
    """Return a share of delays for each hour: log-normal, of the sender's mean and spread."""
    sigma = sqrt(log(1 + (sender.spread / sender.mean) ** 2))
    centre = log(sender.mean) - sigma**2 / 2
    memory = {Unevenness.BY_HOUR: 0.0, Unevenness.LASTING: 0.9, Unevenness.BY_DAY: 1.0}[sender.unevenness]
    level, shares = draw.gauss(0, 1), []
    for hour in range(days * 24):
        if sender.unevenness is Unevenness.BY_DAY and hour % 24 == 0:
            level = draw.gauss(0, 1)
        level = memory * level + sqrt(1 - memory**2) * draw.gauss(0, 1)
        shares.append(min(0.95, exp(centre + sigma * level)))
    return shares


def _hours(sender: Sender, shares: Sequence[float], draw: Random) -> Iterator[HourBalance]:
    active = _HOURS_OF[sender.pattern]
    for number, share in enumerate(shares):
        sends = draw_poisson(sender.volume / len(active), draw) if number % 24 in active else 0
        if not sends:
            continue
        delayed = _binomial(sends, share, draw)
        hour = SenderHour("111111111111", "us-east-1", "example.com", hour_of(_START + number * _HOUR))
        counts = {"sent": sends, "delayed_ip_failure": delayed, "delivered_within_10s": sends - delayed}
        yield HourBalance(
            hour,
            pages=1,
            counts={"newsletter": {"microsoft": {name: each for name, each in counts.items() if each}}},
            followed={"newsletter": {"microsoft": {"delayed_then_delivered": delayed}}} if delayed else {},
        )


_HOUR = timedelta(hours=1)


def draw_poisson(mean: float, draw: Random) -> int:
    """Return how many events come of a mean; by the normal distribution where they are many."""
    if mean > 50:
        return max(0, round(draw.gauss(mean, sqrt(mean))))
    number, product, least = 0, draw.random(), exp(-mean)
    while product > least:
        number, product = number + 1, product * draw.random()
    return number


def _binomial(trials: int, share: float, draw: Random) -> int:
    """Return how many of the trials come true."""
    if trials <= 100:
        return sum(draw.random() < share for _ in range(trials))
    if trials * share <= 50:
        return min(trials, draw_poisson(trials * share, draw))
    return min(trials, max(0, round(draw.gauss(trials * share, sqrt(trials * share * (1 - share))))))


def _assess(hours: Sequence[HourBalance], first: int) -> Iterator[tuple[datetime, DetectionState]]:
    """Yield the detection of each hour from one on, five minutes after it is over."""
    by_day = group_by(hours, lambda hour: day_of(hour.sender_hour.send_hour))
    days = {day: day_balances_of(own) for day, own in by_day.items()}
    last = datetime.fromisoformat(f"{hours[-1].sender_hour.send_hour}:00:00+00:00") + _HOUR
    now = _START + (first + 1) * _HOUR + _ASSESSED_AFTER
    while now <= last + _ASSESSED_AFTER:
        yield now, _state(by_day, days, now)
        now += _HOUR


def _state(
    by_day: dict[str, list[HourBalance]], days: dict[str, list[CountedDay]], now: datetime
) -> DetectionState:
    back = [day_of(now - timedelta(days=number)) for number in range(9)]
    recent = [
        hour for day in back[:2] for hour in by_day.get(day, ()) if hour.sender_hour.send_hour < hour_of(now)
    ]
    known = [each for day in back[2:] for each in days.get(day, ())]
    history = History(identity_entity("example.com"), known, now)
    found = detect(EntityMail(history, recent, None, StandingRules()))
    return found[0].state if found else DetectionState.CLEAR


def count_openings(states: Sequence[DetectionState]) -> int:
    """Return how many findings open in the detections of one assessment after another."""
    is_open, opened = False, 0
    for state in states:
        opened += state is DetectionState.FIRING and not is_open
        is_open = state is DetectionState.FIRING or (is_open and state is DetectionState.INCONCLUSIVE)
    return opened
