"""Checks of whom a statement is for."""

from collections.abc import Callable, Iterator
from re import ASCII
from re import compile as pattern
from typing import Any

from ses_reputation.authorization.draft import is_organization
from ses_reputation.authorization.lint.finding import LintedStatement, LintFinding, error, warning
from ses_reputation.authorization.policy_statements import DELEGATED_ACTIONS
from ses_reputation.authorization.principals import (
    EVERYBODY,
    account_of,
    is_everybody,
    is_unique_id,
    named_in,
)
from ses_reputation.authorization.wildcards import fits
from ses_reputation.environment import is_account

OPEN_TO_THE_WORLD = "open-to-the-world"
_is_path_of_organization = pattern(r"o-[a-z0-9]{10,32}/.*", ASCII).fullmatch
# A key that says whose the caller is, and what a value must look like to keep the world out.
_CLOSING: dict[str, Callable[[str], object]] = {
    "aws:principalorgid": is_organization,
    "aws:principalaccount": is_account,
    "aws:principalorgpaths": _is_path_of_organization,
    "aws:principalarn": account_of,
}
_CLOSING_OPERATORS = {
    "StringEquals",
    "StringLike",
    "ArnEquals",
    "ArnLike",
    "ForAnyValue:StringEquals",
    "ForAnyValue:StringLike",
}
_MANAGING = (
    *("associate", "batchget", "cancel", "clone", "create", "delete", "describe", "disassociate", "get"),
    *("list", "put", "reorder", "set", "tag", "test", "untag", "update", "verify"),
)
"""How actions begin that do not send: operations of both SES APIs. IAM compares actions without capitals."""
_WILDCARDS = frozenset("*?")


def check_principals(statement: LintedStatement) -> Iterator[LintFinding]:
    """Yield what is wrong with a statement's Principal."""
    fields = statement.fields
    if "Principal" not in fields and "NotPrincipal" not in fields:
        mend = 'name the delegate: "Principal": {"AWS": "222222222222"}'
        yield error("no-principal", "it names nobody, and SES asks for at least one principal", mend)
    if statement.allows and is_open(statement):
        mend = 'name the delegates, or add "StringEquals": {"aws:PrincipalOrgID": "o-..."}'
        yield error(OPEN_TO_THE_WORLD, "it lets every AWS account send", mend)
    for principal in statement.accounts_and_users:
        yield from _check_form(statement, principal)


def is_open(statement: LintedStatement) -> bool:
    """Return whether a statement is for everybody, and no condition says whose the caller has to be.

    "*" with `aws:PrincipalOrgID` is an example of the Amazon SES developer guide ("Sending policy examples").
    """
    if "NotPrincipal" not in statement.fields and not is_everybody(statement.fields.get("Principal")):
        return False
    return not any(_closes(*condition) for condition in statement.conditions)


def _closes(operator: str, key: str, values: list[str]) -> bool:
    is_closed = _CLOSING.get(key.lower())
    return operator in _CLOSING_OPERATORS and is_closed is not None and all(map(is_closed, values))


def _check_form(statement: LintedStatement, principal: Any) -> Iterator[LintFinding]:
    named = principal if isinstance(principal, str) else repr(principal)
    if named == EVERYBODY:
        return
    if is_unique_id(named):
        mend = "remove it, or name the user or role anew"
        yield warning("deleted-principal", f"{named} is a user or role that was deleted", mend)
    elif not account_of(named) or "*" in named:
        mend = "write an account's 12 digits, or the whole ARN of a user or role"
        yield error("principal-form", f"{named} is no principal that IAM knows", mend)
    elif not is_account(named) and named.split(":")[1] != statement.identity.partition:
        mend = f"name a principal in {statement.identity.partition}"
        yield error("principal-form", f"{named} is in another partition of AWS than the identity", mend)
    elif ":group/" in named:
        mend = "name the users, or a role that they assume"
        yield error("principal-form", f"{named} is a group, and IAM knows no groups as principals", mend)


def check_actions(statement: LintedStatement) -> Iterator[LintFinding]:
    """Yield actions that another account cannot use, or should not have.

    Management actions are for principals of the owner's own account; others only send (Amazon SES developer
    guide, "Identity policy examples").
    """
    if not statement.allows:
        return
    if "NotAction" in statement.fields:
        mend = 'name what is allowed: "Action": ["ses:SendEmail", "ses:SendRawEmail"]'
        yield warning("management-action", "NotAction allows all actions but some", mend)
    is_foreign = _is_for_others(statement)
    for action in statement.actions:
        yield from _check_action(action, is_foreign=is_foreign)


def _check_action(action: str, *, is_foreign: bool) -> Iterator[LintFinding]:
    service, _, verb = action.lower().partition(":")
    if action != EVERYBODY and service != "ses":
        yield warning("ignored-action", f"{action} is no action of SES", "remove it")
    elif verb.startswith("send"):
        if not _is_known_send(verb):
            yield warning(
                "ignored-action", f"SES knows no action {action} of delegates", "remove or correct it"
            )
    elif not verb or _WILDCARDS & set(verb):
        if is_foreign:
            mend = 'write "ses:SendEmail" and "ses:SendRawEmail"'
            yield warning("management-action", f"{action} gives another account more than sending", mend)
    elif not verb.startswith(_MANAGING):
        yield warning("ignored-action", f"SES knows no action {action}", "remove or correct it")
    elif is_foreign:
        mend = "remove it: it has no use for another account, and is a risk"
        yield warning("management-action", f"{action} is for principals of the owner's own account", mend)


def _is_known_send(verb: str) -> bool:
    return any(fits(f"ses:{verb}".lower(), known.lower()) for known in DELEGATED_ACTIONS)


def _is_for_others(statement: LintedStatement) -> bool:
    principal, own = statement.fields.get("Principal"), statement.identity.account
    accounts = {account_of(each) for each in named_in(principal)}
    return bool(accounts - {own}) or "NotPrincipal" in statement.fields
