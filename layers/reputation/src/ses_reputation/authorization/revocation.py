"""The sending-authorization policies of an identity without a delegate: drafted for a person, never applied.

An identity may have many policies, joined by OR; an explicit Deny beats whatever they allow (Amazon SES
developer guide, "Using identity authorization").
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from re import ASCII
from re import compile as pattern
from typing import Any

from ses_reputation.authorization.policy_document import read_policy, statements_of
from ses_reputation.authorization.policy_statements import (
    EVERY_SEND,
    actions_beyond_sending,
    deny_statement,
    revise_statements,
)
from ses_reputation.environment import ACCOUNT, is_account
from ses_reputation.shell_words import shell_command, shell_option

MOST_CHARACTERS = 4096
_read_arn = pattern(rf"arn:(aws[\w-]*):ses:([\w-]+):({ACCOUNT}):identity/(\S+)", ASCII).fullmatch


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


@dataclass(frozen=True, slots=True)
class _Identity:
    arn: str
    partition: str
    region: str
    account: str
    name: str

    def command(self, verb: str, policy: str, document: Mapping[str, Any] | None = None) -> str:
        options = {"--region": self.region, "--email-identity": self.name, "--policy-name": policy}
        if document:
            options["--policy"] = _as_json(document)
        quoted = (shell_option(option, value) for option, value in options.items())
        return " ".join(shell_command(f"aws sesv2 {verb}-email-identity-policy", quoted))


def draft_revocation(policies: Mapping[str, Any], identity_arn: str, delegate: str) -> Revocation:
    """Return the policies as they would be without the delegate: an account, with all its users and roles.

    policies: documents by name, as dictionaries or as JSON, of any shape. Statements that allow the delegate
    by name lose it; those that allow everybody stay, and an explicit Deny is added to their policy. Where no
    policy can be read, the draft is a policy of its own that denies. Raises ValueError where `identity_arn`
    is not an SES identity's ARN, or `delegate` not the id of another account.
    """
    identity = _read_identity(identity_arn)
    if not is_account(delegate) or delegate == identity.account:
        raise ValueError(f"{delegate} is not the id of another account than the identity's own")
    drafts = [_draft_policy(identity, name, policies[name], delegate) for name in sorted(policies)]
    if all(draft.document is None and draft.change is PolicyChange.UNCHANGED for draft in drafts):
        drafts.append(_added(identity, delegate))
    return Revocation(identity_arn, delegate, tuple(drafts), _notes(identity, drafts, delegate))


def _read_identity(arn: str) -> _Identity:
    read = _read_arn(arn)
    if not read:
        raise ValueError(f"{arn} is not the ARN of an SES identity")
    return _Identity(arn, *read.groups())


def _draft_policy(identity: _Identity, name: str, document: Any, delegate: str) -> RevisedPolicy:
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
        return RevisedPolicy(name, PolicyChange.DELETED, None, notes, identity.command("delete", name))
    revised = {**policy, "Statement": kept}
    command = identity.command("update", name, revised)
    return RevisedPolicy(name, PolicyChange.REPLACED, revised, (*notes, *_note_on_length(revised)), command)


def _with_deny(identity: _Identity, kept: list[Any], to_deny: list[str], delegate: str) -> list[Any]:
    """Return statements with one that denies; one of an earlier draft is widened."""
    if not to_deny:
        return kept
    ours = [each for each in kept if isinstance(each, Mapping) and each.get("Sid") == f"Revoke{delegate}"]
    earlier = [each for each in ours if each.get("Effect") == "Deny"]
    actions = [*to_deny, *(action for each in earlier for action in actions_beyond_sending(each))]
    deny = deny_statement(identity.arn, identity.partition, delegate, actions)
    return kept if deny in earlier else [*(each for each in kept if each not in earlier), deny]


def _added(identity: _Identity, delegate: str) -> RevisedPolicy:
    statement = deny_statement(identity.arn, identity.partition, delegate, [EVERY_SEND])
    document = {"Version": "2012-10-17", "Statement": [statement]}
    name = f"Revoke{delegate}"
    note = "An explicit Deny stops the delegate, whatever a policy that could not be read allows."
    return RevisedPolicy(
        name, PolicyChange.ADDED, document, (note,), identity.command("create", name, document)
    )


def _note_on_length(document: Mapping[str, Any]) -> tuple[str, ...]:
    length = len(_as_json(document))
    if length <= MOST_CHARACTERS:
        return ()
    return (f"It has {length:,} characters and SES takes {MOST_CHARACTERS:,}: shorten it first.",)


def _as_json(document: Mapping[str, Any]) -> str:
    return json.dumps(document, default=str)


def _notes(identity: _Identity, drafts: list[RevisedPolicy], delegate: str) -> tuple[str, ...]:
    if all(draft.change is PolicyChange.UNCHANGED for draft in drafts):
        return (f"Nothing is to be done: no policy that could be read lets {delegate} send.",)
    return (
        "Nothing was changed: a person of the identity owner runs these commands, or does not.",
        f"They are for {identity.name} in {identity.region}; its policies in other Regions are others.",
    )
