"""The JSON of identity notifications and of published events, of the shapes that events/ has."""

from datetime import UTC, datetime, timedelta
from email.utils import getaddresses
from typing import Any

from console.local_aws.ses_stand_in.calls import Call, present
from console.local_aws.ses_stand_in.sending.checks import AllowedSend
from console.local_aws.ses_stand_in.sending.mail import new_id
from console.local_aws.ses_stand_in.sending.outcomes import MailOutcome, bounce_of, complaint_subtype

_MTA, _REMOTE_IP, _OUTGOING_IP = "a8-50.smtp-out.amazonses.com", "203.0.113.17", "198.51.100.40"


def identity_notification(call: Call, send: AllowedSend, outcome: MailOutcome, block: Any) -> dict[str, Any]:
    """Return what the identity's topic gets; headers only if the identity has them switched on."""
    mail = _mail(send) | {
        "sourceArn": send.used.arn,
        "sourceIp": call.caller.source_ip,
        "callerIdentity": call.caller.short_name,
    }
    if send.used.identity.headers.get(outcome.kind, False):
        mail |= _headers(send)
    return {"notificationType": outcome.kind, "mail": mail, outcome.kind.lower(): block}


def published_event(call: Call, send: AllowedSend, outcome: MailOutcome, block: Any) -> dict[str, Any]:
    """Return what an event destination gets.

    Recorded Send events of raw mail have no `sourceArn`, and no tag of the sender's domain (F19).
    """
    is_bare = outcome.kind == "Send" and send.mail.is_raw
    tags = _tags(call, send)
    if is_bare:
        del tags["ses:from-domain"]
    if outcome.kind == "Delivery":
        tags["ses:outgoing-ip"] = [_OUTGOING_IP]
    source_arn = {} if is_bare else {"sourceArn": send.used.arn}
    mail = _mail(send) | source_arn | _headers(send) | {"tags": tags}
    return {"eventType": outcome.kind, "mail": mail, outcome.kind.lower(): block}


def describe_outcome(send: AllowedSend, outcome: MailOutcome) -> dict[str, Any]:
    """Return the block that says what happened: the same, with the same feedback id, for both feeds."""
    at = datetime.now(UTC)
    if outcome.kind == "Send":
        return {}
    if outcome.kind == "Delivery":
        return {
            "timestamp": _instant(at),
            "processingTimeMillis": (at - send.mail.sent_at) // timedelta(milliseconds=1),
            "recipients": list(outcome.recipients),
            "smtpResponse": "250 2.0.0 OK",
            "remoteMtaIp": _REMOTE_IP,
            "reportingMTA": _MTA,
        }
    common = {"feedbackId": new_id(), "timestamp": _instant(at)}
    if outcome.kind == "Bounce":
        reached = {"remoteMtaIp": _REMOTE_IP, "reportingMTA": f"dns; {_MTA}"}
        return common | bounce_of(outcome) | (reached if outcome.cause == "bounce" else {})
    subtype = complaint_subtype(outcome)
    report = {"userAgent": "Feedback-Loop/1.0", "complaintFeedbackType": "abuse", "arrivalDate": _instant(at)}
    named = [{"emailAddress": each} for each in outcome.recipients]
    block = {"complaintSubType": subtype, "complainedRecipients": named}
    return common | block | ({} if subtype else report)


def _mail(send: AllowedSend) -> dict[str, Any]:
    return {
        "timestamp": _instant(send.mail.sent_at),
        "source": send.mail.source,
        "sendingAccountId": send.sender,
        "messageId": send.mail.message_id,
        "destination": list(send.mail.destination),
    }


def _headers(send: AllowedSend) -> dict[str, Any]:
    mail = send.mail
    common = present(
        **{
            "from": [mail.header("From")] if mail.header("From") else None,
            "date": mail.header("Date") or None,
            "to": _listed(mail.header("To")),
            "messageId": mail.message_id,
            "subject": mail.header("Subject") or None,
        }
    )
    rows = [{"name": name, "value": value} for name, value in mail.headers]
    return {"headersTruncated": False, "headers": rows, "commonHeaders": common}


def _listed(header: str) -> list[str] | None:
    return [f"{name} <{address}>" if name else address for name, address in getaddresses([header])] or None


def _tags(call: Call, send: AllowedSend) -> dict[str, list[str]]:
    mail = send.mail
    tags = {
        "ses:operation": mail.operation,
        "ses:configuration-set": send.configuration_set.name if send.configuration_set else "",
        "ses:source-ip": call.caller.source_ip,
        "ses:from-domain": mail.from_address.rpartition("@")[2],
        "ses:caller-identity": call.caller.short_name,
        "ses:tenant-name": mail.tenant or "",
        **mail.tags,
    }
    return {name: [value] for name, value in tags.items() if value}


def _instant(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1_000:03d}Z"
