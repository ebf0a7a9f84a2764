"""The rate of an account that SES itself publishes, and enforces by."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from ses_reputation.rates.thresholds import Standing


@dataclass(frozen=True, slots=True)
class OfficialRate:
    """SES's own rate, a fraction of 1, and the hour, by its beginning, in which SES published it.

    standing: what it means by itself. estimated: what the ledger's estimate means by itself; None where that
    is not rated.
    """

    rate: Fraction
    at: datetime
    standing: Standing
    estimated: Standing | None

    @property
    def decides(self) -> bool:
        """Whether SES's own rate is the worse of both, and so the reason of the standing."""
        return self.estimated is None or self.standing.severity > self.estimated.severity

    @property
    def worst(self) -> Standing:
        """The worse of both standings."""
        return self.standing if self.estimated is None or self.decides else self.estimated

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON: {rate, at, standing, estimated, decides}."""
        return {
            "rate": float(self.rate),
            "at": self.at.isoformat(),
            "standing": str(self.standing),
            "estimated": self.estimated,
            "decides": self.decides,
        }
