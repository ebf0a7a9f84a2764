"""Random draws that can be repeated: the same seed gives the same day on every Python."""

from collections.abc import Sequence
from hashlib import blake2b
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """Draws from a seed, through `Random.random()` only: Python promises to keep its sequence."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._random = Random(seed)  # noqa: S311  (invented traffic, not a secret)
        self._serial = 0

    def happens(self, per_mille: float) -> bool:
        """Return whether something happens that does so `per_mille` times in a thousand."""
        return self._random.random() * 1000 < per_mille

    def between(self, low: int, high: int) -> int:
        """Return an integer from `low` to `high`, both included."""
        return low + int(self._random.random() * (high - low + 1))

    def pick(self, weighted: Sequence[tuple[int, T]]) -> T:
        """Return one of several values, each paired with its weight."""
        remaining = self.between(1, sum(weight for weight, _ in weighted))
        for weight, value in weighted:
            remaining -= weight
            if remaining <= 0:
                return value
        raise AssertionError("weights are positive")

    def identifier(self) -> str:
        """Return a new identifier in the shape of a UUID, the same for the same seed and order of calls."""
        self._serial += 1
        digest = blake2b(f"{self._seed}/{self._serial}".encode(), digest_size=16).hexdigest()
        return f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-9{digest[17:20]}-{digest[20:]}"
