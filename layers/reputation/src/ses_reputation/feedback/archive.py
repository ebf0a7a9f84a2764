"""Archived notifications, in whatever envelope they were kept, as the queue would have held them.

A file holds JSON: one document, an array, one value a line, or values one after the other; gzip is seen by
its magic number. Bodies of queue messages come back as they are. An event that no topic's envelope wraps is
taken as the user's own: it is wrapped as if the topic of a party to it had sent it.
"""

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from io import TextIOWrapper
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from ses_reputation.feedback.provenance import Registry

_GZIP_MAGIC = b"\x1f\x8b"
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class ArchivedMessage:
    """The body of a queue message, and for an event without envelope the accounts that are to be believed."""

    body: str
    own_owner: str = ""
    own_sender: str = ""

    def registered(self, registry: Registry) -> Registry:
        """Return the registry with the accounts of an event that is the user's own."""
        owners, delegates = {self.own_owner} - {""}, {self.own_sender} - {""}
        return replace(registry, owners=registry.owners | owners, delegates=registry.delegates | delegates)


def archived_messages(path: Path, default_region: str = "us-east-1") -> Iterator[ArchivedMessage]:
    """Yield the messages in a file, in its order; what is no JSON comes back whole, as an unreadable body.

    Files of one value a line are read line by line; others are held in memory. Raises OSError where the file
    cannot be read, UnicodeDecodeError where it is not UTF-8, EOFError or zlib.error where its gzip stream is
    cut off or damaged, and RecursionError where objects nest about a thousand deep.
    """
    with path.open("rb") as stored, _as_text(stored) as text:
        for value in _values(text):
            if isinstance(value, str):
                yield ArchivedMessage(value)
            else:
                yield from _unwrap(value, default_region)


def _as_text(stored: BinaryIO) -> TextIO:
    is_gzip = stored.read(2) == _GZIP_MAGIC
    stored.seek(0)
    return (
        gzip.open(stored, "rt", encoding="utf-8-sig")
        if is_gzip
        else TextIOWrapper(stored, encoding="utf-8-sig")
    )


def _values(text: TextIO) -> Iterator[Any]:
    """Yield each JSON object or array; what is neither comes back as its text."""
    first = next((line for line in text if line.strip()), "")
    if not first:
        return
    if _is_complete(first):
        yield from _values_in_line(first)
        for line in text:
            yield from _values_in_line(line)
    else:
        yield from _values_in_document(first + text.read())


def _values_in_document(document: str) -> Iterator[Any]:
    lines = document.split("\n")
    if not _is_complete(document) and any(line.strip() and _is_complete(line) for line in lines[1:]):
        for line in lines:
            yield from _values_in_line(line)
    else:
        yield from _values_in_line(document)


def _is_complete(text: str) -> bool:
    """Return whether a text is nothing but JSON objects and arrays, one after the other."""
    return not any(isinstance(value, str) for value in _values_in_line(text))


def _values_in_line(text: str) -> Iterator[Any]:
    position, end = 0, len(text.rstrip())
    while position < end:
        start = position + len(text[position:end]) - len(text[position:end].lstrip())
        try:
            value, position = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict | list):
            yield text[start:end]
            return
        yield value


def _unwrap(value: Any, region: str) -> Iterator[ArchivedMessage]:
    """Yield the messages in a value, whatever lists they stand in; a list may nest deeper than calls can."""
    waiting = [value]
    while waiting:
        match waiting.pop():
            case list(several) | {"Records": list(several)} | {"Messages": list(several)}:
                waiting.extend(reversed(several))
            case single:
                yield _message(single, region)


def _message(value: Any, region: str) -> ArchivedMessage:
    match value:
        case str():
            return ArchivedMessage(value)
        case {"Sns": {"TopicArn": str()} as notification}:
            return ArchivedMessage(json.dumps(notification))
        case {"body": str(body)} | {"Body": str(body)}:
            return ArchivedMessage(body)
        case {"source": "aws.ses", "detail": {"mail": dict()} as event}:
            return _own(event, value.get("region") or region)
        case {"mail": dict(), "eventType": str()} | {"mail": dict(), "notificationType": str()}:
            return _own(value, region)
        case _:
            return ArchivedMessage(json.dumps(value))


def _own(event: Mapping[str, Any], region: str) -> ArchivedMessage:
    """Wrap an event as if the identity owner's topic, or for a published event the sender's, had sent it."""
    arn = str(event["mail"].get("sourceArn") or "").split(":")
    sender = str(event["mail"].get("sendingAccountId") or "")
    owner = arn[4] if len(arn) > 5 and "eventType" not in event else ""
    topic_region = arn[3] if len(arn) > 5 else region
    body = json.dumps(
        {
            "Type": "Notification",
            "TopicArn": f"arn:aws:sns:{topic_region}:{owner or sender}:archived-without-envelope",
            "Message": json.dumps(event),
        }
    )
    return ArchivedMessage(body, own_owner=owner, own_sender="" if owner else sender)
