"""The ARN of an SES identity, which a policy is for and which a delegate names in every send."""

from dataclasses import dataclass, replace
from re import ASCII
from re import compile as pattern

from ses_reputation.environment import ACCOUNT

EVERY_REGION = "*"
_read = pattern(rf"arn:(aws[\w-]*):ses:([\w-]+|\*):({ACCOUNT}):identity/(\S+)", ASCII).fullmatch


@dataclass(frozen=True, slots=True)
class IdentityArn:
    """A domain or an address of an account, in one Region; `*` stands for those of a Global endpoint."""

    partition: str
    region: str
    account: str
    name: str

    def __str__(self) -> str:
        return f"arn:{self.partition}:ses:{self.region}:{self.account}:identity/{self.name}"

    @property
    def domain(self) -> str:
        """The domain that mail comes from, in lower case."""
        return self.name.rpartition("@")[2].lower()

    @property
    def is_address(self) -> bool:
        """Whether one address was verified, rather than a domain."""
        return "@" in self.name

    def covers(self, address: str) -> bool:
        """Return whether mail may come from an address by this identity.

        A domain covers its subdomains (Amazon SES developer guide, "Creating and verifying identities").
        """
        if self.is_address:
            return address.lower() == self.name.lower()
        domain = address.rpartition("@")[2].lower()
        return domain == self.domain or domain.endswith(f".{self.domain}")

    def is_related(self, name: str) -> bool:
        """Return whether another identity is above or below this one: a domain, or an address in one."""
        other = replace(self, name=name)
        return name != self.name and (self.covers(f"*@{other.domain}") or other.covers(f"*@{self.domain}"))

    def in_every_region(self) -> "IdentityArn":
        """Return the ARN that delegates name at a Global endpoint.

        Amazon SES developer guide, "Sending emails for the identity owner".
        """
        return replace(self, region=EVERY_REGION)


def parse_identity_arn(text: str) -> IdentityArn:
    """Return an identity's ARN, of one Region or of `*`. Raises ValueError, which shows an example."""
    read = _read(text)
    if not read:
        example = "arn:aws:ses:eu-west-1:111111111111:identity/example.com"
        raise ValueError(f"{text} is not the ARN of an SES identity, such as {example}")
    return IdentityArn(*read.groups())


def parse_owned_identity(text: str) -> IdentityArn:
    """Return the ARN of an identity that policies are written for: in one Region. Raises ValueError."""
    arn = parse_identity_arn(text)
    if arn.region == EVERY_REGION:
        raise ValueError(f"{text} names all Regions: a policy belongs to the identity in one, so name that")
    return arn
