"""An identity and its policies, read with the credentials of the account that owns it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from re import ASCII
from re import compile as pattern

import boto3

from console.errors import ConsoleError
from console.local_aws.clients import Clients
from console.stack.caller import identify_caller
from ses_reputation.authorization.errors import IdentityUnknownError
from ses_reputation.authorization.identity_arn import IdentityArn, parse_owned_identity
from ses_reputation.authorization.store import IdentityPolicies
from ses_reputation.errors import UnavailableError
from ses_reputation.visible_text import visible

# SES answers such calls about once a second: a minute at most.
MOST_RELATIVES = 60
_is_arn = pattern("arn:.*", ASCII).fullmatch


@dataclass(frozen=True, slots=True)
class OwnedIdentity:
    """An identity of the credentials' own account, and where its policies are kept."""

    arn: IdentityArn
    store: IdentityPolicies


@dataclass(frozen=True, slots=True)
class PolicyRead:
    """An identity's sending-authorization policies by name; `obstacle` says why they could not be read."""

    policies: Mapping[str, str]
    obstacle: str = ""


@dataclass(frozen=True, slots=True)
class Relatives:
    """The policies of identities above and below one; `obstacle` says which were not read, and why."""

    policies: Mapping[IdentityArn, Mapping[str, str]]
    obstacle: str = ""


def parse_arn(identity: str) -> IdentityArn | None:
    """Return the ARN that an operator named; None where that is a name. Raises ConsoleError."""
    if not _is_arn(identity):
        return None
    try:
        return parse_owned_identity(identity)
    except ValueError as error:
        raise ConsoleError(visible(f"{error}.")) from error


def open_identity(identity: str, region: str | None, profile: str | None) -> OwnedIdentity:
    """Connect to an identity, by its name or ARN, with the credentials of a profile or the usual ones.

    Raises ConsoleError where the credentials are of another account than the ARN.
    """
    named = parse_arn(identity)
    where = region or (named.region if named else os.environ.get("AWS_REGION"))
    session = boto3.Session(profile_name=profile, region_name=where)
    clients = Clients(session, None)
    caller = identify_caller(clients.sts)
    arn = named or IdentityArn(caller.partition, str(session.region_name), caller.account, identity.strip())
    if arn.account != caller.account:
        raise ConsoleError(
            f"{visible(arn.name)} is of account {arn.account}, and your credentials are of {caller.account}: "
            "name a profile of the owner with --profile."
        )
    if region and arn.region != region:
        raise ConsoleError(f"The ARN is of {arn.region}, and --region is {visible(region)}: leave one out.")
    return OwnedIdentity(arn, IdentityPolicies(clients.connect, arn))


def read_policies(owned: OwnedIdentity) -> PolicyRead:
    """Read the policies of an identity, or why they cannot be read. Raises IdentityUnknownError."""
    try:
        return PolicyRead(owned.store.read())
    except UnavailableError as error:
        return PolicyRead({}, f"{error}.")


def read_relatives(owned: OwnedIdentity) -> Relatives:
    """Read the policies of the identities above and below: a domain's, or those of verified addresses."""
    try:
        names = [name for name in owned.store.names_of_identities() if owned.arn.is_related(name)]
        arns = [replace(owned.arn, name=name) for name in sorted(names)[:MOST_RELATIVES]]
        found = {arn: owned.store.read_of(arn.name) for arn in arns}
    except (UnavailableError, IdentityUnknownError) as error:
        return Relatives({}, f"Identities above and below it were not compared. {error}.")
    left = len(names) - len(arns)
    return Relatives(found, f"{left} more identities below it were not compared." if left else "")
