"""Reads how SES sees an account in one Region: the doctor and the hourly reading of decisions ask alike."""

from collections.abc import Mapping
from typing import Any

from ses_reputation.doctor.facts.sending import AccountState
from ses_reputation.doctor.reading.asking import Asker


def read_account_state(asker: Asker, subject: str, sesv2: Any) -> AccountState | None:
    """Return what GetAccount says; None where it fails, which the asker's `unread` then has.

    subject: `444455556666 in us-east-1`. sesv2: a client of that place.
    """
    fields = ask_account(asker, subject, sesv2)
    return None if fields is None else _state_of(fields)


def ask_account(asker: Asker, subject: str, sesv2: Any) -> Mapping[str, Any] | None:
    """Return GetAccount's answer; None where it fails, which the asker's `unread` then has."""
    return asker.ask("ses:GetAccount", subject, sesv2.get_account)


def threshold_of(fields: Mapping[str, Any]) -> str:
    """Return the confidence that address validation asks for, "" where it is off."""
    condition = fields.get("ConditionThreshold", {})
    if condition.get("ConditionThresholdEnabled") != "ENABLED":
        return ""
    return str(condition.get("OverallConfidenceThreshold", {}).get("ConfidenceVerdictThreshold", "MANAGED"))


def _state_of(fields: Mapping[str, Any]) -> AccountState:
    review = fields.get("Details", {}).get("ReviewDetails", {})
    suppression, quota = fields.get("SuppressionAttributes", {}), fields.get("SendQuota", {})
    return AccountState(
        is_in_production=fields.get("ProductionAccessEnabled", False),
        is_sending_enabled=fields.get("SendingEnabled", False),
        enforcement_status=fields.get("EnforcementStatus", ""),
        review_status=review.get("Status", ""),
        review_case=review.get("CaseId", ""),
        suppressed_reasons=tuple(suppression.get("SuppressedReasons", ())),
        validation=threshold_of(suppression.get("ValidationAttributes", {})),
        delivery_mode=fields.get("DeliveryAttributes", {}).get("SharedPoolDeliveryMode", ""),
        daily_quota=quota.get("Max24HourSend", 0.0),
        send_rate=quota.get("MaxSendRate", 0.0),
    )
