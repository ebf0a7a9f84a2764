"""Sending-authorization policies drafted from what an owner wants to allow."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from re import ASCII
from re import compile as pattern
from typing import Any

from ses_reputation.authorization.identity_arn import IdentityArn
from ses_reputation.authorization.policy_document import (
    MOST_BYTES,
    MOST_POLICIES,
    is_policy_name,
    policy_text,
)
from ses_reputation.authorization.principals import EVERYBODY, account_of
from ses_reputation.environment import is_account

USUAL_ACTIONS = ("ses:SendEmail", "ses:SendRawEmail")
"""SMTP, most mail libraries and raw content of the v2 API are SendRawEmail (django-anymail issue 384)."""
TEMPLATED_ACTIONS = ("ses:SendTemplatedEmail",)
BULK_ACTIONS = ("ses:SendBulkTemplatedEmail", "ses:SendBulkEmail")
MANY_DELEGATES = 10
is_organization = pattern(r"o-[a-z0-9]{10,32}", ASCII).fullmatch
"""Match the id of an AWS organization (AWS Organizations API reference, Organization)."""
_is_delegate = pattern(r"arn:aws[\w-]*:iam::[0-9]{12}:(root|(user|role)/[\w+=,.@/-]+)", ASCII).fullmatch


@dataclass(frozen=True, slots=True)
class SendingConditions:
    """Under which conditions a delegate may send; patterns may have `*` and `?`.

    source_ips: addresses or CIDR ranges. not_before, not_after: aware times.
    """

    from_addresses: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    display_names: tuple[str, ...] = ()
    feedback_addresses: tuple[str, ...] = ()
    source_ips: tuple[str, ...] = ()
    not_before: datetime | None = None
    not_after: datetime | None = None


@dataclass(frozen=True, slots=True)
class SendingGrant:
    """What an owner wants to allow.

    delegates: account ids, or ARNs of accounts, users and roles. organization: in their place, every account
    of an AWS organization. name: of the policy; "" for one made of the delegates.
    """

    identity: IdentityArn
    delegates: tuple[str, ...] = ()
    organization: str = ""
    actions: tuple[str, ...] = USUAL_ACTIONS
    conditions: SendingConditions = SendingConditions()
    name: str = ""


@dataclass(frozen=True, slots=True)
class DraftedPolicies:
    """Documents by the name of their policy, and notes for the person who applies them."""

    policies: Mapping[str, Mapping[str, Any]]
    notes: tuple[str, ...] = ()


def draft_grant(grant: SendingGrant, existing: Collection[str] | None = None) -> DraftedPolicies:
    """Return policies that allow what is wanted: one, or as many as its delegates need.

    existing: the names of the identity's policies; None where they are not known. Raises ValueError, which
    says what to change, where SES would refuse the policies.
    """
    principals = _principals(grant)
    name = grant.name or _name_of(grant)
    if not is_policy_name(name):
        raise ValueError(f"{name} is no name of a policy: SES takes 1 to 64 of A-Z, a-z, 0-9, _ and -")
    parts = list(_split(grant, principals))
    names = [name] if len(parts) == 1 else [f"{name[:60]}-{number}" for number in range(1, len(parts) + 1)]
    policies = {each: _policy(grant, part) for each, part in zip(names, parts, strict=True)}
    return DraftedPolicies(policies, tuple(_notes(grant, names, existing)))


def _principals(grant: SendingGrant) -> list[str]:
    if grant.organization:
        if grant.delegates:
            raise ValueError("name either delegates or an organization, not both")
        if not is_organization(grant.organization):
            raise ValueError(f"{grant.organization} is no organization's id, such as o-exampleorgid")
        return [EVERYBODY]
    if not grant.delegates:
        raise ValueError("name a delegate: an account, a user or a role")
    return list(dict.fromkeys(_principal(grant.identity, delegate) for delegate in grant.delegates))


def _principal(identity: IdentityArn, delegate: str) -> str:
    arn = f"arn:{identity.partition}:iam::{delegate}:root" if is_account(delegate) else delegate
    if not _is_delegate(arn):
        raise ValueError(
            f"{delegate} is no delegate: name an account's 12 digits, or the ARN of a user or role "
            "(of a session: that of its role)"
        )
    if arn.split(":")[1] != identity.partition:
        raise ValueError(
            f"{delegate} is in another partition of AWS than the identity ({identity.partition})"
        )
    if account_of(arn) == identity.account:
        raise ValueError(f"{delegate} is of the identity's own account, which needs no policy to send")
    return arn


def _name_of(grant: SendingGrant) -> str:
    if grant.organization:
        return f"Send-{grant.organization}"
    if len(grant.delegates) > 1:
        return "Send-delegates"
    delegate = grant.delegates[0]
    of_account = f"Send-{account_of(delegate)}"
    return f"{of_account}-{_plain(delegate.rpartition('/')[2])}"[:64] if "/" in delegate else of_account


def _plain(name: str) -> str:
    return "".join(letter if is_policy_name(letter) else "-" for letter in name)


def _split(grant: SendingGrant, principals: Sequence[str]) -> Iterator[list[str]]:
    """Yield the principals of each policy: as many as 4 KB hold."""
    part: list[str] = []
    for principal in principals:
        if part and not _fits(grant, [*part, principal]):
            yield part
            part = []
        part.append(principal)
        if not _fits(grant, part):
            raise ValueError(
                f"the conditions alone take more than {MOST_BYTES:,} bytes: use patterns in place of values"
            )
    yield part


def _fits(grant: SendingGrant, principals: list[str]) -> bool:
    return len(policy_text(_policy(grant, principals))) <= MOST_BYTES


def _policy(grant: SendingGrant, principals: list[str]) -> dict[str, Any]:
    principal: Any = EVERYBODY if grant.organization else {"AWS": principals}
    statement = {
        "Sid": "AllowSending",
        "Effect": "Allow",
        "Principal": principal,
        "Action": list(grant.actions),
        "Resource": str(grant.identity),
    }
    conditions = condition_of(grant.conditions, grant.organization)
    return {
        "Version": "2012-10-17",
        "Statement": [{**statement, "Condition": conditions} if conditions else statement],
    }


def condition_of(conditions: SendingConditions, organization: str = "") -> dict[str, dict[str, Any]]:
    """Return the Condition of a statement; empty where there is none.

    Keys: Amazon SES developer guide, "Sending policy examples". Each of a mail's recipients has to fit.
    """
    like = {
        "ses:FromAddress": conditions.from_addresses,
        "ses:FromDisplayName": conditions.display_names,
        "ses:FeedbackAddress": conditions.feedback_addresses,
    }
    wanted: dict[str, dict[str, Any]] = {
        "StringEquals": {"aws:PrincipalOrgID": organization},
        "StringLike": {key: list(values) for key, values in like.items()},
        "ForAllValues:StringLike": {"ses:Recipients": list(conditions.recipients)},
        "IpAddress": {"aws:SourceIp": list(conditions.source_ips)},
        "DateGreaterThanEquals": {"aws:CurrentTime": _time(conditions.not_before)},
        "DateLessThan": {"aws:CurrentTime": _time(conditions.not_after)},
    }
    filled = {
        operator: {key: value for key, value in keys.items() if value} for operator, keys in wanted.items()
    }
    return {operator: keys for operator, keys in filled.items() if keys}


def _time(moment: datetime | None) -> str:
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z" if moment else ""


def _notes(grant: SendingGrant, names: list[str], existing: Collection[str] | None) -> Iterator[str]:
    total = len({*names, *(existing or ())})
    if total > MOST_POLICIES:
        yield (
            f"The identity would have {total} policies, and SES keeps {MOST_POLICIES}: merge some, or delete "
            "what is not needed."
        )
    if existing is None:
        yield f"The identity's policies were not read: SES keeps {MOST_POLICIES}, these included."
    if len(names) > 1:
        yield f"One policy holds {MOST_BYTES:,} bytes, so the delegates are divided among {len(names)}."
    if len(names) > 1 or len(grant.delegates) >= MANY_DELEGATES:
        yield "If all of them are in one AWS organization, its id says so in one policy: --organization o-..."
