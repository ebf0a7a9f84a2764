"""What functions/read_ses_statistics reads of its environment."""

import pytest

from ses_reputation.errors import SettingsError
from ses_reputation.statistics.settings import StatisticsSettings

ENVIRONMENT = {
    "LEDGER_TABLE": "ledger",
    "LEDGER_ACCOUNT": "111122223333",
    "STACK_NAME": "prod",
    "OWNER_ACCOUNTS": "111122223333,222233334444",
    "DELEGATE_ACCOUNTS": "",
    "FEEDBACK_QUEUE_ARN": "arn:aws:sqs:us-east-1:111122223333:feedback",
    "FEEDBACK_QUEUE_URL": "https://sqs.example/feedback",
    "READING_ROLE_NAME": "ses-reputation-reading",
}


def test_settings_are_read_from_the_environment() -> None:
    settings = StatisticsSettings.from_environment(ENVIRONMENT)

    assert settings == StatisticsSettings(
        "ledger",
        "111122223333",
        "prod",
        frozenset({"111122223333", "222233334444"}),
        frozenset(),
        "arn:aws:sqs:us-east-1:111122223333:feedback",
        "https://sqs.example/feedback",
        "ses-reputation-reading",
    )
    assert settings.queue_region == "us-east-1"


@pytest.mark.parametrize("written", [{}, {"READING_ROLE_NAME": ""}, {"READING_ROLE_NAME": "  "}])
def test_without_a_role_the_other_accounts_are_left_out(written: dict[str, str]) -> None:
    environment = {name: value for name, value in ENVIRONMENT.items() if name != "READING_ROLE_NAME"}

    assert StatisticsSettings.from_environment(environment | written).reading_role_name == ""


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("LEDGER_TABLE", "", "LEDGER_TABLE is not set"),
        ("LEDGER_ACCOUNT", "", "LEDGER_ACCOUNT is not set"),
        ("LEDGER_ACCOUNT", "1111222233334", "LEDGER_ACCOUNT is '1111222233334'"),
        ("LEDGER_ACCOUNT", "١٢٣٤٥٦٧٨٩٠١٢", "a 12-digit account id"),
        ("STACK_NAME", "", "STACK_NAME is not set"),
        ("OWNER_ACCOUNTS", "1111", "OWNER_ACCOUNTS is '1111'"),
        ("DELEGATE_ACCOUNTS", "everybody", "12-digit account ids, separated by commas"),
        ("FEEDBACK_QUEUE_ARN", "", "FEEDBACK_QUEUE_ARN is not set"),
        ("FEEDBACK_QUEUE_URL", " ", "FEEDBACK_QUEUE_URL is not set"),
        ("READING_ROLE_NAME", "path/ses-reputation", "without its path"),
        ("READING_ROLE_NAME", "arn:aws:iam::111122223333:role/x", "the name of an IAM role"),
        ("READING_ROLE_NAME", "x" * 65, "the name of an IAM role"),
    ],
)
def test_what_is_missing_or_malformed_is_named(name: str, value: str, complaint: str) -> None:
    with pytest.raises(SettingsError, match=complaint):
        StatisticsSettings.from_environment(ENVIRONMENT | {name: value})
