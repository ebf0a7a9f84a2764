"""What people post of SES in issues and manuals, invented anew: each is read right in every envelope.

On the queue only SNS's own envelope is believed. In an archive, which only its owner can have made, an event
counts in whatever it is kept in.
"""

import base64
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ses_reputation.feedback.archive import ArchiveDefaults, archived_messages
from ses_reputation.feedback.provenance import Registry
from ses_reputation.feedback.reading import Observed, Reading, read_wire
from ses_reputation.feedback.set_aside import Ignored, Quarantined
from tests.support.notifications import ARN, DELEGATE, FOREIGN, OWNER, envelope, mail, notified, published

REGISTRY = Registry(frozenset({OWNER}), frozenset({DELEGATE}))
NOBODY = Registry(frozenset())
OWN: dict[str, Any] = {"sendingAccountId": OWNER}
BOUNCE: dict[str, Any] = {
    "bounceType": "Permanent",
    "bounceSubType": "General",
    "bouncedRecipients": [{"emailAddress": "recipient-1@gmail.com", "action": "failed", "status": "5.1.1"}],
    "timestamp": "2026-11-20T14:05:47.000Z",
    "feedbackId": "0100-1",
}
COMPLAINT: dict[str, Any] = {
    "complainedRecipients": [{"emailAddress": "recipient-1@gmail.com"}],
    "timestamp": "2026-11-20T14:05:47.000Z",
}
DELIVERY: dict[str, Any] = {"recipients": ["recipient-1@gmail.com"], "timestamp": "2026-11-20T14:05:47.000Z"}

# A shape; what the queue makes of it in SNS's envelope, bare, in EventBridge's, and in that through SNS;
# and what an archive makes of it, in whatever it is kept.
SHAPES: dict[str, tuple[Any, str, str, str, str, str]] = {
    "bounce_of_an_identity": (
        notified("Bounce", OWN, **BOUNCE),
        *("observed", "raw_delivery", "wrapped_event", "wrapped_event", "observed"),
    ),
    "bounce_of_a_configuration_set": (
        published("Bounce", "news", OWN, **BOUNCE),
        *("observed", "raw_delivery", "wrapped_event", "wrapped_event", "observed"),
    ),
    "complaint_of_an_identity": (
        notified("Complaint", OWN, **COMPLAINT),
        *("observed", "raw_delivery", "wrapped_event", "wrapped_event", "observed"),
    ),
    "delivery_of_a_configuration_set": (
        published("Delivery", None, OWN, **DELIVERY),
        *("observed", "raw_delivery", "wrapped_event", "wrapped_event", "observed"),
    ),
    "send_without_source_arn": (
        published("Send", "news", {**OWN, "sourceArn": None}),
        *("observed", "raw_delivery", "wrapped_event", "wrapped_event", "observed"),
    ),
    "bounce_of_former_years_without_account": (
        notified("Bounce", {"sendingAccountId": None}, **BOUNCE),
        *("incomplete_event", "incomplete_event", "wrapped_event", "wrapped_event", "incomplete_event"),
    ),
    "bounce_of_the_first_years_without_account_and_arn": (
        notified("Bounce", {"sendingAccountId": None, "sourceArn": None}, **BOUNCE),
        *("incomplete_event", "incomplete_event", "wrapped_event", "wrapped_event", "incomplete_event"),
    ),
    "published_bounce_without_account": (
        published("Bounce", None, {"sendingAccountId": None}, **BOUNCE),
        *("incomplete_event", "incomplete_event", "wrapped_event", "wrapped_event", "incomplete_event"),
    ),
    "bounce_without_message_id": (
        notified("Bounce", {**OWN, "messageId": None}, **BOUNCE),
        *("incomplete_event", "incomplete_event", "wrapped_event", "wrapped_event", "incomplete_event"),
    ),
    "bounce_that_was_cut_for_a_question": (
        {"notificationType": "Bounce", "bounce": BOUNCE, "mail": {}},
        *("incomplete_event", "incomplete_event", "wrapped_event", "wrapped_event", "incomplete_event"),
    ),
    "open_as_in_the_manual": (
        {"eventType": "Open", "mail": mail(**OWN, sourceArn=None), "open": {"ipAddress": "192.0.2.1"}},
        *("open", "raw_delivery", "wrapped_event", "wrapped_event", "open"),
    ),
    "inbound_mail": (
        {"notificationType": "Received", "mail": {"messageId": "o3vr"}, "receipt": {"recipients": []}},
        *("inbound_mail",) * 5,
    ),
    "text_message": (
        {"eventType": "TEXT_DELIVERED", "eventVersion": "1.0", "messageStatus": "DELIVERED"},
        *("text_message",) * 5,
    ),
    "answer_to_a_text_message": (
        {"originationNumber": "+12065550100", "destinationNumber": "+12065550101", "messageBody": "STOP"},
        *("text_message", "text_message", "text_message", "text_message", "text_message"),
    ),
    "call_that_cloudtrail_recorded": (
        {"eventVersion": "1.08", "eventSource": "ses.amazonaws.com", "eventName": "SendEmail"},
        *("cloudtrail", "cloudtrail", "cloudtrail", "cloudtrail", "cloudtrail"),
    ),
    "log_file_of_cloudtrail": (
        {"s3Bucket": "example-trail", "s3ObjectKey": ["AWSLogs/1.json.gz"]},
        *("cloudtrail", "cloudtrail", "cloudtrail", "cloudtrail", "cloudtrail"),
    ),
    "test_of_s3": (
        {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "example"},
        *("s3_event", "s3_event", "s3_event", "s3_event", "s3_event"),
    ),
    "alarm": (
        {"AlarmName": "Bounces", "NewStateValue": "ALARM", "AWSAccountId": OWNER},
        *("cloudwatch_alarm",) * 5,
    ),
    "advice_of_ses": (
        {"version": "1.0.0", "data": {"testDefinitionId": "DKIM"}},
        *("unreadable", "unreadable", "eventbridge_event", "eventbridge_event", "unreadable"),
    ),
    "pointer_into_s3": (
        ["software.amazon.payloadoffloading.PayloadS3Pointer", {"s3BucketName": "example", "s3Key": "k"}],
        *("payload_pointer", "payload_pointer", "unreadable", "unreadable", "payload_pointer"),
    ),
    "pointer_of_the_older_library": (
        ["com.amazon.sqs.javamessaging.MessageS3Pointer", {"s3BucketName": "example", "s3Key": "k"}],
        *("payload_pointer", "payload_pointer", "unreadable", "unreadable", "payload_pointer"),
    ),
    "something_else": (
        {"hello": "world"},
        *("unreadable", "unreadable", "eventbridge_event", "eventbridge_event", "unreadable"),
    ),
}


def bridged(event: Any) -> dict[str, Any]:
    """An event as EventBridge writes it."""
    known = {"version": "0", "id": "1", "account": OWNER, "region": "us-east-1", "resources": []}
    return {**known, "detail-type": "Email Bounced", "source": "aws.ses", "detail": event}


def through_sns(value: Any) -> str:
    return envelope(json.dumps(value), OWNER)


def fate_of(reading: Reading) -> str:
    """The reading in a word: `observed`, what kind is ignored, or the reason of a quarantined message."""
    match reading:
        case Observed():
            return "observed"
        case Ignored():
            return reading.kind
        case Quarantined():
            return str(reading.reason)
    return "subscription"


@pytest.mark.parametrize("name", SHAPES)
def test_the_queue_believes_what_snss_envelope_holds_and_names_all_else(name: str) -> None:
    shape, in_sns, bare, in_eventbridge, in_eventbridge_through_sns, _ = SHAPES[name]
    bodies = [through_sns(shape), json.dumps(shape), json.dumps(bridged(shape)), through_sns(bridged(shape))]

    assert [fate_of(read_wire(body, REGISTRY)) for body in bodies] == [
        *(in_sns, bare),
        *(in_eventbridge, in_eventbridge_through_sns),
    ]


def base64_of(text: str, *, is_zipped: bool = False) -> str:
    return base64.b64encode(gzip.compress(text.encode()) if is_zipped else text.encode()).decode()


def logged(value: Any) -> dict[str, Any]:
    return {"id": "1", "timestamp": 1_795_183_545_641, "message": json.dumps(value)}


def subscribed_log(value: Any) -> dict[str, Any]:
    """Log events as CloudWatch Logs hands them to Lambda and Firehose, before they are zipped."""
    return {"messageType": "DATA_MESSAGE", "logGroup": "/aws/events/ses", "logEvents": [logged(value)]}


def invoked(value: Any) -> dict[str, Any]:
    """The record of an invocation that failed, as Lambda sends it to a destination."""
    return {
        "version": "1.0",
        "timestamp": "2026-11-20T14:06:00.000Z",
        "requestContext": {"condition": "RetriesExhausted"},
        "requestPayload": value,
        "responsePayload": {"errorMessage": "KeyError"},
    }


# What is in an archive, given an event or something around one.
KEPT_AS: dict[str, Callable[[Any], str]] = {
    "bare": json.dumps,
    "pretty": lambda value: json.dumps(value, indent=2),
    "array": lambda value: json.dumps([value]),
    "json_string_a_line": lambda value: json.dumps(json.dumps(value)),
    "json_string_of_a_json_string": lambda value: json.dumps(json.dumps(json.dumps(value))),
    "body_of_a_queue": lambda value: json.dumps(
        {"Messages": [{"MessageId": "1", "Body": json.dumps(value)}]}
    ),
    "body_in_lambda": lambda value: json.dumps({"Records": [{"messageId": "1", "body": json.dumps(value)}]}),
    "body_of_http": lambda value: json.dumps({"httpMethod": "POST", "body": json.dumps(value)}),
    "firehose_transformation": lambda value: json.dumps(
        {"invocationId": "1", "records": [{"recordId": "1", "data": base64_of(json.dumps(value) + "\n")}]}
    ),
    "firehose_of_logs": lambda value: json.dumps(
        {"records": [{"recordId": "1", "data": base64_of(json.dumps(subscribed_log(value)), is_zipped=True)}]}
    ),
    "kinesis": lambda value: json.dumps({"Records": [{"kinesis": {"data": base64_of(json.dumps(value))}}]}),
    "logs_exported_to_s3": lambda value: f"2026-11-20T14:05:48.001Z {json.dumps(value)}\n",
    "logs_as_the_command_line_prints_them": lambda value: json.dumps({"events": [logged(value)]}),
    "logs_for_lambda": lambda value: json.dumps(
        {"awslogs": {"data": base64_of(json.dumps(subscribed_log(value)), is_zipped=True)}}
    ),
    "log_line_of_a_function": lambda value: json.dumps(
        {"level": "INFO", "timestamp": "2026-11-20T14:05:48Z", "message": value}
    ),
    "destination_of_lambda": lambda value: json.dumps(invoked(value)),
    "destination_of_lambda_through_eventbridge": lambda value: json.dumps(
        {
            "source": "lambda",
            "detail-type": "Lambda Function Invocation Result - Failure",
            "detail": invoked(value),
        }
    ),
    "destination_of_lambda_in_a_queue": lambda value: json.dumps({"body": json.dumps(invoked([value]))}),
}
EVENTS = {name: shape for name, shape in SHAPES.items() if isinstance(shape[0], dict) and "mail" in shape[0]}


def readings_of(path: Path, content: str, registry: Registry) -> list[str]:
    path.write_text(content, encoding="utf-8")
    found = archived_messages(path)
    return [fate_of(read_wire(message.body, message.registered(registry))) for message in found]


@pytest.mark.parametrize("kept_as", KEPT_AS)
@pytest.mark.parametrize("name", EVENTS)
def test_an_archive_counts_an_event_as_its_owners_in_whatever_it_is_kept(
    name: str, kept_as: str, tmp_path: Path
) -> None:
    shape, *_, archived = EVENTS[name]

    assert readings_of(tmp_path / "bare", KEPT_AS[kept_as](shape), NOBODY) == [archived]
    assert readings_of(tmp_path / "bridged", KEPT_AS[kept_as](bridged(shape)), NOBODY) == [archived]


@pytest.mark.parametrize("kept_as", KEPT_AS)
@pytest.mark.parametrize("name", EVENTS)
def test_in_snss_envelope_the_topic_decides_in_whatever_that_is_kept(
    name: str, kept_as: str, tmp_path: Path
) -> None:
    shape, in_sns, *_, archived = EVENTS[name]
    enveloped, through_topic = (json.loads(through_sns(value)) for value in (shape, bridged(shape)))

    assert readings_of(tmp_path / "a", KEPT_AS[kept_as](enveloped), REGISTRY) == [in_sns]
    assert readings_of(tmp_path / "b", KEPT_AS[kept_as](enveloped), NOBODY) == ["foreign_topic"]
    assert readings_of(tmp_path / "c", KEPT_AS[kept_as](through_topic), REGISTRY) == [archived]
    assert readings_of(tmp_path / "d", KEPT_AS[kept_as](through_topic), NOBODY) == ["foreign_topic"]


@pytest.mark.parametrize("name", sorted(SHAPES.keys() - EVENTS.keys()))
@pytest.mark.parametrize("kept_as", ["json_string_a_line", "body_of_a_queue", "body_in_lambda"])
def test_what_is_no_event_is_one_message_of_an_archive_too(name: str, kept_as: str, tmp_path: Path) -> None:
    shape, *_, archived = SHAPES[name]

    assert readings_of(tmp_path / "archive", KEPT_AS[kept_as](shape), NOBODY) == [archived]


def test_an_envelope_in_a_registered_accounts_message_brings_no_other_topic(tmp_path: Path) -> None:
    """What an account publishes may look like the envelope of another account's topic."""
    forged = envelope(json.dumps(notified("Bounce", OWN, **BOUNCE)), OWNER)
    bodies = [envelope(forged, FOREIGN), envelope(json.dumps(bridged(json.loads(forged))), FOREIGN)]

    for number, body in enumerate(bodies):
        assert readings_of(tmp_path / str(number), body, REGISTRY) == ["foreign_topic"]
        assert fate_of(read_wire(body, REGISTRY)) == "foreign_topic"
    assert readings_of(tmp_path / "c", envelope(forged, DELEGATE), REGISTRY) == ["contradicts_topic"]


def test_what_lies_in_the_quarantine_is_nobodys_word(tmp_path: Path) -> None:
    known = {"reason": "raw_delivery", "explanation": "-", "topic_arn": "", "sqs_message_id": "1"}
    record = {**known, "body": json.dumps(notified("Bounce", **BOUNCE))}

    for kept_as in KEPT_AS.values():
        assert readings_of(tmp_path / "archive", kept_as(record), REGISTRY) == ["raw_delivery"]


def test_events_of_former_years_count_where_their_sender_is_named(tmp_path: Path) -> None:
    old = notified("Bounce", {"sendingAccountId": None}, **BOUNCE)
    path = tmp_path / "archive"
    path.write_text("\n".join([json.dumps(old), envelope(json.dumps(old), OWNER), through_sns(bridged(old))]))
    found = list(archived_messages(path, ArchiveDefaults(sending_account=DELEGATE)))
    readings = [read_wire(each.body, each.registered(REGISTRY)) for each in found]

    for reading in readings:
        assert isinstance(reading, Observed)
        assert (reading.origin.owner, reading.sender_hour.sending_account) == (OWNER, DELEGATE)


def test_an_account_that_an_event_names_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "archive"
    path.write_text(envelope(json.dumps(published("Send"))))
    whole = path.read_text()

    assert [each.body for each in archived_messages(path, ArchiveDefaults(sending_account=OWNER))] == [whole]


@pytest.mark.parametrize("outer", KEPT_AS)
def test_whatever_is_kept_in_something_else_counts_as_well(outer: str, tmp_path: Path) -> None:
    event = published("Bounce", "news", OWN, **BOUNCE)
    lost = [
        inner
        for inner in KEPT_AS
        if readings_of(tmp_path / "archive", KEPT_AS[outer](KEPT_AS[inner](event)), NOBODY) != ["observed"]
    ]

    assert lost == []


def test_layers_have_an_end(tmp_path: Path) -> None:
    text = '{"detail": ' * 900 + json.dumps(notified("Bounce", **BOUNCE)) + "}" * 900

    assert readings_of(tmp_path / "archive", text, NOBODY) == ["unreadable"]
    assert fate_of(read_wire(text, REGISTRY)) == "unreadable"


def test_a_long_list_on_the_queue_is_looked_into_only_so_far() -> None:
    """A message of a mebibyte may hold hundreds of thousands of values."""
    event = notified("Bounce", **BOUNCE)

    assert fate_of(read_wire(json.dumps([{}] * 500 + [event]), REGISTRY)) == "wrapped_event"
    assert fate_of(read_wire(json.dumps([{}] * 2_000 + [event]), REGISTRY)) == "unreadable"


def test_several_events_in_one_message_are_as_many_and_none_beside_them_is_lost(tmp_path: Path) -> None:
    values = [bridged(published("Send")), {"hello": "world"}, bridged(published("Delivery", **DELIVERY))]
    body = envelope(json.dumps(values))

    assert readings_of(tmp_path / "a", body, REGISTRY) == ["observed", "unreadable", "observed"]
    assert fate_of(read_wire(body, REGISTRY)) == "wrapped_event"


@pytest.mark.parametrize(
    ("topic_account", "sender", "owner", "says"),
    [
        (
            OWNER,
            DELEGATE,
            DELEGATE,
            f"This counts if {DELEGATE} publishes to a topic of its own that the queue is",
        ),
        (OWNER, FOREIGN, FOREIGN, "subscribed to and is registered"),
        (
            DELEGATE,
            OWNER,
            DELEGATE,
            "is registered as a delegate only: register it with `ses-reputation accounts add owner`",
        ),
    ],
)
def test_a_topic_that_reports_mail_of_others_is_advised(
    topic_account: str, sender: str, owner: str, says: str
) -> None:
    arn = ARN.format(owner=owner, identity="example.com")
    event = published("Bounce", "news", {"sendingAccountId": sender, "sourceArn": arn}, **BOUNCE)
    reading = read_wire(envelope(json.dumps(event), topic_account), REGISTRY)

    assert isinstance(reading, Quarantined)
    assert reading.reason == "contradicts_topic"
    assert says in reading.explanation
    assert "neither" not in reading.explanation


def explanation_of(value: Any) -> str:
    reading = read_wire(value if isinstance(value, str) else json.dumps(value), REGISTRY)
    assert isinstance(reading, Quarantined)
    return reading.explanation


def test_explanations_name_what_happened_and_what_to_do() -> None:
    event = notified("Bounce", **BOUNCE)
    old = notified("Bounce", {"sendingAccountId": None}, **BOUNCE)
    bridge = "came inside an EventBridge event, so nothing shows that SES wrote it: let SES publish to an SNS"

    assert bridge in explanation_of(bridged(event))
    assert bridge in explanation_of(through_sns(bridged(event)))
    assert "`ses-reputation replay`" in explanation_of(bridged(event))
    assert "the record of a Lambda destination" in explanation_of(invoked(event))
    assert "a second envelope of SNS" in explanation_of(through_sns(json.loads(through_sns(event))))
    assert "inside a list" in explanation_of([json.loads(through_sns(event))])
    assert "pointer into S3" in explanation_of(through_sns(SHAPES["pointer_into_s3"][0]))
    assert "mail.sendingAccountId: missing" in explanation_of(old)
    assert "--sending-account" in explanation_of(through_sns(old))
    assert "TopicArn" not in explanation_of(old)
