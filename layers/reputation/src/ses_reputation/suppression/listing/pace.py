"""How fast to ask SES of one account and Region: additive increase, multiplicative decrease."""

import time
from collections.abc import Callable
from dataclasses import dataclass

FIRST_RATE = 1.0
"""Requests a second at first: what SES gives an account of most of its API (SES developer guide, "Service
quotas"). SES publishes no rate of this operation, and sends no Retry-After."""
LEAST_RATE, LARGEST_RATE = 0.05, 50.0
# Chosen by simulation (docs/adr/0049-every-list.md): near the best behind a strict limiter of one request a
# second, and not driven to a crawl by refusals at random.
_INCREASE, _DECREASE = 0.03, 0.9


@dataclass(slots=True)
class Pace:
    """The rate of requests, learnt from the answers.

    Each answer raises it by a constant, each refusal lowers it by a factor, as TCP does (RFC 5681). `rate`,
    in requests a second, is all that a later call needs to know. `throttled` counts the refusals that were
    SES's way of saying so. One pace is shared by all that asks in an account and Region. The way it sleeps
    and its clock are given, so that tests do not wait.
    """

    rate: float = FIRST_RATE
    throttled: int = 0
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    _asked_at: float | None = None

    @property
    def pause_seconds(self) -> float:
        """How long to wait before the next request: less what has passed since the last."""
        if self._asked_at is None:
            return 0.0
        return max(0.0, self._asked_at + 1 / self.rate - self.clock())

    def wait(self) -> None:
        """Wait until the next request may be made."""
        pause = self.pause_seconds
        if pause:
            self.sleep(pause)
        self._asked_at = self.clock()

    def slow_down(self) -> None:
        """Note that the last request was refused, or failed."""
        self.rate = max(LEAST_RATE, self.rate * _DECREASE)

    def speed_up(self) -> None:
        """Note that the last request was answered."""
        self.rate = min(LARGEST_RATE, self.rate + _INCREASE)
