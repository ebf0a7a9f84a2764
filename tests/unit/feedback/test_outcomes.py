"""The names of what became of a mail, and the codes under which pages store them."""

import pytest

from ses_reputation.feedback.outcomes import (
    ADVERSE,
    BOUNCED,
    COMPLAINED,
    COMPLAINT_SUPPRESSED,
    DELAYED,
    DELIVERED,
    FINAL,
    NEVER_LEFT,
    Outcome,
    bounce_outcome,
    complaint_outcome,
    delay_outcome,
    delivery_outcome,
)

# Stored in journal pages: a line may be added here, and none may change.
STORED_CODES = {
    "sent": 1,
    "delivered_within_10s": 2,
    "delivered_within_1m": 3,
    "delivered_within_10m": 4,
    "delivered_within_1h": 5,
    "delivered_within_6h": 6,
    "delivered_later": 7,
    "bounced_permanent_general": 16,
    "bounced_permanent_no_email": 17,
    "bounced_permanent_suppressed": 18,
    "bounced_permanent_on_account_suppression_list": 19,
    "bounced_permanent_on_tenant_suppression_list": 20,
    "bounced_permanent_email_validation_suppressed": 21,
    "bounced_permanent_unsubscribed_recipient": 22,
    "bounced_permanent_other": 23,
    "bounced_transient_general": 32,
    "bounced_transient_mailbox_full": 33,
    "bounced_transient_message_too_large": 34,
    "bounced_transient_custom_timeout_exceeded": 35,
    "bounced_transient_content_rejected": 36,
    "bounced_transient_attachment_rejected": 37,
    "bounced_transient_other": 38,
    "bounced_undetermined": 44,
    "bounced_other": 45,
    "complained_abuse": 48,
    "complained_auth_failure": 49,
    "complained_fraud": 50,
    "complained_not_spam": 51,
    "complained_other": 52,
    "complained_virus": 53,
    "complained_unspecified": 54,
    "complained_unknown": 55,
    "complaint_suspected": 60,
    "complaint_suppressed_on_account_list": 61,
    "complaint_suppressed_on_tenant_list": 62,
    "complaint_suppressed_other": 63,
    "delayed_internal_failure": 64,
    "delayed_general": 65,
    "delayed_mailbox_full": 66,
    "delayed_spam_detected": 67,
    "delayed_recipient_server_error": 68,
    "delayed_ip_failure": 69,
    "delayed_transient_communication_failure": 70,
    "delayed_byoip_host_name_lookup_unavailable": 71,
    "delayed_undetermined": 72,
    "delayed_sending_deferral": 73,
    "delayed_other": 74,
    "rejected": 96,
    "rendering_failed": 97,
}


def test_the_codes_in_stored_pages_never_change() -> None:
    assert {outcome.wire_name: outcome.value for outcome in Outcome} == STORED_CODES
    assert max(STORED_CODES.values()) < 128


@pytest.mark.parametrize(
    ("kind", "prefix"),
    [
        (DELIVERED, "delivered_"),
        (BOUNCED, "bounced_"),
        (COMPLAINED, "complained_"),
        (COMPLAINT_SUPPRESSED, "complaint_suppressed_"),
        (DELAYED, "delayed_"),
    ],
)
def test_a_kind_holds_what_its_names_begin_with(kind: frozenset[Outcome], prefix: str) -> None:
    assert kind == {outcome for outcome in Outcome if outcome.wire_name.startswith(prefix)}


def test_everything_but_sends_and_deliveries_is_adverse() -> None:
    assert {outcome.wire_name for outcome in set(Outcome) - ADVERSE} == {
        name for name in STORED_CODES if name == "sent" or name.startswith("delivered_")
    }


def test_a_send_stays_open_until_anything_but_a_delay_is_reported() -> None:
    assert set(Outcome) - FINAL == DELAYED | {Outcome.SENT}
    assert NEVER_LEFT <= FINAL


@pytest.mark.parametrize(
    ("bounce_type", "subtype", "name"),
    [
        ("Permanent", "General", "bounced_permanent_general"),
        ("Permanent", "NoEmail", "bounced_permanent_no_email"),
        ("Permanent", "Suppressed", "bounced_permanent_suppressed"),
        ("Permanent", "OnAccountSuppressionList", "bounced_permanent_on_account_suppression_list"),
        ("Permanent", "OnTenantSuppressionList", "bounced_permanent_on_tenant_suppression_list"),
        ("Permanent", "EmailValidationSuppressed", "bounced_permanent_email_validation_suppressed"),
        ("Permanent", "UnsubscribedRecipient", "bounced_permanent_unsubscribed_recipient"),
        ("Permanent", "Newer", "bounced_permanent_other"),
        ("Permanent", "", "bounced_permanent_other"),
        ("Permanent", "MailboxFull", "bounced_permanent_other"),
        ("Transient", "General", "bounced_transient_general"),
        ("Transient", "MailboxFull", "bounced_transient_mailbox_full"),
        ("Transient", "MessageTooLarge", "bounced_transient_message_too_large"),
        ("Transient", "CustomTimeoutExceeded", "bounced_transient_custom_timeout_exceeded"),
        ("Transient", "ContentRejected", "bounced_transient_content_rejected"),
        ("Transient", "AttachmentRejected", "bounced_transient_attachment_rejected"),
        ("Transient", "Newer", "bounced_transient_other"),
        ("Undetermined", "Undetermined", "bounced_undetermined"),
        ("Undetermined", "Newer", "bounced_undetermined"),
        ("Newer", "General", "bounced_other"),
        ("permanent", "General", "bounced_other"),
        ("", "", "bounced_other"),
    ],
)
def test_a_bounce_is_named_by_type_and_subtype(bounce_type: str, subtype: str, name: str) -> None:
    assert bounce_outcome(bounce_type, subtype).wire_name == name


@pytest.mark.parametrize(
    ("feedback_type", "subtype", "name"),
    [
        ("abuse", None, "complained_abuse"),
        ("auth-failure", None, "complained_auth_failure"),
        ("fraud", None, "complained_fraud"),
        ("not-spam", None, "complained_not_spam"),
        ("other", None, "complained_other"),
        ("virus", "", "complained_virus"),
        (None, None, "complained_unspecified"),
        ("", None, "complained_unspecified"),
        ("newer", None, "complained_unknown"),
        (None, "OnAccountSuppressionList", "complaint_suppressed_on_account_list"),
        ("abuse", "OnTenantSuppressionList", "complaint_suppressed_on_tenant_list"),
        (None, "Newer", "complaint_suppressed_other"),
    ],
)
def test_a_complaint_is_named_by_feedback_type_unless_it_is_a_suppressed_send(
    feedback_type: str | None, subtype: str | None, name: str
) -> None:
    assert complaint_outcome(feedback_type, subtype).wire_name == name


@pytest.mark.parametrize(
    ("delay_type", "name"),
    [
        ("InternalFailure", "delayed_internal_failure"),
        ("General", "delayed_general"),
        ("MailboxFull", "delayed_mailbox_full"),
        ("SpamDetected", "delayed_spam_detected"),
        ("RecipientServerError", "delayed_recipient_server_error"),
        ("IPFailure", "delayed_ip_failure"),
        ("TransientCommunicationFailure", "delayed_transient_communication_failure"),
        ("BYOIPHostNameLookupUnavailable", "delayed_byoip_host_name_lookup_unavailable"),
        ("Undetermined", "delayed_undetermined"),
        ("SendingDeferral", "delayed_sending_deferral"),
        ("Newer", "delayed_other"),
    ],
)
def test_a_delay_is_named_by_its_type(delay_type: str, name: str) -> None:
    assert delay_outcome(delay_type).wire_name == name


@pytest.mark.parametrize(
    ("millis", "name"),
    [
        (-1, "delivered_within_10s"),
        (0, "delivered_within_10s"),
        (10_000, "delivered_within_10s"),
        (10_001, "delivered_within_1m"),
        (60_000, "delivered_within_1m"),
        (60_001, "delivered_within_10m"),
        (600_000, "delivered_within_10m"),
        (600_001, "delivered_within_1h"),
        (3_600_000, "delivered_within_1h"),
        (3_600_001, "delivered_within_6h"),
        (21_600_000, "delivered_within_6h"),
        (21_600_001, "delivered_later"),
        (10**12, "delivered_later"),
    ],
)
def test_a_delivery_is_named_by_the_time_it_took(millis: int, name: str) -> None:
    assert delivery_outcome(millis).wire_name == name
