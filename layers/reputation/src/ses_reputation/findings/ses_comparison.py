"""What the ledger holds of an account's mail, hour by hour, and what SES counted of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

from ses_reputation.hours import Day, Hour, count_hours, day_of, hour_of, hours_later, next_hour, start_of
from ses_reputation.rates.history import History
from ses_reputation.rollup.day_balance import DayBalance, totals_by_hour
from ses_reputation.rollup.rate_counts import NO_COUNTS, RateCounts
from ses_reputation.statistics.send_statistics import HourTotals, SendStatistics
from ses_reputation.tallies import total

SES_KEEPS = timedelta(days=14)
REPORTED_WITHIN = timedelta(days=30)
"""Sends are expected of an account of which any were reported in so many days before its newest mail."""
SETTLES_AFTER = timedelta(hours=1)
"""How long after its end an hour is compared: SES, the queue and posting take their time."""


class Compared(NamedTuple):
    """What the ledger holds and what SES counted, of the same hours."""

    ledger: RateCounts = RateCounts()
    ses: HourTotals = HourTotals()

    @property
    def share(self) -> Fraction | None:
        """Mail that the ledger knows by delivery attempts that SES counted; None where it counted none."""
        attempts = self.ses.delivery_attempts
        return Fraction(self.ledger.known, attempts) if attempts else None


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The comparison of a period of whole UTC hours, both ends included (`2026-11-22T10`).

    Sends count in the hour of sending on both sides. Bounces are not: the ledger counts them in the hour
    of the mail, SES to the time of the bounce, so they only agree over long periods.
    """

    account: str
    region: str
    first_hour: str
    last_hour: str
    compared: Compared
    read_at: datetime

    @property
    def share(self) -> Fraction | None:
        """What the ledger holds of the sends that SES counted; None where it counted none."""
        return self.compared.share

    @property
    def hours(self) -> int:
        """How many hours were compared."""
        return count_hours(self.first_hour, self.last_hour)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON.

        account, region, first_hour, last_hour, hours (their number), read_at; sends and bounces, each with
        ledger and ses; complaints and rejects as SES counted them; share, a fraction of 1 or null.
        """
        ledger, ses = self.compared
        return {
            "account": self.account,
            "region": self.region,
            "first_hour": self.first_hour,
            "last_hour": self.last_hour,
            "hours": self.hours,
            "read_at": self.read_at.isoformat(),
            "sends": {"ledger": ledger.known, "ses": ses.delivery_attempts},
            "bounces": {"ledger": ledger.bounced, "ses": ses.bounces},
            "complaints": {"ses": ses.complaints},
            "rejects": {"ses": ses.rejects},
            "share": None if self.share is None else float(self.share),
        }


def reports_sends(history: History) -> bool:
    """Return whether Send events of an account come, or came until all that is known of its mail ended.

    SES publishes them through configuration sets alone. Who mails without any, or whose set was given up, is
    known by outcomes: no send of it is missing.
    """
    known = [day for day, figures in history.totals.items() if any(figures)]
    first = day_of(start_of(max(known)) - REPORTED_WITHIN) if known else ""
    return any(history.totals[day].sent for day in known if day >= first)


def compare_hours(
    statistics: SendStatistics, ledger: Mapping[Hour, RateCounts], now: datetime, *, is_older_known: bool
) -> dict[Hour, Compared]:
    """Return every hour that can be compared by its name, in order; see `reconcile`.

    ledger: the hours of the account since the `first_day_kept`. is_older_known: it has older mail too.
    """
    last = hours_later(hour_of(min(statistics.read_at, now) - SETTLES_AFTER), -1)
    first = _first_hour_kept(statistics, now)
    if not is_older_known:
        first = max(first, next_hour(min(ledger))) if ledger else next_hour(last)
    return {name: _compare(statistics, ledger, name) for name in _hours_from(first, count_hours(first, last))}


def count_unreported(
    statistics: SendStatistics, ledger: Mapping[Hour, RateCounts], first: Hour, now: datetime
) -> int | None:
    """Return the sends since an hour that SES counted and the ledger does not hold; None if no reading says.

    ledger: the hours of the account since then. At least 0: SES may date mail in the hour beside.
    """
    last = hours_later(hour_of(min(statistics.read_at, now) - SETTLES_AFTER), -1)
    if last < first:
        return None
    names = list(_hours_from(first, count_hours(first, last)))
    held, counted = total((_compare(statistics, ledger, name) for name in names), Compared())
    return max(0, counted.delivery_attempts - held.known)


def first_day_kept(statistics: SendStatistics, now: datetime) -> Day:
    """Return the day with the first whole hour of what SES keeps."""
    return day_of(_first_hour_kept(statistics, now))


def _first_hour_kept(statistics: SendStatistics, now: datetime) -> Hour:
    return next_hour(hour_of(min(statistics.read_at, now) - SES_KEEPS))


def hours_since(days: Iterable[DayBalance], first_day: Day) -> dict[Hour, RateCounts]:
    """Return the figures of all hours of the days from one on."""
    return totals_by_hour(day for day in days if day.day >= first_day)


def sum_around(
    statistics: SendStatistics, ledger: Mapping[Hour, RateCounts], period: Reconciliation
) -> Compared:
    """Return both sides of a period and of one hour before and after it.

    SES dates a point of 15 minutes by its beginning or its end, it does not say which (`GetSendStatistics`:
    "time of the data point"). So mail of an hour may count in the hour beside it, but no further.
    """
    names = _hours_from(hours_later(period.first_hour, -1), period.hours + 2)
    return total((_compare(statistics, ledger, name) for name in names), Compared())


def _compare(statistics: SendStatistics, ledger: Mapping[Hour, RateCounts], name: Hour) -> Compared:
    return Compared(ledger.get(name, NO_COUNTS), statistics.hours.get(name, HourTotals()))


def _hours_from(first: Hour, number: int) -> Iterator[Hour]:
    return (hours_later(first, place) for place in range(number))


def sum_hours(
    statistics: SendStatistics, hours: Mapping[str, Compared], first: str, last: str
) -> Reconciliation:
    """Return the comparison of the hours from the first to the last."""
    compared = total((each for name, each in hours.items() if first <= name <= last), Compared())
    return Reconciliation(statistics.account, statistics.region, first, last, compared, statistics.read_at)
