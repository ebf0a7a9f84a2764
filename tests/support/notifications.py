"""Notifications as the queue holds them, made from the few fields that a test is about."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ses_reputation.feedback.archive import archived_messages
from ses_reputation.feedback.provenance import Registry
from ses_reputation.feedback.reading import Reading, read_wire
from tests.support.signing import sign_body

OWNER = "111122223333"
DELEGATE = "444455556666"
SECOND_DELEGATE = "777788889999"
FOREIGN = "999900001111"

ARN = "arn:aws:ses:us-east-1:{owner}:identity/{identity}"


def envelope(message: str, topic_account: str = DELEGATE, **fields: str) -> str:
    """An envelope around a message, signed as SNS signs it."""
    usual = {
        "Type": "Notification",
        "MessageId": "404a9c8f-e667-5c38-8520-55b21e45c2b9",
        "TopicArn": f"arn:aws:sns:us-east-1:{topic_account}:ses-feedback",
        "Message": message,
        "Timestamp": "2026-11-20T14:06:12.118Z",
    }
    asks = {"Token": "", "SubscribeURL": "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription"}
    more = {} if fields.get("Type", "Notification") == "Notification" else asks
    return sign_body(json.dumps(usual | more | fields))


def mail(**fields: Any) -> dict[str, Any]:
    """`mail` of a message that a delegate sent from the owner's identity; a field that is None is left
    out."""
    usual = {
        "timestamp": "2026-11-20T14:05:45.641Z",
        "messageId": "message-1",
        "source": "news@example.com",
        "sourceArn": ARN.format(owner=OWNER, identity="example.com"),
        "sendingAccountId": DELEGATE,
        "destination": ["recipient-1@gmail.com"],
    }
    return {name: value for name, value in (usual | fields).items() if value is not None}


def published(
    event_type: str,
    configuration_set: str | None = "newsletter",
    mail_fields: dict[str, Any] | None = None,
    **block: Any,
) -> dict[str, Any]:
    """An event of a configuration set; `block` is what its type's block holds."""
    name = {"DeliveryDelay": "deliveryDelay", "Rendering Failure": "failure"}.get(
        event_type, event_type.lower()
    )
    tags = {"ses:configuration-set": [configuration_set]} if configuration_set else {}
    return {"eventType": event_type, "mail": mail(**(mail_fields or {})) | {"tags": tags}, name: block}


def notified(event_type: str, mail_fields: dict[str, Any] | None = None, **block: Any) -> dict[str, Any]:
    """An identity notification."""
    return {"notificationType": event_type, "mail": mail(**(mail_fields or {})), event_type.lower(): block}


def record(body: str, message_id: str = "queue-message-1") -> dict[str, Any]:
    """A record of an SQS event."""
    return {"messageId": message_id, "body": body, "attributes": {"SentTimestamp": "1795183548000"}}


def read_archive(
    path: Path, registry: Registry, own_domains: frozenset[str] = frozenset()
) -> Iterator[Reading]:
    """Yield the reading of each message in a file, in its order."""
    for message in archived_messages(path):
        yield read_wire(message.body, message.registered(registry), own_domains)
