"""Times as SES writes them, and the UTC hours and days that the ledger keeps: all arithmetic on them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from re import ASCII
from re import compile as pattern

Hour = str
"""A UTC hour by its beginning, `2026-11-22T10`; hours sort as text."""
Day = str
"""A UTC day, `2026-11-22`; days sort as text, each before its hours."""

# SES began in 2011; beyond these, arithmetic on times may leave the calendar.
FIRST_YEAR, LAST_YEAR = 2000, 2200
ONE_HOUR, ONE_DAY = timedelta(hours=1), timedelta(days=1)
_UTC_AFTER_THE_HOUR = pattern(r":[0-5]\d:[0-5]\d(?:\.\d{1,9})?Z", ASCII).fullmatch
# `2018-10-08 14:05:45 UTC`: a space in place of the `T`, or before an offset, which may be a name.
_SPACED = pattern(r"(\d{4}-\d\d-\d\d)[T ]([\d:.,]+) *(.*)", ASCII).fullmatch
_UTC_NAMES = frozenset({"Z", "UTC", "GMT"})
_DAY_CHARACTERS = 10


def parse_timestamp(text: str) -> datetime:
    """Return an aware UTC time from any form seen: `...Z`, `... +0000`, `...+02:00`, with fractions or not,
    with a `T` or a space between date and time.

    Raises ValueError, which does not repeat the text, where that is no ISO 8601 time. A time without an
    offset is taken as UTC.
    """
    try:
        moment = datetime.fromisoformat(_without_spaces(text.strip()))
    except ValueError:
        # Its message quotes the text, which may be anything, an address too; ours is logged.
        raise ValueError("a time is not in ISO 8601") from None
    try:
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("a time lies outside the calendar") from error
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(f"a time lies in the year {moment.year}")
    return moment


def _without_spaces(text: str) -> str:
    spaced = _SPACED(text)
    if not spaced:
        return text
    date, time, offset = spaced.groups()
    return f"{date}T{time}{'Z' if offset.upper() in _UTC_NAMES else offset}"


def hour_of(time: datetime | str) -> Hour:
    """Return the hour of an aware time, or of a timestamp. Raises ValueError like `parse_timestamp`."""
    if isinstance(time, str):
        return _checked_hour(time[:13]) if _UTC_AFTER_THE_HOUR(time, 13) else hour_of(parse_timestamp(time))
    return time.astimezone(UTC).isoformat()[:13]


@lru_cache(maxsize=4096)
def _checked_hour(hour: str) -> Hour:
    return hour_of(parse_timestamp(f"{hour}:00"))


def day_of(time: datetime | Hour) -> Day:
    """Return the day of an aware time, or of an hour or a canonical timestamp."""
    return (time if isinstance(time, str) else hour_of(time))[:_DAY_CHARACTERS]


@lru_cache(maxsize=4096)
def start_of(period: Hour | Day) -> datetime:
    """Return when an hour or a day begins, aware UTC. Raises ValueError where the text is neither."""
    is_day = len(period) == _DAY_CHARACTERS
    start = parse_timestamp(period if is_day else f"{period}:00")
    if period != (day_of(start) if is_day else hour_of(start)):
        raise ValueError("an hour is not written as 2026-11-22T10, or a day as 2026-11-22")
    return start


def hours_later(hour: Hour, number: int) -> Hour:
    """Return the hour that begins `number` hours after another; before it where the number is negative."""
    return hour_of(start_of(hour) + number * ONE_HOUR)


def next_hour(hour: Hour) -> Hour:
    """Return the hour after another."""
    return hours_later(hour, 1)


def next_period(period: Hour | Day) -> Hour | Day:
    """Return the hour after an hour, the day after a day; "" after ""."""
    if not period:
        return ""
    return day_of(start_of(period) + ONE_DAY) if len(period) == _DAY_CHARACTERS else next_hour(period)


def count_hours(first: Hour, last: Hour) -> int:
    """Return how many hours there are from one to another, both of them included."""
    return (start_of(last) - start_of(first)) // ONE_HOUR + 1


def hours_back(now: datetime, number: int) -> list[Hour]:
    """Return the last `number` hours, that of `now` (an aware time) first."""
    return [hour_of(now - back * ONE_HOUR) for back in range(number)]


def days_between(first: datetime, last: datetime) -> Iterator[Day]:
    """Yield the days from that of one aware time to that of another, both of them included."""
    day = start_of(day_of(first))
    while day <= last:
        yield day_of(day)
        day += ONE_DAY


def first_hour_of(day: Day) -> Hour:
    """Return the hour with which a day begins."""
    return f"{day}T00"


def last_hour_of(day: Day) -> Hour:
    """Return the hour with which a day ends."""
    return f"{day}T23"


def canonical_timestamp(text: str) -> str:
    """Return a timestamp as `2026-11-22T10:00:00.000Z`, which sorts as text. Raises ValueError."""
    return format_timestamp(parse_timestamp(text))


def format_timestamp(moment: datetime, timespec: str = "milliseconds") -> str:
    """Return an aware time as `2026-11-22T10:00:00.000Z`, or to a precision that `isoformat` knows."""
    return f"{moment.astimezone(UTC).isoformat(timespec=timespec)[:-6]}Z"


def format_second(moment: datetime) -> str:
    """Return an aware time as `2026-11-22T10:00:00Z`, as events and `--json` have it."""
    return format_timestamp(moment, "seconds")


def millis_between(earlier: str, later: str) -> int:
    """Return the milliseconds from one timestamp to another; never below 0. Raises ValueError."""
    return max(0, (parse_timestamp(later) - parse_timestamp(earlier)) // timedelta(milliseconds=1))
