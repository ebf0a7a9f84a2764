"""When the SES stand-in refuses: a request rate, a fraction of calls throttled, a fraction failed."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """Limits of one stand-in; `burst` calls may come at once, and `seed` makes the fractions repeatable."""

    requests_per_second: float | None = None
    burst: int = 1
    throttled_fraction: float = 0.0
    failed_fraction: float = 0.0
    seed: int = 0


@dataclass(slots=True)
class RequestGate:
    """Decides for each request. Safe to use from several threads."""

    limits: RequestLimits = field(default_factory=RequestLimits)
    clock: Callable[[], float] = time.monotonic
    _random: random.Random = field(init=False)
    _allowance: float = field(init=False)
    _refilled_at: float = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._random = random.Random(self.limits.seed)  # noqa: S311
        self._allowance = float(self.limits.burst)
        self._refilled_at = self.clock()

    def next_status(self) -> int:
        """Give the HTTP status of the next request: 200, 429 (throttled) or 500 (failed)."""
        with self._lock:
            if self._is_too_fast() or self._random.random() < self.limits.throttled_fraction:
                return 429
            return 500 if self._random.random() < self.limits.failed_fraction else 200

    def _is_too_fast(self) -> bool:
        rate = self.limits.requests_per_second
        if rate is None:
            return False
        now = self.clock()
        self._allowance = min(self.limits.burst, self._allowance + (now - self._refilled_at) * rate)
        self._refilled_at = now
        if self._allowance < 1:
            return True
        self._allowance -= 1
        return False
