"""The function as Lambda calls it, over moto's AWS: records of stream and queue in, balances out."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import boto3
import pytest
from moto import mock_aws

from functions.post_balances import app
from ses_reputation.errors import SettingsError
from ses_reputation.feedback.origins import AccountHour
from ses_reputation.ledger import posting, postponed_hours
from ses_reputation.ledger.balance_store import Balance
from ses_reputation.ledger.keys import journal_key
from ses_reputation.ledger.pieces import pack_figures
from ses_reputation.ledger.segments import Segment
from ses_reputation.ledger.shards import Shard
from ses_reputation.ledger.store import BalanceTable, JournalTable
from tests.support.aws.ledger_table import make_table
from tests.support.lambda_functions import context_of, prepare
from tests.support.pages import page_of

ENVIRONMENT = {
    "LEDGER_TABLE": "ledger",
    "POSTING_WINDOW_SECONDS": "60",
    "LONGEST_WAIT_MINUTES": "120",
}
CONTEXT = context_of("post_balances", millis_left=120_000)
NOW = datetime.now(UTC)
# Ten hours old: what is not urgent waits for two and a half.
WHOLE = Shard(Segment(AccountHour("444455556666", "us-east-1", f"{NOW - timedelta(hours=10):%Y-%m-%dT%H}")))
OTHER = Shard(Segment(WHOLE.segment.account_hour._replace(region="eu-west-1")))


@pytest.fixture(autouse=True)
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """An AWS with the stack's table and queue; gives what the function logs."""
    stream = prepare(app, "post_balances", ENVIRONMENT, monkeypatch)
    forget_clients()
    with mock_aws():
        url = boto3.client("sqs").create_queue(QueueName="postponed")["QueueUrl"]
        monkeypatch.setenv("POSTPONED_HOURS_QUEUE_URL", url)
        make_table(boto3.client("dynamodb"))
        yield stream
    forget_clients()


def forget_clients() -> None:
    for cached in (app._settings, app._balances, app._postponed):
        cached.cache_clear()


def table() -> BalanceTable:
    return BalanceTable(boto3.client("dynamodb"), "ledger")


def write_page(*dispatches: int, shard: Shard = WHOLE) -> None:
    page = page_of(*dispatches, shard=shard)
    assert JournalTable(boto3.client("dynamodb"), "ledger").write([page]) == {}


def changed(shard: Shard = WHOLE, number: str = "100", changed_at: datetime = NOW) -> dict[str, Any]:
    """A record of the ledger's stream."""
    return {
        "eventName": "INSERT",
        "eventSource": "aws:dynamodb",
        "dynamodb": {
            "ApproximateCreationDateTime": changed_at.timestamp(),
            "Keys": {"pk": {"S": journal_key(shard)}, "sk": {"S": page_of(1).sort_key}},
            "SequenceNumber": number,
        },
    }


def postponed(shard: Shard = WHOLE, message_id: str = "queue-message-1") -> dict[str, Any]:
    """A record of the queue of postponed hours."""
    body = json.dumps({"shard": journal_key(shard), "due_at": NOW.isoformat()})
    return {"eventSource": "aws:sqs", "messageId": message_id, "body": body}


def call(*records: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = app.lambda_handler({"Records": list(records)}, CONTEXT)
    return answer


def sent(shard: Shard = WHOLE) -> int:
    account, region, hour = shard.segment.account_hour
    (balance,) = table().balances_of_account(account, region, hour, hour)
    return balance.figures["example.com"].counts["newsletter"]["gmail"]["sent"]


def post_old_hour() -> datetime:
    """Post a balance that stands for two and a half hours; return when."""
    posted_at = datetime.now(UTC)
    assert table().write_balance(Balance(WHOLE, pack_figures({}), 1, 7_500.0, posted_at), None)
    return posted_at


def waiting() -> tuple[int, int]:
    """How many postponed hours can be received, and how many are still delayed."""
    names: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed"]
    url = boto3.client("sqs").get_queue_url(QueueName="postponed")["QueueUrl"]
    counts = boto3.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return int(counts[names[0]]), int(counts[names[1]])


@pytest.mark.parametrize("record", [changed(), postponed()])
def test_a_changed_hour_is_posted_from_all_of_its_pages(record: dict[str, Any]) -> None:
    write_page(1, 2)
    write_page(2, 3)

    assert call(record) == {"batchItemFailures": []}
    assert sent() == 3
    assert waiting() == (0, 0)


def test_many_changes_of_one_hour_make_one_post(capsys: pytest.CaptureFixture[str]) -> None:
    write_page(1)
    write_page(1, shard=OTHER)
    call(changed(number="1"), changed(number="2"), changed(OTHER, "3"), changed(number="4"))

    assert json.loads(capsys.readouterr().out)["BalancesPosted"] == [2]
    assert sent() == sent(OTHER) == 1


def test_posting_again_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    write_page(1)
    call(changed())
    capsys.readouterr()

    assert call(changed(changed_at=NOW - timedelta(seconds=5))) == {"batchItemFailures": []}
    assert json.loads(capsys.readouterr().out)["BalancesUnchanged"] == [1]


def test_an_hour_that_is_not_due_is_put_off_once(capsys: pytest.CaptureFixture[str]) -> None:
    write_page(1)
    posted_at = post_old_hour()

    for _ in range(2):
        assert call(changed(changed_at=posted_at)) == {"batchItemFailures": []}
        assert json.loads(capsys.readouterr().out)["BalancesPostponed"] == [1]

    assert waiting() == (0, 1)
    last = table().last_posting(WHOLE)
    assert last
    assert last.posted_at == posted_at
    assert last.due_at
    assert last.due_at - posted_at == timedelta(hours=2)


def test_records_whose_hour_could_not_be_posted_are_named_as_lambda_wants_them(log: StringIO) -> None:
    boto3.client("dynamodb").delete_table(TableName="ledger")

    assert call(changed(number="100"), postponed(OTHER)) == {
        "batchItemFailures": [{"itemIdentifier": "queue-message-1"}]
    }
    assert waiting() == (0, 1)
    (line,) = [json.loads(line) for line in log.getvalue().splitlines()]
    assert line["cause"] == "UnavailableError: ResourceNotFoundException"


def test_a_call_that_is_nearly_over_begins_nothing_and_says_so(
    log: StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    write_page(1)
    nearly_over = context_of("post_balances", millis_left=50_000)

    answer = app.lambda_handler({"Records": [changed(number="100"), changed(OTHER, "101")]}, nearly_over)

    assert answer == {"batchItemFailures": []}
    assert waiting() == (0, 2)
    (line,) = [json.loads(line) for line in log.getvalue().splitlines()]
    assert (line["cause"], line["records"]) == ("UnavailableError: OutOfTime", 2)
    assert json.loads(capsys.readouterr().out)["BalancesFailed"] == [2]
    assert call(changed(), changed(OTHER, "101")) == {"batchItemFailures": []}
    assert sent() == 1


def test_an_hour_that_could_not_be_put_off_comes_again() -> None:
    posted_at = post_old_hour()
    url = boto3.client("sqs").get_queue_url(QueueName="postponed")["QueueUrl"]
    boto3.client("sqs").delete_queue(QueueUrl=url)
    write_page(1, shard=OTHER)

    answer = call(changed(changed_at=posted_at), changed(OTHER, "101"))

    assert answer == {"batchItemFailures": [{"itemIdentifier": "100"}]}
    assert sent(OTHER) == 1


def test_a_message_that_came_early_is_hidden_and_stays_in_its_queue() -> None:
    """Received at once, and due in more than an hour: a second receive finds nothing."""
    posted_at = post_old_hour()
    write_page(1)
    call(changed(changed_at=posted_at))
    last = table().last_posting(WHOLE)
    assert last
    assert last.due_at
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName="postponed")["QueueUrl"]
    sqs.purge_queue(QueueUrl=url)
    body = json.dumps({"shard": journal_key(WHOLE), "due_at": last.due_at.isoformat()})
    sqs.send_message(QueueUrl=url, MessageBody=body)
    (received,) = sqs.receive_message(QueueUrl=url, VisibilityTimeout=0)["Messages"]
    early = {
        "eventSource": "aws:sqs",
        "messageId": received["MessageId"],
        "receiptHandle": received["ReceiptHandle"],
        "body": received["Body"],
    }

    assert call(early) == {"batchItemFailures": [{"itemIdentifier": received["MessageId"]}]}
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    assert waiting() == (0, 0)


def test_a_page_of_a_newer_version_fails_its_hour_only(log: StringIO) -> None:
    newer = {"pk": {"S": journal_key(WHOLE)}, "sk": {"S": "x"}, "page": {"B": b""}, "version": {"N": "9"}}
    boto3.client("dynamodb").put_item(TableName="ledger", Item=newer)
    write_page(1, shard=OTHER)

    assert call(changed(), changed(OTHER, "101")) == {"batchItemFailures": []}
    assert waiting() == (0, 1)
    assert sent(OTHER) == 1
    assert "upgrade the functions" in log.getvalue()


def test_a_message_that_names_no_hour_fails_alone_and_is_not_quoted(log: StringIO) -> None:
    write_page(1)
    strange = postponed() | {"body": "recipient-1@gmail.com", "messageId": "queue-message-2"}

    assert call(strange, changed()) == {"batchItemFailures": [{"itemIdentifier": "queue-message-2"}]}
    assert sent() == 1
    assert "names no hour" in log.getvalue()
    assert "@" not in log.getvalue()


def strange(key: str, number: str) -> dict[str, Any]:
    """A record of the stream of an item below JOURNAL# that this release does not write."""
    record = changed(number=number)
    keys = {"pk": {"S": key}, "sk": {"S": "x"}}
    return record | {"dynamodb": record["dynamodb"] | {"Keys": keys}}


def test_a_record_of_the_stream_that_names_no_hour_holds_up_none_and_a_message_names_its_key(
    log: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postponed_hours, "PAUSE_SECONDS", 0)
    write_page(1)
    key = "JOURNAL#of a later release"

    assert call(strange(key, "98"), strange(key, "99"), changed()) == {"batchItemFailures": []}
    assert sent() == 1
    assert "names no hour" in log.getvalue()
    assert key not in log.getvalue()
    url = boto3.client("sqs").get_queue_url(QueueName="postponed")["QueueUrl"]
    (message,) = boto3.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert json.loads(message["Body"])["shard"] == key


def test_a_record_that_names_no_hour_stays_in_the_stream_only_while_the_queue_takes_no_message() -> None:
    url = boto3.client("sqs").get_queue_url(QueueName="postponed")["QueueUrl"]
    boto3.client("sqs").delete_queue(QueueUrl=url)

    assert call(strange("JOURNAL#x", "99")) == {"batchItemFailures": [{"itemIdentifier": "99"}]}


def test_what_a_message_of_an_unread_key_asks_for_is_posted_by_a_release_that_reads_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Here it is the sort key that cannot be read. The hour can, so it is posted, whatever is stored."""
    monkeypatch.setattr(postponed_hours, "PAUSE_SECONDS", 0)
    write_page(1)
    post_old_hour()
    call(strange(journal_key(WHOLE), "99"))
    url = boto3.client("sqs").get_queue_url(QueueName="postponed")["QueueUrl"]
    (message,) = boto3.client("sqs").receive_message(QueueUrl=url)["Messages"]
    monkeypatch.setattr(posting, "CLOCK_TOLERANCE", timedelta())

    assert call(postponed() | {"body": message["Body"]}) == {"batchItemFailures": []}
    assert sent() == 1


def test_an_item_among_the_pages_that_is_none_fails_its_hour_only(log: StringIO) -> None:
    boto3.client("dynamodb").put_item(
        TableName="ledger", Item={"pk": {"S": journal_key(WHOLE)}, "sk": {"S": "x"}, "note": {"S": "mine"}}
    )
    write_page(1, shard=OTHER)

    assert call(changed(), changed(OTHER, "101")) == {"batchItemFailures": []}
    assert waiting() == (0, 1)
    assert sent(OTHER) == 1
    assert "is no page of this release" in log.getvalue()


def test_a_page_of_a_part_divides_its_hour(capsys: pytest.CaptureFixture[str]) -> None:
    write_page(1)
    call(changed())
    write_page(2, shard=WHOLE.part("7"))
    capsys.readouterr()

    assert call(changed(WHOLE.part("7"), changed_at=datetime.now(UTC))) == {"batchItemFailures": []}
    assert json.loads(capsys.readouterr().out)["BalancesPosted"] == [1]
    assert sent() == 2
    last = table().last_posting(WHOLE)
    assert last
    assert last.parts == {"7"}


def test_metrics_are_emitted_as_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    write_page(1)
    call(changed())

    (line,) = capsys.readouterr().out.splitlines()
    document = json.loads(line)
    (directive,) = document["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "SesReputation"
    assert directive["Dimensions"] == [["service"]]
    assert {metric["Name"]: document[metric["Name"]] for metric in directive["Metrics"]} == {
        "BalancesPosted": [1],
        "BalancesFailed": [0],
    }


@pytest.mark.parametrize("name", ["LEDGER_TABLE", "POSTPONED_HOURS_QUEUE_URL", "LONGEST_WAIT_MINUTES"])
def test_a_missing_variable_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(name)

    with pytest.raises(SettingsError, match=f"the environment variable {name} is not set: template.yaml"):
        call(changed())
