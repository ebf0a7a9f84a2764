"""The suppression list's operations: an account's list, or a tenant's where `TenantName` is asked."""

import re
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from console.local_aws.ses_stand_in.account.tenants import find_tenant
from console.local_aws.ses_stand_in.calls import Answer, Call, Operations, present
from console.local_aws.ses_stand_in.lists import RowFilter, StandInList, SuppressedAddress, TokenUnknownError
from console.local_aws.ses_stand_in.refusals import RefusedRequestError, bad_request, not_found

_REASONS = frozenset({"BOUNCE", "COMPLAINT"})
_LARGEST_PAGE = 1_000


def put_suppressed_destination(call: Call) -> Answer:
    """Add or replace an entry. SES lower-cases the domain and leaves the local part."""
    refuse_in_sandbox(call)
    put_row(_list_of(call), call.asked["EmailAddress"], call.asked["Reason"])
    return {}


def put_row(addresses: StandInList, address: str, reason: str) -> None:
    """Add or replace an entry of a list; raises RefusedRequestError."""
    address = address.strip()
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", address) or reason not in _REASONS:
        raise bad_request("The address or the reason is not valid.")
    addresses.put(SuppressedAddress(stored_spelling(address), reason, round(time.time(), 3)))


def refuse_in_sandbox(call: Call) -> None:
    """Refuse what accounts in the sandbox may not do (SES guide, suppression list); raises
    RefusedRequestError."""
    if not call.account.attributes["ProductionAccessEnabled"]:
        raise bad_request("This account does not have production access.")


def get_suppressed_destination(call: Call) -> Answer:
    """Return an entry, found under its stored spelling only."""
    row = _list_of(call).get(_asked_address(call))
    if row is None:
        raise _not_listed(call)
    ids = present(MessageId=row.message_id, FeedbackId=row.feedback_id)
    return {"SuppressedDestination": {**_describe_row(row), **({"Attributes": ids} if ids else {})}}


def delete_suppressed_destination(call: Call) -> Answer:
    """Remove an entry; what is not there cannot be removed."""
    if not _list_of(call).delete(_asked_address(call)):
        raise _not_listed(call)
    return {}


def list_suppressed_destinations(call: Call) -> Answer:
    """Return one page. A token belongs to the list that gave it."""
    asked = call.asked
    row_filter = RowFilter(_read_reasons(asked), _read_time(asked, "StartDate"), _read_time(asked, "EndDate"))
    try:
        rows, token = _list_of(call).list_page(row_filter, _read_page_size(asked), asked.get("NextToken"))
    except TokenUnknownError:
        raise RefusedRequestError(400, "InvalidNextTokenException", "Token is invalid.") from None
    return present(SuppressedDestinationSummaries=[_describe_row(row) for row in rows], NextToken=token)


OPERATIONS: Operations = {
    "PutSuppressedDestination": put_suppressed_destination,
    "GetSuppressedDestination": get_suppressed_destination,
    "DeleteSuppressedDestination": delete_suppressed_destination,
    "ListSuppressedDestinations": list_suppressed_destinations,
}


def _list_of(call: Call) -> StandInList:
    name = call.asked.get("TenantName")
    return find_tenant(call, name).addresses if name else call.account.addresses


def stored_spelling(address: str) -> str:
    """Return an address as SES keeps it: its domain in lower case."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.lower()}"


def _describe_row(row: SuppressedAddress) -> dict[str, Any]:
    return {"EmailAddress": row.email_address, "Reason": row.reason, "LastUpdateTime": row.updated_at}


def _not_listed(call: Call) -> RefusedRequestError:
    which = "tenant suppression list" if call.asked.get("TenantName") else "suppression list"
    return not_found(f"Email address {call.asked['EmailAddress']} does not exist on your {which}.")


def _asked_address(call: Call) -> str:
    address: str = call.asked["EmailAddress"]
    # SES cannot be asked for these although it lists them.
    if "/" in address:
        raise bad_request("The address is not valid in a path.")
    return address


def _read_reasons(asked: Mapping[str, Any]) -> frozenset[str]:
    reasons = frozenset(asked.get("Reasons", ()))
    if not reasons <= _REASONS:
        raise bad_request("A reason is not valid.")
    return reasons


def _read_page_size(asked: Mapping[str, Any]) -> int:
    text = str(asked.get("PageSize", _LARGEST_PAGE))
    if not text.isdigit() or not 1 <= int(text) <= _LARGEST_PAGE:
        raise bad_request(f"Page size {text} is invalid, expected a number between 1 and {_LARGEST_PAGE}")
    return int(text)


def _read_time(asked: Mapping[str, Any], name: str) -> float | None:
    if name not in asked:
        return None
    try:
        return datetime.fromisoformat(asked[name]).timestamp()
    except ValueError:
        raise bad_request(f"{name} is not a time.") from None
