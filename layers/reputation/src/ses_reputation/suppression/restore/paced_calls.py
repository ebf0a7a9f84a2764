"""Calls that SES may throttle: each is made again until it is answered, as fast as SES lets us."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from ses_reputation.suppression.errors import AddressRefusedError, ListThrottledError, ListUnavailableError
from ses_reputation.suppression.listing.list_reader import FAILURES_IN_A_ROW
from ses_reputation.suppression.listing.pace import Pace

Answer = TypeVar("Answer")


@dataclass(slots=True)
class PacedCalls:
    """Makes the calls of one account and Region, which share a pace."""

    pace: Pace = field(default_factory=Pace)

    def make(self, call: Callable[[], Answer]) -> Answer:
        """Return what a call answers; throttling slows down and never raises.

        Raises ListUnavailableError after FAILURES_IN_A_ROW failures, and what else the call raises.
        """
        failures = 0
        while True:
            self.pace.wait()
            try:
                answer = call()
            except ListThrottledError:
                self.pace.slow_down()
                self.pace.throttled += 1
            except ListUnavailableError:
                self.pace.slow_down()
                failures += 1
                if failures == FAILURES_IN_A_ROW:
                    raise
            except AddressRefusedError:
                self.pace.speed_up()
                raise
            else:
                self.pace.speed_up()
                return answer
