"""What the SES stand-in does with one request of the v2 REST protocol."""

import json
import re
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from console.local_aws.ses_stand_in.lists import RowFilter, StandInList, SuppressedAddress, TokenUnknownError

_PATH = "/v2/email/suppression/addresses"
_REASONS = frozenset({"BOUNCE", "COMPLAINT"})
_LARGEST_PAGE = 1_000


class RefusedRequestError(Exception):
    """A request that SES would refuse: HTTP status, error type, message."""

    def __init__(self, status: int, error_type: str, message: str) -> None:
        super().__init__(message)
        self.status, self.error_type, self.message = status, error_type, message


def answer_request(addresses: StandInList, method: str, target: str, body: bytes) -> dict[str, Any]:
    """Answer one request to one list, as the JSON of a 200; raises RefusedRequestError."""
    url = urlsplit(target)
    query = parse_qs(url.query)
    if "TenantName" in query:
        raise RefusedRequestError(404, "NotFoundException", "This stand-in has no tenants.")
    if url.path == _PATH and method == "PUT":
        return _put_address(addresses, body)
    if url.path == _PATH and method == "GET":
        return _list_addresses(addresses, query)
    if url.path.startswith(f"{_PATH}/") and method in {"GET", "DELETE"}:
        address = _read_address(url.path.removeprefix(f"{_PATH}/"))
        return _get_address(addresses, address) if method == "GET" else _delete_address(addresses, address)
    raise RefusedRequestError(404, "UnknownOperationException", f"{method} {url.path} is not served.")


def _put_address(addresses: StandInList, body: bytes) -> dict[str, Any]:
    fields = _read_fields(body)
    address, reason = fields.get("EmailAddress", ""), fields.get("Reason")
    if "TenantName" in fields:
        raise RefusedRequestError(404, "NotFoundException", "This stand-in has no tenants.")
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", address) or reason not in _REASONS:
        raise RefusedRequestError(400, "BadRequestException", "The address or the reason is not valid.")
    addresses.put(SuppressedAddress(address, reason, round(time.time(), 3)))
    return {}


def _get_address(addresses: StandInList, address: str) -> dict[str, Any]:
    row = addresses.get(address)
    if row is None:
        raise _not_listed(address)
    ids = {"MessageId": row.message_id, "FeedbackId": row.feedback_id}
    attributes = {name: value for name, value in ids.items() if value is not None}
    return {
        "SuppressedDestination": {**_describe_row(row), **({"Attributes": attributes} if attributes else {})}
    }


def _delete_address(addresses: StandInList, address: str) -> dict[str, Any]:
    if not addresses.delete(address):
        raise _not_listed(address)
    return {}


def _list_addresses(addresses: StandInList, query: Mapping[str, list[str]]) -> dict[str, Any]:
    row_filter = RowFilter(_read_reasons(query), _read_time(query, "StartDate"), _read_time(query, "EndDate"))
    token = query.get("NextToken", [None])[0]
    try:
        rows, next_token = addresses.list_page(row_filter, _read_page_size(query), token)
    except TokenUnknownError:
        raise RefusedRequestError(400, "InvalidNextTokenException", "The token is not valid.") from None
    answer: dict[str, Any] = {"SuppressedDestinationSummaries": [_describe_row(row) for row in rows]}
    return {**answer, "NextToken": next_token} if next_token else answer


def _describe_row(row: SuppressedAddress) -> dict[str, Any]:
    return {"EmailAddress": row.email_address, "Reason": row.reason, "LastUpdateTime": row.updated_at}


def _not_listed(address: str) -> RefusedRequestError:
    return RefusedRequestError(404, "NotFoundException", f"{address} is not on the suppression list.")


def _read_address(encoded: str) -> str:
    address = unquote(encoded)
    # SES cannot be asked for these although it lists them.
    if "/" in address:
        raise RefusedRequestError(400, "BadRequestException", "The address is not valid in a path.")
    return address


def _read_reasons(query: Mapping[str, list[str]]) -> frozenset[str]:
    reasons = frozenset(query.get("Reason", []))
    if not reasons <= _REASONS:
        raise RefusedRequestError(400, "BadRequestException", "A reason is not valid.")
    return reasons


def _read_page_size(query: Mapping[str, list[str]]) -> int:
    text = query.get("PageSize", [str(_LARGEST_PAGE)])[0]
    if not text.isdigit() or int(text) < 1:
        raise RefusedRequestError(400, "BadRequestException", "PageSize is not valid.")
    return min(int(text), _LARGEST_PAGE)


def _read_time(query: Mapping[str, list[str]], name: str) -> float | None:
    if name not in query:
        return None
    try:
        return datetime.fromisoformat(query[name][0]).timestamp()
    except ValueError:
        raise RefusedRequestError(400, "BadRequestException", f"{name} is not a time.") from None


def _read_fields(body: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(body)
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        raise RefusedRequestError(400, "SerializationException", "The body is not a JSON object.")
    return fields
