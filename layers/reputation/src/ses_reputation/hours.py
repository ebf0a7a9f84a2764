"""The forms in which SES writes times."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from re import ASCII
from re import compile as pattern

# SES began in 2011; beyond these, arithmetic on times may leave the calendar.
FIRST_YEAR, LAST_YEAR = 2000, 2200
_UTC_AFTER_THE_HOUR = pattern(r":[0-5]\d:[0-5]\d(?:\.\d{1,9})?Z", ASCII).fullmatch


def parse_timestamp(text: str) -> datetime:
    """Return an aware UTC time from any form seen: `...Z`, `... +0000`, `...+02:00`, with fractions or not.

    Raises ValueError, which does not repeat the text, where that is no ISO 8601 time. A time without an
    offset is taken as UTC.
    """
    try:
        moment = datetime.fromisoformat(text.strip().replace(" ", ""))
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


def hour_of(text: str) -> str:
    """Return the UTC hour of a timestamp as `2026-11-22T10`. Raises ValueError like `parse_timestamp`."""
    return _checked_hour(text[:13]) if _UTC_AFTER_THE_HOUR(text, 13) else _hour(parse_timestamp(text))


@lru_cache(maxsize=4096)
def _checked_hour(hour: str) -> str:
    return _hour(start_of_hour(hour))


def _hour(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H}"


@lru_cache(maxsize=4096)
def start_of_hour(hour: str) -> datetime:
    """Return when the hour `2026-11-22T10` begins, aware UTC. Raises ValueError where it is no such hour."""
    start = parse_timestamp(f"{hour}:00")
    if _hour(start) != hour:
        raise ValueError("an hour is not written as 2026-11-22T10")
    return start


def canonical_timestamp(text: str) -> str:
    """Return a timestamp as `2026-11-22T10:00:00.000Z`, which sorts as text. Raises ValueError."""
    return format_timestamp(parse_timestamp(text))


def format_timestamp(moment: datetime) -> str:
    """Return an aware time as `2026-11-22T10:00:00.000Z`."""
    return f"{moment.astimezone(UTC).isoformat(timespec='milliseconds')[:-6]}Z"


def format_second(moment: datetime) -> str:
    """Return an aware time as `2026-11-22T10:00:00Z`, as events and `--json` have it."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def millis_between(earlier: str, later: str) -> int:
    """Return the milliseconds from one timestamp to another; never below 0. Raises ValueError."""
    return max(0, (parse_timestamp(later) - parse_timestamp(earlier)) // timedelta(milliseconds=1))
