"""What is left of a sending-authorization policy's statements when a delegate is taken out of them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ses_reputation.authorization.policy_document import listed, statement_title
from ses_reputation.authorization.principals import account_of, is_everybody, is_unique_id, named_in
from ses_reputation.authorization.wildcards import fits

# All sending actions: SendBulkEmail of the v2 API stands in no list of the developer guide
# (service authorization reference, "Actions defined by Amazon Simple Email Service v2").
EVERY_SEND = "ses:Send*"
DELEGATED_ACTIONS = (
    "ses:SendEmail",
    "ses:SendRawEmail",
    "ses:SendTemplatedEmail",
    "ses:SendBulkTemplatedEmail",
    "ses:SendBulkEmail",
)
"""What a delegate can do with an identity: Amazon SES developer guide, "Amazon SES policy anatomy". The last
is of the v2 API."""


@dataclass(slots=True)
class Revision:
    """Statements without a delegate, and notes on them.

    to_deny: the actions that statements which could not be narrowed may still allow it.
    """

    kept: list[Any] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    to_deny: list[str] = field(default_factory=list)


def revise_statements(statements: Sequence[Any], delegate: str) -> Revision:
    """Take an account, with its users and roles, out of the statements that allow it by name.

    Statements that deny stay as they are, and so do those that allow everybody or somebody unknown: these
    are named in the notes, and their actions are to be denied by another statement.
    """
    revision = Revision()
    for place, statement in enumerate(statements, start=1):
        if not isinstance(statement, Mapping):
            _keep(revision, statement, f"Statement {place} is no statement: it is kept as it is.")
        elif statement.get("Effect") == "Deny":
            _keep(revision, statement)
        elif statement.get("Effect") != "Allow":
            _keep(
                revision,
                statement,
                f"{statement_title(statement, place)} neither allows nor denies: it is kept.",
            )
        else:
            _narrow(revision, statement, statement_title(statement, place), delegate)
    return revision


def deny_statement(
    identity_arn: str, partition: str, delegate: str, actions: Iterable[str]
) -> dict[str, Any]:
    """Return a statement that denies actions to an account with all its users and roles."""
    return {
        "Sid": f"Revoke{delegate}",
        "Effect": "Deny",
        "Principal": {"AWS": f"arn:{partition}:iam::{delegate}:root"},
        "Action": sorted(set(actions)),
        "Resource": identity_arn,
    }


def actions_beyond_sending(statement: Mapping[str, Any]) -> list[str]:
    """Return the actions that a statement names, those left out that `ses:Send*` covers."""
    named = [each for each in listed(statement.get("Action")) if isinstance(each, str)]
    return [each for each in named if not fits(EVERY_SEND.lower(), each.lower())]


def _narrow(revision: Revision, statement: Mapping[str, Any], title: str, delegate: str) -> None:
    principal = _without(statement.get("Principal"), delegate)
    if not principal and statement.get("Principal"):
        return
    changed = {"Principal": principal} if "Principal" in statement else {}
    _keep(revision, {**statement, **changed})
    reason = _why_it_may_still_allow(statement, principal)
    if reason:
        revision.notes.append(f"{title} {reason}: it needs an explicit Deny beside it.")
        revision.to_deny += [EVERY_SEND, *actions_beyond_sending(statement)]
    if delegate in json.dumps(statement.get("Condition"), default=str):
        revision.notes.append(f"{title} still names {delegate} in its conditions: look at what they allow.")
    if any(isinstance(each, str) and is_unique_id(each) for each in named_in(principal)):
        revision.notes.append(f"{title} names a user or role that was deleted; whose, nobody can tell.")


def _keep(revision: Revision, statement: Any, note: str = "") -> None:
    revision.kept.append(statement)
    revision.notes += [note] if note else []


def _without(principal: Any, delegate: str) -> Any:
    """Return a principal without the delegate; empty where nobody is left."""
    if not isinstance(principal, Mapping):
        return "" if account_of(principal) == delegate else principal
    left = [each for each in named_in(principal) if account_of(each) != delegate]
    if len(left) == len(named_in(principal)):
        return principal
    others = {kind: each for kind, each in principal.items() if kind != "AWS"}
    return {**principal, "AWS": left} if left else others


def _why_it_may_still_allow(statement: Mapping[str, Any], principal: Any) -> str:
    if "NotPrincipal" in statement:
        return "allows all but some (NotPrincipal)"
    if is_everybody(principal):
        return "allows everybody"
    if not isinstance(principal, Mapping) or not all(isinstance(each, str) for each in named_in(principal)):
        return "does not say in a known form whom it allows"
    return ""
