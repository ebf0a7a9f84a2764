"""The function as Lambda calls it, over moto's AWS: states in; digests out, once."""

import json
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import boto3
import pytest
from moto import mock_aws

from functions.send_digest import app
from ses_reputation.errors import SettingsError, UnavailableError
from ses_reputation.rates.thresholds import Standing
from ses_reputation.standing.rows import row_of_state
from tests.support.aws.ledger_table import TABLE
from tests.support.digests import MONDAY, OTHER_ACCOUNT, state_of
from tests.support.evaluated import ACCOUNT, IDENTITY, bounces
from tests.support.lambda_functions import context_of, prepare
from tests.support.stack_template import render_stack
from tests.unit.digest.test_settings import ENVIRONMENT

LEDGER = render_stack().properties("LedgerTable")
KEYS = ("BillingMode", "KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes")


@pytest.fixture(autouse=True)
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """An AWS with three entities, and a topic heard by a queue; gives what the function logs."""
    stream = prepare(app, "send_digest", ENVIRONMENT | {"LEDGER_TABLE": TABLE}, monkeypatch)
    forget_clients()
    with mock_aws():
        dynamodb, sns, sqs = (boto3.client(name) for name in ("dynamodb", "sns", "sqs"))
        dynamodb.create_table(TableName=TABLE, **{name: LEDGER[name] for name in KEYS})
        boto3.client("s3").create_bucket(Bucket="bucket")
        for entity in (ACCOUNT, OTHER_ACCOUNT, IDENTITY):
            state = state_of(bounces(Standing.REVIEW), entity=entity)
            dynamodb.put_item(TableName=TABLE, Item=row_of_state(state))
        topic = sns.create_topic(Name="alerts")["TopicArn"]
        monkeypatch.setenv("ALERT_TOPIC_ARN", topic)
        queue = sqs.create_queue(QueueName="people")["QueueUrl"]
        asked = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=asked["Attributes"]["QueueArn"])
        yield stream
    forget_clients()


def forget_clients() -> None:
    for cached in (app._settings, app._table, app._store, app._topics):
        cached.cache_clear()


def call(**event: str) -> dict[str, int]:
    answer: dict[str, int] = app.lambda_handler(event, context_of("send_digest"))
    return answer


def mails() -> list[dict[str, Any]]:
    """The mails that were sent since this was last asked."""
    sqs, found = boto3.client("sqs"), list[dict[str, Any]]()
    queue = sqs.get_queue_url(QueueName="people")["QueueUrl"]
    while messages := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            found.append(json.loads(message["Body"]))
    return found


AT = f"{MONDAY:%Y-%m-%dT%H:%M:%SZ}"


def test_a_start_of_the_schedule_sends_every_party_its_digest_once() -> None:
    assert call(scheduled_at=AT) == {"sent": 3}
    assert call(scheduled_at=AT) == {"sent": 0}

    subjects = [mail["Subject"] for mail in mails()]
    assert subjects == [
        "Weekly digest: review, 3 of 3 below healthy",
        "Weekly digest of account 444455556666: review, 1 of 1 below healthy",
        "Weekly digest of account 777788889999: review, 1 of 1 below healthy",
    ]


def test_the_next_week_has_the_figures_of_this_one() -> None:
    call(scheduled_at=AT)
    mails()

    call(scheduled_at=f"{MONDAY + timedelta(days=7):%Y-%m-%dT%H:%M:%SZ}")

    assert all("as before" in " ".join(mail["Message"].split()) for mail in mails())


def test_called_by_hand_it_is_of_this_week() -> None:
    assert call() == {"sent": 3}


def test_a_digest_that_is_not_sent_fails_the_call_so_that_lambda_repeats_it(log: StringIO) -> None:
    boto3.client("sns").delete_topic(TopicArn=app._settings().alert_topic_arn)

    with pytest.raises(UnavailableError, match="3 digests were not sent"):
        call(scheduled_at=AT)
    assert '"owners":"NotFound"' in log.getvalue().replace(" ", "")


def test_no_address_stands_in_the_log(log: StringIO) -> None:
    call(scheduled_at=AT)

    assert "@" not in log.getvalue()


def test_a_bad_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAT_TOPIC_ARN", "chat")

    with pytest.raises(SettingsError, match="CHAT_TOPIC_ARN"):
        call(scheduled_at=AT)
