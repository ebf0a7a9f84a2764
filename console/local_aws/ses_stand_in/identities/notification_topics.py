"""Identity notifications: topics, e-mail forwarding and headers, in both APIs (facts F8 and A20 to A22)."""

import json
from typing import Any

from console.local_aws.ses_stand_in.account.regional_account import StandInIdentity
from console.local_aws.ses_stand_in.calls import Answer, Call, Operations, present
from console.local_aws.ses_stand_in.identities.lookup import (
    find_identity,
    identity_of_notifications,
    own_identity,
    parse_identity_arn,
)
from console.local_aws.ses_stand_in.refusals import RefusedRequestError, bad_request
from console.local_aws.ses_stand_in.topics import publish, why_not

TYPES = ("Bounce", "Complaint", "Delivery")
NEEDED_WITHOUT_FORWARDING = ("Bounce", "Complaint")


def set_notification_topic(call: Call) -> Answer:
    """Set the topic of one type, or clear it where none is named. SES greets a new topic.

    One code, and a text that begins alike, for a topic in another Region, a FIFO topic, one that is absent,
    and one whose policy or key does not let SES publish. The rest of the text is not known [?].
    """
    identity = identity_of_notifications(call, call.asked["Identity"])
    kind, topic_arn = call.asked["NotificationType"], call.asked.get("SnsTopic")
    if not topic_arn:
        # Whether SES refuses this is not documented [?]; here it does: nobody would hear of bounces.
        if kind in NEEDED_WITHOUT_FORWARDING and not identity.forwards_feedback:
            raise _needs_topics(identity)
        identity.topics.pop(kind, None)
        return {}
    source_arn = call.arn(f"identity/{identity.name}")
    greeting = {
        "notificationType": "AmazonSnsSubscriptionSucceeded",
        "message": (
            f"You have successfully subscribed your Amazon SNS topic '{topic_arn}' to receive '{kind}' "
            f"notifications from Amazon SES for identity '{identity.name}'."
        ),
    }
    if why_not(call.world, topic_arn, source_arn) or not publish(
        call.world, topic_arn, source_arn, json.dumps(greeting), "Amazon SES Email Event Notification"
    ):
        raise bad_request(f"SNS topic {topic_arn} is invalid, or SES may not publish to it.")
    identity.topics[kind] = topic_arn
    return {}


def get_notification_attributes(call: Call) -> Answer:
    """Return the attributes of those identities that are known; SES leaves out the others."""
    known: dict[str, Any] = {}
    for name in call.asked["Identities"]:
        arn = parse_identity_arn(name)
        identity = find_identity(call.account, arn.name if arn else name)
        if identity is not None:
            known[name] = _describe(identity)
    return {"NotificationAttributes": known}


def set_feedback_forwarding(call: Call) -> Answer:
    """Switch e-mail forwarding (v1): off only where Bounce and Complaint have topics."""
    identity = identity_of_notifications(call, call.asked["Identity"])
    _set_forwarding(identity, call.asked["ForwardingEnabled"])
    return {}


def put_feedback_attributes(call: Call) -> Answer:
    """Switch e-mail forwarding (v2)."""
    identity = own_identity(call, call.asked["EmailIdentity"])
    _set_forwarding(identity, bool(call.asked.get("EmailForwardingEnabled", False)))
    return {}


def set_headers_enabled(call: Call) -> Answer:
    """Choose whether notifications of a type have the mail's headers."""
    identity = identity_of_notifications(call, call.asked["Identity"])
    identity.headers[call.asked["NotificationType"]] = call.asked["Enabled"]
    return {}


V1_OPERATIONS: Operations = {
    "SetIdentityNotificationTopic": set_notification_topic,
    "GetIdentityNotificationAttributes": get_notification_attributes,
    "SetIdentityFeedbackForwardingEnabled": set_feedback_forwarding,
    "SetIdentityHeadersInNotificationsEnabled": set_headers_enabled,
}
V2_OPERATIONS: Operations = {
    "PutEmailIdentityFeedbackAttributes": put_feedback_attributes,
}


def _set_forwarding(identity: StandInIdentity, is_on: bool) -> None:
    missing = [kind for kind in NEEDED_WITHOUT_FORWARDING if kind not in identity.topics]
    if not is_on and missing:
        raise _needs_topics(identity)
    identity.forwards_feedback = is_on


def _needs_topics(identity: StandInIdentity) -> RefusedRequestError:
    return bad_request(
        f"Identity {identity.name} must have SNS topics for Bounce and Complaint notifications while "
        "feedback forwarding is disabled."
    )


def _describe(identity: StandInIdentity) -> dict[str, Any]:
    topics = {f"{kind}Topic": identity.topics.get(kind) for kind in TYPES}
    headers = {f"HeadersIn{kind}NotificationsEnabled": identity.headers.get(kind, False) for kind in TYPES}
    return present(**topics, ForwardingEnabled=identity.forwards_feedback, **headers)
