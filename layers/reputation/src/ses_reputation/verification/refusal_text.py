"""What SES's refusals say: the action and the resource, the identities that failed, and no address of others.

SES names the side that refused in the resource of its message. Texts as users of SES report them; see
docs/adr/0028-proof-by-mail.md for where.
"""

from collections.abc import Iterable
from re import IGNORECASE
from re import compile as pattern
from typing import NamedTuple

from ses_reputation.visible_text import visible

# v1: User `ARN' is not authorized to perform `ses:SendEmail' on resource `ARN'; v2: without quotes, with
# colons.
_DENIAL = pattern(
    r"not authorized to perform:?\s+[`']?(ses:\w+)['`]?\s+on resource:?\s+[`']?(arn:[^\s`']+)", IGNORECASE
)
_UNVERIFIED = pattern(r"not verified.*?failed the check in region ([\w-]+):\s*(.*)", IGNORECASE)
_NOT_OF_TENANT = pattern(r"Tenant not associated with resources?\s*\[([^\]]*)\]", IGNORECASE)
_ADDRESS = pattern(r"[^\s,;:/<>()\[\]`'\"@]+@[\w.-]+")


class Denial(NamedTuple):
    """The action that IAM refused, and the ARN of the resource that it was refused on."""

    action: str
    resource: str

    @property
    def kind(self) -> str:
        """The kind of resource: `identity`, `configuration-set`, ..."""
        return self.resource.rpartition(":")[2].partition("/")[0]

    @property
    def account(self) -> str:
        """The account in the ARN; "" where it has none."""
        parts = self.resource.split(":")
        return parts[4] if len(parts) > 5 else ""

    @property
    def name(self) -> str:
        """The name of the resource, such as the identity."""
        return self.resource.partition("/")[2]


class Unverified(NamedTuple):
    """The Region in which identities failed SES's check, and which did: addresses, domains or ARNs."""

    region: str
    identities: tuple[str, ...]


def read_denial(message: str) -> Denial | None:
    """Return what a message of AccessDenied names; None of another."""
    found = _DENIAL.search(message)
    return Denial(found[1], found[2].rstrip(".,")) if found else None


def read_unverified(message: str) -> Unverified | None:
    """Return what a message of MessageRejected names; None of another. SES cuts a long list off by `...`."""
    found = _UNVERIFIED.search(message)
    if not found:
        return None
    listed = (each.strip().removesuffix("...").rstrip(".") for each in found[2].split(","))
    return Unverified(found[1].lower(), tuple(each for each in listed if each))


def read_not_of_tenant(message: str) -> tuple[str, ...]:
    """Return the ARNs that are not associated with the tenant of a send; none of another message."""
    found = _NOT_OF_TENANT.search(message)
    return tuple(each.strip() for each in found[1].split(",") if each.strip()) if found else ()


def without_addresses(message: str, known: Iterable[str]) -> str:
    """Return a message of SES as one line, without the addresses that the reader has not given."""
    kept = {each.lower() for each in known}
    return visible(_ADDRESS.sub(lambda found: found[0] if found[0].lower() in kept else "(address)", message))
