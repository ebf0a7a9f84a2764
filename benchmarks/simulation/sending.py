"""How senders send: mail by the hour, with nights, weekends and campaigns."""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Hours = NDArray[np.int64]
"""A figure of each hour, oldest first; hour 0 is the first of a Monday (UTC)."""

DAY, WEEK, YEAR = 24, 7 * 24, 365 * 24
_CAMPAIGNS = ((1, 9), (3, 14))
"""Weekday (0: Monday) and hour at which the two campaigns of a week begin, give or take three hours."""
_CAMPAIGN_HOURS, _DRIFT = 3, 3
_SHARE_OF_CAMPAIGNS = 0.8


class Sending(StrEnum):
    """How a sender spreads its mail over a week."""

    RHYTHM = "day and night"
    CAMPAIGNS = "two campaigns a week"


def sends_by_hour(sending: Sending, a_day: int, hours: int, draw: np.random.Generator) -> Hours:
    """Return how many mails are sent in each hour, by a sender of so many a day on average.

    RHYTHM: most around 14:00, a ninth of that around 02:00, half as much on Saturday and Sunday. CAMPAIGNS:
    80 % of a week's mail in two campaigns of three hours, the rest as RHYTHM. Each hour is drawn (Poisson).
    """
    usual = a_day / DAY * _rhythm(hours)
    if sending is Sending.CAMPAIGNS:
        usual = (1 - _SHARE_OF_CAMPAIGNS) * usual + _SHARE_OF_CAMPAIGNS * a_day * _campaigns(hours, draw)
    return draw.poisson(usual).astype(np.int64)


def _rhythm(hours: int) -> NDArray[np.float64]:
    """Return the weight of each hour, 1 on average of a week."""
    of_week = np.arange(WEEK)
    weights = 1 + 0.8 * np.cos(2 * np.pi * (of_week % DAY - 14) / DAY)
    weights[of_week >= 5 * DAY] /= 2
    return np.resize(weights / weights.mean(), hours)


def _campaigns(hours: int, draw: np.random.Generator) -> NDArray[np.float64]:
    """Return each hour's part of the campaigns, in days of mail: a week's sum is seven."""
    parts = np.zeros(hours + WEEK)
    for monday in range(0, hours, WEEK):
        for weekday, hour in _CAMPAIGNS:
            first = monday + weekday * DAY + hour + int(draw.integers(-_DRIFT, _DRIFT + 1))
            parts[first : first + _CAMPAIGN_HOURS] += 7 / len(_CAMPAIGNS) / _CAMPAIGN_HOURS
    return parts[:hours]
