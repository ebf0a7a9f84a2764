"""The parts of a policy's document, whatever shape IAM lets each have: one value, or a list of them."""

import json
from collections.abc import Mapping
from re import compile as pattern
from typing import Any

from ses_reputation.json_text import parse_json

VERSION_WITH_VARIABLES = "2012-10-17"
"""The version in which `${...}` is a variable; without a version, or in that of 2008, it is plain text
(IAM user guide, "IAM JSON policy elements: Version")."""
MOST_BYTES = 4096
"""Of one policy (Amazon SES API v2, CreateEmailIdentityPolicy: "The policy cannot exceed 4 KB")."""
MOST_POLICIES = 20
"""Of one identity (Amazon SES developer guide, "Using identity authorization")."""
is_policy_name = pattern(r"[A-Za-z0-9_-]{1,64}").fullmatch
"""Match what SES takes as a policy's name (Amazon SES API v2, CreateEmailIdentityPolicy)."""


def read_policy(document: Any) -> Mapping[str, Any]:
    """Return a policy as a dictionary, from one or from its JSON.

    Raises ValueError, which says what is wrong, where it has no statements.
    """
    if isinstance(document, str | bytes):
        try:
            document = parse_json(document)
        except ValueError:
            raise ValueError("the policy is no JSON") from None
    if not isinstance(document, Mapping):
        raise ValueError("the policy is no JSON object")
    if not isinstance(document.get("Statement"), Mapping | list):
        raise ValueError("the policy has no Statement")
    return document


def statements_of(policy: Mapping[str, Any]) -> list[Any]:
    """Return the statements of a policy that `read_policy` returned; any may be of any shape."""
    return listed(policy["Statement"])


def statement_title(statement: Any, place: int) -> str:
    """Return what to call a statement: by its Sid, or by its place, counted from 1."""
    sid = statement.get("Sid") if isinstance(statement, Mapping) else None
    return f"Statement {sid}" if isinstance(sid, str) and sid else f"Statement {place}"


def listed(value: Any) -> list[Any]:
    """Return what an element holds as a list: an element may hold one value, many, or be absent."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def texts(value: Any) -> list[str]:
    """Return the values of an element as IAM compares them: JSON's numbers and booleans as their text."""
    return [_text(each) for each in listed(value)]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def policy_text(policy: Mapping[str, Any]) -> str:
    """Return a policy as it is sent and counted: its JSON without white space, each character a byte."""
    return json.dumps(policy, separators=(",", ":"), default=str)
