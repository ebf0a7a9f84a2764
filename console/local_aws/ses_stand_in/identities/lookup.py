"""Which identity is meant: by its name, by its ARN, or by an address that it covers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from console.local_aws.ses_stand_in.account.regional_account import RegionalAccount, StandInIdentity
from console.local_aws.ses_stand_in.calls import Call
from console.local_aws.ses_stand_in.refusals import bad_request, not_found

_ARN = re.compile(r"arn:aws[a-z-]*:ses:([a-z0-9-]+|\*):(\d{12}):identity/(.+)")


@dataclass(frozen=True, slots=True)
class NamedIdentity:
    """The ARN of an identity; a Region of `*` means each Region of a Global endpoint."""

    region: str
    account_id: str
    name: str


def parse_identity_arn(text: str) -> NamedIdentity | None:
    """Return the parts of an identity's ARN; None where it is none."""
    found = _ARN.fullmatch(text)
    return NamedIdentity(found[1], found[2], found[3]) if found else None


def own_identity(call: Call, name: str) -> StandInIdentity:
    """Return an identity of the caller for v2; raises RefusedRequestError."""
    identity = find_identity(call.account, name)
    if identity is None:
        raise not_found(f"Email identity {name} does not exist.")
    return identity


def identity_of_notifications(call: Call, text: str) -> StandInIdentity:
    """Return the identity, by name or ARN, as v1's notification operations find it.

    One refusal for an unknown identity and for an ARN of another Region (fact F8).
    """
    arn = parse_identity_arn(text)
    is_elsewhere = arn is not None and arn.region != call.caller.region
    identity = find_identity(call.account, arn.name if arn else text)
    if identity is None or is_elsewhere:
        raise bad_request(f"Identity {text} is invalid. Must be a verified email address or domain.")
    return identity


def find_identity(account: RegionalAccount, name: str) -> StandInIdentity | None:
    """Return an identity by its name; domains are found in any case."""
    return account.identities.get(stored_name(name))


def stored_name(name: str) -> str:
    """Return the name under which an identity is kept: its domain in lower case."""
    local, at, domain = name.rpartition("@")
    return f"{local}{at}{domain.lower()}"


def covering_identity(account: RegionalAccount, address: str) -> StandInIdentity | None:
    """Return the verified identity that lets an account send from an address.

    The address itself goes before its domain, and that before the domains above it.
    Source: https://docs.aws.amazon.com/ses/latest/dg/creating-identities.html
    """
    found = (account.identities.get(name) for name in _covering_names(address))
    return next((identity for identity in found if identity is not None and identity.is_verified), None)


def covers(identity: StandInIdentity, address: str) -> bool:
    """Whether an identity lets mail be sent from an address."""
    return identity.name in set(_covering_names(address))


def _covering_names(address: str) -> Iterator[str]:
    yield stored_name(address)
    labels = address.rpartition("@")[2].lower().split(".")
    for start in range(len(labels)):
        yield ".".join(labels[start:])
