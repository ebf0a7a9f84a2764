"""The table of contents: every operation that the SES stand-in serves, by API."""

from console.local_aws.ses_stand_in.account import (
    advice,
    attributes,
    import_jobs,
    pools,
    suppressed_destinations,
    tenants,
)
from console.local_aws.ses_stand_in.calls import Operations
from console.local_aws.ses_stand_in.configuration_sets import event_destinations, sets
from console.local_aws.ses_stand_in.identities import email_identities, notification_topics, policies
from console.local_aws.ses_stand_in.sending import operations as sending

V2_OPERATIONS: Operations = {
    **attributes.V2_OPERATIONS,
    **suppressed_destinations.OPERATIONS,
    **import_jobs.OPERATIONS,
    **tenants.OPERATIONS,
    **advice.OPERATIONS,
    **pools.OPERATIONS,
    **email_identities.V2_OPERATIONS,
    **policies.V2_OPERATIONS,
    **notification_topics.V2_OPERATIONS,
    **sets.OPERATIONS,
    **event_destinations.V2_OPERATIONS,
    **sending.V2_OPERATIONS,
}
V1_OPERATIONS: Operations = {
    **attributes.V1_OPERATIONS,
    **email_identities.V1_OPERATIONS,
    **policies.V1_OPERATIONS,
    **notification_topics.V1_OPERATIONS,
    **event_destinations.V1_OPERATIONS,
    **sending.V1_OPERATIONS,
}
