"""The notifications of SES as it writes them: identity notifications and published events."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from console.demo.traffic.seeded_random import Chance
from console.demo.traffic.senders import REGION, InventedRecipient, Sender

Json = dict[str, Any]

_BLOCK_NAMES = {"DeliveryDelay": "deliveryDelay", "Rendering Failure": "failure"}
_REPORTING_MTA = "a8-50.smtp-out.amazonses.com"


@dataclass(frozen=True, slots=True)
class InventedMail:
    """One message, sent once to one or several recipients.

    `sent_at` is aware UTC; `into_day` is how long after the day's beginning that is: less than 0 in the weeks
    before. `is_list_mail`: a list server sent it, to recipients of one provider.
    """

    message_id: str
    sender: Sender
    configuration_set: str
    sent_at: datetime
    recipients: tuple[InventedRecipient, ...]
    into_day: timedelta
    is_list_mail: bool = False


def new_message_id(sent_at: datetime, chance: Chance) -> str:
    """Return a message id as SES gives it to a mail that is sent at an aware time."""
    return f"0100{round(sent_at.timestamp() * 1000):012x}-{chance.identifier()}-000000"


def write_time(moment: datetime) -> str:
    """Return an aware UTC time as SES writes it, with milliseconds."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def identity_notification(mail: InventedMail, event_type: str, block: Json) -> str:
    """Return the notification that the owner of the identity gets."""
    mail_block = {
        **_mail_block(mail),
        "sourceIp": "198.51.100.24",
        "callerIdentity": "mailer",
    }
    return _as_message({"notificationType": event_type, "mail": mail_block, event_type.lower(): block})


def published_event(mail: InventedMail, event_type: str, block: Json) -> str:
    """Return the event that the sender's configuration set publishes."""
    tags = {
        "ses:operation": ["SendEmail"],
        "ses:configuration-set": [mail.configuration_set],
        "ses:source-ip": ["198.51.100.24"],
        "ses:from-domain": [mail.sender.identity.domain],
        "ses:caller-identity": ["mailer"],
    }
    if mail.sender.campaign:
        tags["campaign"] = [mail.sender.campaign]
    if event_type == "Delivery":
        tags["ses:outgoing-ip"] = ["192.0.2.50"]
    mail_block = {**_mail_block(mail), "tags": tags}
    block_name = _BLOCK_NAMES.get(event_type, event_type.lower())
    return _as_message({"eventType": event_type, "mail": mail_block, block_name: block})


def bounce(kinds: tuple[str, str], addresses: list[str], at: datetime, feedback_id: str, status: str) -> Json:
    """Return a `bounce` block; `kinds` are its type and subtype."""
    return {
        "feedbackId": feedback_id,
        "bounceType": kinds[0],
        "bounceSubType": kinds[1],
        "bouncedRecipients": [
            {
                "emailAddress": address,
                "action": "failed",
                "status": status,
                "diagnosticCode": f"smtp; 550 {status} refused",
            }
            for address in addresses
        ],
        "timestamp": write_time(at),
        "remoteMtaIp": "203.0.113.17",
        "reportingMTA": f"dns; {_REPORTING_MTA}",
    }


def complaint(
    feedback_type: str | None, sub_type: str | None, addresses: list[str], at: datetime, feedback_id: str
) -> Json:
    """Return a `complaint` block."""
    block: Json = {
        "feedbackId": feedback_id,
        "complaintSubType": sub_type,
        "complainedRecipients": [{"emailAddress": address} for address in addresses],
        "timestamp": write_time(at),
    }
    if feedback_type:
        block |= {"userAgent": "Feedback-Loop/1.0 (demo)", "complaintFeedbackType": feedback_type}
    return block


def delivery(addresses: list[str], at: datetime, processing_millis: int) -> Json:
    """Return a `delivery` block."""
    return {
        "timestamp": write_time(at),
        "processingTimeMillis": processing_millis,
        "recipients": addresses,
        "smtpResponse": "250 2.0.0 OK",
        "remoteMtaIp": "203.0.113.17",
        "reportingMTA": _REPORTING_MTA,
    }


def delivery_delay(delay_type: str, addresses: list[str], at: datetime, expires_at: datetime) -> Json:
    """Return a `deliveryDelay` block."""
    return {
        "timestamp": write_time(at),
        "delayType": delay_type,
        "expirationTime": write_time(expires_at),
        "reportingMTA": _REPORTING_MTA,
        "delayedRecipients": [
            {"emailAddress": address, "status": "4.4.7", "diagnosticCode": "smtp; 421 4.4.7 try again later"}
            for address in addresses
        ],
    }


def _mail_block(mail: InventedMail) -> Json:
    identity, sender = mail.sender.identity, mail.sender
    destination = [recipient.written for recipient in mail.recipients]
    return {
        "timestamp": write_time(mail.sent_at),
        "source": sender.source,
        "sourceArn": f"arn:aws:ses:{REGION}:{identity.owner}:identity/{identity.domain}",
        "sendingAccountId": sender.account,
        "messageId": mail.message_id,
        "destination": destination,
        "headersTruncated": False,
        "headers": [
            {"name": "From", "value": sender.source},
            {"name": "To", "value": ", ".join(destination)},
            {"name": "Subject", "value": f"Your {mail.configuration_set}"},
            {"name": "MIME-Version", "value": "1.0"},
        ],
        "commonHeaders": {
            "from": [sender.source],
            "to": destination,
            "messageId": mail.message_id,
            "subject": f"Your {mail.configuration_set}",
        },
    }


def _as_message(event: Json) -> str:
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"))
