"""What the assessing function takes from its environment, and what it refuses."""

from fractions import Fraction

import pytest

from ses_reputation.assessment.settings import AssessmentSettings
from ses_reputation.errors import SettingsError
from ses_reputation.protection.mode import ProtectionMode
from ses_reputation.rates.thresholds import Measure, StandingRules, Thresholds
from tests.support.stack_template import render_stack

ENVIRONMENT = {
    "LEDGER_TABLE": "reputation-ledger",
    "LEDGER_ACCOUNT": "111122223333",
    "STACK_NAME": "reputation",
    "ALERT_TOPIC_ARN": "arn:aws:sns:us-east-1:111122223333:alerts",
    "EVENT_BUS_NAME": "default",
    "PROTECTION": "report",
    "PROTECTION_ROLE_NAME": "",
    "VOLUME_WINDOW": "10000",
    "ACCOUNT_VOLUME_WINDOWS": "",
    "WATCH_BOUNCE_RATE": "2",
    "REVIEW_BOUNCE_RATE": "5",
    "PAUSE_BOUNCE_RATE": "10",
    "WATCH_COMPLAINT_RATE": "0.05",
    "REVIEW_COMPLAINT_RATE": "0.1",
    "PAUSE_COMPLAINT_RATE": "0.5",
    "ENTITIES_WITH_METRICS": "5",
}

OPTIONAL = {"PROTECTION_ROLE_NAME", "ACCOUNT_VOLUME_WINDOWS"}


def test_the_templates_defaults_are_the_librarys() -> None:
    properties = render_stack().properties("AssessReputationFunction")
    variables = properties["Environment"]["Variables"]
    rates = {name: value for name, value in variables.items() if name in ENVIRONMENT}

    settings = AssessmentSettings.from_environment(rates | {"LEDGER_ACCOUNT": "111122223333"})

    assert settings.rules == StandingRules()
    assert settings.protection is ProtectionMode.REPORT
    assert (settings.protection_role_name, settings.statement_base_url) == ("", "")
    # Without DetailedMetrics, no entity has metrics of its own.
    assert settings.entities_with_metrics == 0


def test_all_of_it_can_be_set() -> None:
    changed = {
        "PROTECTION": "dry-run",
        "PROTECTION_ROLE_NAME": "ses-reputation-protection",
        "VOLUME_WINDOW": "50000",
        "ACCOUNT_VOLUME_WINDOWS": "444455556666=12378, 777788889999/eu-west-1=20000",
        "WATCH_BOUNCE_RATE": "1.5",
        "PAUSE_COMPLAINT_RATE": "0.375",
        "ENTITIES_WITH_METRICS": "0",
        "STATEMENT_BASE_URL": "https://statements.example.com",
    }

    settings = AssessmentSettings.from_environment(ENVIRONMENT | changed)

    assert settings == AssessmentSettings(
        "reputation-ledger",
        "111122223333",
        "reputation",
        "arn:aws:sns:us-east-1:111122223333:alerts",
        "default",
        ProtectionMode.DRY_RUN,
        "ses-reputation-protection",
        StandingRules(
            {
                Measure.BOUNCES: Thresholds(Fraction(15, 1000), Fraction(5, 100), Fraction(10, 100)),
                Measure.COMPLAINTS: Thresholds(
                    Fraction(5, 10_000), Fraction(1, 1_000), Fraction(375, 100_000)
                ),
            },
            50_000,
            account_volumes={"444455556666": 12_378, "777788889999/eu-west-1": 20_000},
        ),
        entities_with_metrics=0,
        statement_base_url="https://statements.example.com",
    )


@pytest.mark.parametrize("name", sorted(ENVIRONMENT.keys() - OPTIONAL))
@pytest.mark.parametrize("value", ["", "  "])
def test_a_missing_variable_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"the environment variable {name} is not set: template.yaml"):
        AssessmentSettings.from_environment(ENVIRONMENT | {name: value})


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("LEDGER_ACCOUNT", "1234", "it takes a 12-digit account id"),
        ("PROTECTION", "on", "it takes one of report, dry-run, enforce"),
        ("VOLUME_WINDOW", "0", "it takes a whole number from 1 to 999999999"),
        ("VOLUME_WINDOW", "1e4", "it takes a whole number"),
        ("ACCOUNT_VOLUME_WINDOWS", "12378", "it takes volumes such as 444455556666=12378"),
        ("ACCOUNT_VOLUME_WINDOWS", "444455556666=0", "it takes volumes"),
        ("ACCOUNT_VOLUME_WINDOWS", "444455556666/Ireland=500", "it takes volumes"),
        ("WATCH_BOUNCE_RATE", "2%", "it takes a percentage such as 5 or 0.05"),
        ("WATCH_BOUNCE_RATE", "1/3", "it takes a percentage"),
        ("WATCH_BOUNCE_RATE", "٢", "it takes a percentage"),
        ("PAUSE_BOUNCE_RATE", ".5", "it takes a percentage"),
        ("STATEMENT_BASE_URL", "http://statements.example.com", "it takes a folder's address that begins"),
        ("STATEMENT_BASE_URL", "https://example.com/?a=b", "and has no"),
        ("STATEMENT_BASE_URL", "https://example.com/index.html", "nor .html at its end"),
        ("STATEMENT_BASE_URL", "https://example.com\nTo stop", "it takes a folder's address that begins"),
    ],
)
def test_a_malformed_variable_is_named_with_what_it_takes(name: str, value: str, said: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} is .*{said}"):
        AssessmentSettings.from_environment(ENVIRONMENT | {name: value})


def test_two_volumes_of_one_account_are_refused() -> None:
    twice = {"ACCOUNT_VOLUME_WINDOWS": "444455556666=500,444455556666=600"}

    with pytest.raises(SettingsError, match="ACCOUNT_VOLUME_WINDOWS lists 444455556666 twice"):
        AssessmentSettings.from_environment(ENVIRONMENT | twice)


@pytest.mark.parametrize(
    ("watch", "review", "pause"), [("5", "5", "10"), ("6", "5", "10"), ("2", "11", "10"), ("0", "5", "10")]
)
def test_thresholds_have_to_ascend(watch: str, review: str, pause: str) -> None:
    rates = {"WATCH_BOUNCE_RATE": watch, "REVIEW_BOUNCE_RATE": review, "PAUSE_BOUNCE_RATE": pause}

    with pytest.raises(SettingsError, match="REVIEW_BOUNCE_RATE, PAUSE_BOUNCE_RATE have to ascend"):
        AssessmentSettings.from_environment(ENVIRONMENT | rates)


def test_no_rate_is_above_everything() -> None:
    with pytest.raises(SettingsError, match="to at most 100"):
        AssessmentSettings.from_environment(ENVIRONMENT | {"PAUSE_BOUNCE_RATE": "100.5"})
