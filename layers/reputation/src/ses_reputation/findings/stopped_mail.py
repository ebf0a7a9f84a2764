"""Mail that stops: an account, an identity or a configuration set sends nothing though it always did.

```
           Mo Tu We Th Fr Sa Su      mail on every Monday to Friday of four weeks: these are expected days
4 weeks     x  x  x  x  x  .  .
now         x  x  -  -  -            three expected days in a row without any: stopped
```
Whoever sends in some weeks only, or on changing days, has few expected days, and a pause says nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from ses_reputation.findings.entity_mail import EntityMail
from ses_reputation.findings.feed_coverage.reported import periods_of
from ses_reputation.findings.finding import Detection, DetectionState, FindingKind
from ses_reputation.findings.reconciliation import LEAST_SENDS
from ses_reputation.findings.ses_comparison import count_unreported, hours_since, reports_sends
from ses_reputation.hours import (
    ONE_DAY,
    Day,
    Hour,
    count_hours,
    day_of,
    days_between,
    hour_of,
    hours_later,
    next_hour,
    next_period,
    start_of,
)
from ses_reputation.ledger.balance import NO_CONFIGURATION_SET
from ses_reputation.rates.rates import Rate
from ses_reputation.rollup.day_balance import DayBalance
from ses_reputation.rollup.entities import EntityKind
from ses_reputation.rollup.rate_counts import EVERYTHING, Dimension, Slice

# All that is read whole of a history goes back 32 days (ses_reputation.rates.reading).
_DAYS_BACK = 31
# A finding ends by itself when nothing came for so long: whoever stopped on purpose knows.
_GIVEN_UP_AFTER = 14 * 24
# Who sends in so many of all hours sends around the clock, and hears after so many hours.
_AROUND_THE_CLOCK, _SILENT_HOURS = 0.95, 12
# Habits are taken from so many days at least. A weekday is expected that had mail in so many of its weeks.
_LEAST_DAYS, _EXPECTED_SHARE, _LEAST_EXPECTED, _LEAST_KEPT, _LEAST_MISSED = 23, 0.75, 10, 0.95, 3
# How likely the missed days may be at most, by what the expected days before them show. Chosen by simulation
# (docs/adr/0042-deferrals-and-mail-that-stops.md).
_CHANCE = 0.002
# SES may date mail of an hour by the next (see ses_comparison).
_HOURS_LEFT_OUT = 2

Hours = Mapping[Day, int]
"""The hours of each day in which anything was sent, hour 0 as the lowest bit; of days without any nothing."""


class Habit(NamedTuple):
    """What a stream did before it fell silent.

    expected: days whose weekday is expected; sent_on: those of them with mail. begun_by: the hour of the day
    by which mail had begun on each. weekdays: the expected ones, Monday is 0.
    """

    expected: int
    sent_on: int
    begun_by: int
    weekdays: frozenset[int]
    share_of_hours: float

    @property
    def is_around_the_clock(self) -> bool:
        """Return whether nearly every hour had mail."""
        return self.share_of_hours >= _AROUND_THE_CLOCK

    def is_broken_by(self, missed: int) -> bool:
        """Return whether so many expected days without mail in a row are more than chance."""
        if missed < _LEAST_MISSED or self.sent_on < _LEAST_KEPT * self.expected:
            return False
        return (1 - Rate(self.sent_on, self.expected).interval[0]) ** missed <= _CHANCE


@dataclass(frozen=True, slots=True)
class StoppedMailEvidence:
    """What stopped, since when, and what was usual.

    name, region: those of the entity. configuration_set: "" for all its mail. last_hour: the last with mail.
    missed_days: expected days since then without mail; expected_days: those of the weeks before; sent_on: how
    many of them had mail. sends_a_day: what it sent on an expected day. counted_by_ses: sends since then that
    SES counted and no feed reported; None where that is not known.
    """

    name: str
    region: str
    configuration_set: str
    last_hour: Hour
    silent_hours: int
    missed_days: int
    expected_days: int
    sent_on: int
    sends_a_day: int
    is_around_the_clock: bool
    counted_by_ses: int | None

    @property
    def is_feed_lost(self) -> bool:
        """Return whether SES counted at least half of what was usual: then nobody stopped sending."""
        usual = self.sends_a_day * self.silent_hours / 24
        return self.counted_by_ses is not None and self.counted_by_ses >= max(1, usual / 2)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON: the fields by name, and is_feed_lost."""
        return {**asdict(self), "is_feed_lost": self.is_feed_lost}


def detect(mail: EntityMail) -> list[Detection]:
    """Return a detection of all mail of an entity (scope "") and of each set of an account that is silent.

    A weekday is expected that had mail in three of four of its weeks of the last 31 days, of which 23 must
    lie before the silence: a finding opens within eight days of it, or not. A missed day is expected and
    without mail; today is, as soon as the hour is over by which mail had begun on every expected day. FIRING:
    at least three missed days that are less likely than 1 in 500, by the share of expected days that had mail
    (Wilson, 95 %), 19 in 20 of at least ten; or 12 hours without mail where 95 % of all hours had some.
    Nothing fires of which SES says that it was sent, nor what the owner's feed reports: then a feed is lost,
    which is one finding, here only where the reconciliation does not evaluate it: too little mail, or mail
    without Send events. CLEAR: after two
    weeks. None: there was mail within 12 hours. While all mail is FIRING its sets are INCONCLUSIVE.
    """
    first = day_of(mail.now - _DAYS_BACK * ONE_DAY)
    recent = _until_today(mail, hours_by_day(mail.days, day_of(mail.now - ONE_DAY)))
    sent = _until_today(mail, mail.sum_up(sent_by_day, first))
    silent = [name for name in sorted(sent) if not _is_sending(mail, recent.get(name, {}))]
    if not silent:
        return []
    hours = _until_today(mail, mail.sum_up(hours_by_day, first))
    found = [_detect_in(mail, name, sent[name], hours[name]) for name in silent if name in hours]
    if not found:
        return []
    if found[0].scope or found[0].state is not DetectionState.FIRING:
        return found
    return [found[0], *(Detection(each.kind, each.scope, DetectionState.INCONCLUSIVE) for each in found[1:])]


def sent_by_day(days: Iterable[DayBalance], first: Day) -> dict[str, dict[Day, int]]:
    """Return what was sent on each day from one on, in all ("") and by configuration set."""
    found: dict[str, dict[Day, int]] = {}
    for day in days:
        for mail_slice, figures in day.totals.items() if day.day >= first else ():
            if figures.known and (name := _stream_of(mail_slice)) is not None:
                sent = found.setdefault(name, {})
                sent[day.day] = sent.get(day.day, 0) + figures.known
    return found


def hours_by_day(days: Iterable[DayBalance], first: Day) -> dict[str, dict[Day, int]]:
    """Return the hours with mail of each day from one on, in all ("") and by configuration set."""
    found: dict[str, dict[Day, int]] = {}
    for day in days:
        for hour, table in day.hours.items() if day.day >= first else ():
            for mail_slice, figures in table.items():
                if figures.known and (name := _stream_of(mail_slice)) is not None:
                    hours = found.setdefault(name, {})
                    hours[day.day] = hours.get(day.day, 0) | 1 << int(hour[-2:])
    return found


def _stream_of(mail_slice: Slice) -> str | None:
    if mail_slice == EVERYTHING:
        return ""
    is_set = mail_slice.kind is Dimension.CONFIGURATION_SET and mail_slice.name != NO_CONFIGURATION_SET
    return mail_slice.name if is_set else None


def _until_today(mail: EntityMail, by_stream: Mapping[str, Mapping[Day, int]]) -> dict[str, dict[Day, int]]:
    """Return the days up to now of the streams that are evaluated; mail may claim to be of later ones."""
    today, is_account = day_of(mail.now), mail.entity.kind is EntityKind.ACCOUNT
    known = {
        name: {day: number for day, number in days.items() if day <= today}
        for name, days in by_stream.items()
        if is_account or not name
    }
    return {name: days for name, days in known.items() if days}


def _is_sending(mail: EntityMail, hours: Hours) -> bool:
    return bool(hours) and _silent_hours(mail, hours) < _SILENT_HOURS


def _silent_hours(mail: EntityMail, hours: Hours) -> int:
    """Return how many whole hours lie between the last one with mail and the current one."""
    return count_hours(_last_of(hours), hour_of(mail.now)) - 2


def _last_of(hours: Hours) -> Hour:
    day = max(hours)
    return f"{day}T{hours[day].bit_length() - 1:02}"


def _detect_in(mail: EntityMail, name: str, sent: Mapping[Day, int], hours: Hours) -> Detection:
    kind, silent = FindingKind.MAIL_STOPPED, _silent_hours(mail, hours)
    habit = _habit_of(hours, day_of(mail.now - _DAYS_BACK * ONE_DAY))
    missed = _missed_days(mail, habit, _last_of(hours))
    evidence = StoppedMailEvidence(
        mail.entity.name,
        mail.entity.region,
        name,
        _last_of(hours),
        silent,
        missed,
        habit.expected,
        habit.sent_on,
        round(sum(sent.values()) / len(sent)),
        habit.is_around_the_clock,
        _count_by_ses(mail, next_hour(_last_of(hours))),
    )
    if silent >= _GIVEN_UP_AFTER:
        return Detection(kind, name, DetectionState.CLEAR, evidence=evidence)
    if not habit.is_around_the_clock and not habit.is_broken_by(missed):
        return Detection(kind, name, DetectionState.INCONCLUSIVE)
    if _is_found_otherwise(mail, evidence):
        return Detection(kind, name, DetectionState.CLEAR)
    return Detection(kind, name, DetectionState.FIRING, next_hour(evidence.last_hour), evidence)


def _habit_of(hours: Hours, first: Day) -> Habit:
    """Return what the days from one to the last with mail show; those before its first mail had none."""
    days = list(days_between(start_of(first), start_of(max(hours))))
    by_weekday = {number: [day for day in days if start_of(day).weekday() == number] for number in range(7)}
    weekdays = frozenset(
        number
        for number, own in by_weekday.items()
        if own and sum(day in hours for day in own) >= _EXPECTED_SHARE * len(own)
    )
    expected = [day for day in days if start_of(day).weekday() in weekdays]
    sent_on = [hours[day] for day in expected if day in hours]
    if len(days) < _LEAST_DAYS or len(expected) < _LEAST_EXPECTED:
        return Habit(0, 0, 0, frozenset(), 0.0)
    begun_by = max((each & -each).bit_length() - 1 for each in sent_on)
    whole = [hours.get(day, 0).bit_count() for day in days[:-1]]
    return Habit(len(expected), len(sent_on), begun_by, weekdays, sum(whole) / (24 * len(whole)))


def _missed_days(mail: EntityMail, habit: Habit, last: Hour) -> int:
    """Return how many expected days had no mail since the last hour with any."""
    begin, today = start_of(next_period(day_of(last))), day_of(mail.now)
    missed = [day for day in days_between(begin, mail.now) if start_of(day).weekday() in habit.weekdays]
    is_today_over = mail.now.hour > habit.begun_by
    return sum(day < today or is_today_over for day in missed)


def _count_by_ses(mail: EntityMail, silent_since: Hour) -> int | None:
    """Return what SES counted of an account since mail stopped, and no feed reported; None if unknown."""
    if mail.statistics is None:
        return None
    first = hours_later(silent_since, _HOURS_LEFT_OUT - 1)
    ledger = mail.sum_up(hours_since, day_of(first))
    return count_unreported(mail.statistics, ledger, first, mail.now)


def _is_found_otherwise(mail: EntityMail, evidence: StoppedMailEvidence) -> bool:
    """Return whether another finding says it: SES counted the mail, or the owner's feed reports it."""
    if evidence.is_feed_lost:
        return (evidence.counted_by_ses or 0) >= LEAST_SENDS and reports_sends(mail.history)
    # Days are known as a whole: of the last one only its hours say what came after.
    last, day = evidence.last_hour, day_of(evidence.last_hour)
    return not evidence.configuration_set and any(
        each.period > last
        and each.period != day
        and (each.counts.delivered.total or each.counts.bounced.total)
        for each in periods_of(mail)
    )
