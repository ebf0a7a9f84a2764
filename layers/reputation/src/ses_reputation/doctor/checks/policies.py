"""What policies of topics, queues and keys let a service do, and why not."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from ses_reputation.authorization.evaluation import (
    Decision,
    PolicyEvaluation,
    PolicyRequest,
    evaluate,
)
from ses_reputation.authorization.policy_document import read_policy, statement_title, statements_of, texts
from ses_reputation.doctor.flows import in_words

_PATTERN_LETTERS = ("*", "?")
_PERHAPS_SET = ({"aws:sourceowner"}, {"aws:sourceorgid"})


def service_request(
    service: str, action: str, resource: str, source: str, read_at: datetime
) -> PolicyRequest:
    """Return what a service asks for on behalf of a resource, an ARN, as AWS's global keys say it.

    IAM user guide, "AWS global condition context keys": services name the resource and its account.
    """
    context = {
        "aws:SourceArn": (source,),
        "aws:SourceAccount": (source.split(":")[4],),
        "aws:CurrentTime": (read_at.isoformat(),),
        "aws:SecureTransport": ("true",),
        "aws:PrincipalIsAWSService": ("true",),
        "aws:PrincipalServiceName": (service,),
    }
    return PolicyRequest(service, action, resource, context)


def is_refused(document: str, request: PolicyRequest) -> bool:
    """Return whether a policy certainly does not allow a request; one without statements allows nothing."""
    return ask(document, request).decision in {Decision.DENIED, Decision.NOT_ALLOWED}


def ask(document: str, request: PolicyRequest) -> PolicyEvaluation:
    """Return what a policy says of a request; none of a queue or topic says nothing.

    `aws:SourceOwner` is an older key that some services set in place of the account; `aws:SourceOrgID` names
    the organization. Whether SES and SNS set them is not known, so they may match.
    """
    try:
        found = evaluate(document, request)
    except ValueError:
        return PolicyEvaluation(Decision.NOT_ALLOWED, (), ())
    if found.decision is not Decision.NOT_ALLOWED:
        return found
    by_statement: dict[str, set[str]] = {}
    for each in found.mismatches:
        by_statement.setdefault(each.statement, set()).add(each.key.lower() if each.key else each.element)
    is_uncertain = any(each in by_statement.values() for each in _PERHAPS_SET)
    return PolicyEvaluation(Decision.UNCERTAIN, (), found.mismatches) if is_uncertain else found


def explain(document: str, request: PolicyRequest) -> str:
    """Return why a policy does not allow a request: the statements that come close, or whose it is."""
    found = ask(document, request)
    if found.decision is Decision.DENIED:
        return f"{in_words(list(found.statements))} denies it: change or remove that first."
    near = [each for each in found.mismatches if each.key]
    if not near:
        return _whose(document, request.principal)
    misses = {each.statement for each in found.mismatches if not each.key}
    reasons = [f"{each.statement}: {each.reason}." for each in near if each.statement not in misses]
    reasons += _patterns(document, {each.statement for each in near} - misses)
    return " ".join(reasons) or _whose(document, request.principal)


def _whose(document: str, service: str) -> str:
    try:
        titles = [
            statement_title(each, place)
            for place, each in enumerate(statements_of(read_policy(document)), start=1)
        ]
    except ValueError:
        return "It has no policy."
    return (
        f"Its policy has {in_words(titles)}, and none that lets {service} do it. There is one policy only: a "
        "second stack, or a tool that subscribes queues, may have replaced it."
        if titles
        else "Its policy has no statements."
    )


def _patterns(document: str, titles: Iterable[str]) -> Iterator[str]:
    """Say of which statements a pattern stands where IAM takes it literally."""
    statements = statements_of(read_policy(document))
    for place, each in enumerate(statements, start=1):
        title = statement_title(each, place)
        if title in titles and any(_has_literal_pattern(condition) for condition in _conditions(each)):
            yield f"{title} has a pattern in StringEquals, which takes it literally: use ArnLike."


def _conditions(statement: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    condition = statement.get("Condition") if isinstance(statement, Mapping) else None
    for operator, keys in (condition or {}).items():
        if isinstance(keys, Mapping):
            yield operator, keys


def _has_literal_pattern(condition: tuple[str, Mapping[str, Any]]) -> bool:
    operator, keys = condition
    values = [each for value in keys.values() for each in texts(value)]
    return "StringEquals" in operator and any(
        letter in each for each in values for letter in _PATTERN_LETTERS
    )
