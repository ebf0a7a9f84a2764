"""The topics of an SES identity: which it should have, and the order in which SES lets them be changed."""

from ses_reputation.accounts.identity_settings import (
    FORWARDING,
    HEADERS,
    OFF,
    ON,
    SettingChange,
    SettingPlan,
    Settings,
    plan_release,
    plan_settings,
)

NOTIFICATION_TYPES = ("Bounce", "Complaint", "Delivery")
"""Amazon SES API, SetIdentityNotificationTopic."""
_FORWARDED = ("Bounce", "Complaint")


def topic_settings(topic_arn: str, is_forwarding: bool) -> Settings:
    """Return what an identity should have, in the order in which it may be set.

    Forwarding comes last: SES refuses to switch it off before bounces and complaints both have a topic
    (Amazon SES API, SetIdentityFeedbackForwardingEnabled).
    """
    topics = dict.fromkeys(NOTIFICATION_TYPES, topic_arn)
    headers = {f"{HEADERS}{kind}": ON for kind in NOTIFICATION_TYPES}
    return {**topics, **headers, FORWARDING: ON if is_forwarding else OFF}


def plan_topics(identity: str, wanted: Settings, current: Settings) -> SettingPlan:
    """Return the changes that give an identity the topics."""
    return plan_settings(identity, wanted, current)


def plan_topic_release(identity: str, ours: Settings, current: Settings) -> SettingPlan:
    """Return the changes that give back an identity's topics: only those that are still ours.

    Forwarding is switched on first, or bounces would reach nobody, and SES would refuse to clear the topic.
    Headers are only ours while the topic is.
    """
    topics = plan_release(identity, {kind: ours[kind] for kind in NOTIFICATION_TYPES}, current)
    cleared = [change.setting for change in topics.changes]
    is_mute = current.get(FORWARDING, "") == OFF and set(cleared) & set(_FORWARDED)
    before = [SettingChange(identity, FORWARDING, ON, OFF)] if is_mute else []
    after = [
        SettingChange(identity, f"{HEADERS}{kind}", OFF, ON)
        for kind in cleared
        if current.get(f"{HEADERS}{kind}") == ON
    ]
    return SettingPlan((*before, *topics.changes, *after), topics.notes)
