"""Checks of a policy as a whole: its name, size, version and statements."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from ses_reputation.authorization.lint.finding import LintFinding, error, warning
from ses_reputation.authorization.policy_document import (
    MOST_BYTES,
    VERSION_WITH_VARIABLES,
    is_policy_name,
    policy_text,
    statements_of,
)

_VERSIONS = (VERSION_WITH_VARIABLES, "2008-10-17")


def check_document(name: str, policy: Mapping[str, Any]) -> Iterator[LintFinding]:
    """Yield what is wrong with a policy, its statements' contents left out."""
    if not is_policy_name(name):
        yield error("policy-name", "SES does not take this name", "use 1 to 64 of A-Z, a-z, 0-9, _ and -")
    yield from _check_size(policy)
    yield from _check_version(policy)
    statements = statements_of(policy)
    if not statements:
        yield error("no-statement", "the policy has no statement", "write one, or delete the policy")
    for place, statement in enumerate(statements, start=1):
        if not isinstance(statement, Mapping):
            yield error("no-statement", f"statement {place} is no JSON object", "remove it")
    yield from _check_sids(statements)


def _check_size(policy: Mapping[str, Any]) -> Iterator[LintFinding]:
    size = len(policy_text(policy))
    if size > MOST_BYTES:
        problem = f"it has {size:,} bytes without white space, and SES takes {MOST_BYTES:,}"
        yield error("policy-size", problem, "divide it: `authorize draft` does, or names an organization")


def _check_version(policy: Mapping[str, Any]) -> Iterator[LintFinding]:
    version = policy.get("Version")
    mend = f'write "Version": "{VERSION_WITH_VARIABLES}"'
    if version is None:
        yield warning("old-version", "without a Version, IAM reads it as of 2008: no variables", mend)
    elif version not in _VERSIONS:
        yield error("old-version", f"IAM has no version {version}", mend)
    elif version != VERSION_WITH_VARIABLES:
        yield warning(
            "old-version", f"in version {version}, variables such as ${{aws:username}} are text", mend
        )


def _check_sids(statements: list[Any]) -> Iterator[LintFinding]:
    """Yield ids that stand twice: IAM user guide, "IAM JSON policy elements: Sid"."""
    sids = Counter(str(each.get("Sid")) for each in statements if isinstance(each, Mapping) and "Sid" in each)
    for sid, number in sids.items():
        if number > 1:
            yield error("repeated-sid", f"{number} statements have the Sid {sid}", "give each its own")
