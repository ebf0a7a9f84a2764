"""What SES counted for one account in one Region, and the rates that it publishes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from ses_reputation.hours import Hour, hour_of
from ses_reputation.tallies import total_by_key

_HOURS_OF_A_QUARTER = 6


class AccountRegion(NamedTuple):
    """An account in one Region: what SES keeps statistics of."""

    account: str
    region: str


class HourTotals(NamedTuple):
    """What `GetSendStatistics` adds up to in an hour.

    delivery_attempts count to the time of sending; bounces and complaints to the time at which SES
    learnt of them, which is not the hour of the mail.
    """

    delivery_attempts: int = 0
    bounces: int = 0
    complaints: int = 0
    rejects: int = 0


@dataclass(frozen=True, slots=True)
class SendStatistics:
    """One reading of an account in one Region.

    hours: only those in which SES counted anything; SES keeps two weeks.
    bounce_rate, complaint_rate: CloudWatch's `Reputation.BounceRate` and `Reputation.ComplaintRate`,
    fractions of 1; None where SES publishes none. bounce_rate_at, complaint_rate_at: the hours, by their
    beginnings, in which they were published.
    bounce_rates: that rate in the last four weeks, thinned out, by the hour for which it was published.
    """

    account: str
    region: str
    read_at: datetime
    hours: Mapping[Hour, HourTotals]
    bounce_rate: float | None = None
    complaint_rate: float | None = None
    bounce_rate_at: datetime | None = None
    complaint_rate_at: datetime | None = None
    bounce_rates: Mapping[Hour, float] = field(default_factory=dict)

    @property
    def place(self) -> AccountRegion:
        """What it is a reading of."""
        return AccountRegion(self.account, self.region)

    @property
    def rates_at(self) -> datetime | None:
        """When the older of the rates was published."""
        return min((at for at in (self.bounce_rate_at, self.complaint_rate_at) if at), default=None)


def sum_points(points: Iterable[tuple[datetime, HourTotals]]) -> dict[Hour, HourTotals]:
    """Return SES's 15-minute points, at aware times, by UTC hour and in order.

    SES says only "time of the data point": a point is taken to belong to the hour of its time.
    """
    hours = total_by_key((hour_of(at), totals) for at, totals in points)
    return dict(sorted(hours.items()))


def thin_out(points: Iterable[tuple[datetime, float]]) -> dict[Hour, float]:
    """Return the last of a rate's points, at aware times and in order, of each quarter of a UTC day.

    A reading is written every hour: four weeks of these take 2 KB, and of all points 12.
    """
    quarters = {
        (at.astimezone(UTC).date(), at.astimezone(UTC).hour // _HOURS_OF_A_QUARTER): (at, rate)
        for at, rate in points
    }
    return {hour_of(at): round(rate, 6) for at, rate in quarters.values()}
