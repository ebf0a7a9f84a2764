"""What the SES stand-in counted: the points of `GetSendStatistics`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class SendTotals:
    """What SES counts in a quarter of an hour."""

    delivery_attempts: int = 0
    bounces: int = 0
    complaints: int = 0
    rejects: int = 0


Points = Mapping[datetime, SendTotals]
"""Totals by the aware time at which their quarter of an hour begins."""


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
