"""All checks of an identity's sending-authorization policies."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from ses_reputation.authorization.identity_arn import IdentityArn
from ses_reputation.authorization.lint.conditions import check_conditions
from ses_reputation.authorization.lint.contradictions import (
    Policies,
    check_denied,
    check_raw_mail,
    check_relatives,
    keeps_strangers_out,
)
from ses_reputation.authorization.lint.document import check_document
from ses_reputation.authorization.lint.finding import (
    LintedStatement,
    LintFinding,
    LintSeverity,
    error,
    linted_statements,
)
from ses_reputation.authorization.lint.principals import OPEN_TO_THE_WORLD, check_actions, check_principals
from ses_reputation.authorization.lint.resources import check_resource
from ses_reputation.authorization.policy_document import MOST_POLICIES, read_policy

_NONE_STORED: Mapping[str, Any] = {}
_NO_RELATIVES: Mapping[IdentityArn, Mapping[str, Any]] = {}


def lint_policies(
    identity: IdentityArn,
    policies: Mapping[str, Any],
    now: datetime,
    relatives: Mapping[IdentityArn, Mapping[str, Any]] = _NO_RELATIVES,
    stored: Mapping[str, Any] = _NONE_STORED,
) -> tuple[LintFinding, ...]:
    """Return what is wrong with an identity's policies, errors first.

    policies: documents by name, as dictionaries or as JSON, of any shape. relatives: the policies of
    identities above and below it: a domain's, or those of addresses that were verified by themselves.
    stored: the identity's policies beside these, which are compared and not checked.
    """
    readable, unreadable = _read(policies)
    findings = [*unreadable]
    for name, policy in readable.items():
        findings += _lint_policy(identity, name, policy, now)
    if len(policies) > MOST_POLICIES:
        problem = f"the identity has {len(policies)} policies, and SES keeps {MOST_POLICIES}"
        findings.append(error("too-many-policies", problem, "merge some, or delete what is not needed"))
    together = {**_read(stored)[0], **readable}
    findings += check_denied(identity, readable, together, now)
    findings += check_raw_mail(identity, readable, together, now)
    known = {other: _read(documents)[0] for other, documents in relatives.items()}
    findings += check_relatives(identity, readable, known, now)
    if keeps_strangers_out(identity, together, now):
        findings = [each for each in findings if each.check != OPEN_TO_THE_WORLD]
    return tuple(sorted(findings, key=lambda finding: finding.severity is not LintSeverity.ERROR))


def exit_code(findings: Iterable[LintFinding]) -> int:
    """Return what a linter exits with: 0 for nothing, 1 for warnings alone, 2 for errors."""
    severities = {finding.severity for finding in findings}
    return 2 if LintSeverity.ERROR in severities else len(severities)


def _read(policies: Mapping[str, Any]) -> tuple[Policies, list[LintFinding]]:
    readable: dict[str, Mapping[str, Any]] = {}
    findings: list[LintFinding] = []
    for name, document in policies.items():
        try:
            readable[name] = read_policy(document)
        except ValueError as problem:
            finding = error("unreadable-policy", str(problem), "write it anew: `authorize draft`")
            findings.append(replace(finding, policy=name))
    return readable, findings


def _lint_policy(
    identity: IdentityArn, name: str, policy: Mapping[str, Any], now: datetime
) -> Iterator[LintFinding]:
    for finding in check_document(name, policy):
        yield replace(finding, policy=name)
    for statement in linted_statements(identity, policy, now):
        for finding in _lint_statement(statement):
            yield replace(finding, policy=name, statement=statement.title)


def _lint_statement(statement: LintedStatement) -> Iterator[LintFinding]:
    if statement.fields.get("Effect") not in {"Allow", "Deny"}:
        yield error("no-effect", "it neither allows nor denies", 'write "Effect": "Allow"')
    yield from check_principals(statement)
    yield from check_actions(statement)
    yield from check_resource(statement)
    yield from check_conditions(statement)
