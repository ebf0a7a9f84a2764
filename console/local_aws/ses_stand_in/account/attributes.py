"""The account as a whole: GetAccount, the quota, what SES counted, what is suppressed."""

from datetime import UTC, datetime, timedelta
from typing import Any

from console.local_aws.ses_stand_in.calls import Answer, Call, Operations
from console.local_aws.ses_stand_in.statistics import describe_points

_SANDBOX = {"Max24HourSend": 200.0, "MaxSendRate": 1.0}
_PRODUCTION = {"Max24HourSend": 50_000.0, "MaxSendRate": 14.0}


def get_account(call: Call) -> Answer:
    """Return the account's attributes, and the quota that belongs to them."""
    return {**call.account.attributes, "SendQuota": _quota(call)}


def put_suppression_attributes(call: Call) -> Answer:
    """Replace what is suppressed, and how addresses are validated."""
    call.account.attributes["SuppressionAttributes"] = {
        "SuppressedReasons": list(call.asked.get("SuppressedReasons", [])),
        **{name: call.asked[name] for name in ("ValidationAttributes",) if name in call.asked},
    }
    return {}


def put_sending_attributes(call: Call) -> Answer:
    """Pause the account's sending, or resume it."""
    call.account.attributes["SendingEnabled"] = bool(call.asked.get("SendingEnabled", False))
    return {}


def put_delivery_attributes(call: Call) -> Answer:
    """Choose from which Regions mail over shared addresses leaves."""
    call.account.attributes["DeliveryAttributes"] = dict(call.asked)
    return {}


def get_send_quota(call: Call) -> Answer:
    """Return the quota, and what of it was used in the last 24 hours."""
    return _quota(call)


def get_send_statistics(call: Call) -> Answer:
    """Return what the test said that SES counted."""
    return {"SendDataPoints": describe_points(call.account.points)}


V2_OPERATIONS: Operations = {
    "GetAccount": get_account,
    "PutAccountSuppressionAttributes": put_suppression_attributes,
    "PutAccountSendingAttributes": put_sending_attributes,
    "PutAccountDeliveryAttributes": put_delivery_attributes,
}
V1_OPERATIONS: Operations = {
    "GetSendQuota": get_send_quota,
    "GetSendStatistics": get_send_statistics,
}


def _quota(call: Call) -> dict[str, Any]:
    day_ago = datetime.now(UTC) - timedelta(days=1)
    sent = float(sum(at > day_ago for at in call.account.sent_at))
    base = _PRODUCTION if call.account.attributes["ProductionAccessEnabled"] else _SANDBOX
    return {**base, "SentLast24Hours": sent, **call.account.attributes.get("SendQuota", {})}
