"""Whom a statement names, and whether somebody is one of them."""

from collections.abc import Mapping
from re import ASCII
from re import compile as pattern
from typing import Any

from ses_reputation.authorization.policy_document import listed
from ses_reputation.authorization.wildcards import PARTS_OF_AN_ARN
from ses_reputation.environment import is_account

# Ids that IAM puts in place of a user or role that was deleted; whose it was, nobody knows.
is_unique_id = pattern(r"A[A-Z0-9]{15,}", ASCII).fullmatch
EVERYBODY = "*"


def account_of(principal: Any) -> str:
    """Return the account of a principal: an id, or the ARN of a root, user, role or session; "" of others."""
    if not isinstance(principal, str):
        return ""
    parts = principal.split(":")
    if len(parts) >= PARTS_OF_AN_ARN and parts[2] in {"iam", "sts"} and is_account(parts[4]):
        return parts[4]
    return principal if is_account(principal) else ""


def root_of(asker: str) -> str:
    """Return the ARN of the root of an asker's account, which stands for the account; services stay."""
    account = account_of(asker)
    return f"arn:{asker.split(':')[1]}:iam::{account}:root" if account else asker


def named_in(principal: Any, kind: str = "AWS") -> list[Any]:
    """Return the principals of a kind that a statement's element lists: of AWS accounts, or services.

    `"*"` alone is `{"AWS": "*"}` (IAM user guide, "AWS JSON policy elements: Principal").
    """
    if not isinstance(principal, Mapping):
        return listed(principal) if kind == "AWS" else []
    return listed(principal.get(kind))


def is_everybody(principal: Any) -> bool:
    """Return whether a statement's element names everybody."""
    return EVERYBODY in named_in(principal)


def is_named(principal: Any, asker: str) -> bool:
    """Return whether a statement's Principal names an asker: an ARN, or a service: `ses.amazonaws.com`.

    An account covers its users, roles and sessions, a role its sessions (IAM user guide, "AWS JSON policy
    elements: Principal"). Everybody includes services.
    """
    if is_everybody(principal):
        return True
    if not asker.startswith("arn:"):
        return asker in named_in(principal, "Service")
    return any(_covers(each, asker) for each in named_in(principal) if isinstance(each, str))


def _covers(named: str, asker: str) -> bool:
    if named in {asker, account_of(asker)} - {""}:
        return True
    root = root_of(asker)
    kind, _, session = asker.rpartition(":")[2].partition("/")
    # A session's ARN leaves out the path of its role.
    is_session_of = kind == "assumed-role" and named.rpartition("/")[2] == session.partition("/")[0]
    return named == root or (is_session_of and named.startswith(root.removesuffix("root") + "role/"))
