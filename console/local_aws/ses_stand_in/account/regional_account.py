"""The state of one account in one Region of the SES stand-in: plain records, changed by operations."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from console.local_aws.ses_stand_in.lists import ListBehaviour, StandInList
from console.local_aws.ses_stand_in.statistics import Points


@dataclass(slots=True)
class StandInIdentity:
    """A domain or an address. `topics` and `headers` are by notification type; policies are compact JSON."""

    name: str
    is_verified: bool = True
    forwards_feedback: bool = True
    configuration_set: str | None = None
    dkim_enabled: bool = True
    topics: dict[str, str] = field(default_factory=dict)
    headers: dict[str, bool] = field(default_factory=dict)
    policies: dict[str, str] = field(default_factory=dict)
    mail_from: dict[str, str] = field(default_factory=dict)
    tags: list[Mapping[str, str]] = field(default_factory=list)

    @property
    def is_address(self) -> bool:
        """Whether it is an address, not a domain."""
        return "@" in self.name

    @property
    def status(self) -> str:
        """Its verification status in v2's words."""
        return "SUCCESS" if self.is_verified else "PENDING"


@dataclass(slots=True)
class StandInSet:
    """A configuration set: its blocks of options (absent ones are not there), and its event destinations."""

    name: str
    options: dict[str, dict[str, Any]] = field(default_factory=dict)
    destinations: dict[str, dict[str, Any]] = field(default_factory=dict)
    tags: list[Mapping[str, str]] = field(default_factory=list)

    @property
    def is_sending(self) -> bool:
        """Whether mail may be sent with it."""
        return bool(self.options.get("SendingOptions", {}).get("SendingEnabled", True))

    @property
    def pool(self) -> str | None:
        """The dedicated pool that it sends through."""
        return self.options.get("DeliveryOptions", {}).get("SendingPoolName")


@dataclass(slots=True)
class StandInTenant:
    """A tenant: what is associated with it (ARN and when), and its own suppression list."""

    name: str
    tenant_id: str
    arn: str
    created_at: datetime
    addresses: StandInList
    tags: list[Mapping[str, str]] = field(default_factory=list)
    suppression: dict[str, Any] | None = None
    associations: dict[str, datetime] = field(default_factory=dict)


@dataclass(slots=True)
class RegionalAccount:
    """One account in one Region. `attributes` is what GetAccount answers; tests may change any of it."""

    account_id: str
    region: str
    addresses: StandInList
    attributes: dict[str, Any]
    points: Points = field(default_factory=dict)
    identities: dict[str, StandInIdentity] = field(default_factory=dict)
    sets: dict[str, StandInSet] = field(default_factory=dict)
    pools: dict[str, str] = field(default_factory=dict)
    dedicated_ips: dict[str, dict[str, Any]] = field(default_factory=dict)
    tenants: dict[str, StandInTenant] = field(default_factory=dict)
    recommendations: list[dict[str, Any]] = field(default_factory=list)
    reputation_entities: dict[str, dict[str, Any]] = field(default_factory=dict)
    sent_at: list[datetime] = field(default_factory=list)
    import_jobs: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, account_id: str, region: str, behaviour: ListBehaviour) -> "RegionalAccount":
        """Return an account out of the sandbox, healthy, that suppresses both reasons, as new ones do."""
        return cls(account_id, region, StandInList(behaviour), default_attributes())

    def arn(self, resource: str) -> str:
        """Return the ARN of something in this account and Region."""
        return f"arn:aws:ses:{self.region}:{self.account_id}:{resource}"

    def enforce(self, status: str) -> None:
        """Let SES decide about the account: HEALTHY, PROBATION or SHUTDOWN, which refuses every send."""
        self.attributes["EnforcementStatus"] = status

    def enforce_tenant(self, name: str, status: str, cause: str = "") -> None:
        """Let SES itself stop a tenant (DISABLED), or let it send again (ENABLED, REINSTATED).

        What the account has decided stands beside it: a tenant sends where both let it.
        """
        entity = self.reputation_entities[self.tenants[name].arn]
        entity["AwsSesManagedStatus"] = status_record(status, cause)
        own = entity.get("CustomerManagedStatus", {}).get("Status", "ENABLED")
        entity["SendingStatusAggregate"] = "DISABLED" if "DISABLED" in (status, own) else status

    def add_recommendation(self, kind: str, resource: str, description: str, impact: str = "HIGH") -> None:
        """Open a recommendation of `kind` (DKIM, IP_LISTING ...) about a resource such as `identity/NAME`."""
        now = datetime.now(UTC)
        self.recommendations.append(
            {
                "ResourceArn": self.arn(resource),
                "Type": kind,
                "Description": description,
                "Status": "OPEN",
                "CreatedTimestamp": now,
                "LastUpdatedTimestamp": now,
                "Impact": impact,
            }
        )


def status_record(status: str, cause: str = "") -> dict[str, Any]:
    """Return a status of a reputation entity, decided now, as SES's model names its members."""
    named = {"Cause": cause} if cause else {}
    return {"Status": status, **named, "LastUpdatedTimestamp": datetime.now(UTC)}


def default_attributes() -> dict[str, Any]:
    """Return what GetAccount answers for an account that SES has let out of the sandbox."""
    return {
        "DedicatedIpAutoWarmupEnabled": False,
        "EnforcementStatus": "HEALTHY",
        "ProductionAccessEnabled": True,
        "SendingEnabled": True,
        "SuppressionAttributes": {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]},
        "DeliveryAttributes": {"SharedPoolDeliveryMode": "GLOBAL"},
    }
