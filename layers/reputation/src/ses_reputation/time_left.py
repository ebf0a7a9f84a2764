"""Whether a function has time for another step, asked before each: Lambda kills what takes longer."""

from collections.abc import Callable

HasTime = Callable[[], bool]
OUT_OF_TIME = "OutOfTime"
"""The cause of what was not begun."""


def always() -> bool:
    """Return that there is time: for callers that nobody kills."""
    return True
