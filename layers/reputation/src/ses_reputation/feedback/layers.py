"""The envelopes in which others pass notifications on or keep them, taken off layer by layer.

Each shape was seen in public: what SQS, Lambda, EventBridge, Firehose, Kinesis and CloudWatch Logs write
around an SES event or around SNS's own envelope.
"""

import json
import zlib
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterator
from re import compile as pattern
from typing import Any, NamedTuple

MOST_LAYERS = 16
"""What is wrapped more often is taken as it is: nothing in use comes near."""
# What a message of a queue may cost, where it is only asked whether an event lies in it.
_MOST_LOOKED_AT = 1_000
_MOST_DECODED_BYTES = 64 * 1024 * 1024
_DECODER = json.JSONDecoder()
# CloudWatch Logs exports to S3 write the time of ingestion before each message.
_is_log_line = pattern(r"(?s)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.\d]*Z\s+(.*)").fullmatch
_GZIP, _ZLIB_BITS_FOR_GZIP = b"\x1f\x8b", 31


class Layer(NamedTuple):
    """An envelope by name, and the values or texts in it."""

    name: str
    held: list[Any]


class Unwrapped(NamedTuple):
    """A value that no known envelope wraps, or an envelope of SNS.

    text: as it was written, "" where that is not known. topic_arn: of the outermost envelope of SNS that was
    taken off. region: where EventBridge says that it comes from. layers: how many were taken off.
    """

    value: Any
    text: str = ""
    topic_arn: str = ""
    region: str = ""
    layers: int = 0


def is_event(value: Any) -> bool:
    """Return whether a value is an SES event or notification about a mail, complete or not."""
    match value:
        case {"mail": dict(), "eventType": str()} | {"mail": dict(), "notificationType": str()}:
            return True
    return False


def is_envelope(value: Any) -> bool:
    """Return whether a value is an envelope of SNS."""
    match value:
        case {"Type": str(), "TopicArn": str(), "Message": str()}:
            return True
    return False


def is_quarantined(value: Any) -> bool:
    """Return whether a value is a message that the quarantine kept, as it stores and shows it."""
    match value:
        case {"reason": str(), "explanation": str(), "sqs_message_id": str(), "body": str()}:
            return True
    return False


def outer_layer(value: Any) -> Layer | None:
    """Return the outermost envelope of a value, other than SNS's own; None where none is known."""
    return list_layer(value) or _single_layer(value)


def list_layer(value: Any) -> Layer | None:
    """Return the list of messages that a value is, or mainly holds; None where it is none."""
    match value:
        case list(several):
            return Layer("a list", several)
        case {"Records": list(several)}:
            return Layer("a Lambda event", several)
        case {"Messages": list(several)}:
            return Layer("an answer of SQS", several)
        case {"records": list(several)}:
            return Layer("a Firehose event", several)
        case {"logEvents": list(several)} | {"events": list(several)}:
            return Layer("CloudWatch Logs", several)
    return None


def _single_layer(value: Any) -> Layer | None:
    match value:
        case {"detail": dict(detail)}:
            return Layer("an EventBridge event", [detail])
        case {"requestPayload": payload}:
            return Layer("the record of a Lambda destination", [payload])
        case {"Sns": {"TopicArn": str()} as notification}:
            return Layer("a Lambda event", [notification])
        case {"body": (str() | dict()) as body} | {"Body": (str() | dict()) as body}:
            return Layer("an SQS message", [body])
        case {"message": (str() | dict()) as message, "timestamp": _}:
            return Layer("CloudWatch Logs", [message])
    return None


def encoded_layer(value: Any) -> Layer | None:
    """Return the outermost envelope of a value whose content is base64, gzip or not; None without one."""
    match value:
        case {"recordId": _, "data": str(text)} | {"kinesis": {"data": str(text)}}:
            name = "a Firehose record"
        case {"awslogs": {"data": str(text)}}:
            name = "CloudWatch Logs"
        case _:
            return None
    try:
        stored = b64decode(text, validate=True)
        if stored.startswith(_GZIP):
            stored = zlib.decompressobj(_ZLIB_BITS_FOR_GZIP).decompress(stored, _MOST_DECODED_BYTES)
        return Layer(name, [stored.decode()])
    except (Base64Error, ValueError, zlib.error):
        return None


def unwrap(whole: Any, text: str = "", region: str = "") -> Iterator[Unwrapped]:
    """Yield what lies in a value's layers, in its order. Nothing is lost: what is not known comes as it is.

    An envelope of SNS is taken off only if another one lies in it; then the outermost topic is kept, as what
    an account publishes may name any other.
    """
    return _unwrap_all([Unwrapped(whole, text, region=region)])


def _unwrap_all(waiting: list[Unwrapped], most: int | None = None) -> Iterator[Unwrapped]:
    """Yield what lies in the layers of all; of each list, and of all, only so many."""
    looked_at = 0
    while waiting and looked_at != most:
        looked_at += 1
        each = waiting.pop()
        held = _held_by(each, most) if each.layers < MOST_LAYERS else None
        if held is None:
            yield each
        else:
            waiting.extend(reversed(held))


def _look_into(value: Any) -> Iterator[Unwrapped]:
    """Yield what lies in a value, all envelopes of SNS taken off: with a topic given, they all are."""
    return _unwrap_all([Unwrapped(value, topic_arn="given")], _MOST_LOOKED_AT)


def _held_by(each: Unwrapped, most: int | None) -> list[Unwrapped] | None:
    inner = each._replace(text="", layers=each.layers + 1)
    match each.value:
        case str(text):
            written = values_in(text) or ()
            return [inner._replace(value=value, text=as_written) for value, as_written in written] or None
        case value if is_event(value) or is_quarantined(value):
            return None
        case {"TopicArn": str(topic_arn), "Message": str(message)} as value if is_envelope(value):
            if not each.topic_arn and not _holds_wrapped_event(message):
                return None
            return [inner._replace(value=message, topic_arn=each.topic_arn or topic_arn)]
        case value:
            layer = outer_layer(value) or encoded_layer(value)
            if layer is None:
                return None
            region = value.get("region") if isinstance(value, dict) else None
            region = region if isinstance(region, str) else each.region
            return [inner._replace(value=held, region=region) for held in layer.held[:most]]


def _holds_wrapped_event(message: str) -> bool:
    """Return whether an SES event lies in another envelope in the message of SNS."""
    return any(is_event(each.value) and each.layers > 1 for each in _look_into(message))


def values_in(text: str) -> list[tuple[Any, str]] | None:
    """Return the JSON objects, arrays and strings in a text, each as it is written; None if it holds more.

    A time before them, as CloudWatch Logs writes it, is left out.
    """
    found, rest = split_values(text)
    return None if rest else found


def split_values(text: str) -> tuple[list[tuple[Any, str]], str]:
    """Return the values in a text as `values_in` does, up to what is none, and the text from there on."""
    if line := _is_log_line(text):
        text = line[1]
    found: list[tuple[Any, str]] = []
    position, end = 0, len(text.rstrip())
    while position < end:
        start = position + len(text[position:end]) - len(text[position:end].lstrip())
        try:
            value, position = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            return found, text[start:end]
        if not isinstance(value, dict | list | str):
            return found, text[start:end]
        found.append((value, text[start:position]))
    return found, ""


def holds_event(value: Any) -> bool:
    """Return whether an event about a mail that somebody sent lies in a value's layers, however deep."""
    return any(is_event(each.value) and not kind_of_other(each.value) for each in _look_into(value))


def kind_of_other(content: Any) -> str:
    """Return what a message is that is not about mail which somebody sent; "" where that is not known."""
    match content:
        case {"source": str(), "detail-type": str(), "detail": dict(detail)} if "mail" not in content:
            return _kind_of(detail) or ("" if holds_event(detail) else "eventbridge_event")
    return _kind_of(content)


def _kind_of(content: Any) -> str:
    match content:
        case {"notificationType": "Received"} | {"receipt": dict(), "mail": dict()} | {"ses": {"receipt": _}}:
            return "inbound_mail"
        case {"Records": [{"ses": {"receipt": _}}, *_]}:
            return "inbound_mail"
        case {"mail": _}:
            return ""
        case {"eventType": str(name)} if name.startswith(_TEXT_MESSAGES):
            return "text_message"
    return _kind_of_service(content)


def _kind_of_service(content: Any) -> str:
    match content:
        case {"originationNumber": str(), "destinationNumber": str()}:
            return "text_message"
        case {"Records": [{"eventSource": "aws:s3"}, *_]} | {"eventSource": "aws:s3"}:
            return "s3_event"
        case {"Event": "s3:TestEvent"}:
            return "s3_event"
        case {"eventSource": str(), "eventName": str()} | {"s3Bucket": str(), "s3ObjectKey": list()}:
            return "cloudtrail"
        case {"AlarmName": str(), "NewStateValue": str()}:
            return "cloudwatch_alarm"
    return ""


# https://docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-event-types.html
_TEXT_MESSAGES = ("TEXT_", "MEDIA_", "VOICE_")
