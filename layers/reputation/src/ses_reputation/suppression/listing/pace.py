"""How fast to ask: as fast as SES answers, no faster than it lets us."""

from dataclasses import dataclass

FIRST_BACKOFF_SECONDS = 0.1
LONGEST_BACKOFF_SECONDS = 10.0
_DECAY = 0.8
_NEGLIGIBLE_SECONDS = 0.01


@dataclass(slots=True)
class Pace:
    """The pause before each request, learnt from the answers: SES publishes no rate and sends no Retry-After.

    After a refusal the next request waits twice as long as the one before it. What was waited from one answer
    to the next, refusals included, becomes the steady gap; every answer shortens the gap a little, so the
    reader finds out when SES gives more. `gap_seconds` is all that a later call needs to know;
    `throttled` counts the refusals that were SES's way of saying so.
    """

    gap_seconds: float = 0.0
    throttled: int = 0
    _refusals_in_a_row: int = 0
    _waited_seconds: float = 0.0

    @property
    def pause_seconds(self) -> float:
        """How long to wait before the next request."""
        if self._refusals_in_a_row == 0:
            return self.gap_seconds
        doublings = self._refusals_in_a_row - 1
        return min(LONGEST_BACKOFF_SECONDS, FIRST_BACKOFF_SECONDS * 2.0**doublings)

    def slow_down(self) -> None:
        """Note that the request after the last pause was refused."""
        self._waited_seconds += self.pause_seconds
        # 2**20 seconds is far beyond the longest back-off; without a bound the power would grow for ever.
        self._refusals_in_a_row = min(self._refusals_in_a_row + 1, 20)

    def speed_up(self) -> None:
        """Note that the request after the last pause was answered."""
        waited_seconds = self._waited_seconds + self.pause_seconds
        gap_seconds = min(waited_seconds, LONGEST_BACKOFF_SECONDS) * _DECAY
        self.gap_seconds = gap_seconds if gap_seconds >= _NEGLIGIBLE_SECONDS else 0.0
        self._refusals_in_a_row = 0
        self._waited_seconds = 0.0
