"""What a policy allows, by ministack's evaluator: the doctor's own, in the library, shares no code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ministack.core.iam_evaluator import (
    EvalContext,
    evaluate,
    evaluate_resource_policy,
    parse_policy_document,
)


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """One action on one resource. `keys` are condition keys; a list is a key with several values."""

    principal_arn: str
    action: str
    resource_arn: str
    region: str
    source_ip: str = "127.0.0.1"
    keys: Mapping[str, Any] = field(default_factory=dict)


PolicyLayers = Sequence[Sequence[str | Mapping[str, Any]]]
"""A caller's own policies, then what limits them (boundary, session policies): each layer has to allow."""


def caller_policies_allow(layers: PolicyLayers, asked: AccessRequest) -> bool:
    """Whether a caller's own policies allow an action."""
    parsed = [[parse_policy_document(policy) for policy in layer] for layer in layers]
    return bool(evaluate(_context(asked), *parsed).decision == "Allow")


def resource_policies_decide(policies: list[str], asked: AccessRequest) -> str:
    """Return `Allow`, `Deny` or `ImplicitDeny`: the decision of all policies of a resource together."""
    decisions = {evaluate_resource_policy(policy, _context(asked)).decision for policy in policies}
    return next((each for each in ("Deny", "Allow") if each in decisions), "ImplicitDeny")


def lets_ses(policy: str, action: str, resource_arn: str, source_arn: str, source_account: str) -> bool:
    """Whether the policy of a topic or key lets SES act for an identity or configuration set.

    SES says whose mail it is: `aws:SourceAccount` and `aws:SourceArn`. `aws:SourceOwner` is what the default
    statement of a topic asks for; that SES sends it is not documented [?], but topics of the own account that
    have nothing else are published to.
    """
    keys = {
        "aws:sourceaccount": source_account,
        "aws:sourceowner": source_account,
        "aws:sourcearn": source_arn,
    }
    asked = AccessRequest("*", action, resource_arn, resource_arn.split(":")[3], keys=keys)
    return bool(evaluate_resource_policy(policy, _context(asked), "ses.amazonaws.com").decision == "Allow")


def _context(asked: AccessRequest) -> EvalContext:
    is_service = asked.principal_arn == "*"
    return EvalContext(
        asked.principal_arn,
        "Service" if is_service else "AssumedRole",
        "" if is_service else asked.principal_arn.split(":")[4],
        asked.action,
        asked.resource_arn,
        asked.region,
        source_ip=asked.source_ip,
        secure_transport=True,
        service_context={name.lower(): value for name, value in asked.keys.items()},
    )
