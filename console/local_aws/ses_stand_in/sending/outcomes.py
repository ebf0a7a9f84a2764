"""What becomes of each recipient: the mailbox simulator, the suppression lists, else a delivery.

Sources: https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html (simulator) and facts F15
and F20 of the field's cases, which were probed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from console.local_aws.ses_stand_in.account.regional_account import StandInSet
from console.local_aws.ses_stand_in.calls import Call
from console.local_aws.ses_stand_in.sending.checks import SIMULATOR, AllowedSend

_SUPPRESSED = (
    "Amazon SES has suppressed sending to this address because it has a recent history of bouncing as an "
    "invalid address."
)
_LISTED = (
    "Amazon SES did not send the message to this address because it is on the suppression list for your {}."
)
_AFTER_DELIVERY = frozenset({"ooto", "complaint"})


@dataclass(frozen=True, slots=True)
class MailOutcome:
    """One event of a mail: `kind` is Send, Delivery, Bounce or Complaint, `cause` says which of them."""

    kind: str
    cause: str
    recipients: tuple[str, ...]


def outcomes_of(call: Call, send: AllowedSend) -> Iterator[MailOutcome]:
    """Yield what SES tells of a mail, in its order: two causes in one mail are two events (F20)."""
    yield MailOutcome("Send", "send", send.mail.destination)
    causes = {address: _cause_of(call, send, address) for address in send.mail.destination}
    delivered = tuple(a for a, cause in causes.items() if cause == "success" or cause in _AFTER_DELIVERY)
    if delivered:
        yield MailOutcome("Delivery", "success", delivered)
    for cause in dict.fromkeys(causes.values()):
        if cause != "success":
            affected = tuple(address for address, each in causes.items() if each == cause)
            yield MailOutcome(_kind_of(cause), cause, affected)


def bounce_of(outcome: MailOutcome) -> dict[str, Any]:
    """Return the type of a bounce, and what it says of its recipients."""
    kind, subtype, code = {
        "bounce": ("Permanent", "General", "smtp; 550 5.1.1 user unknown"),
        "ooto": ("Transient", "General", ""),
        "suppressionlist": ("Permanent", "Suppressed", _SUPPRESSED),
        "BOUNCE on account": ("Permanent", "OnAccountSuppressionList", _LISTED.format("account")),
        "BOUNCE on tenant": ("Permanent", "OnTenantSuppressionList", _LISTED.format("tenant")),
    }[outcome.cause]
    described = {"action": "failed", "status": "5.1.1", "diagnosticCode": code} if code else {}
    return {
        "bounceType": kind,
        "bounceSubType": subtype,
        "bouncedRecipients": [{"emailAddress": each, **described} for each in outcome.recipients],
    }


def complaint_subtype(outcome: MailOutcome) -> str | None:
    """Return the subtype of a complaint: null for one that a person made."""
    known = {
        "COMPLAINT on account": "OnAccountSuppressionList",
        "COMPLAINT on tenant": "OnTenantSuppressionList",
    }
    return known.get(outcome.cause)


def _kind_of(cause: str) -> str:
    return "Complaint" if cause.lower().startswith("complaint") else "Bounce"


def _cause_of(call: Call, send: AllowedSend, address: str) -> str:
    local, _, domain = address.lower().rpartition("@")
    if listed := _suppressed_by(call, send, address):
        return listed
    name = local.partition("+")[0]
    known = {"bounce", "ooto", "complaint", "suppressionlist"}
    return name if domain == SIMULATOR and name in known else "success"


def _suppressed_by(call: Call, send: AllowedSend, address: str) -> str:
    """Return `REASON on account` or `REASON on tenant` where the address is held back, else ""."""
    override = _override(send.configuration_set)
    tenant_block = (send.tenant.suppression if send.tenant else None) or {}
    scope = override.get("SuppressionScope") or tenant_block.get("SuppressionScope") or "ACCOUNT"
    of_tenant = send.tenant is not None and scope == "TENANT"
    addresses = send.tenant.addresses if send.tenant and of_tenant else call.account.addresses
    account_block = call.account.attributes["SuppressionAttributes"]
    reasons = override.get(
        "SuppressedReasons", (tenant_block if of_tenant else account_block).get("SuppressedReasons", [])
    )
    row = addresses.find_in_any_case(address)
    if row is None or row.reason not in reasons:
        return ""
    return f"{row.reason} on {'tenant' if of_tenant else 'account'}"


def _override(chosen: StandInSet | None) -> dict[str, Any]:
    return chosen.options.get("SuppressionOptions", {}) if chosen else {}
