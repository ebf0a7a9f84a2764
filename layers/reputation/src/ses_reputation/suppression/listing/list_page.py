"""One answer of `ListSuppressedDestinations`, read strictly: a page, or an error, but never less."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from math import floor
from types import NoneType
from typing import Any

from ses_reputation.json_text import parse_json
from ses_reputation.suppression.errors import PageUnreadableError
from ses_reputation.suppression.listing.destination import SuppressedDestination

_FIELDS = {"SuppressedDestinationSummaries", "NextToken"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTES = [f"{minute // 60:02d}:{minute % 60:02d}:" for minute in range(24 * 60)]
_SECONDS = [f"{second:02d}" for second in range(60)]
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of the list; no `next_token` means that the list ends here."""

    rows: tuple[SuppressedDestination, ...]
    next_token: str | None


def read_page(body: bytes) -> ListPage:
    """Read the JSON of an answer; fields that are not known are left out.

    botocore makes an empty page of what is no JSON, which would end the list early, and a datetime of each
    time, which takes most of its time. Raises PageUnreadableError, which names no address.
    """
    try:
        page = parse_json(body.decode())
        return ListPage(_read_rows(_find_summaries(page)), _read_token(page))
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise PageUnreadableError(
            f"SES's answer is not a page of a suppression list ({type(error).__name__}). It is asked again; "
            "if this lasts, the answer has a new shape, which this version does not know."
        ) from None


def _find_summaries(page: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Find the rows. SES's model lets them be missing, but then nothing else may stand in their place."""
    summaries = page.get("SuppressedDestinationSummaries")
    if summaries is None and not set(page) <= _FIELDS:
        raise ValueError
    found: Sequence[Mapping[str, Any]] = [] if summaries is None else summaries
    _check_types([found], {list})
    return found


def _read_token(page: Mapping[str, Any]) -> str | None:
    token = page.get("NextToken")
    _check_types([token], {str, NoneType})
    return token or None


def _read_rows(summaries: Sequence[Mapping[str, Any]]) -> tuple[SuppressedDestination, ...]:
    addresses = [summary["EmailAddress"] for summary in summaries]
    reasons = [summary["Reason"] for summary in summaries]
    seconds = [summary["LastUpdateTime"] for summary in summaries]
    _check_types(addresses, {str})
    _check_types(reasons, {str})
    _check_types(seconds, {int, float})
    return tuple(map(SuppressedDestination, addresses, map(write_time, seconds), reasons))


def _check_types(values: Sequence[Any], expected: set[type]) -> None:
    if not set(map(type, values)) <= expected:
        raise TypeError


def write_time(epoch_seconds: float) -> str:
    """Return a time, in seconds since 1970, as snapshots have it; a datetime would take twice as long.

    It is rounded to microseconds as datetime does. Raises ValueError or OverflowError outside the calendar.
    """
    whole = floor(epoch_seconds)
    micros = round((epoch_seconds - whole) * 1e6)
    if micros == _MILLION:
        whole, micros = whole + 1, 0
    minutes, second = divmod(whole, 60)
    day, minute = divmod(minutes, 24 * 60)
    fraction = f".{micros:06d}" if micros else ""
    return f"{_write_day(day)}{_MINUTES[minute]}{_SECONDS[second]}{fraction}Z"


@lru_cache(maxsize=16_384)
def _write_day(days_since_epoch: int) -> str:
    return (_EPOCH + timedelta(days_since_epoch)).isoformat()[:11]
