"""What else arrives in a queue: messages of set-up, foreign and contradicting ones, and unreadable ones."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from console.demo.traffic.notifications import InventedMail, bounce, identity_notification, published_event
from console.demo.traffic.senders import (
    AGENCY,
    DELEGATES,
    EXAMPLE_COM,
    EXAMPLE_ORG,
    FOREIGN,
    OWNER,
    PRODUCT,
    REGION,
    Identity,
    Sender,
)

StrayMessage = tuple[str, str, str]
"""The account of the topic, the message, and its fate."""

_FOREIGN_SENDER = Sender(
    FOREIGN, Identity("example.net", FOREIGN, frozenset()), "shop@example.net", ((1, "offers"),), 0, 0
)


def greetings() -> Iterator[StrayMessage]:
    """Yield what SES publishes when topics are set up."""
    for account in (OWNER, *DELEGATES):
        text = "Successfully validated SNS topic for Amazon SES event publishing."
        yield account, text, "ignored/topic_validation"
    for identity in (EXAMPLE_COM, EXAMPLE_ORG):
        for event_type in sorted(identity.notifications):
            yield OWNER, _setup_notice(identity.domain, event_type), "ignored/notification_setup"


def strays(mail: InventedMail) -> Iterator[StrayMessage]:
    """Yield what must be quarantined, made from a mail to one recipient that is reported elsewhere."""
    bounced_at = mail.sent_at + timedelta(seconds=2)
    addresses = [recipient.address for recipient in mail.recipients]
    block = bounce(("Permanent", "General"), addresses, bounced_at, f"feedback-{mail.message_id}", "5.1.1")
    event = published_event(mail, "Bounce", block)
    another = PRODUCT if mail.sender.account == AGENCY else AGENCY
    yield mail.sender.account, "deployment 1742 finished", "quarantined/unreadable"
    yield mail.sender.account, event[: len(event) // 2], "quarantined/unreadable"
    yield another, event, "quarantined/contradicts_topic"
    yield FOREIGN, event, "quarantined/foreign_topic"
    foreign_mail = replace(mail, sender=_FOREIGN_SENDER)
    yield FOREIGN, published_event(foreign_mail, "Send", {}), "quarantined/foreign_topic"
    yield OWNER, identity_notification(foreign_mail, "Bounce", block), "quarantined/contradicts_topic"
    nameless = published_event(replace(mail, message_id=""), "Send", {})
    yield mail.sender.account, nameless.replace('"messageId":"",', ""), "quarantined/incomplete_event"
    yield mail.sender.account, published_event(mail, "Forecast", {}), "quarantined/unknown_event_type"


def _setup_notice(domain: str, event_type: str) -> str:
    topic = f"arn:aws:sns:{REGION}:{OWNER}:ses-feedback"
    notice = (
        f"You have successfully subscribed your Amazon SNS topic '{topic}' to receive '{event_type}' "
        f"notifications from Amazon SES for identity '{domain}'."
    )
    return json.dumps({"notificationType": "AmazonSnsSubscriptionSucceeded", "message": notice})
