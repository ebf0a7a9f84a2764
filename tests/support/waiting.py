"""Waiting for what must come, however busy the machine is."""

import time
from collections.abc import Callable

import pytest

HANG_SECONDS = 900.0
"""What takes so long will never end; nothing that is only slow comes near it."""

_POLL_SECONDS = 0.05


def await_that(holds: Callable[[], bool], what: str) -> None:
    """Return as soon as it holds; fail when it seems that it never will."""
    until = time.monotonic() + HANG_SECONDS
    while not holds():
        if time.monotonic() > until:
            pytest.fail(f"it never came to pass that {what}")
        time.sleep(_POLL_SECONDS)
