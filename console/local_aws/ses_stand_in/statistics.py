"""What the SES stand-in counted: the points of `GetSendStatistics`."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from typing import Any

POINT = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class SendTotals:
    """What SES counts in a quarter of an hour."""

    delivery_attempts: int = 0
    bounces: int = 0
    complaints: int = 0
    rejects: int = 0

    def plus(self, other: "SendTotals") -> "SendTotals":
        """Return both together."""
        return SendTotals(*map(sum, zip(astuple(self), astuple(other), strict=True)))


@dataclass(frozen=True, slots=True)
class PointStamps:
    """How points of 15 minutes are cut and dated.

    minute: at which they begin, 0 to 14 after each quarter of an hour. botocore's own example of
    `GetSendStatistics` has points at :43 and :13, so they straddle full hours. is_by_end: whether the time of
    a point is its end; AWS says only "time of the data point".
    """

    minute: int = 0
    is_by_end: bool = False


Points = Mapping[datetime, SendTotals]
"""Totals by the aware time at which they were counted."""


def stamp_points(counted: Points, stamps: PointStamps) -> Points:
    """Return totals by the times of the points that they fall into."""
    stamped: dict[datetime, SendTotals] = {}
    for at, totals in counted.items():
        beginning = (
            at - (at - datetime.min.replace(tzinfo=at.tzinfo) - timedelta(minutes=stamps.minute)) % POINT
        )
        time = beginning + POINT if stamps.is_by_end else beginning
        stamped[time] = stamped[time].plus(totals) if time in stamped else totals
    return stamped


def describe_points(points: Points) -> list[dict[str, Any]]:
    """Return the points in order, as SES's model names their members."""
    return [
        {
            "Timestamp": at,
            "DeliveryAttempts": points[at].delivery_attempts,
            "Bounces": points[at].bounces,
            "Complaints": points[at].complaints,
            "Rejects": points[at].rejects,
        }
        for at in sorted(points)
    ]
