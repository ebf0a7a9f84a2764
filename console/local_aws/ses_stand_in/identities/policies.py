"""Sending-authorization policies in both APIs. Limits and refusals: facts F5, F6 and F7 of the cases."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from console.local_aws.ses_stand_in.account.regional_account import StandInIdentity
from console.local_aws.ses_stand_in.calls import Answer, Call, Operations
from console.local_aws.ses_stand_in.identities.lookup import find_identity, own_identity, parse_identity_arn
from console.local_aws.ses_stand_in.refusals import (
    RefusedRequestError,
    already_exists,
    limit_exceeded,
    not_found,
)

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MOST_POLICIES = 20
_LARGEST_BYTES = 4_096


def create_policy(call: Call) -> Answer:
    """Add a policy under a new name (v2)."""
    identity, name = own_identity(call, call.asked["EmailIdentity"]), call.asked["PolicyName"]
    if name in identity.policies:
        raise already_exists(f"Policy <{name}> already exists")
    _store(call, identity, name, call.asked["Policy"])
    return {}


def update_policy(call: Call) -> Answer:
    """Replace a policy (v2)."""
    identity, name = own_identity(call, call.asked["EmailIdentity"]), call.asked["PolicyName"]
    _refuse_unknown(identity, name)
    _store(call, identity, name, call.asked["Policy"])
    return {}


def delete_policy(call: Call) -> Answer:
    """Remove a policy; v2 refuses an unknown one."""
    identity, name = own_identity(call, call.asked["EmailIdentity"]), call.asked["PolicyName"]
    _refuse_unknown(identity, name)
    del identity.policies[name]
    return {}


def get_policies(call: Call) -> Answer:
    """Return all policies of an identity (v2)."""
    return {"Policies": own_identity(call, call.asked["EmailIdentity"]).policies}


def put_identity_policy(call: Call) -> Answer:
    """Add or replace a policy (v1)."""
    _store(call, _v1_identity(call), call.asked["PolicyName"], call.asked["Policy"])
    return {}


def get_identity_policies(call: Call) -> Answer:
    """Return the asked policies that are there (v1)."""
    kept = _v1_identity(call).policies
    return {"Policies": {name: kept[name] for name in call.asked["PolicyNames"] if name in kept}}


def list_identity_policies(call: Call) -> Answer:
    """Return the names of an identity's policies (v1)."""
    return {"PolicyNames": sorted(_v1_identity(call).policies)}


def delete_identity_policy(call: Call) -> Answer:
    """Remove a policy; v1 says nothing of an unknown one."""
    _v1_identity(call).policies.pop(call.asked["PolicyName"], None)
    return {}


V2_OPERATIONS: Operations = {
    "CreateEmailIdentityPolicy": create_policy,
    "UpdateEmailIdentityPolicy": update_policy,
    "DeleteEmailIdentityPolicy": delete_policy,
    "GetEmailIdentityPolicies": get_policies,
}
V1_OPERATIONS: Operations = {
    "PutIdentityPolicy": put_identity_policy,
    "GetIdentityPolicies": get_identity_policies,
    "ListIdentityPolicies": list_identity_policies,
    "DeleteIdentityPolicy": delete_identity_policy,
}


def _v1_identity(call: Call) -> StandInIdentity:
    name = call.asked["Identity"]
    arn = parse_identity_arn(name)
    identity = find_identity(call.account, arn.name if arn else name)
    if identity is None:
        raise not_found(f"Email identity {name} does not exist.")
    return identity


def _refuse_unknown(identity: StandInIdentity, name: str) -> None:
    if name not in identity.policies:
        raise not_found(f"Policy <{name}> does not exist")


def _store(call: Call, identity: StandInIdentity, name: str, text: str) -> None:
    policy = _read_policy(text)
    if not _NAME.fullmatch(name):
        raise _invalid(f"Policy name <{name}> is invalid")
    _check_statements(call, identity, policy)
    # Whether the 4 KB are counted with white space is not known [?]: what is stored is counted.
    compact = json.dumps(policy, separators=(",", ":"))
    if len(compact.encode()) > _LARGEST_BYTES:
        raise _invalid("Policy document exceeds the maximum allowed size")
    if len(identity.policies) >= _MOST_POLICIES and name not in identity.policies:
        limit = "exceeds max allowed number of policies per resource"
        raise limit_exceeded(f"Number of policies for <{identity.name}> {limit}")
    identity.policies[name] = compact


def _read_policy(text: str) -> dict[str, Any]:
    try:
        policy = json.loads(text)
    except ValueError:
        policy = None
    if not isinstance(policy, dict):
        raise _invalid("Policy is not valid JSON")
    return policy


def _check_statements(call: Call, identity: StandInIdentity, policy: Mapping[str, Any]) -> None:
    statements = _as_list(policy.get("Statement"))
    if not statements:
        raise _invalid("Policy must contain at least one statement")
    for statement in statements:
        if not isinstance(statement, dict) or statement.get("Effect") not in {"Allow", "Deny"}:
            raise _invalid("Statement is invalid")
        if not {"Principal", "NotPrincipal"} & statement.keys():
            raise _invalid("Statement must contain a principal")
        _check_resource(call, identity, statement)
        _check_keys(statement)
        _check_principals(call, statement)


def _check_resource(call: Call, identity: StandInIdentity, statement: Mapping[str, Any]) -> None:
    """Exactly one resource: the identity itself. `*` as its Region is for Global endpoints (fact F21)."""
    resources = _as_list(statement.get("Resource"))
    arn = parse_identity_arn(str(resources[0])) if len(resources) == 1 else None
    expected = (call.caller.account_id, identity.name)
    is_here = arn is not None and arn.region in {"*", call.caller.region}
    if arn is None or (arn.account_id, arn.name) != expected or not is_here:
        raise _invalid("Policy statement must apply to the identity it is attached to")


def _check_keys(statement: Mapping[str, Any]) -> None:
    for key in _condition_keys(statement):
        # Seen in the field: `AWS:SourceAccount` is refused, `aws:SourceAccount` is taken (fact F6).
        if key.partition(":")[0] not in {"aws", "ses"}:
            raise _invalid(f"Unknown or unapplicable condition field '{key}'.")


def _condition_keys(statement: Mapping[str, Any]) -> Iterator[str]:
    for keys in (statement.get("Condition") or {}).values():
        yield from keys


def _check_principals(call: Call, statement: Mapping[str, Any]) -> None:
    """A principal that cannot be found is refused: a fresh one for a while, others for ever (fact F6)."""
    principal = statement.get("Principal", {})
    named = _as_list(principal.get("AWS")) if isinstance(principal, dict) else []
    for arn in named:
        refusals_left = call.world.unknown_principals.get(arn, 0)
        if refusals_left:
            call.world.unknown_principals[arn] = refusals_left - 1
            raise _invalid("invalid principal")


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _invalid(message: str) -> RefusedRequestError:
    return RefusedRequestError(400, "BadRequestException", message, v1_type="InvalidPolicy")
