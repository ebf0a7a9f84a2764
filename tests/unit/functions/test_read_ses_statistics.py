"""The function as EventBridge Scheduler calls it, over moto's AWS."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any, NoReturn

import boto3
import pytest
from moto import mock_aws

from functions.read_ses_statistics import app
from ses_reputation.errors import SettingsError, UnavailableError
from ses_reputation.statistics.send_statistics import HourTotals, SendStatistics
from ses_reputation.stored_json import read_as
from tests.support.aws.ledger_table import TABLE, make_table
from tests.support.lambda_functions import context_of, prepare

ENVIRONMENT = {"LEDGER_TABLE": TABLE, "LEDGER_ACCOUNT": "111122223333", "READING_ROLE_NAME": "reading"}
CONTEXT = context_of("read_ses_statistics")
EVENT = {"scheduled_at": "2026-11-22T10:00:00Z"}


@pytest.fixture(autouse=True)
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """An AWS with the stack's table, in the ledger's account; gives what the function logs."""
    stream = prepare(app, "read_ses_statistics", ENVIRONMENT, monkeypatch)
    monkeypatch.setenv("MOTO_ACCOUNT_ID", "111122223333")
    forget_clients()
    with mock_aws():
        make_table(boto3.client("dynamodb"))
        yield stream
    forget_clients()


def forget_clients() -> None:
    for cached in (app._settings, app._table):
        cached.cache_clear()


def register(*senders: str) -> None:
    for sender in senders:
        item = {"pk": {"S": "SENDERS"}, "sk": {"S": sender}}
        boto3.client("dynamodb").put_item(TableName=TABLE, Item=item)


def stored(place: str) -> SendStatistics | None:
    key = {"pk": {"S": "STATISTICS"}, "sk": {"S": place}}
    row = boto3.client("dynamodb").get_item(TableName=TABLE, Key=key).get("Item")
    return read_as(SendStatistics, json.loads(row["statistics"]["S"])) if row else None


def send_mail(number: int) -> None:
    """Send from the ledger's account, so that moto's SES has something to count."""
    ses: Any = boto3.client("ses")
    ses.verify_email_identity(EmailAddress="news@example.com")
    for _ in range(number):
        ses.send_email(
            Source="news@example.com",
            Destination={"ToAddresses": ["recipient-1@example.net"]},
            Message={"Subject": {"Data": "x"}, "Body": {"Text": {"Data": "x"}}},
        )


def publish_rate(value: float, credentials: dict[str, Any]) -> None:
    cloudwatch: Any = boto3.client("cloudwatch", **credentials)
    at = datetime.now(UTC) - timedelta(hours=2)
    metric = {"MetricName": "Reputation.BounceRate", "Value": value, "Timestamp": at}
    cloudwatch.put_metric_data(Namespace="AWS/SES", MetricData=[metric])


def test_the_own_account_is_read_and_kept() -> None:
    register("111122223333#us-east-1#example.com", "111122223333#us-east-1#example.org")
    send_mail(3)
    publish_rate(0.012, {})

    assert app.lambda_handler(EVENT, CONTEXT) == {"read": 1, "skipped": 0, "failed": 0}

    statistics = stored("111122223333#us-east-1")
    assert statistics is not None
    assert sum(hour.delivery_attempts for hour in statistics.hours.values()) == 3
    assert statistics.bounce_rate == 0.012


def test_a_delegates_account_is_read_through_its_role() -> None:
    register("444455556666#us-east-1#example.com")
    role = "arn:aws:iam::444455556666:role/reading"
    lent = boto3.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    theirs = {
        "aws_access_key_id": lent["AccessKeyId"],
        "aws_secret_access_key": lent["SecretAccessKey"],
        "aws_session_token": lent["SessionToken"],
    }
    publish_rate(0.031, theirs)

    assert app.lambda_handler(EVENT, CONTEXT) == {"read": 1, "skipped": 0, "failed": 0}
    statistics = stored("444455556666#us-east-1")
    assert statistics is not None
    assert (statistics.bounce_rate, statistics.complaint_rate) == (0.031, None)


def test_without_a_reading_role_other_accounts_are_skipped_and_said_so(
    monkeypatch: pytest.MonkeyPatch, log: StringIO
) -> None:
    monkeypatch.setenv("READING_ROLE_NAME", "")
    register("111122223333#us-east-1#example.com", "444455556666#us-east-1#example.com")

    assert app.lambda_handler(EVENT, CONTEXT) == {"read": 1, "skipped": 1, "failed": 0}
    assert stored("444455556666#us-east-1") is None
    (line,) = [json.loads(line) for line in log.getvalue().splitlines()]
    assert (line["level"], line["account"], line["region"]) == ("INFO", "444455556666", "us-east-1")


def test_an_account_that_fails_keeps_its_last_reading_and_is_named(
    monkeypatch: pytest.MonkeyPatch, log: StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    register("111122223333#us-east-1#example.com", "444455556666#us-east-1#example.com")
    before = SendStatistics("444455556666", "us-east-1", datetime.now(UTC), {"2026-11-21T10": HourTotals(9)})
    app._table().put(before)

    def refuse(*_: Any) -> NoReturn:
        raise UnavailableError("AssumeRole AccessDenied")

    monkeypatch.setattr("ses_reputation.accounts.reach.AccountReach._assume", refuse)

    assert app.lambda_handler(EVENT, CONTEXT) == {"read": 1, "skipped": 0, "failed": 1}
    assert stored("444455556666#us-east-1") == before
    (line,) = [json.loads(line) for line in log.getvalue().splitlines()]
    assert (line["level"], line["cause"]) == ("ERROR", "AssumeRole AccessDenied")
    (document,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (directive,) = document["_aws"]["CloudWatchMetrics"]
    assert (directive["Namespace"], directive["Dimensions"]) == ("SesReputation", [["service"]])
    assert {metric["Name"]: document[metric["Name"]] for metric in directive["Metrics"]} == {
        "StatisticsRead": [1],
        "StatisticsSkipped": [0],
        "StatisticsFailed": [1],
    }


@pytest.mark.parametrize("account", ["111122223333", "444455556666"], ids=["own", "other"])
def test_a_region_that_cannot_be_ends_nobody_elses_statistics(account: str, log: StringIO) -> None:
    """`us-east-1-` sorts between the Regions that are read: the account after it is read too."""
    register(f"{account}#us-east-1-#x.example", "111122223333#eu-west-1#example.com")
    register("444455556666#us-west-2#example.com")

    assert app.lambda_handler(EVENT, CONTEXT) == {"read": 2, "skipped": 0, "failed": 1}
    assert stored("111122223333#eu-west-1")
    assert stored("444455556666#us-west-2")
    (line,) = [json.loads(line) for line in log.getvalue().splitlines()]
    assert (line["level"], line["account"], line["region"]) == ("ERROR", account, "us-east-1-")
    assert line["cause"].endswith(" InvalidRegionError")


@pytest.mark.filterwarnings("ignore:No application metrics")
def test_a_registry_that_cannot_be_read_fails_the_call() -> None:
    boto3.client("dynamodb").delete_table(TableName=TABLE)

    with pytest.raises(UnavailableError, match="ResourceNotFoundException"):
        app.lambda_handler(EVENT, CONTEXT)


@pytest.mark.filterwarnings("ignore:No application metrics")
@pytest.mark.parametrize("name", ["LEDGER_TABLE", "LEDGER_ACCOUNT"])
def test_a_missing_variable_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(name)

    with pytest.raises(SettingsError, match=name):
        app.lambda_handler(EVENT, CONTEXT)
