"""Figures as tables show them; what alerts say alike is in ses_reputation.wording."""

from datetime import datetime, timedelta
from fractions import Fraction

from ses_reputation.wording import count, duration, percent


def number(value: int) -> str:
    """A count with separators; `-` for none."""
    return f"{value:,}" if value else "-"


def share(rate: Fraction | float | None, places: int = 1) -> str:
    """A fraction of 1 in percent, `-` where there is none; what is above nothing is never shown as it."""
    if rate is None:
        return "-"
    least = Fraction(1, 100 * 10**places)
    return f"<{percent(least, places)}" if 0 < rate < least / 2 else percent(rate, places)


def age(at: datetime, now: datetime) -> str:
    """How long ago something was: `3 minutes ago`."""
    passed = now - at
    return "just now" if passed < timedelta(minutes=1) else f"{duration(passed)} ago"


def span(hours: int) -> str:
    """A span of whole hours: `18 hours`, `74.9 days`."""
    return count(hours, "hour") if hours < 48 else f"{hours / 24:,.1f} days"
