"""All checks, in the order of the flow."""

from ses_reputation.doctor.checks import channels, mail_without_set, reading
from ses_reputation.doctor.checks.accounts import (
    production_access,
    recommendations,
    sending_enabled,
    suppressed_reasons,
)
from ses_reputation.doctor.checks.delegation import permission, policies, region
from ses_reputation.doctor.checks.identities import (
    default_set,
    feedback_topics,
    unpublished_mail,
    verification,
)
from ses_reputation.doctor.checks.pools import use, warm_up
from ses_reputation.doctor.checks.queue import key as queue_key
from ses_reputation.doctor.checks.queue import policy as queue_policy
from ses_reputation.doctor.checks.sets import (
    event_destinations,
    event_types,
    sender_feed,
    sending,
    suppression_override,
)
from ses_reputation.doctor.checks.subscriptions import confirmed, filter_policy, raw_delivery
from ses_reputation.doctor.checks.tenants import resources
from ses_reputation.doctor.checks.topics import existence, kind
from ses_reputation.doctor.checks.topics import key as topic_key
from ses_reputation.doctor.checks.topics import policy as topic_policy
from ses_reputation.doctor.diagnosis import Check

_MODULES = (
    *(reading, production_access, sending_enabled, recommendations, suppressed_reasons),
    *(verification, permission, region, policies, feedback_topics, default_set, unpublished_mail),
    *(sender_feed, event_destinations, event_types, sending, suppression_override),
    *(use, warm_up, resources),
    *(existence, kind, topic_policy, topic_key, confirmed, raw_delivery, filter_policy),
    *(queue_policy, queue_key, mail_without_set, channels),
)
CHECKS: tuple[Check, ...] = tuple(module.check for module in _MODULES)
