"""False alarms of the comparison with what SES itself counted: healthy accounts, simulated.

SES gives points of 15 minutes; whether their time is their beginning or their end is not documented, and they
stand at any minute. So mail may count in the hour beside its own. Accounts send in five ways, lose up to one
event in a hundred, and are compared hourly for twelve days, as assessments do (docs/adr/0021).
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from random import Random

from rich.console import Console
from rich.table import Table

from benchmarks.sender_hour import DELEGATE
from ses_reputation.feedback.origins import SenderHour
from ses_reputation.findings.entity_mail import EntityMail
from ses_reputation.findings.finding import DetectionState
from ses_reputation.findings.reconciliation import detect
from ses_reputation.hours import day_of, hour_of
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rates.history import History
from ses_reputation.rates.thresholds import StandingRules
from ses_reputation.rollup.day_balance import DayBalance, day_balances_of
from ses_reputation.rollup.entities import account_entity
from ses_reputation.statistics.send_statistics import HourTotals, SendStatistics, sum_points
from ses_reputation.tallies import group_by

SEED, ACCOUNTS_OF_A_KIND, DAYS, WARM_UP_DAYS = 21, 8, 26, 14
_START = datetime(2026, 11, 1, tzinfo=UTC)
_REGION = "us-east-1"
_POINT = timedelta(minutes=15)
# What a rule on the share alone would find, of the latest 24 hours: the second column of ADR 21.
_SURPLUS, _GAP, _ENOUGH = Fraction(102, 100), Fraction(95, 100), 200


class Sending(StrEnum):
    """How an account sends."""

    AROUND_THE_CLOCK = "around the clock"
    DAILY = "one campaign a day"
    AT_RANDOM = "campaigns at random"
    BOTH = "both"
    HOURLY_JOBS = "jobs at one minute of the hour"
    NEAR_FULL_HOURS = "two campaigns a week around a full hour"


@dataclass(frozen=True, slots=True)
class FalseAlarms:
    """Of a kind of accounts: how many had a false alarm, by the detector, and by the share alone."""

    accounts: int
    comparisons: int
    by_detector: int
    by_share: int


def measure(
    sending: Sending, accounts: int = ACCOUNTS_OF_A_KIND, seed: int = SEED, most_lost: float = 0.01
) -> FalseAlarms:
    """Simulate accounts that send in one way and lose up to a share of events, and compare them hourly."""
    comparisons = by_detector = by_share = 0
    for number in range(accounts):
        draw = Random(f"{seed} {sending} {number}")
        alarms = [_compare(seen) for seen in _hourly(draw, dict(_minutes(sending, draw)), most_lost)]
        comparisons += len(alarms)
        by_detector += any(alarm for alarm, _ in alarms)
        by_share += any(alarm for _, alarm in alarms)
    return FalseAlarms(accounts, comparisons, by_detector, by_share)


def _minutes(sending: Sending, draw: Random) -> Iterator[tuple[datetime, int]]:
    """Yield the minutes in which an account sends, and how much."""
    found: Counter[int] = Counter()
    volume, minute_of_jobs, hour_of_day = draw.randint(300, 20_000), draw.randrange(60), draw.randrange(24)
    hours = range(DAYS * 24)
    if sending in (Sending.AROUND_THE_CLOCK, Sending.BOTH):
        for minute in range(DAYS * 24 * 60):
            found[minute] += draw.randint(0, max(1, volume // 720))
    if sending is Sending.HOURLY_JOBS:
        found.update({hour * 60 + minute_of_jobs: draw.randint(1, volume // 12) for hour in hours})
    if sending in (Sending.DAILY, Sending.AT_RANDOM, Sending.BOTH):
        is_daily = sending is Sending.DAILY
        for hour in hours:
            if (hour % 24 == hour_of_day) if is_daily else draw.random() < 1 / 24:
                first, lasts = hour * 60 + draw.randrange(60), draw.randint(1, 90)
                found.update({first + each: volume // lasts for each in range(lasts)})
    if sending is Sending.NEAR_FULL_HOURS:
        for day in (day for day in range(DAYS) if day % 7 in (1, 4)):
            first = (day * 24 + hour_of_day) * 60 - draw.randint(1, 20)
            found.update({first + each: volume // 30 for each in range(30)})
    return ((_START + timedelta(minutes=minute), sends) for minute, sends in found.items() if minute >= 0)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the ledger holds and SES counted by a time."""

    now: datetime
    days: Sequence[DayBalance]
    statistics: SendStatistics


def _hourly(draw: Random, minutes: Mapping[datetime, int], most_lost: float) -> Iterator[_Seen]:
    lost, phase = draw.uniform(0, most_lost), timedelta(minutes=draw.randrange(15))
    points = _points(minutes, phase, at_end=draw.random() < 0.5)
    hours = list(_ledger_hours(minutes, lost, draw))
    whole = {
        day: day_balances_of(own)
        for day, own in group_by(hours, lambda hour: day_of(hour.sender_hour.send_hour)).items()
    }
    for number in range(WARM_UP_DAYS * 24, DAYS * 24):
        now = _START + timedelta(hours=number, minutes=draw.randrange(60))
        today = [hour for hour in hours if hour.sender_hour.send_hour.startswith(day_of(now))]
        so_far = day_balances_of(hour for hour in today if hour.sender_hour.send_hour < hour_of(now))
        days = [each for day, own in whole.items() if day < day_of(now) for each in own] + so_far
        ended = [(at, totals) for at, ended_at, totals in points if now - timedelta(14) < ended_at <= now]
        yield _Seen(now, days, SendStatistics(DELEGATE, _REGION, now, sum_points(ended)))


def _points(
    minutes: Mapping[datetime, int], phase: timedelta, *, at_end: bool
) -> list[tuple[datetime, datetime, HourTotals]]:
    """Return SES's points: the time that each carries, when it ended, and what it counts."""
    by_point: Counter[datetime] = Counter()
    for minute, sends in minutes.items():
        by_point[minute - (minute - _START + phase) % _POINT] += sends
    return [
        (begun_at + _POINT if at_end else begun_at, begun_at + _POINT, HourTotals(sends))
        for begun_at, sends in by_point.items()
        if sends
    ]


def _ledger_hours(minutes: Mapping[datetime, int], lost: float, draw: Random) -> Iterator[HourBalance]:
    by_hour: Counter[str] = Counter()
    for minute, sends in minutes.items():
        by_hour[hour_of(minute)] += sends
    for hour, sends in sorted(by_hour.items()):
        kept = sends - round(draw.gauss(sends * lost, (sends * lost) ** 0.5)) if lost else sends
        counts = {"newsletter": {"gmail": {"sent": min(max(kept, 0), sends)}}}
        yield HourBalance(SenderHour(DELEGATE, _REGION, "example.com", hour), pages=1, counts=counts)


def _compare(seen: _Seen) -> tuple[bool, bool]:
    """Return whether the detector fires, and whether the share of the latest 24 hours alone would."""
    history = History(account_entity(DELEGATE, _REGION), seen.days, seen.now)
    found = detect(EntityMail(history, (), seen.statistics, StandingRules()))
    is_firing = any(each.state is DetectionState.FIRING for each in found)
    return is_firing, _share_is_off(seen)


def _share_is_off(seen: _Seen) -> bool:
    first, last = hour_of(seen.now - timedelta(hours=26)), hour_of(seen.now - timedelta(hours=2))
    ses = sum(each.delivery_attempts for hour, each in seen.statistics.hours.items() if first < hour <= last)
    ledger = sum(
        figures.sent
        for day in seen.days
        for hour, figures in History(account_entity(DELEGATE, _REGION), [day], seen.now)
        .hours_of(day.day)
        .items()
        if first < hour <= last
    )
    return max(ses, ledger) >= _ENOUGH and not _GAP * ses <= ledger <= _SURPLUS * ses


def main(console: Console) -> list[FalseAlarms]:
    """Simulate and print."""
    console.rule(f"The comparison with SES's own counts: false alarms (seed {SEED})")
    table = Table("accounts that send", "accounts", "comparisons", "with a false alarm", "by the share alone")
    measured = [measure(sending) for sending in Sending]
    for sending, each in zip(Sending, measured, strict=True):
        figures = (each.accounts, each.comparisons, each.by_detector, each.by_share)
        table.add_row(sending, *(f"{figure:,}" for figure in figures))
    console.print(table)
    return measured
