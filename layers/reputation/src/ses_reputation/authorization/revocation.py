"""The sending-authorization policies of an identity without a delegate: drafted for a person, never applied.

An identity may have many policies, joined by OR; an explicit Deny beats whatever they allow (Amazon SES
developer guide, "Using identity authorization").
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ses_reputation.authorization.evaluation import Decision, PolicyRequest, evaluate_policies
from ses_reputation.authorization.identity_arn import IdentityArn, parse_owned_identity
from ses_reputation.authorization.policy_document import (
    MOST_BYTES,
    policy_text,
    read_policy,
    statements_of,
)
from ses_reputation.authorization.policy_statements import (
    DELEGATED_ACTIONS,
    EVERY_SEND,
    actions_beyond_sending,
    deny_statement,
    revise_statements,
)
from ses_reputation.environment import is_account
from ses_reputation.shell_words import shell_command, shell_option


class PolicyChange(StrEnum):
    """What a person is to do about a policy."""

    UNCHANGED = "unchanged"
    REPLACED = "replaced"
    DELETED = "deleted"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class RevisedPolicy:
    """What becomes of one policy.

    document: as it should be; None where it is deleted or cannot be read. notes: sentences on what a person
    should know. command: for the AWS CLI in the identity owner's account; "" where nothing is to be done.
    """

    name: str
    change: PolicyChange
    document: Mapping[str, Any] | None
    notes: tuple[str, ...] = ()
    command: str = ""


@dataclass(frozen=True, slots=True)
class Revocation:
    """An identity's policies without a delegate, by name, and notes on the whole."""

    identity_arn: str
    delegate: str
    policies: tuple[RevisedPolicy, ...]
    notes: tuple[str, ...]

    @property
    def commands(self) -> tuple[str, ...]:
        """What a person would run, in this order."""
        return tuple(policy.command for policy in self.policies if policy.command)


def draft_revocation(policies: Mapping[str, Any], identity_arn: str, delegate: str) -> Revocation:
    """Return the policies as they would be without the delegate: an account, with all its users and roles.

    policies: documents by name, as dictionaries or as JSON, of any shape. Statements that allow the delegate
    by name lose it; those that allow everybody stay, and an explicit Deny is added to their policy. Where no
    policy can be read, the draft is a policy of its own that denies. Raises ValueError where `identity_arn`
    is not an SES identity's ARN, or `delegate` not the id of another account.
    """
    identity = parse_owned_identity(identity_arn)
    if not is_account(delegate) or delegate == identity.account:
        raise ValueError(f"{delegate} is not the id of another account than the identity's own")
    drafts = [_draft_policy(identity, name, policies[name], delegate) for name in sorted(policies)]
    if all(draft.document is None and draft.change is PolicyChange.UNCHANGED for draft in drafts):
        drafts.append(_added(identity, delegate))
    return Revocation(identity_arn, delegate, tuple(drafts), _notes(identity, drafts, delegate))


def _command(identity: IdentityArn, verb: str, policy: str, document: Mapping[str, Any] | None = None) -> str:
    options = {
        "--region": identity.region,
        "--email-identity": identity.name,
        "--policy-name": policy,
        **({"--policy": policy_text(document)} if document else {}),
    }
    quoted = (shell_option(option, value) for option, value in options.items())
    return " ".join(shell_command(f"aws sesv2 {verb}-email-identity-policy", quoted))


def _draft_policy(identity: IdentityArn, name: str, document: Any, delegate: str) -> RevisedPolicy:
    try:
        policy = read_policy(document)
    except ValueError:
        note = "It cannot be read as a policy: look whether it names the delegate."
        return RevisedPolicy(name, PolicyChange.UNCHANGED, None, (note,))
    statements = statements_of(policy)
    revision = revise_statements(statements, delegate)
    kept = _with_deny(identity, revision.kept, revision.to_deny, delegate)
    notes = tuple(revision.notes)
    if kept == statements:
        return RevisedPolicy(name, PolicyChange.UNCHANGED, policy, notes)
    if not kept:
        return RevisedPolicy(name, PolicyChange.DELETED, None, notes, _command(identity, "delete", name))
    revised = {**policy, "Statement": kept}
    command = _command(identity, "update", name, revised)
    return RevisedPolicy(name, PolicyChange.REPLACED, revised, (*notes, *_note_on_length(revised)), command)


def _with_deny(identity: IdentityArn, kept: list[Any], to_deny: list[str], delegate: str) -> list[Any]:
    """Return statements with one that denies; one of an earlier draft is widened."""
    if not to_deny:
        return kept
    ours = [each for each in kept if isinstance(each, Mapping) and each.get("Sid") == f"Revoke{delegate}"]
    earlier = [each for each in ours if each.get("Effect") == "Deny"]
    actions = [*to_deny, *(action for each in earlier for action in actions_beyond_sending(each))]
    deny = deny_statement(str(identity), identity.partition, delegate, actions)
    return kept if deny in earlier else [*(each for each in kept if each not in earlier), deny]


def _added(identity: IdentityArn, delegate: str) -> RevisedPolicy:
    statement = deny_statement(str(identity), identity.partition, delegate, [EVERY_SEND])
    document = {"Version": "2012-10-17", "Statement": [statement]}
    name = f"Revoke{delegate}"
    note = "An explicit Deny stops the delegate, whatever a policy that could not be read allows."
    return RevisedPolicy(
        name, PolicyChange.ADDED, document, (note,), _command(identity, "create", name, document)
    )


def _note_on_length(document: Mapping[str, Any]) -> tuple[str, ...]:
    length = len(policy_text(document))
    if length <= MOST_BYTES:
        return ()
    return (f"It has {length:,} characters and SES takes {MOST_BYTES:,}: shorten it first.",)


def _notes(identity: IdentityArn, drafts: list[RevisedPolicy], delegate: str) -> tuple[str, ...]:
    if all(draft.change is PolicyChange.UNCHANGED for draft in drafts):
        return (f"Nothing is to be done: no policy that could be read lets {delegate} send.",)
    return (
        "Nothing was changed: it is for the identity owner to run these commands.",
        f"They are for {identity.name} in {identity.region}; its policies in other Regions are others.",
        "A domain above it, or an address below it that was verified too, has policies of its own.",
    )


def still_allowed(policies: Mapping[str, Any], identity_arn: str, delegate: str) -> tuple[str, ...]:
    """Return the sending actions that policies still let an account use, or may.

    Raises ValueError where one cannot be read.
    """
    root = f"arn:{parse_owned_identity(identity_arn).partition}:iam::{delegate}:root"
    stopped = {Decision.DENIED, Decision.NOT_ALLOWED}
    requests = (PolicyRequest(root, action, identity_arn) for action in DELEGATED_ACTIONS)
    return tuple(
        each.action for each in requests if evaluate_policies(policies, each).decision not in stopped
    )
