"""Settings say why SES added nobody, or that they do not."""

from typing import Any

import pytest

from ses_reputation.suppression.changes.drift.why_missing import WhyMissing, explain_missing

ON: dict[str, Any] = {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]}
OFF: dict[str, Any] = {"SuppressedReasons": []}
COMPLAINTS_ONLY: dict[str, Any] = {"SuppressedReasons": ["COMPLAINT"]}


@pytest.mark.parametrize(
    ("account", "sets", "configuration_set", "expected"),
    [
        (ON, {}, "", WhyMissing.UNEXPLAINED),
        (COMPLAINTS_ONLY, {}, "", WhyMissing.SWITCHED_OFF),
        ({}, {}, "", WhyMissing.SWITCHED_OFF),
        (ON, {"news": None}, "news", WhyMissing.UNEXPLAINED),
        (OFF, {"news": None}, "news", WhyMissing.SWITCHED_OFF),
        (ON, {"news": OFF}, "news", WhyMissing.SWITCHED_OFF_FOR_SET),
        (OFF, {"news": ON}, "news", WhyMissing.UNEXPLAINED),
        (ON, {"news": COMPLAINTS_ONLY}, "news", WhyMissing.SWITCHED_OFF_FOR_SET),
        (ON, {"news": {"SuppressionScope": "TENANT"}}, "news", WhyMissing.TENANT_SCOPE),
        (ON, {"news": {"SuppressionScope": "ACCOUNT"}}, "news", WhyMissing.UNEXPLAINED),
        (ON, {}, "news", WhyMissing.SETTINGS_UNKNOWN),
        (ON, None, "news", WhyMissing.SETTINGS_UNKNOWN),
        (ON, None, "", WhyMissing.UNEXPLAINED),
        (None, {"news": OFF}, "news", WhyMissing.SETTINGS_UNKNOWN),
    ],
)
def test_a_sets_own_reasons_override_the_accounts(
    account: Any, sets: Any, configuration_set: str, expected: WhyMissing
) -> None:
    settings = {"account": account, "configuration_sets": sets, "unread": []}

    assert explain_missing(settings, "BOUNCE", configuration_set) is expected


def test_a_snapshot_without_settings_explains_nothing() -> None:
    assert explain_missing(None, "BOUNCE", "") is WhyMissing.SETTINGS_UNKNOWN
