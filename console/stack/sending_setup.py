"""What a party sends with: the owner's identity, the configuration sets that publish to SNS, and its rate."""

from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from console.errors import NotFoundError
from console.stack.party_access import PartyAccess
from ses_reputation.authorization.identity_arn import IdentityArn
from ses_reputation.verification.feed_setup import published_to_topics

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

# What the sandbox allows (developer guide, "Moving out of the sandbox").
_SANDBOX_MAILS_PER_SECOND = 1.0
_PAGE_SIZE = 1000


def choose_identity(owner: PartyAccess, region: str, name: str | None) -> IdentityArn:
    """Return the named identity of the owner's account, or its only verified domain in the Region.

    Raises NotFoundError where it has none, or several.
    """
    if name is None:
        domains = list(_verified_domains(owner.connect("sesv2", region)))
        if len(domains) != 1:
            raise NotFoundError(_describe_choice(owner.account, region, domains))
        (name,) = domains
    return IdentityArn(owner.caller.partition, region, owner.account, name)


def choose_sets(party: PartyAccess, region: str, wanted: Collection[str]) -> list[str]:
    """Return the wanted configuration sets that an account has, or all that publish to SNS topics, in order.

    Raises NotFoundError where the profile may not read which there are, and none is wanted.
    """
    sesv2 = party.connect("sesv2", region)
    try:
        names = sorted(_pages(sesv2.list_configuration_sets, "ConfigurationSets"))
        return [name for name in names if (name in wanted if wanted else _publishes(sesv2, name))]
    except ClientError as error:
        if wanted:
            return sorted(wanted)
        raise NotFoundError(
            f"The credentials of {party.account} may not read its configuration sets "
            f"({error.response['Error']['Code']}): name one with --configuration-set."
        ) from None


def mails_per_second(party: PartyAccess, region: str) -> float:
    """Return how fast an account may send; where that may not be read, what the sandbox allows."""
    try:
        quota = party.connect("sesv2", region).get_account().get("SendQuota", {})
    except ClientError:
        return _SANDBOX_MAILS_PER_SECOND
    return float(quota.get("MaxSendRate") or _SANDBOX_MAILS_PER_SECOND)


def from_address(identity: IdentityArn) -> str:
    """Return the address to send from: the identity itself, or an address of its domain."""
    return identity.name if identity.is_address else f"ses-reputation-verify@{identity.name}"


def _verified_domains(sesv2: "SESV2Client") -> Iterator[str]:
    for each in _pages(sesv2.list_email_identities, "EmailIdentities"):
        if each.get("IdentityType") == "DOMAIN" and each.get("SendingEnabled"):
            yield each["IdentityName"]


def _publishes(sesv2: "SESV2Client", name: str) -> bool:
    answer = sesv2.get_configuration_set_event_destinations(ConfigurationSetName=name)
    return bool(published_to_topics(answer.get("EventDestinations", ())))


def _pages(call: Callable[..., Any], key: str) -> Iterator[Any]:
    token: dict[str, str] = {}
    while True:
        page = call(PageSize=_PAGE_SIZE, **token)
        yield from page[key]
        if not page.get("NextToken"):
            return
        token = {"NextToken": page["NextToken"]}


def _describe_choice(account: str, region: str, domains: Collection[str]) -> str:
    if not domains:
        return (
            f"{account} has no verified domain in {region}: verify one, or name an address with --identity."
        )
    return (
        f"{account} has several verified domains in {region}: name one with --identity: {', '.join(domains)}."
    )
