"""Policies written to SES on an operator's word, and what to do where SES refuses them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from console.errors import ConsoleError
from console.stack.owned_identity import OwnedIdentity
from ses_reputation.authorization.applying import PolicyWrite, write_policies
from ses_reputation.authorization.errors import PolicyRefusedError
from ses_reputation.authorization.policy_document import statements_of
from ses_reputation.authorization.principals import account_of, named_in
from ses_reputation.authorization.revocation import PolicyChange, Revocation, still_allowed
from ses_reputation.regions import is_opt_in
from ses_reputation.visible_text import visible


def apply_writes(
    owned: OwnedIdentity,
    writes: Sequence[PolicyWrite],
    report: Callable[[str], None],
    wait: Callable[[float], None],
) -> None:
    """Write policies; a refusal is reported, and tried again for about a minute.

    Raises ConsoleError with SES's text and its likely causes where SES keeps refusing.
    """

    try:
        write_policies(owned.store, writes, wait, report)
    except PolicyRefusedError as refusal:
        raise ConsoleError(explain_refusal(owned, writes, str(refusal))) from refusal


def explain_refusal(owned: OwnedIdentity, writes: Sequence[PolicyWrite], text: str) -> str:
    """Return SES's text, whom the policies name, and what to look at."""
    named = dict.fromkeys(each for write in writes for each in _principals(write.document))
    accounts = ", ".join(dict.fromkeys(filter(None, map(account_of, named))))
    region = owned.arn.region
    whom = visible(", ".join(named)) or "nobody"
    refused = f"SES refuses a policy: {text.rstrip('.')}. The policies name {whom}. Does each exist?"
    if not is_opt_in(region):
        return refused
    return (
        f"{refused} {region} is a Region that accounts have to enable, and SES there does not know those "
        f"that have not: enable {region} in {accounts or 'the account'}, or verify the identity in a default "
        "Region."
    )


def writes_of(revocation: Revocation) -> dict[str, Mapping[str, Any] | None]:
    """Return what a revocation wants stored, by name; None for a policy to delete."""
    return {
        policy.name: policy.document
        for policy in revocation.policies
        if policy.change is not PolicyChange.UNCHANGED
    }


def check_revoked(owned: OwnedIdentity, delegate: str) -> None:
    """Read the policies back. Raises ConsoleError where they still let the delegate send."""
    try:
        left = still_allowed(owned.store.read(), str(owned.arn), delegate)
    except ValueError as error:
        raise ConsoleError(f"What SES stores cannot be read as policies: {visible(str(error))}.") from error
    if left:
        raise ConsoleError(
            f"The policies may still let {delegate} use {', '.join(left)}: look at `authorize show`."
        )


def _principals(document: Mapping[str, Any] | None) -> list[str]:
    statements = statements_of(document) if document else []
    principals = (each.get("Principal") for each in statements if isinstance(each, Mapping))
    return [str(named) for principal in principals for named in named_in(principal)]
