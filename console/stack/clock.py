"""The time, as commands ask for it."""

from datetime import UTC, datetime


def current_time() -> datetime:
    """The time now, aware UTC."""
    return datetime.now(UTC)
