"""Checks between statements, policies and identities: what one gives and another takes."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from ses_reputation.authorization.evaluation import (
    Decision,
    PolicyEvaluation,
    PolicyRequest,
    evaluate_policies,
)
from ses_reputation.authorization.identity_arn import IdentityArn
from ses_reputation.authorization.lint.finding import LintFinding, linted_statements, warning
from ses_reputation.authorization.principals import EVERYBODY
from ses_reputation.environment import is_account

Policies = Mapping[str, Mapping[str, Any]]


def check_denied(identity: IdentityArn, policies: Policies, now: datetime) -> Iterator[LintFinding]:
    """Yield delegates that one statement allows to send and another denies."""
    for principal in _allowed(identity, policies, now):
        evaluated = _evaluate(identity, policies, principal, now)
        if evaluated.decision is Decision.DENIED:
            by = ", ".join(evaluated.statements)
            problem = f"{principal} is allowed to send, and {by} denies it: the Deny wins"
            yield warning("allowed-and-denied", problem, "remove the one that is not meant")


def check_raw_mail(identity: IdentityArn, policies: Policies, now: datetime) -> Iterator[LintFinding]:
    """Yield delegates that may send simple mail, but not raw mail: SMTP, most libraries, attachments.

    Raw content of the v2 API's SendEmail is authorized as ses:SendRawEmail (django-anymail issue 384).
    """
    statements = [each for policy in policies.values() for each in linted_statements(identity, policy, now)]
    for principal in _allowed(identity, policies, now):
        about = [each for each in statements if each.allows and principal in _askers(identity, each.fields)]
        simple, raw = (
            any(each.covers(action) for each in about) for action in ("ses:SendEmail", "ses:SendRawEmail")
        )
        if simple and not raw:
            problem = (
                f"{principal} may use ses:SendEmail, and not ses:SendRawEmail, which SMTP and most mail "
            )
            problem += "libraries use, and the v2 API for raw content"
            yield warning("no-raw-mail", problem, 'add "ses:SendRawEmail"')


def check_relatives(
    identity: IdentityArn, policies: Policies, relatives: Mapping[IdentityArn, Policies], now: datetime
) -> Iterator[LintFinding]:
    """Yield delegates that a domain lets send, and an address below it with policies of its own, or reverse.

    The developer guide says that the policy of the address goes first; senders saw that the policies of the
    identity counted whose ARN they named (awsdocs/amazon-ses-developer-guide issue 13, of 2019).
    """
    for other, others in relatives.items():
        askers = {*_allowed(identity, policies, now), *_allowed(other, others, now)}
        sender = next((each.name for each in (identity, other) if each.is_address), "")
        for principal in sorted(askers):
            here = _may_send(identity, policies, principal, now, sender)
            there = _may_send(other, others, principal, now, sender)
            if here is not there:
                allowing, refusing = (identity, other) if here else (other, identity)
                problem = (
                    f"{allowing.name} lets {principal} send and {refusing.name} does not; which of the two "
                )
                problem += "counts may depend on the ARN that is named when sending"
                mend = (
                    f"write the same statement for both, or delete the identity {_narrower(identity, other)}"
                )
                yield warning("other-identity-differs", problem, mend)


def _may_send(identity: IdentityArn, policies: Policies, principal: str, now: datetime, sender: str) -> bool:
    decision = _evaluate(identity, policies, principal, now, sender).decision
    return decision in {Decision.ALLOWED, Decision.UNCERTAIN}


def _narrower(identity: IdentityArn, other: IdentityArn) -> str:
    return max((identity, other), key=lambda each: (each.is_address, len(each.name))).name


def _allowed(identity: IdentityArn, policies: Policies, now: datetime) -> list[str]:
    """Return the accounts, users and roles that statements allow to send, everybody left out."""
    statements = [each for policy in policies.values() for each in linted_statements(identity, policy, now)]
    found = [each for s in statements if s.allows for each in _askers(identity, s.fields)]
    return sorted(set(found))


def _askers(identity: IdentityArn, fields: Mapping[str, Any]) -> list[str]:
    principals = fields.get("Principal")
    named = principals.get("AWS", []) if isinstance(principals, Mapping) else []
    listed = named if isinstance(named, list) else [named]
    arns = (
        f"arn:{identity.partition}:iam::{each}:root" if is_account(str(each)) else each for each in listed
    )
    return [each for each in arns if isinstance(each, str) and each != EVERYBODY]


def _evaluate(
    identity: IdentityArn, policies: Policies, principal: str, now: datetime, sender: str = ""
) -> PolicyEvaluation:
    """Evaluate a mail of now, of which no more than an address to come from is known."""
    context = {"aws:CurrentTime": (now.astimezone(UTC).isoformat(),)}
    if sender:
        context["ses:FromAddress"] = (sender,)
    return evaluate_policies(policies, PolicyRequest(principal, "ses:SendEmail", str(identity), context))
