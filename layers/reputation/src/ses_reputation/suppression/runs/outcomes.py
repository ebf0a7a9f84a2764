"""What became of each list of a run."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

ALL_LISTS, TENANTS = "all", "tenants"
"""In place of a list's name: none of a place could be read, or its tenants could not be listed."""


class ListStatus(StrEnum):
    """COMPLETE: it has a snapshot. FAILED: it has none of this run. GONE: SES deleted it with its tenant."""

    COMPLETE = "complete"
    FAILED = "failed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class ListOutcome:
    """What became of a list. why: the cause and what to do, where it failed. total: its addresses."""

    account: str
    region: str
    list: str
    status: ListStatus
    why: str = ""
    total: int | None = None

    @property
    def name(self) -> str:
        """The list as people call it."""
        return f"{self.account} {self.region} {self.list}"

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> "ListOutcome":
        """Return what `to_json` wrote. Raises KeyError, TypeError or ValueError."""
        return cls(**{**fields, "status": ListStatus(fields["status"])})
