"""Policies in words: who may do what, under which conditions."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ses_reputation.authorization.conditions import parse_operator
from ses_reputation.authorization.policy_document import (
    listed,
    read_policy,
    statement_title,
    statements_of,
    texts,
)
from ses_reputation.authorization.principals import EVERYBODY, account_of, is_unique_id, named_in
from ses_reputation.environment import is_account

_ACTIONS = {
    "ses:sendemail": "simple mail",
    "ses:sendrawemail": "raw mail, SMTP included",
    "ses:sendtemplatedemail": "mail from a template",
    "ses:sendbulktemplatedemail": "bulk mail from a template",
    "ses:sendbulkemail": "bulk mail of the v2 API",
    "ses:send*": "mail of every kind",
}
_KEYS = {
    "ses:fromaddress": "the From address",
    "ses:recipients": "the recipient",
    "ses:fromdisplayname": "the display name",
    "ses:feedbackaddress": "the Return-Path",
    "aws:sourceip": "the caller's IP address",
    "aws:currenttime": "the time",
    "aws:principalorgid": "the caller's AWS organization",
    "aws:sourceaccount": "the account that a service acts for",
    "aws:sourcearn": "the resource that a service acts for",
}
_OPERATORS = {
    "StringEquals": "is",
    "StringNotEquals": "is not",
    "StringEqualsIgnoreCase": "is, in any capitals,",
    "StringNotEqualsIgnoreCase": "is not, in any capitals,",
    "StringLike": "is like",
    "StringNotLike": "is not like",
    "ArnEquals": "is like",
    "ArnLike": "is like",
    "ArnNotEquals": "is not like",
    "ArnNotLike": "is not like",
    "IpAddress": "is in",
    "NotIpAddress": "is not in",
    "DateEquals": "is",
    "DateNotEquals": "is not",
    "DateLessThan": "is before",
    "DateLessThanEquals": "is not after",
    "DateGreaterThan": "is after",
    "DateGreaterThanEquals": "is not before",
    "Bool": "is",
}
_QUANTIFIERS = {"ForAllValues": "each of ", "ForAnyValue": "any of ", "": ""}


def describe_policy(document: Any) -> tuple[str, ...]:
    """Return a sentence for each statement of a policy, given as a dictionary or as its JSON.

    Raises ValueError where it has no statements. Values are as the policy has them, controls included.
    """
    statements = statements_of(read_policy(document))
    return tuple(_describe(statement, place) for place, statement in enumerate(statements, start=1))


def _describe(statement: Any, place: int) -> str:
    title = statement_title(statement, place)
    if not isinstance(statement, Mapping):
        return f"{title} is no JSON object."
    verb = {"Allow": "allows", "Deny": "denies"}.get(str(statement.get("Effect")))
    if verb is None:
        return f"{title} neither allows nor denies."
    condition = " and ".join(_conditions(statement.get("Condition")))
    tail = f", if {condition}" if condition else ""
    return f"{title} {verb} {_principals(statement)}: {_actions(statement)}{tail}."


def _principals(statement: Mapping[str, Any]) -> str:
    if "NotPrincipal" in statement:
        return f"everybody but {_named(statement['NotPrincipal'])}"
    return _named(statement.get("Principal")) or "nobody"


def _named(principal: Any) -> str:
    people = [_principal(each) for each in named_in(principal)]
    services = [f"the service {each}" for each in named_in(principal, "Service")]
    others = [
        f"{kind} {_shown(each)}"
        for kind, each in (principal.items() if isinstance(principal, Mapping) else ())
        if kind not in {"AWS", "Service"}
    ]
    return _joined([*people, *services, *others], "and")


def _principal(principal: Any) -> str:
    account = account_of(principal)
    if principal == EVERYBODY:
        return "everybody, of any AWS account"
    if isinstance(principal, str) and is_unique_id(principal):
        return f"a user or role that was deleted ({principal})"
    if not account:
        return f"what IAM does not know as a principal ({_shown(principal)})"
    kind, _, name = principal.rpartition(":")[2].partition("/")
    if is_account(principal) or kind == "root":
        return f"account {account} with all its users and roles"
    return f"{kind.replace('assumed-role', 'session')} {name} of account {account}"


def _actions(statement: Mapping[str, Any]) -> str:
    if "NotAction" in statement:
        return f"every action but {_joined(texts(statement['NotAction']), 'and')}"
    return _joined([_action(each) for each in texts(statement.get("Action"))], "and") or "no action"


def _action(action: str) -> str:
    words = _ACTIONS.get(action.lower())
    return f"{action} ({words})" if words else action


def _conditions(condition: Any) -> Iterator[str]:
    if condition is None:
        return
    if not isinstance(condition, Mapping):
        yield f"a condition of unknown form is met ({_shown(condition)})"
        return
    for name, keys in condition.items():
        for key, values in keys.items() if isinstance(keys, Mapping) else ():
            yield _condition(name, key, texts(values))


def _condition(name: str, key: str, values: list[str]) -> str:
    operator, what = parse_operator(name), _KEYS.get(key.lower(), key)
    wanted = _joined(values, "or")
    if operator is None:
        return f"{name} on {what} is met by {wanted}, an operator that IAM does not know"
    if operator.base == "Null":
        return f"{what} is {'absent' if values == ['true'] else 'present'}"
    plural = f"{what}s" if operator.quantifier and key.lower() == "ses:recipients" else what
    sentence = f"{_QUANTIFIERS[operator.quantifier]}{plural} {_OPERATORS.get(operator.base, name)} {wanted}"
    return f"{sentence} (or it is absent)" if name.endswith("IfExists") else sentence


def _joined(words: list[str], last: str) -> str:
    *most, end = words or [""]
    return f"{', '.join(most)} {last} {end}" if most else end


def _shown(value: Any) -> str:
    return ", ".join(
        each if isinstance(each, str) else json.dumps(each, default=str) for each in listed(value)
    )
