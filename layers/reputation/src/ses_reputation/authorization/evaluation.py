"""Whether a resource's policies allow a request: those of SES identities, SNS topics, SQS queues, KMS keys.

```
a Deny matches -> denied
else an Allow matches -> allowed
else -> not allowed, and why each Allow did not match
```
IAM user guide, "Policy evaluation logic". What is unknown is uncertain, never guessed. This is one side
of two: the asker's own account must allow the request as well, unless the resource is its own.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ses_reputation.authorization.conditions import Context, unmet_conditions
from ses_reputation.authorization.policy_document import (
    VERSION_WITH_VARIABLES,
    read_policy,
    statement_title,
    statements_of,
    texts,
)
from ses_reputation.authorization.principals import is_named, root_of
from ses_reputation.authorization.wildcards import fits, resource_fits


class Decision(StrEnum):
    """What policies say of a request. UNCERTAIN: a statement that would decide it may match or not."""

    ALLOWED = "allowed"
    DENIED = "denied"
    NOT_ALLOWED = "not_allowed"
    UNCERTAIN = "uncertain"


class StatementElement(StrEnum):
    """The part of a statement that kept it from matching."""

    EFFECT = "effect"
    PRINCIPAL = "principal"
    ACTION = "action"
    RESOURCE = "resource"
    CONDITION = "condition"


@dataclass(frozen=True, slots=True)
class PolicyRequest:
    """Who asks for what.

    principal: the ARN of an account's root, a user, a role or a session; or a service: `ses.amazonaws.com`.
    action: such as `ses:SendEmail`, in any capitals. resource: an ARN. context: values by condition key; give
    `aws:CurrentTime` where policies may have dates: a key that is not given is one the request does not have.
    """

    principal: str
    action: str
    resource: str
    context: Context = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PolicyMismatch:
    """Why a statement does not match a request, or may not (`is_certain` False).

    statement: what to call it, such as `Statement Partners` or `Statement 2`. reason: a clause for people.
    operator, key: of the condition that is not met; "" where another element does not match.
    """

    statement: str
    effect: str
    element: StatementElement
    reason: str
    is_certain: bool = True
    operator: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class PolicyEvaluation:
    """What policies say of a request. statements: those that decided it. mismatches: of all the others."""

    decision: Decision
    statements: tuple[str, ...]
    mismatches: tuple[PolicyMismatch, ...]

    @property
    def is_allowed(self) -> bool:
        """Whether the policies allow the request for certain."""
        return self.decision is Decision.ALLOWED

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why each Allow does not match, or may not: a sentence a mismatch."""
        return tuple(f"{each.statement}: {each.reason}." for each in self.mismatches if each.effect != "Deny")


def evaluate(document: Any, request: PolicyRequest) -> PolicyEvaluation:
    """Return what one policy says of a request. document: a dictionary, or its JSON.

    Raises ValueError where it has no statements, with what is wrong.
    """
    return _evaluation_of(_matched(read_policy(document), request))


def evaluate_policies(documents: Mapping[str, Any], request: PolicyRequest) -> PolicyEvaluation:
    """Return what an identity's policies, by name, say of a request together: joined by OR, a Deny beats all.

    Amazon SES developer guide, "Using identity authorization". Raises ValueError, which names the policy.
    """
    matched: list[_Matched] = []
    for name, document in documents.items():
        try:
            policy = read_policy(document)
        except ValueError as error:
            raise ValueError(f"policy {name}: {error}") from None
        matched += _matched(policy, request, f"policy {name}, ")
    return _evaluation_of(matched)


@dataclass(frozen=True, slots=True)
class _Matched:
    """A statement held against a request: it matches where it has no mismatch."""

    title: str
    effect: str
    mismatches: tuple[PolicyMismatch, ...]

    @property
    def matches(self) -> bool | None:
        """Whether it matches; None where that is unknown."""
        if any(each.is_certain for each in self.mismatches):
            return False
        return None if self.mismatches else True


def _matched(policy: Mapping[str, Any], request: PolicyRequest, prefix: str = "") -> list[_Matched]:
    version = policy.get("Version")
    return [
        _match(statement, f"{prefix}{statement_title(statement, place)}", version, request)
        for place, statement in enumerate(statements_of(policy), start=1)
    ]


def _match(statement: Any, title: str, version: Any, request: PolicyRequest) -> _Matched:
    effect = statement.get("Effect") if isinstance(statement, Mapping) else None
    if effect not in {"Allow", "Deny"}:
        reason = "it neither allows nor denies"
        return _Matched(
            title, "", (PolicyMismatch(title, "", StatementElement.EFFECT, reason, is_certain=False),)
        )
    found: list[PolicyMismatch] = []
    for element, reason, is_certain in _element_mismatches(statement, version, request):
        found.append(PolicyMismatch(title, effect, element, reason, is_certain))
    for unmet in unmet_conditions(statement.get("Condition"), request.context, str(version)):
        where = (unmet.operator, unmet.key)
        found.append(
            PolicyMismatch(title, effect, StatementElement.CONDITION, unmet.reason, unmet.is_certain, *where)
        )
    return _Matched(title, effect, tuple(found))


def _element_mismatches(
    statement: Mapping[str, Any], version: Any, request: PolicyRequest
) -> Iterator[tuple[StatementElement, str, bool]]:
    is_for_asker = _names_asker(statement, request.principal)
    if is_for_asker is None:
        yield StatementElement.PRINCIPAL, f"whether it is for {request.principal} is unknown", False
    elif not is_for_asker:
        yield StatementElement.PRINCIPAL, f"it is not for {request.principal}", True
    if not _names(statement, "Action", lambda each: fits(each.lower(), request.action.lower())):
        yield StatementElement.ACTION, f"it is not about {request.action}", True
    named_resources = texts(statement.get("Resource", statement.get("NotResource")))
    if version == VERSION_WITH_VARIABLES and any("${" in each for each in named_resources):
        yield StatementElement.RESOURCE, "its resource has a variable", False
    elif not _names(statement, "Resource", lambda each: resource_fits(each, request.resource)):
        yield StatementElement.RESOURCE, f"it is not about {request.resource}", True


def _names(statement: Mapping[str, Any], element: str, is_it: Callable[[str], bool]) -> bool:
    """Return whether an element names the request's; `NotAction` and `NotResource` name all but some."""
    if element in statement:
        return any(map(is_it, texts(statement[element])))
    negation = statement.get(f"Not{element}")
    return negation is not None and not any(map(is_it, texts(negation)))


def _names_asker(statement: Mapping[str, Any], asker: str) -> bool | None:
    """Return whether a statement is for an asker.

    None where that is unknown: NotPrincipal with a user or role but without its account may exclude the
    account too (IAM user guide, "AWS JSON policy elements: NotPrincipal").
    """
    if "Principal" in statement:
        return is_named(statement["Principal"], asker)
    if "NotPrincipal" not in statement:
        return None
    excepted = statement["NotPrincipal"]
    if not is_named(excepted, asker):
        return True
    return False if is_named(excepted, root_of(asker)) else None


def _evaluation_of(matched: list[_Matched]) -> PolicyEvaluation:
    is_denied, is_allowed = _any_matches(matched, "Deny"), _any_matches(matched, "Allow")
    if is_denied:
        decision = Decision.DENIED
    elif is_allowed is False:
        decision = Decision.NOT_ALLOWED
    else:
        decision = Decision.ALLOWED if is_allowed and is_denied is False else Decision.UNCERTAIN
    unmatched = tuple(mismatch for each in matched for mismatch in each.mismatches)
    return PolicyEvaluation(decision, _decisive(matched, decision), unmatched)


def _any_matches(matched: list[_Matched], effect: str) -> bool | None:
    """Return whether a statement of an effect matches, None where one may; without one, it may have any."""
    found = {each.matches for each in matched if each.effect in {effect, ""}}
    if True in found:
        return True
    return None if None in found else False


def _decisive(matched: list[_Matched], decision: Decision) -> tuple[str, ...]:
    deciding = {Decision.DENIED: ("Deny", True), Decision.ALLOWED: ("Allow", True)}.get(decision)
    if deciding:
        return tuple(each.title for each in matched if (each.effect, each.matches) == deciding)
    return tuple(each.title for each in matched if each.matches is None)
