"""The function as Lambda calls it, over moto's AWS: balances in; standings, alerts and metrics out."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from io import StringIO
from typing import Any

import boto3
import pytest
from moto import mock_aws

from functions.assess_reputation import app
from ses_reputation.assessment.assessment import AssessmentRun
from ses_reputation.assessment.store import AssessmentTable
from ses_reputation.errors import SettingsError, UnavailableError
from ses_reputation.rates.reading import HistoryMemory
from ses_reputation.rates.thresholds import Standing
from ses_reputation.rollup.entities import account_entity, identity_entity
from tests.support.aws.ledger_table import TABLE
from tests.support.lambda_functions import context_of, prepare
from tests.support.mail import REGION, balance_of, hour_ago, mail
from tests.support.notifications import DELEGATE
from tests.support.posted_rows import rows_of_posting
from tests.support.stack_template import render_stack
from tests.unit.assessment.test_settings import ENVIRONMENT

NOW = datetime.now(UTC)
ACCOUNT, IDENTITY = account_entity(DELEGATE, REGION), identity_entity("example.com")
LEDGER = render_stack().properties("LedgerTable")
KEYS = ("BillingMode", "KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes")


@pytest.fixture(autouse=True)
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """An AWS with the stack's table, and its topic heard by a queue; gives what the function logs."""
    stream = prepare(app, "assess_reputation", ENVIRONMENT | {"LEDGER_TABLE": TABLE}, monkeypatch)
    # moto is not made for several threads.
    monkeypatch.setattr(app, "AssessmentRun", partial(AssessmentRun, readers=1))
    monkeypatch.setattr(app, "memory", HistoryMemory())
    forget_clients()
    with mock_aws():
        boto3.client("dynamodb").create_table(TableName=TABLE, **{name: LEDGER[name] for name in KEYS})
        topic = boto3.client("sns").create_topic(Name="alerts")["TopicArn"]
        monkeypatch.setenv("ALERT_TOPIC_ARN", topic)
        queue = boto3.client("sqs").create_queue(QueueName="people")["QueueUrl"]
        arn = boto3.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
        boto3.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn["Attributes"]["QueueArn"])
        yield stream
    forget_clients()


def forget_clients() -> None:
    for cached in (app._settings, app._table, app._announcing):
        cached.cache_clear()


def post(sends: int, bounces: int, hours_ago: int = 2) -> None:
    """Post an hour of one delegate's mail."""
    hour = mail(hour_ago(hours_ago, NOW), sends, bounces)
    for row in rows_of_posting(balance_of(hour, NOW)):
        boto3.client("dynamodb").put_item(TableName=TABLE, Item=row)


def call(event: dict[str, Any], seconds_left: int = 240) -> dict[str, int]:
    context = context_of("assess_reputation")
    context.get_remaining_time_in_millis = lambda: seconds_left * 1_000
    answer: dict[str, int] = app.lambda_handler(event, context)
    return answer


def at(moment: datetime) -> dict[str, str]:
    """What the schedule sends."""
    return {"scheduled_at": f"{moment:%Y-%m-%dT%H:%M:%SZ}"}


def alerts() -> list[dict[str, Any]]:
    """The alerts that were published since this was last asked."""
    sqs, found = boto3.client("sqs"), []
    queue = sqs.get_queue_url(QueueName="people")["QueueUrl"]
    while messages := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        found += [json.loads(message["Body"]) for message in messages]
    return found


def table() -> AssessmentTable:
    return AssessmentTable(boto3.client("dynamodb"), TABLE)


def test_what_was_posted_becomes_standings_and_alerts() -> None:
    post(3_000, 390)

    assert call(at(NOW)) == {"assessed": 2, "failed": 0, "published": 2}

    states = table().read_states()
    assert {entity: state.standing for entity, state in states.items()} == {
        ACCOUNT: Standing.PAUSE,
        IDENTITY: Standing.PAUSE,
    }
    sent = alerts()
    assert sorted(alert["MessageAttributes"]["entity"]["Value"] for alert in sent) == [
        "account",
        "identity",
    ]
    assert all("13.00 %" in alert["Message"] for alert in sent)


def test_a_call_that_comes_twice_publishes_once() -> None:
    post(3_000, 330)
    call(at(NOW))
    alerts()

    assert call(at(NOW)) == {"assessed": 0, "failed": 0, "published": 0}
    assert alerts() == []


def test_healthy_mail_is_assessed_in_silence() -> None:
    post(3_000, 3)

    assert call(at(NOW)) == {"assessed": 2, "failed": 0, "published": 0}
    assert alerts() == []
    assert table().read_states()[ACCOUNT].standing is Standing.HEALTHY


@pytest.mark.parametrize("event", [{}, at(NOW + timedelta(days=30))])
def test_without_a_time_that_has_come_it_is_now_that_is_assessed(event: dict[str, str]) -> None:
    post(3_000, 3)

    call(event)

    assert NOW <= table().read_states()[ACCOUNT].assessed_at <= datetime.now(UTC)


def test_a_call_without_time_left_says_that_it_goes_on(log: StringIO) -> None:
    post(3_000, 330)

    assert call(at(NOW), seconds_left=30) == {"assessed": 0, "failed": 0, "published": 0}
    assert "The rollup goes on in the next run" in log.getvalue()
    assert table().read_watermark() is None
    assert call(at(NOW + timedelta(minutes=5)))["published"] == 2


def test_metrics_count_the_run_and_each_entity(capsys: pytest.CaptureFixture[str]) -> None:
    post(3_000, 330)
    # Of a day that is over for a day, and stored.
    post(0, 0, hours_ago=72)
    call(at(NOW))

    documents = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (run,) = [document for document in documents if "EntitiesAssessed" in document]
    entities = [document for document in documents if "EligibleSends" in document]
    assert (run["EntitiesAssessed"], run["EntitiesFailed"], run["DaysRolledUp"]) == ([2], [0], [1])
    assert sorted(document.get("identity", document.get("account")) for document in entities) == [
        DELEGATE,
        "example.com",
    ]
    assert [document["BounceRate"] for document in entities] == [[11.0], [11.0]]


def test_alerts_that_cannot_be_sent_are_counted_and_sent_later(
    log: StringIO, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    post(3_000, 330)
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("ALERT_TOPIC_ARN", "arn:aws:sns:us-east-1:111122223333:gone")
        assert call(at(NOW)) == {"assessed": 2, "failed": 2, "published": 0}
    forget_clients()
    assert json.loads(log.getvalue().splitlines()[-1])["cause"] == "alert: NotFound"
    assert '"EntitiesFailed":[2' in capsys.readouterr().out.replace(" ", "")

    # By then nobody is at it any more.
    monkeypatch.setattr(app, "_now", lambda: datetime.now(UTC) + timedelta(minutes=5))

    assert call(at(NOW))["published"] == 2
    assert len(alerts()) == 2


def test_a_table_that_is_gone_is_an_error_of_the_call() -> None:
    boto3.client("dynamodb").delete_table(TableName=TABLE)

    with pytest.raises(UnavailableError, match="ResourceNotFoundException"):
        call(at(NOW))


def test_nothing_that_is_logged_or_published_holds_an_address(
    log: StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    post(3_000, 330)
    call(at(NOW))

    assert log.getvalue()
    assert "@" not in log.getvalue() + capsys.readouterr().out + json.dumps(alerts())


@pytest.mark.parametrize("name", ["LEDGER_TABLE", "ALERT_TOPIC_ARN", "WATCH_BOUNCE_RATE"])
def test_a_missing_variable_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(name)

    with pytest.raises(SettingsError, match=f"the environment variable {name} is not set: template.yaml"):
        call(at(NOW))
