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
from ses_reputation.authorization.lint.finding import (
    LintedStatement,
    LintFinding,
    linted_statements,
    warning,
)
from ses_reputation.authorization.policy_statements import DELEGATED_ACTIONS
from ses_reputation.authorization.principals import EVERYBODY
from ses_reputation.environment import is_account

Policies = Mapping[str, Mapping[str, Any]]
# No account has this number: ids of accounts that statements may name by chance are others.
_NOBODYS = "000000000000"


def check_denied(
    identity: IdentityArn, policies: Policies, together: Policies, now: datetime
) -> Iterator[LintFinding]:
    """Yield delegates that policies allow to send, and that one of all the identity's policies denies.

    together: the policies with those that SES stores beside them.
    """
    for principal, statements in _by_principal(identity, policies, now).items():
        allowed = [action for action in DELEGATED_ACTIONS if any(each.covers(action) for each in statements)]
        evaluated = [_evaluate(identity, together, principal, now, action) for action in allowed]
        denying = {
            title for each in evaluated if each.decision is Decision.DENIED for title in each.statements
        }
        if denying:
            by = " and ".join(sorted(denying))
            problem = f"{principal} is allowed to send, and {by} denies it: the Deny wins"
            yield warning("allowed-and-denied", problem, "remove the one that is not meant")


def check_raw_mail(
    identity: IdentityArn, policies: Policies, together: Policies, now: datetime
) -> Iterator[LintFinding]:
    """Yield delegates that may send simple mail, but not raw mail: SMTP, most libraries, attachments.

    Raw content of the v2 API's SendEmail is authorized as ses:SendRawEmail (django-anymail issue 384).
    """
    beside = _by_principal(identity, together, now)
    for principal, statements in _by_principal(identity, policies, now).items():
        has_raw = any(each.covers("ses:SendRawEmail") for each in beside[principal])
        if any(each.covers("ses:SendEmail") for each in statements) and not has_raw:
            problem = f"{principal} may use ses:SendEmail and not ses:SendRawEmail, which SMTP and most mail "
            problem += "libraries use, and the v2 API for raw content"
            yield warning("no-raw-mail", problem, 'add "ses:SendRawEmail"')


def keeps_strangers_out(identity: IdentityArn, policies: Policies, now: datetime) -> bool:
    """Return whether a Deny stops an account that nobody knows, whatever it sends and wherever from.

    Such as a Deny with StringNotEquals on aws:PrincipalOrgID beside an Allow for everybody.
    """
    stranger = f"arn:{identity.partition}:iam::{_NOBODYS}:root"
    evaluated = (_evaluate(identity, policies, stranger, now, action) for action in DELEGATED_ACTIONS)
    return all(each.decision is Decision.DENIED for each in evaluated)


def check_relatives(
    identity: IdentityArn, policies: Policies, relatives: Mapping[IdentityArn, Policies], now: datetime
) -> Iterator[LintFinding]:
    """Yield delegates that a domain lets send, and an address below it with policies of its own, or reverse.

    The developer guide says that the policy of the address goes first; senders saw that the policies of the
    identity counted whose ARN they named (awsdocs/amazon-ses-developer-guide issue 13, of 2019).
    """
    for other, others in relatives.items():
        if not policies or not others:
            continue
        sender = next((each.name for each in (identity, other) if each.is_address), "")
        askers = {**_by_principal(identity, policies, now), **_by_principal(other, others, now)}
        for principal in sorted(askers):
            here = _may_send(identity, policies, principal, now, sender)
            if here is not _may_send(other, others, principal, now, sender):
                allowing, refusing = (identity, other) if here else (other, identity)
                problem = f"{allowing.name} lets {principal} send and {refusing.name} does not; which of the "
                problem += "two counts may depend on the ARN that is named when sending"
                mend = "write the same statement for both, or delete the identity "
                yield warning("other-identity-differs", problem, f"{mend}{_narrower(identity, other)}")


def _may_send(identity: IdentityArn, policies: Policies, principal: str, now: datetime, sender: str) -> bool:
    decision = _evaluate(identity, policies, principal, now, "ses:SendEmail", sender).decision
    return decision in {Decision.ALLOWED, Decision.UNCERTAIN}


def _narrower(identity: IdentityArn, other: IdentityArn) -> str:
    return max((identity, other), key=lambda each: (each.is_address, len(each.name))).name


def _by_principal(
    identity: IdentityArn, policies: Policies, now: datetime
) -> dict[str, list[LintedStatement]]:
    """Return the statements that allow something, by the account, user or role; everybody left out."""
    found: dict[str, list[LintedStatement]] = {}
    statements = (each for policy in policies.values() for each in linted_statements(identity, policy, now))
    for statement in statements:
        for principal in _askers(identity, statement.fields) if statement.allows else ():
            found.setdefault(principal, []).append(statement)
    return found


def _askers(identity: IdentityArn, fields: Mapping[str, Any]) -> list[str]:
    principals = fields.get("Principal")
    named = principals.get("AWS", []) if isinstance(principals, Mapping) else []
    listed = named if isinstance(named, list) else [named]
    arns = (
        f"arn:{identity.partition}:iam::{each}:root" if is_account(str(each)) else each for each in listed
    )
    return [each for each in arns if isinstance(each, str) and each != EVERYBODY]


def _evaluate(
    identity: IdentityArn, policies: Policies, principal: str, now: datetime, action: str, sender: str = ""
) -> PolicyEvaluation:
    """Evaluate a mail of now, of which no more than an address to come from is known."""
    context = {"aws:CurrentTime": (now.astimezone(UTC).isoformat(),)}
    if sender:
        context["ses:FromAddress"] = (sender,)
    return evaluate_policies(policies, PolicyRequest(principal, action, str(identity), context))
