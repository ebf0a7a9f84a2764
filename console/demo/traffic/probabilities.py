"""What becomes of mail, and how often: the weights of the demo's day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class BounceKind:
    """A way to bounce, and the outcome that the ledger counts it as."""

    bounce_type: str
    sub_type: str
    status: str
    outcome: str


Speed = tuple[int, int, str]
"""A range of processing times in milliseconds, both ends included, and the outcome that it means."""

PROMPT: tuple[tuple[int, Speed], ...] = (
    (640, (300, 10_000, "delivered_within_10s")),
    (290, (10_001, 60_000, "delivered_within_1m")),
    (70, (60_001, 600_000, "delivered_within_10m")),
)
LATE: tuple[tuple[int, Speed], ...] = (
    (60, (600_001, 3_600_000, "delivered_within_1h")),
    (32, (3_600_001, 21_600_000, "delivered_within_6h")),
    (8, (21_600_001, 43_200_000, "delivered_later")),
)
PERMANENT = (
    (30, BounceKind("Permanent", "General", "5.1.1", "bounced_permanent_general")),
    (65, BounceKind("Permanent", "NoEmail", "5.1.10", "bounced_permanent_no_email")),
    (5, BounceKind("Permanent", "Suppressed", "5.1.1", "bounced_permanent_suppressed")),
)
HARD = frozenset(kind.outcome for _, kind in PERMANENT)
"""The outcomes for which SES suppresses a recipient, and rates a sender."""
REFUSED = (
    (4, BounceKind("Transient", "ContentRejected", "5.6.1", "bounced_transient_content_rejected")),
    (2, BounceKind("Transient", "MessageTooLarge", "5.3.4", "bounced_transient_message_too_large")),
    (1, BounceKind("Transient", "AttachmentRejected", "5.7.0", "bounced_transient_attachment_rejected")),
    (1, BounceKind("Undetermined", "Undetermined", "5.0.0", "bounced_undetermined")),
)
GIVEN_UP = BounceKind("Transient", "General", "4.4.7", "bounced_transient_general")
MAILBOX_FULL = BounceKind("Transient", "MailboxFull", "5.2.2", "bounced_transient_mailbox_full")
OUT_OF_OFFICE = BounceKind("Transient", "General", "4.0.0", "bounced_transient_general")
ON_ACCOUNT_LIST = BounceKind(
    "Permanent", "OnAccountSuppressionList", "5.1.1", "bounced_permanent_on_account_suppression_list"
)
SIMULATED_BOUNCES = {
    "bounce": BounceKind("Permanent", "General", "5.1.1", "bounced_permanent_general"),
    "suppressionlist": BounceKind("Permanent", "Suppressed", "5.1.1", "bounced_permanent_suppressed"),
}

FEEDBACK_TYPES: tuple[tuple[int, tuple[str | None, str]], ...] = (
    (70, ("abuse", "complained_abuse")),
    (12, (None, "complained_unspecified")),
    (20, ("not-spam", "complained_not_spam")),
    (4, ("fraud", "complained_fraud")),
    (2, ("auth-failure", "complained_auth_failure")),
    (1, ("virus", "complained_virus")),
    (1, ("other", "complained_other")),
)
HAVE_FEEDBACK_LOOPS = frozenset(
    {"outlook.com", "hotmail.com", "live.com", "yahoo.com", "aol.com", "comcast.net"}
)

Delay = tuple[str, str]
"""A delay type, and the outcome that it means."""
DelayOdds = tuple[tuple[int, Delay], ...]
MICROSOFT: DelayOdds = (
    (60, ("IPFailure", "delayed_ip_failure")),
    (25, ("SendingDeferral", "delayed_sending_deferral")),
    (15, ("RecipientServerError", "delayed_recipient_server_error")),
)
GMAIL: DelayOdds = (
    (60, ("MailboxFull", "delayed_mailbox_full")),
    (40, ("SpamDetected", "delayed_spam_detected")),
)
ELSEWHERE: DelayOdds = (
    (50, ("TransientCommunicationFailure", "delayed_transient_communication_failure")),
    (25, ("RecipientServerError", "delayed_recipient_server_error")),
    (15, ("General", "delayed_general")),
    (6, ("Undetermined", "delayed_undetermined")),
    (4, ("InternalFailure", "delayed_internal_failure")),
)
DELAYS: Mapping[str, DelayOdds] = {
    "outlook.com": MICROSOFT,
    "hotmail.com": MICROSOFT,
    "live.com": MICROSOFT,
    "gmail.com": GMAIL,
    "googlemail.com": GMAIL,
}
DELAYED_AFTER = tuple(timedelta(minutes=minutes) for minutes in (5, 20, 65, 190, 400))
GIVES_UP_AFTER = timedelta(hours=14)
