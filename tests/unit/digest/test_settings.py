"""Settings of digests, as the template sets them."""

import pytest

from ses_reputation.digest.settings import DigestSettings
from ses_reputation.errors import SettingsError

ENVIRONMENT = {
    "LEDGER_TABLE": "ledger",
    "REPUTATION_BUCKET": "bucket",
    "LEDGER_ACCOUNT": "111122223333",
    "STACK_NAME": "prod",
    "ALERT_TOPIC_ARN": "arn:aws:sns:us-east-1:111122223333:alerts",
    "CHAT_TOPIC_ARN": "",
    "STATEMENT_BASE_URL": "",
}


def test_what_is_optional_may_be_empty() -> None:
    assert DigestSettings.from_environment(ENVIRONMENT) == DigestSettings(
        "ledger", "bucket", "111122223333", "prod", "arn:aws:sns:us-east-1:111122223333:alerts"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CHAT_TOPIC_ARN", "alerts"),
        ("STATEMENT_BASE_URL", "http://statements.example.com"),
        ("STATEMENT_BASE_URL", "https://statements.example.com\nSubject: x"),
        ("STATEMENT_BASE_URL", "https://statements.example.com/?of=all"),
        ("IDENTITY_OWNERS", "example.net"),
        ("LEDGER_TABLE", ""),
    ],
)
def test_a_malformed_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        DigestSettings.from_environment({**ENVIRONMENT, name: value})
