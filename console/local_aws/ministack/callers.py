"""Who an access key belongs to and what its policies allow, for services that run beside ministack."""

from typing import Any

from ministack.app import AUTH
from ministack.core.iam_evaluator import (
    AuthError,
    ParsedStatement,
    find_iam_access_key_account,
    resolve_principal,
)
from ministack.services import sts


def describe_caller(key_id: str) -> dict[str, Any]:
    """Return the principal's ARN, and where policies are enforced the layers of them that must all allow.

    The first layer has the principal's own policies, the others what limits them: boundary, session policies.
    Without enforced policies, and for roots, `layers` is None. Nothing where the key is unknown.
    """
    account_id = find_iam_access_key_account(key_id)
    if account_id is None and key_id not in sts._sessions:
        return {}
    principal = resolve_principal(key_id, account_id or "")
    if isinstance(principal, AuthError):
        return {}
    described: dict[str, Any] = {"arn": principal.arn, "layers": None}
    if AUTH and principal.policies is not None:
        layers = [principal.policies, *principal.limits]
        described["layers"] = [[_document(each) for each in layer] for layer in layers]
    return described


def _document(statements: list[ParsedStatement]) -> dict[str, Any]:
    return {"Statement": [_statement(each) for each in statements]}


def _statement(parsed: ParsedStatement) -> dict[str, Any]:
    lists = {
        "Action": parsed.actions,
        "NotAction": parsed.not_actions,
        "Resource": parsed.resources,
        "NotResource": parsed.not_resources,
        "Condition": parsed.conditions,
    }
    return {"Effect": parsed.effect, **{name: value for name, value in lists.items() if value}}
