"""Sends mail: checks it, and publishes what becomes of it to the feeds of both parties."""

import json
from datetime import UTC, datetime

from console.local_aws.ses_stand_in.calls import Answer, Call, Operations
from console.local_aws.ses_stand_in.sending.checks import AllowedSend, check_send
from console.local_aws.ses_stand_in.sending.events import (
    describe_outcome,
    identity_notification,
    published_event,
)
from console.local_aws.ses_stand_in.sending.mail import SesMail
from console.local_aws.ses_stand_in.sending.outcomes import MailOutcome, outcomes_of
from console.local_aws.ses_stand_in.sending.requests import read_v1_raw, read_v1_simple, read_v2
from console.local_aws.ses_stand_in.topics import publish

_SUBJECT = "Amazon SES Email Event Notification"
_CLEARED_WHEN_LOST = {"Bounce", "Complaint"}


def send_email(call: Call) -> Answer:
    """Send simple or raw content (v2)."""
    return _send(call, read_v2(call.asked))


def send_simple_email(call: Call) -> Answer:
    """Send simple content (v1)."""
    return _send(call, read_v1_simple(call.asked))


def send_raw_email(call: Call) -> Answer:
    """Send raw content (v1)."""
    return _send(call, read_v1_raw(call.asked))


V2_OPERATIONS: Operations = {"SendEmail": send_email}
V1_OPERATIONS: Operations = {"SendEmail": send_simple_email, "SendRawEmail": send_raw_email}


def _send(call: Call, mail: SesMail) -> Answer:
    send = check_send(call, mail)
    now = datetime.now(UTC)
    call.account.sent_at.extend([now] * len(mail.destination))
    for outcome in outcomes_of(call, send):
        block = describe_outcome(send, outcome)
        _notify_owner(call, send, outcome, identity_notification(call, send, outcome, block))
        _publish_event(call, send, outcome, published_event(call, send, outcome, block))
    return {"MessageId": mail.message_id}


def _notify_owner(call: Call, send: AllowedSend, outcome: MailOutcome, notification: object) -> None:
    """Publish to the identity's topic of this type; a lost one is cleared, but not Delivery's (F8)."""
    identity = send.used.identity
    topic_arn = identity.topics.get(outcome.kind)
    if topic_arn is None:
        return
    is_published = publish(call.world, topic_arn, send.used.arn, json.dumps(notification))
    if not is_published and outcome.kind in _CLEARED_WHEN_LOST:
        del identity.topics[outcome.kind]
        identity.forwards_feedback = True


def _publish_event(call: Call, send: AllowedSend, outcome: MailOutcome, event: object) -> None:
    """Publish to the event destinations of the set; where one is lost, nobody hears of it (A27)."""
    if send.configuration_set is None:
        return
    set_arn = call.arn(f"configuration-set/{send.configuration_set.name}")
    for destination in send.configuration_set.destinations.values():
        topic = destination.get("SnsDestination")
        if topic and destination["Enabled"] and outcome.kind.upper() in destination["MatchingEventTypes"]:
            publish(call.world, topic["TopicArn"], set_arn, json.dumps(event), _SUBJECT)
