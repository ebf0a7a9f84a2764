"""Numbers as tables print them; words that alerts share are in ses_reputation.wording."""

from datetime import datetime, timedelta
from fractions import Fraction

from ses_reputation.wording import count, duration, percent


def capital(text: str) -> str:
    """Return a text with its first letter in upper case, and the rest as it is."""
    return text[:1].upper() + text[1:]


def number(value: int) -> str:
    """A count with separators; `-` for none."""
    return f"{value:,}" if value else "-"


def share(rate: Fraction | float | None, places: int = 1) -> str:
    """A fraction of 1 in percent, `-` for none. A small one above 0 is printed as `<0.1 %`, never as 0."""
    if rate is None:
        return "-"
    least = Fraction(1, 100 * 10**places)
    return f"<{percent(least, places)}" if 0 < rate < least / 2 else percent(rate, places)


def age(at: datetime, now: datetime) -> str:
    """How long ago a time was: `3 minutes ago`."""
    passed = now - at
    return "just now" if passed < timedelta(minutes=1) else f"{duration(passed)} ago"


def span(hours: int) -> str:
    """A span of whole hours: `18 hours`, `74.9 days`."""
    return count(hours, "hour") if hours < 48 else f"{hours / 24:,.1f} days"
