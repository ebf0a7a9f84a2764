"""What SES has decided about an account in one Region, and about its tenants, as of one reading."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ses_reputation.statistics.send_statistics import AccountRegion

MOST_TENANTS = 300
"""Tenants that are kept of an account: of those alone that are stopped, or have a problem."""
MOST_LETTERS = 300
"""Letters of a cause that are kept."""
ENABLED, DISABLED = "ENABLED", "DISABLED"
HIGH = "HIGH"


@dataclass(frozen=True, slots=True)
class TenantDecision:
    """A tenant that is stopped, or that has a problem.

    status: ENABLED, DISABLED or REINSTATED, of both who decide together. is_by_ses: whether SES stopped it,
    and not the account itself. cause: in SES's words. since: None where SES does not say. impact: of the most
    severe open finding, LOW or HIGH, "" without any. Amazon SES API v2, ReputationEntity.
    """

    status: str
    is_by_ses: bool
    cause: str
    since: datetime | None
    impact: str

    @property
    def is_stopped(self) -> bool:
        """Whether SES refuses its mail."""
        return self.status == DISABLED

    @property
    def is_severe(self) -> bool:
        """Whether it is stopped, or has a finding of high severity."""
        return self.is_stopped or self.impact == HIGH

    @property
    def has_problem(self) -> bool:
        """Whether it is stopped, or has a finding of any severity."""
        return self.is_stopped or bool(self.impact)


@dataclass(frozen=True, slots=True)
class SesDecision:
    """How SES sees an account, at an aware UTC time of reading: Amazon SES API v2, GetAccount.

    enforcement_status: HEALTHY, PROBATION (under review) or SHUTDOWN (paused), "" where SES says none.
    review_status, review_case: of the last request for production access. daily_quota: mails in 24 hours,
    -1 for any number. send_rate: mails in a second. tenants: those that are stopped or have a problem, by
    name; None where they could not be read. tenants_left_out: how many more are severe.
    """

    account: str
    region: str
    read_at: datetime
    enforcement_status: str
    is_sending_enabled: bool
    is_in_production: bool
    review_status: str = ""
    review_case: str = ""
    daily_quota: float = 0.0
    send_rate: float = 0.0
    tenants: Mapping[str, TenantDecision] | None = None
    tenants_left_out: int = 0

    @property
    def place(self) -> AccountRegion:
        """What it is a reading of."""
        return AccountRegion(self.account, self.region)

    def to_json(self) -> dict[str, Any]:
        """Return what it says of the account as plain JSON, without the place."""
        return {
            "enforcement_status": self.enforcement_status,
            "is_sending_enabled": self.is_sending_enabled,
            "is_in_production": self.is_in_production,
            "review_status": self.review_status,
            "review_case": self.review_case,
            "daily_quota": self.daily_quota,
            "send_rate": self.send_rate,
        }


def tenants_to_json(tenants: Mapping[str, TenantDecision]) -> list[dict[str, Any]]:
    """Return tenants as plain JSON, by name."""
    return [
        {
            "tenant": name,
            "status": each.status,
            "is_by_ses": each.is_by_ses,
            "cause": each.cause,
            "since": each.since.isoformat() if each.since else None,
            "impact": each.impact,
        }
        for name, each in sorted(tenants.items())
    ]
