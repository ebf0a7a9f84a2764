"""Findings of mail that stopped, of simulated senders: false ones of years, and how soon a true one.

Drives the product's own detector by the hour, over a year of each sender.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from random import Random

from benchmarks.simulation.deferrals import count_openings, draw_poisson
from ses_reputation.feedback.origins import SenderHour
from ses_reputation.findings.entity_mail import EntityMail
from ses_reputation.findings.finding import DetectionState
from ses_reputation.findings.stopped_mail import detect
from ses_reputation.hours import day_of, hour_of
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rates.closed_days import ClosedDays
from ses_reputation.rates.history import History
from ses_reputation.rates.thresholds import StandingRules
from ses_reputation.rollup.day_balance import CountedDay, day_balances_of
from ses_reputation.rollup.entities import identity_entity
from ses_reputation.tallies import group_by

_START = datetime(2026, 1, 5, tzinfo=UTC)
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_KNOWN_DAYS = 35
_ASSESSED_AFTER = timedelta(minutes=5)


class Habit(StrEnum):
    """When a sender sends."""

    STEADY = "around the clock"
    DAYTIME = "08:00 to 20:00, every day"
    WEEKDAYS = "Monday to Friday, 08:00 to 18:00"
    DAILY = "one campaign a day"
    WEEKLY = "one campaign a week"
    THRICE = "about three campaigns a week, on any day"
    DAILY_AT_RANDOM = "about one campaign a day, at any hour"
    IN_BURSTS = "weeks with campaigns, and weeks without"


def false_findings(habit: Habit, volume: int, days: int, seed: int) -> int:
    """Return how many findings open in so many days of a sender that goes on as ever, assessed hourly."""
    draw = Random(f"{seed} {habit} {volume}")
    hours = _hours(habit, volume, _KNOWN_DAYS + days, draw)
    last = _START + (_KNOWN_DAYS + days) * _DAY
    return count_openings([state for _, state in _assess(hours, _START + _KNOWN_DAYS * _DAY, last)])


def hours_until_told(habit: Habit, volume: int, seed: int) -> float | None:
    """Return how long after the last mail a finding opens, in hours; None if none does within two weeks.

    The sender stops at a random hour of the week after the known days.
    """
    draw = Random(f"{seed} {habit} {volume} stop")
    stops_at = _START + _KNOWN_DAYS * _DAY + draw.randrange(7 * 24) * _HOUR
    hours = [
        hour
        for hour in _hours(habit, volume, _KNOWN_DAYS + 8, draw)
        if hour.sender_hour.send_hour < hour_of(stops_at)
    ]
    for now, state in _assess(hours, stops_at, stops_at + 14 * _DAY):
        if state is DetectionState.FIRING:
            last = datetime.fromisoformat(f"{hours[-1].sender_hour.send_hour}:00:00+00:00") + _HOUR
            return (now - last) / _HOUR
    return None


def _hours(habit: Habit, volume: int, days: int, draw: Random) -> list[HourBalance]:
    """Return the hours with mail; the volume is that of a day on average, of a campaign for campaigns."""
    sends = {number: draw_poisson(mean, draw) for number, mean in _means(habit, volume, days, draw)}
    return [_hour(number, each) for number, each in sorted(sends.items()) if each]


def _means(habit: Habit, volume: int, days: int, draw: Random) -> Iterator[tuple[int, float]]:
    weeks_off = [draw.random() < 0.5 for _ in range(days // 7 + 1)]
    for day in range(days):
        if habit in (Habit.STEADY, Habit.DAYTIME, Habit.WEEKDAYS):
            active = {Habit.STEADY: range(24), Habit.DAYTIME: range(8, 20)}.get(habit, range(8, 18))
            is_off = habit is Habit.WEEKDAYS and day % 7 >= 5
            yield from ((day * 24 + hour, volume / len(active)) for hour in (() if is_off else active))
        elif habit is Habit.DAILY or (habit is Habit.WEEKLY and day % 7 == 1):
            yield day * 24 + 9 + draw.randrange(3), volume
        elif habit in (Habit.THRICE, Habit.DAILY_AT_RANDOM, Habit.IN_BURSTS):
            chance = {Habit.THRICE: 3 / 7 / 24, Habit.DAILY_AT_RANDOM: 1 / 24}.get(habit, 2 / 24)
            is_off = habit is Habit.IN_BURSTS and weeks_off[day // 7]
            hours = range(0) if is_off else range(24)
            yield from ((day * 24 + hour, volume) for hour in hours if draw.random() < chance)


def _hour(number: int, sends: int) -> HourBalance:
    hour = SenderHour("111111111111", "us-east-1", "example.com", hour_of(_START + number * _HOUR))
    counts = {"newsletter": {"gmail": {"sent": sends, "delivered_within_10s": sends}}}
    return HourBalance(hour, pages=1, counts=counts)


def _assess(
    hours: Sequence[HourBalance], first: datetime, last: datetime
) -> Iterator[tuple[datetime, DetectionState]]:
    """Yield what is detected of each hour between two, five minutes after it is over."""
    by_day = group_by(hours, lambda hour: day_of(hour.sender_hour.send_hour))
    days = {day: day_balances_of(own) for day, own in by_day.items()}
    now, closed = first + _ASSESSED_AFTER, ClosedDays()
    while now < last:
        if now.hour == 0 or not closed.days:
            closed = ClosedDays(
                [each for back in range(2, 32) for each in days.get(day_of(now - back * _DAY), ())]
            )
        yield now, _state(by_day, days, closed, now)
        now += _HOUR


def _state(
    by_day: dict[str, list[HourBalance]], days: dict[str, list[CountedDay]], closed: ClosedDays, now: datetime
) -> DetectionState:
    today = [each for each in by_day.get(day_of(now), ()) if each.sender_hour.send_hour < hour_of(now)]
    yesterday = day_of(now - _DAY)
    recent = [*day_balances_of(today), *days.get(yesterday, ())]
    history = History(identity_entity("example.com"), recent, now, closed)
    mail = EntityMail(history, [*today, *by_day.get(yesterday, ())], None, StandingRules())
    found = detect(mail)
    return found[0].state if found else DetectionState.CLEAR
