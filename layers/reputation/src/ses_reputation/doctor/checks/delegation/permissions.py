"""What the policies of an identity let a delegate account do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ses_reputation.authorization.draft import USUAL_ACTIONS
from ses_reputation.authorization.evaluation import (
    Decision,
    PolicyEvaluation,
    PolicyRequest,
    StatementElement,
    evaluate_policies,
)
from ses_reputation.authorization.policy_document import read_policy, statements_of
from ses_reputation.authorization.principals import account_of, named_in
from ses_reputation.doctor.facts.sending import IdentityFacts, Place
from ses_reputation.doctor.facts.setup import Setup

_TIMES = frozenset({"aws:currenttime", "aws:epochtime"})


@dataclass(frozen=True, slots=True)
class DelegatePermission:
    """What an identity lets a delegate do.

    is_named: whether a policy names the account, or somebody of it. allowed: of the usual actions. reasons:
    why an action is not allowed.
    """

    place: Place
    identity: IdentityFacts
    delegate: str
    is_named: bool
    allowed: frozenset[str]
    reasons: tuple[str, ...]


def permissions_of(setup: Setup, delegate: str) -> Iterator[DelegatePermission]:
    """Return what each identity of the owners lets a delegate do, without those that the delegate owns."""
    for place, identity in setup.owned_identities():
        if place.account != delegate:
            yield _permission(setup, place, identity, delegate)


def allowing_owners(setup: Setup, delegate: str, region: str) -> list[str]:
    """Return the accounts whose identities in a Region let a delegate send."""
    permissions = permissions_of(setup, delegate)
    return sorted(
        {each.place.account for each in permissions if each.allowed and each.place.region == region}
    )


def strangers_named(setup: Setup) -> list[str]:
    """Return the principals of accounts that are not registered, as identities' policies name them."""
    named = (each for _, identity in setup.owned_identities() for each in _named(identity.policies))
    return sorted({each for each in named if account_of(each) not in setup.accounts | {""}})


def _permission(setup: Setup, place: Place, identity: IdentityFacts, delegate: str) -> DelegatePermission:
    named = [each for each in _named(identity.policies) if account_of(each) == delegate]
    root = f"arn:{place.partition}:iam::{delegate}:root"
    askers = dict.fromkeys([root, *(each for each in named if each.startswith("arn:"))])
    allowed: set[str] = set()
    reasons: list[str] = []
    for action in USUAL_ACTIONS:
        found = [_evaluate(setup, place, identity, asker, action) for asker in askers]
        if any(map(_is_allowed, found)):
            allowed.add(action)
        else:
            reasons += [f"{action}: {reason}" for each in found for reason in _why(each)]
    return DelegatePermission(
        place, identity, delegate, bool(named), frozenset(allowed), tuple(dict.fromkeys(reasons))
    )


def _evaluate(
    setup: Setup, place: Place, identity: IdentityFacts, asker: str, action: str
) -> PolicyEvaluation:
    now = {"aws:CurrentTime": (setup.read_at.isoformat(),)}
    request = PolicyRequest(asker, action, place.identity_arn(identity.name), now)
    try:
        return evaluate_policies(identity.policies, request)
    except ValueError:
        # SES stores no policy without statements; what cannot be read may allow or deny.
        return PolicyEvaluation(Decision.UNCERTAIN, (), ())


def _is_allowed(found: PolicyEvaluation) -> bool:
    """Return whether it is allowed, may be, or is for some mail: conditions on mail are the owner's wish."""
    if found.decision is Decision.NOT_ALLOWED:
        return any(_is_for_some_mail(found, each.statement) for each in found.mismatches)
    return found.decision is not Decision.DENIED


def _is_for_some_mail(found: PolicyEvaluation, statement: str) -> bool:
    return all(
        each.effect == "Allow"
        and each.element is StatementElement.CONDITION
        and each.key.lower() not in _TIMES
        for each in found.mismatches
        if each.statement == statement
    )


def _why(found: PolicyEvaluation) -> tuple[str, ...]:
    if found.decision is Decision.DENIED:
        return tuple(f"{each} denies it." for each in found.statements)
    return found.reasons


def _named(policies: Mapping[str, str]) -> Iterator[str]:
    for document in policies.values():
        try:
            statements = statements_of(read_policy(document))
        except ValueError:
            continue
        for statement in statements:
            if isinstance(statement, Mapping):
                yield from (each for each in named_in(statement.get("Principal")) if isinstance(each, str))
