"""What the SES stand-in counted: `GetSendStatistics` of the v1 query protocol, answered in XML."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from console.local_aws.ses_stand_in.requests import RefusedRequestError

_NAMESPACE = "http://ses.amazonaws.com/doc/2010-12-01/"
_ACTION = "GetSendStatistics"


@dataclass(frozen=True, slots=True)
class SendTotals:
    """What SES counts in a quarter of an hour."""

    delivery_attempts: int = 0
    bounces: int = 0
    complaints: int = 0
    rejects: int = 0


Points = Mapping[datetime, SendTotals]
"""Totals by the aware time at which their quarter of an hour begins."""


def answer_query(points: Points, body: bytes) -> bytes:
    """Answer one form-encoded request about one account's sending; raises RefusedRequestError."""
    action = parse_qs(body.decode(errors="replace")).get("Action", [""])[0]
    if action != _ACTION:
        raise RefusedRequestError(404, "InvalidAction", f"{action or 'No action'} is not served.")
    members = "".join(_member(at, points[at]) for at in sorted(points))
    return _document(f"<{_ACTION}Result><SendDataPoints>{members}</SendDataPoints></{_ACTION}Result>")


def describe_refusal(refusal: RefusedRequestError) -> bytes:
    """Return a refusal in the XML of the query protocol."""
    fault = "Receiver" if refusal.status >= 500 else "Sender"
    return (
        f'<ErrorResponse xmlns="{_NAMESPACE}"><Error><Type>{fault}</Type><Code>{escape(refusal.error_type)}'
        f"</Code><Message>{escape(refusal.message)}</Message></Error></ErrorResponse>"
    ).encode()


def _member(at: datetime, totals: SendTotals) -> str:
    return (
        f"<member><Timestamp>{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</Timestamp>"
        f"<DeliveryAttempts>{totals.delivery_attempts}</DeliveryAttempts><Bounces>{totals.bounces}</Bounces>"
        f"<Complaints>{totals.complaints}</Complaints><Rejects>{totals.rejects}</Rejects></member>"
    )


def _document(result: str) -> bytes:
    return f'<{_ACTION}Response xmlns="{_NAMESPACE}">{result}</{_ACTION}Response>'.encode()
