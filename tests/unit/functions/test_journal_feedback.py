"""The function as Lambda calls it, over moto's AWS: an SQS event in, the messages that come again out."""

import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

import boto3
import pytest
from moto import mock_aws

from functions.journal_feedback import app
from ses_reputation.errors import SettingsError, UnavailableError
from ses_reputation.quarantine.store import QuarantineBucket
from ses_reputation.registration import register as register_module
from ses_reputation.registration.store import AccountParameters
from ses_reputation.signing.authority import SigningAuthority
from tests.support.aws.ledger_table import make_table
from tests.support.lambda_functions import context_of, prepare
from tests.support.notifications import DELEGATE, FOREIGN, OWNER, envelope, published, record
from tests.support.signing import ROOT, Publisher, sign_body
from tests.support.stack_template import ROOT as PROJECT

EVENTS = PROJECT / "events"
ENVIRONMENT = {
    "LEDGER_TABLE": "ledger",
    "REPUTATION_BUCKET": "reputation",
    "OWNER_ACCOUNTS": OWNER,
    "DELEGATE_ACCOUNTS": f"{DELEGATE},777788889999",
    "OWN_DOMAINS": "corp.example.com",
    "ENTRY_RETENTION_DAYS": "400",
}
CONTEXT = context_of("journal_feedback")
BOUNCE = published(
    "Bounce",
    bounceType="Permanent",
    bounceSubType="NoEmail",
    timestamp="2026-11-20T14:06:00Z",
    bouncedRecipients=[
        {"emailAddress": "recipient-1@gmail.com", "diagnosticCode": "550 recipient-1@gmail.com"}
    ],
)


@pytest.fixture(autouse=True)
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """An AWS with the stack's table and bucket; gives what the function logs."""
    stream = prepare(app, "journal_feedback", ENVIRONMENT, monkeypatch)
    monkeypatch.setattr(app, "AMAZON", SigningAuthority(ROOT.pem))
    monkeypatch.setattr(app, "CertificateFetcher", lambda _: Publisher())
    forget_clients()
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket="reputation")
        make_table(boto3.client("dynamodb"))
        yield stream
    forget_clients()


def forget_clients() -> None:
    for cached in (app._s3, app._sns, app._journaling):
        cached.cache_clear()


def call(*bodies: str) -> dict[str, Any]:
    """Call the function with the bodies as messages "0", "1" and so on."""
    records = [record(body, str(number)) for number, body in enumerate(bodies)]
    answer: dict[str, Any] = app.lambda_handler({"Records": records}, CONTEXT)
    return answer


def rows() -> list[dict[str, Any]]:
    found = boto3.client("dynamodb").scan(TableName="ledger")["Items"]
    return sorted(found, key=lambda row: row["pk"]["S"])


def quarantined() -> list[str]:
    return list(QuarantineBucket(lambda: boto3.client("s3"), "reputation").keys())


def send(number: int = 1) -> str:
    return envelope(json.dumps(published("Send", "newsletter", {"messageId": f"message-{number}"})))


def test_a_batch_that_went_well_sends_nothing_round_again() -> None:
    assert call(send(1), send(2), envelope(json.dumps(BOUNCE))) == {"batchItemFailures": []}

    page, entry = rows()
    assert page["pk"]["S"] == "JOURNAL#444455556666#us-east-1#2026-11-20T14"
    assert entry["pk"]["S"] == "MESSAGE#message-1"
    assert entry["recipient"]["S"] == "recipient-1@gmail.com"
    assert quarantined() == []


def test_what_is_not_believed_is_kept_and_does_not_come_again() -> None:
    foreign = envelope(json.dumps(published("Send")), FOREIGN)

    assert call(foreign, send(), "no JSON") == {"batchItemFailures": []}
    assert quarantined() == [
        "quarantine/foreign_topic/2026-11-20/0.json",
        "quarantine/unreadable/2026-11-20/2.json",
    ]
    kept = QuarantineBucket(lambda: boto3.client("s3"), "reputation").load(quarantined()[0])
    assert kept.body == foreign


def test_messages_that_could_not_be_stored_are_named_as_lambda_wants_them(log: StringIO) -> None:
    boto3.client("dynamodb").delete_table(TableName="ledger")
    click = envelope(json.dumps(published("Click")))

    answer = call(send(1), click, "no JSON", envelope(json.dumps(BOUNCE)))

    assert answer == {"batchItemFailures": [{"itemIdentifier": "0"}, {"itemIdentifier": "3"}]}
    assert len(quarantined()) == 1
    assert '"messages":2' in log.getvalue()


def test_a_message_that_could_not_be_quarantined_comes_again_and_spares_its_neighbours() -> None:
    boto3.client("s3").delete_bucket(Bucket="reputation")

    assert call(send(), "no JSON") == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert len(rows()) == 1


def test_a_batch_that_comes_twice_is_written_once() -> None:
    call(send(1), envelope(json.dumps(BOUNCE)))
    once = [{name: value for name, value in row.items() if name != "expires_at"} for row in rows()]
    call(envelope(json.dumps(BOUNCE)), send(1))

    assert [{name: value for name, value in row.items() if name != "expires_at"} for row in rows()] == once


@pytest.mark.parametrize("name", ["LEDGER_TABLE", "REPUTATION_BUCKET", "ENTRY_RETENTION_DAYS"])
def test_a_missing_variable_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(name)

    with pytest.raises(SettingsError, match=f"the environment variable {name} is not set: template.yaml"):
        call(send())


def test_clients_are_made_once() -> None:
    call(send(1), "no JSON")
    made = app._journaling()
    call(send(2), "no JSON")

    assert app._journaling() is made
    assert app._s3.cache_info().misses == 1


def test_a_batch_without_quarantine_needs_no_client_of_s3() -> None:
    call(send())

    assert app._s3.cache_info().misses == app._sns.cache_info().misses == 0


def test_a_subscription_is_confirmed_in_the_topics_region(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # The account of moto's topics.
    monkeypatch.setenv("OWNER_ACCOUNTS", "123456789012")
    topic = boto3.client("sns", region_name="eu-west-1").create_topic(Name="ses-events")["TopicArn"]
    fields = {"Type": "SubscriptionConfirmation", "Token": "token-1", "TopicArn": topic}

    assert call(envelope("You have chosen to subscribe", **fields)) == {"batchItemFailures": []}
    assert json.loads(capsys.readouterr().out)["ignored"] == {"subscription_confirmation": 1}
    assert quarantined() == []


PATH = "/ses-reputation/production/accounts"


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> AccountParameters:
    """Accounts in Parameter Store, where the stack has an organization and lists nobody but itself."""
    monkeypatch.setenv("ACCOUNTS_PATH", PATH)
    monkeypatch.setenv("DELEGATE_ACCOUNTS", "")
    return AccountParameters(boto3.client("ssm"), PATH)


def test_an_account_that_was_registered_after_the_deployment_is_believed(
    register: AccountParameters,
) -> None:
    register.put(DELEGATE, ["delegate"])

    assert call(send()) == {"batchItemFailures": []}
    assert rows() != []
    assert quarantined() == []


def test_a_member_of_the_organization_that_nobody_registered_is_quarantined(
    register: AccountParameters,
) -> None:
    register.put("777788889999", ["delegate"])

    assert call(send()) == {"batchItemFailures": []}
    assert rows() == []
    assert len(quarantined()) == 1


def test_while_nobody_can_tell_who_is_registered_all_messages_come_again(
    register: AccountParameters, monkeypatch: pytest.MonkeyPatch, log: StringIO
) -> None:
    def fail(_: AccountParameters) -> dict[str, str]:
        raise UnavailableError("GetParametersByPath AccessDeniedException")

    with monkeypatch.context() as broken:
        broken.setattr(AccountParameters, "read", fail)
        answer = call(send(1), send(2), "no JSON")
    assert [each["itemIdentifier"] for each in answer["batchItemFailures"]] == ["0", "1", "2"]
    assert (rows(), quarantined()) == ([], [])
    assert "Parameter Store: GetParametersByPath AccessDeniedException" in log.getvalue()

    register.put(DELEGATE, ["delegate"])
    assert call(send(1), send(2)) == {"batchItemFailures": []}


def test_where_accounts_are_listed_nobody_asks_parameter_store(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    monkeypatch.setattr(register_module, "connect", lambda service, **_: made.append(service))

    call(send())
    assert made == []


def test_metrics_are_emitted_as_one_document_without_an_address(capsys: pytest.CaptureFixture[str]) -> None:
    call(send(), envelope(json.dumps(BOUNCE)), "no JSON", envelope(json.dumps(published("Click"))))

    (line,) = capsys.readouterr().out.splitlines()
    document = json.loads(line)
    (directive,) = document["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "SesReputation"
    assert directive["Dimensions"] == [["service"]]
    assert {metric["Name"]: document[metric["Name"]] for metric in directive["Metrics"]} == {
        "FeedbackReceived": [4],
        "FeedbackJournaled": [2],
        "FeedbackIgnored": [1],
        "FeedbackQuarantined": [1],
        "FeedbackFailed": [0],
    }
    assert document["ignored"] == {"click": 1}


def every_example() -> list[str]:
    paths = [path for path in sorted(EVENTS.rglob("*.json")) if path.parent.name != "archives"]
    return [sign_body(json.loads(path.read_text(encoding="utf-8"))["Records"][0]["body"]) for path in paths]


@pytest.mark.parametrize("is_table_there", [True, False])
def test_nothing_of_a_recipient_is_logged_or_counted_or_named_in_a_key(
    *, is_table_there: bool, log: StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    if not is_table_there:
        boto3.client("dynamodb").delete_table(TableName="ledger")
    bodies = every_example()
    answer = call(*bodies)

    assert (answer["batchItemFailures"] == []) is is_table_there
    texts = [*capfd.readouterr(), log.getvalue(), *quarantined()]
    assert len(quarantined()) > 20
    assert all(text.count("@") == 0 and "recipient-" not in text for text in texts)
    assert log.getvalue().count("Quarantined a message") == len(quarantined())
