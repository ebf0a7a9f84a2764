"""Looking at the account before anything is made: who, where, and what can be tried there."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from console.local_aws.clients import Clients
from tests.acceptance.deployment import SAM
from tests.acceptance.fence import Fence
from tests.acceptance.run import Account, open_session

BUSY_MAILS_A_DAY = 10_000
_FEWEST_CALLS_AT_ONCE = 10


class UnfitError(Exception):
    """The run cannot begin; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Possibilities:
    """What an account allows to try: a verified identity and an opt-in Region, each "" for none.

    mails_a_day: sent in the last 24 hours, None where SES does not say. calls_at_once: Lambda's concurrency.
    """

    sender: str
    opt_in_region: str
    mails_a_day: float | None
    calls_at_once: int


def open_account(run_name: str, profile: str, other_profile: str, built_template: Path) -> Account:
    """Return the profile's account, its clients behind a fence. Raises UnfitError where no run can begin."""
    for path, missing in ((SAM, "make .venv-sam/.ready"), (built_template, "make build")):
        if not path.exists():
            raise UnfitError(f"{path} is not there: {missing}")
    fence = Fence(run_name)
    session = _session(profile, "", fence)
    clients, region = Clients(session, None), session.region_name
    if not region:
        raise UnfitError(
            "No Region is set: give REGION=, or set one for the profile (aws configure set region)"
        )
    caller = _identify(clients, profile)
    other = Clients(_session(other_profile, region, fence), None) if other_profile else None
    if other and _identify(other, other_profile)["Account"] == caller["Account"]:
        raise UnfitError(
            f"OTHER_PROFILE={other_profile} is of the same account: the stranger must be of another"
        )
    partition = caller["Arn"].split(":")[1]
    return Account(
        caller["Account"], region, partition, clients, fence, profile, other, _is_local(os.environ)
    )


def look_around(account: Account, sender: str, opt_in_region: str) -> Possibilities:
    """Read what can be tried; what may not be read counts as absent. `sender`, `opt_in_region`: as chosen."""
    clients = account.clients
    return Possibilities(
        sender or _read(lambda: _find_sender(clients), ""),
        opt_in_region or _read(lambda: _find_opt_in_region(clients), ""),
        _read(lambda: clients.sesv2.get_account()["SendQuota"]["SentLast24Hours"], None),
        _read(_concurrency_of(clients), _FEWEST_CALLS_AT_ONCE),
    )


def require_quiet(possibilities: Possibilities) -> None:
    """Raise UnfitError in an account that mails so much that nobody should try a stack there unasked."""
    mails = possibilities.mails_a_day or 0
    if mails > BUSY_MAILS_A_DAY:
        raise UnfitError(
            f"This account sent {mails:,.0f} mails in the last 24 hours. Choose a quieter one, or run "
            "without --yes and answer yes yourself."
        )


def _session(profile: str, region: str, fence: Fence) -> boto3.Session:
    try:
        return open_session(profile, region, fence)
    except BotoCoreError as error:
        raise UnfitError(f"{error}: see `aws configure list-profiles`") from error


def _identify(clients: Clients, profile: str) -> Mapping[str, Any]:
    try:
        return clients.sts.get_caller_identity()
    except (BotoCoreError, ClientError) as error:
        name = f" --profile {profile}" if profile else ""
        raise UnfitError(f"No valid credentials: {error}. Try `aws sts get-caller-identity{name}`") from error


def _read(look: Any, otherwise: Any) -> Any:
    try:
        return look()
    except (BotoCoreError, ClientError):
        return otherwise


def _find_sender(clients: Clients) -> str:
    """The first verified identity that may send: to mail from, never to be changed."""
    for identity in clients.sesv2.list_email_identities(PageSize=100)["EmailIdentities"]:
        if identity.get("SendingEnabled") and identity.get("VerificationStatus", "SUCCESS") == "SUCCESS":
            return identity["IdentityName"]
    return ""


def _find_opt_in_region(clients: Clients) -> str:
    """The first opt-in Region that the account has enabled; others are ENABLED_BY_DEFAULT (ListRegions)."""
    listed = clients.connect("account").list_regions(RegionOptStatusContains=["ENABLED"])["Regions"]
    return next((str(each["RegionName"]) for each in listed), "")


def _concurrency_of(clients: Clients) -> Any:
    return lambda: clients.functions.get_account_settings()["AccountLimit"]["ConcurrentExecutions"]


def _is_local(environment: Mapping[str, str]) -> bool:
    endpoint = environment.get("AWS_ENDPOINT_URL", "")
    return bool(endpoint) and ".amazonaws.com" not in endpoint
