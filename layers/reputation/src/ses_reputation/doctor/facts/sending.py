"""What SES says of an account, its configuration sets, its pools and its tenants, in one Region."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ses_reputation.doctor.facts.listing import Listing


@dataclass(frozen=True, slots=True)
class AccountState:
    """What GetAccount says.

    review_status: of the last request for production access, "" where there was none. suppressed_reasons:
    for which the account's list holds mail back. validation: the threshold of address validation, "" where
    it is off. delivery_mode: from which Regions mail over shared addresses may leave, "" where SES says none.
    daily_quota: mails in 24 hours, -1 for any number; send_rate: mails in a second; 0 where SES says none.
    """

    is_in_production: bool
    is_sending_enabled: bool
    enforcement_status: str
    review_status: str = ""
    review_case: str = ""
    suppressed_reasons: tuple[str, ...] = ()
    validation: str = ""
    delivery_mode: str = ""
    daily_quota: float = 0.0
    send_rate: float = 0.0


@dataclass(frozen=True, slots=True)
class Destination:
    """An event destination. topic: the ARN of its SNS topic, "" where it sends elsewhere."""

    name: str
    is_enabled: bool
    event_types: frozenset[str]
    topic: str = ""


@dataclass(frozen=True, slots=True)
class ConfigurationSet:
    """A configuration set.

    destinations: None where they could not be read. suppressed_reasons: None where the set does not override
    the account's. validation: `OFF`, or the threshold, "" where the account's holds. pool: of dedicated
    addresses, "" where it names none. delivery_mode: as of AccountState, "" where the account's holds.
    """

    name: str
    destinations: tuple[Destination, ...] | None
    is_sending_enabled: bool = True
    suppressed_reasons: tuple[str, ...] | None = None
    suppression_scope: str = ""
    validation: str = ""
    pool: str = ""
    delivery_mode: str = ""


SHARED_POOL, DEFAULT_POOL = "ses-shared-pool", "ses-default-dedicated-pool"
"""SES's own pools: all accounts', and the standard addresses of an account that are in none of its pools.

They are listed, and GetDedicatedIpPool refuses them (cloud-custodian/cloud-custodian issue 10196).
"""


@dataclass(frozen=True, slots=True)
class DedicatedPool:
    """A pool of dedicated addresses. warm_ups: percentages by address, of those that are still warming up;
    None where they could not be read."""

    name: str
    is_managed: bool
    warm_ups: Mapping[str, int] | None


@dataclass(frozen=True, slots=True)
class Tenant:
    """A tenant. resources: the ARNs that it may use; None where they could not be read."""

    name: str
    sending_status: str
    resources: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Recommendation:
    """An open recommendation of SES. resource: what it is about, an ARN."""

    kind: str
    resource: str
    description: str
    impact: str


@dataclass(frozen=True, slots=True)
class IdentityFacts:
    """A domain or an address in SES.

    topics: ARNs by type (Bounce, Complaint, Delivery), without those that are not set; None where they could
    not be read. policies: documents by name. default_set: "" where it has none.
    """

    name: str
    is_verified: bool
    is_forwarding: bool
    topics: Mapping[str, str] | None
    policies: Mapping[str, str]
    default_set: str = ""

    @property
    def is_address(self) -> bool:
        """Whether one address was verified, rather than a domain."""
        return "@" in self.name


@dataclass(frozen=True, slots=True)
class Place:
    """SES of one account in one Region, as far as it could be read."""

    partition: str
    account: str
    region: str
    state: AccountState | None
    identities: Listing[IdentityFacts]
    sets: Listing[ConfigurationSet]
    pools: Listing[DedicatedPool] = field(default_factory=Listing)
    tenants: Listing[Tenant] = field(default_factory=Listing)
    recommendations: tuple[Recommendation, ...] = ()
    resume_after: str = ""
    """The last resource that was read where time ran out, `identity/example.com`; "" where all were."""

    @property
    def own_pools(self) -> tuple[DedicatedPool, ...]:
        """The dedicated pools that the account has made."""
        return tuple(each for each in self.pools if each.name != DEFAULT_POOL)

    @property
    def title(self) -> str:
        """The account and Region, for people."""
        return f"account {self.account} in {self.region}"

    def arn(self, resource: str) -> str:
        """Return the ARN of a resource of SES here: `identity/example.com`, `configuration-set/news`."""
        return f"arn:{self.partition}:ses:{self.region}:{self.account}:{resource}"

    def identity_arn(self, name: str) -> str:
        """Return the ARN of an identity here."""
        return self.arn(f"identity/{name}")

    def set_arn(self, name: str) -> str:
        """Return the ARN of a configuration set here."""
        return self.arn(f"configuration-set/{name}")

    def domain_above(self, identity: IdentityFacts) -> IdentityFacts | None:
        """Return the nearest identity that covers another one: its domain, or a domain above that.

        A domain covers its subdomains (Amazon SES developer guide, "Creating and verifying identities").
        """
        named = {each.name.lower(): each for each in self.identities if not each.is_address}
        domain = identity.name.rpartition("@")[2].lower()
        if not identity.is_address:
            domain = domain.partition(".")[2]
        while domain and domain not in named:
            domain = domain.partition(".")[2]
        return named.get(domain)
