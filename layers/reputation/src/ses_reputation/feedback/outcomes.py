"""What can become of a dispatch, as SES reports it."""

from bisect import bisect_left
from collections.abc import Mapping
from enum import IntEnum


class Outcome(IntEnum):
    """What one notification says of one message to one recipient.

    Codes are stored in journal pages: append, never renumber.
    """

    SENT = 1
    # Delivered, by the time between SES accepting the message and the receiving server accepting it.
    DELIVERED_WITHIN_10S = 2
    DELIVERED_WITHIN_1M = 3
    DELIVERED_WITHIN_10M = 4
    DELIVERED_WITHIN_1H = 5
    DELIVERED_WITHIN_6H = 6
    DELIVERED_LATER = 7
    # Permanent bounces: SES will not try again.
    BOUNCED_PERMANENT_GENERAL = 16
    BOUNCED_PERMANENT_NO_EMAIL = 17
    BOUNCED_PERMANENT_SUPPRESSED = 18
    BOUNCED_PERMANENT_ON_ACCOUNT_SUPPRESSION_LIST = 19
    BOUNCED_PERMANENT_ON_TENANT_SUPPRESSION_LIST = 20
    BOUNCED_PERMANENT_EMAIL_VALIDATION_SUPPRESSED = 21
    BOUNCED_PERMANENT_UNSUBSCRIBED_RECIPIENT = 22
    BOUNCED_PERMANENT_OTHER = 23
    # Transient bounces: SES gave up after retrying, or an automatic reply came.
    BOUNCED_TRANSIENT_GENERAL = 32
    BOUNCED_TRANSIENT_MAILBOX_FULL = 33
    BOUNCED_TRANSIENT_MESSAGE_TOO_LARGE = 34
    BOUNCED_TRANSIENT_CUSTOM_TIMEOUT_EXCEEDED = 35
    BOUNCED_TRANSIENT_CONTENT_REJECTED = 36
    BOUNCED_TRANSIENT_ATTACHMENT_REJECTED = 37
    BOUNCED_TRANSIENT_OTHER = 38
    BOUNCED_UNDETERMINED = 44
    BOUNCED_OTHER = 45
    # By complaintFeedbackType; unspecified = SES gave none, unknown = a value newer than this table.
    COMPLAINED_ABUSE = 48
    COMPLAINED_AUTH_FAILURE = 49
    COMPLAINED_FRAUD = 50
    COMPLAINED_NOT_SPAM = 51
    COMPLAINED_OTHER = 52
    COMPLAINED_VIRUS = 53
    COMPLAINED_UNSPECIFIED = 54
    COMPLAINED_UNKNOWN = 55
    # Not complaints: another recipient who may have complained, and sends that a suppression list stopped.
    COMPLAINT_SUSPECTED = 60
    COMPLAINT_SUPPRESSED_ON_ACCOUNT_LIST = 61
    COMPLAINT_SUPPRESSED_ON_TENANT_LIST = 62
    COMPLAINT_SUPPRESSED_OTHER = 63
    # Delays: SES is still trying.
    DELAYED_INTERNAL_FAILURE = 64
    DELAYED_GENERAL = 65
    DELAYED_MAILBOX_FULL = 66
    DELAYED_SPAM_DETECTED = 67
    DELAYED_RECIPIENT_SERVER_ERROR = 68
    DELAYED_IP_FAILURE = 69
    DELAYED_TRANSIENT_COMMUNICATION_FAILURE = 70
    DELAYED_BYOIP_HOST_NAME_LOOKUP_UNAVAILABLE = 71
    DELAYED_UNDETERMINED = 72
    DELAYED_SENDING_DEFERRAL = 73
    DELAYED_OTHER = 74
    # The message never left SES.
    REJECTED = 96
    RENDERING_FAILED = 97

    @property
    def wire_name(self) -> str:
        """The name that balances, entries and `--json` output use."""
        return self.name.lower()


OUTCOMES: Mapping[str, Outcome] = {outcome.wire_name: outcome for outcome in Outcome}
"""Outcomes by the name that balances use."""


def _between(first: Outcome, last: Outcome) -> frozenset[Outcome]:
    return frozenset(outcome for outcome in Outcome if first <= outcome <= last)


DELIVERED = _between(Outcome.DELIVERED_WITHIN_10S, Outcome.DELIVERED_LATER)
BOUNCED = _between(Outcome.BOUNCED_PERMANENT_GENERAL, Outcome.BOUNCED_OTHER)
TRANSIENT_BOUNCES = _between(Outcome.BOUNCED_TRANSIENT_GENERAL, Outcome.BOUNCED_TRANSIENT_OTHER)
COMPLAINED = _between(Outcome.COMPLAINED_ABUSE, Outcome.COMPLAINED_UNKNOWN)
COMPLAINT_SUPPRESSED = _between(
    Outcome.COMPLAINT_SUPPRESSED_ON_ACCOUNT_LIST, Outcome.COMPLAINT_SUPPRESSED_OTHER
)
# Sends that a list of the account, a tenant or the recipient stopped: SES never tried. The global list
# (`Suppressed`) is not among them: SES counts its bounces.
STOPPED_BY_A_LIST = COMPLAINT_SUPPRESSED | _between(
    Outcome.BOUNCED_PERMANENT_ON_ACCOUNT_SUPPRESSION_LIST, Outcome.BOUNCED_PERMANENT_UNSUBSCRIBED_RECIPIENT
)
# What SES counts in an account's bounce rate, and its complaints; a report of not-spam is none.
HARD_BOUNCES = (
    _between(Outcome.BOUNCED_PERMANENT_GENERAL, Outcome.BOUNCED_PERMANENT_OTHER) - STOPPED_BY_A_LIST
)
COMPLAINTS = COMPLAINED - {Outcome.COMPLAINED_NOT_SPAM}
DELAYED = _between(Outcome.DELAYED_INTERNAL_FAILURE, Outcome.DELAYED_OTHER)
NEVER_LEFT = frozenset({Outcome.REJECTED, Outcome.RENDERING_FAILED})
ADVERSE = frozenset(Outcome) - DELIVERED - {Outcome.SENT}
# What harms a reputation, and may grow by the minute.
URGENT = BOUNCED | COMPLAINED
# After one of these a dispatch is accounted for; a send without any is open, and lost past the horizon.
FINAL = ADVERSE - DELAYED | DELIVERED

BOUNCE_OUTCOMES: Mapping[str, Mapping[str, Outcome]] = {
    "Permanent": {
        "General": Outcome.BOUNCED_PERMANENT_GENERAL,
        "NoEmail": Outcome.BOUNCED_PERMANENT_NO_EMAIL,
        "Suppressed": Outcome.BOUNCED_PERMANENT_SUPPRESSED,
        "OnAccountSuppressionList": Outcome.BOUNCED_PERMANENT_ON_ACCOUNT_SUPPRESSION_LIST,
        "OnTenantSuppressionList": Outcome.BOUNCED_PERMANENT_ON_TENANT_SUPPRESSION_LIST,
        "EmailValidationSuppressed": Outcome.BOUNCED_PERMANENT_EMAIL_VALIDATION_SUPPRESSED,
        "UnsubscribedRecipient": Outcome.BOUNCED_PERMANENT_UNSUBSCRIBED_RECIPIENT,
    },
    "Transient": {
        "General": Outcome.BOUNCED_TRANSIENT_GENERAL,
        "MailboxFull": Outcome.BOUNCED_TRANSIENT_MAILBOX_FULL,
        "MessageTooLarge": Outcome.BOUNCED_TRANSIENT_MESSAGE_TOO_LARGE,
        "CustomTimeoutExceeded": Outcome.BOUNCED_TRANSIENT_CUSTOM_TIMEOUT_EXCEEDED,
        "ContentRejected": Outcome.BOUNCED_TRANSIENT_CONTENT_REJECTED,
        "AttachmentRejected": Outcome.BOUNCED_TRANSIENT_ATTACHMENT_REJECTED,
    },
    "Undetermined": {},
}
_OTHER_SUBTYPE: Mapping[str, Outcome] = {
    "Permanent": Outcome.BOUNCED_PERMANENT_OTHER,
    "Transient": Outcome.BOUNCED_TRANSIENT_OTHER,
    "Undetermined": Outcome.BOUNCED_UNDETERMINED,
}
COMPLAINT_OUTCOMES: Mapping[str, Outcome] = {
    "abuse": Outcome.COMPLAINED_ABUSE,
    "auth-failure": Outcome.COMPLAINED_AUTH_FAILURE,
    "fraud": Outcome.COMPLAINED_FRAUD,
    "not-spam": Outcome.COMPLAINED_NOT_SPAM,
    "other": Outcome.COMPLAINED_OTHER,
    "virus": Outcome.COMPLAINED_VIRUS,
}
SUPPRESSED_COMPLAINT_OUTCOMES: Mapping[str, Outcome] = {
    "OnAccountSuppressionList": Outcome.COMPLAINT_SUPPRESSED_ON_ACCOUNT_LIST,
    "OnTenantSuppressionList": Outcome.COMPLAINT_SUPPRESSED_ON_TENANT_LIST,
}
DELAY_OUTCOMES: Mapping[str, Outcome] = {
    "InternalFailure": Outcome.DELAYED_INTERNAL_FAILURE,
    "General": Outcome.DELAYED_GENERAL,
    "MailboxFull": Outcome.DELAYED_MAILBOX_FULL,
    "SpamDetected": Outcome.DELAYED_SPAM_DETECTED,
    "RecipientServerError": Outcome.DELAYED_RECIPIENT_SERVER_ERROR,
    "IPFailure": Outcome.DELAYED_IP_FAILURE,
    "TransientCommunicationFailure": Outcome.DELAYED_TRANSIENT_COMMUNICATION_FAILURE,
    "BYOIPHostNameLookupUnavailable": Outcome.DELAYED_BYOIP_HOST_NAME_LOOKUP_UNAVAILABLE,
    "Undetermined": Outcome.DELAYED_UNDETERMINED,
    "SendingDeferral": Outcome.DELAYED_SENDING_DEFERRAL,
}
_DELIVERIES = sorted(DELIVERED)
# Of each of them but the last.
_MOST_MILLIS = (10_000, 60_000, 600_000, 3_600_000, 21_600_000)


def bounce_outcome(bounce_type: str | None, subtype: str | None) -> Outcome:
    """Name a bounce; what SES adds later, or leaves out, becomes the `other` of what is known of it."""
    fallback = _OTHER_SUBTYPE.get(bounce_type or "", Outcome.BOUNCED_OTHER)
    return BOUNCE_OUTCOMES.get(bounce_type or "", {}).get(subtype or "", fallback)


def complaint_outcome(feedback_type: str | None, subtype: str | None) -> Outcome:
    """Name a complaint. A subtype means that a suppression list stopped the send: nobody complained."""
    if subtype:
        return SUPPRESSED_COMPLAINT_OUTCOMES.get(subtype, Outcome.COMPLAINT_SUPPRESSED_OTHER)
    if not feedback_type:
        return Outcome.COMPLAINED_UNSPECIFIED
    return COMPLAINT_OUTCOMES.get(feedback_type, Outcome.COMPLAINED_UNKNOWN)


def delay_outcome(delay_type: str | None) -> Outcome:
    """Name a delivery delay; never a bounce."""
    return DELAY_OUTCOMES.get(delay_type or "", Outcome.DELAYED_OTHER)


def delivery_outcome(processing_millis: int) -> Outcome:
    """Name a delivery by the milliseconds that SES took over it (`processingTimeMillis`)."""
    return _DELIVERIES[bisect_left(_MOST_MILLIS, processing_millis)]
