"""Archived notifications, in whatever envelopes they were kept, as the queue would have held them.

A file holds JSON: one document, an array, one value a line, or values one after the other; gzip is seen by
its magic number. Notifications in SNS's envelope come back as they are. An event that no topic's envelope
wraps is taken as the user's own: it is wrapped as if the topic of a party to it had sent it. Messages from
the quarantine are nobody's word, so that they come back as the queue had them.
"""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import TextIOWrapper
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from ses_reputation.environment import is_account, is_region
from ses_reputation.feedback.layers import (
    Unwrapped,
    is_envelope,
    is_event,
    is_quarantined,
    list_layer,
    split_values,
    unwrap,
    values_in,
)
from ses_reputation.feedback.provenance import Registry
from ses_reputation.feedback.set_aside import ARCHIVED
from ses_reputation.regions import partition_of

_GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class ArchivedMessage:
    """The body of a queue message, and for an event without envelope the accounts that are to be believed."""

    body: str
    own_owner: str = ""
    own_sender: str = ""

    @property
    def is_own(self) -> bool:
        """Whether no topic's envelope came with it: only the archive's owner says that it is genuine."""
        return bool(self.own_owner or self.own_sender)

    def registered(self, registry: Registry) -> Registry:
        """Return the registry with the accounts of an event that is the user's own."""
        owners, delegates = {self.own_owner} - {""}, {self.own_sender} - {""}
        return replace(registry, owners=registry.owners | owners, delegates=registry.delegates | delegates)


@dataclass(frozen=True, slots=True)
class ArchiveDefaults:
    """What holds for events that do not say it: their Region, and who sent the mail ("" where unknown)."""

    region: str = "us-east-1"
    sending_account: str = ""


NO_DEFAULTS = ArchiveDefaults()


def archived_messages(path: Path, defaults: ArchiveDefaults = NO_DEFAULTS) -> Iterator[ArchivedMessage]:
    """Yield the messages in a file, in its order; what is no JSON comes back whole, as an unreadable body.

    Files of one value a line are read line by line; others are held in memory. Raises OSError where the file
    cannot be read, UnicodeDecodeError where it is not UTF-8, EOFError or zlib.error where its gzip stream is
    cut off or damaged, and RecursionError where objects nest about a thousand deep.
    """
    with path.open("rb") as stored, _as_text(stored) as text:
        for value, written in _values(text):
            for each, as_written in _split(value, written):
                yield from _messages(each, as_written, defaults)


def _as_text(stored: BinaryIO) -> TextIO:
    is_gzip = stored.read(2) == _GZIP_MAGIC
    stored.seek(0)
    return (
        gzip.open(stored, "rt", encoding="utf-8-sig")
        if is_gzip
        else TextIOWrapper(stored, encoding="utf-8-sig")
    )


def _values(text: TextIO) -> Iterator[tuple[Any, str]]:
    """Yield each JSON object, array or string as it is written; other text comes as a string."""
    first = next((line for line in text if line.strip()), "")
    if not first:
        return
    if _is_complete(first):
        yield from _values_in_line(first)
        for line in text:
            yield from _values_in_line(line)
    else:
        yield from _values_in_document(first + text.read())


def _values_in_document(document: str) -> Iterator[tuple[Any, str]]:
    lines = document.split("\n")
    if not _is_complete(document) and any(line.strip() and _is_complete(line) for line in lines[1:]):
        for line in lines:
            yield from _values_in_line(line)
    else:
        yield from _values_in_line(document)


def _is_complete(text: str) -> bool:
    return values_in(text) is not None


def _values_in_line(text: str) -> Iterator[tuple[Any, str]]:
    found, rest = split_values(text)
    yield from found
    if rest:
        yield rest, rest


def _split(value: Any, written: str) -> Iterator[tuple[Any, str]]:
    """Yield what stands in a value's lists, in whatever lists; these may nest deeper than calls can."""
    waiting = [(value, written)]
    while waiting:
        each = waiting.pop()
        if listed := list_layer(each[0]):
            waiting.extend((held, "") for held in reversed(listed.held))
        else:
            yield each


def _messages(value: Any, written: str, defaults: ArchiveDefaults) -> Iterator[ArchivedMessage]:
    """Yield the messages in a value's layers; where none is known in them, the value itself."""
    found = list(unwrap(value, written, defaults.region))
    if any(is_event(each.value) or is_envelope(each.value) or is_quarantined(each.value) for each in found):
        for each in found:
            yield _message(each, defaults)
        return
    match value:
        case {"body": str(body)} | {"Body": str(body)}:
            yield ArchivedMessage(body)
        case _:
            yield ArchivedMessage(_text_of(found[0] if len(found) == 1 else Unwrapped(value, written)))


def _message(found: Unwrapped, defaults: ArchiveDefaults) -> ArchivedMessage:
    event, text = found.value, _text_of(found)
    if is_quarantined(event):
        return ArchivedMessage(event["body"])
    if is_envelope(event) and not found.topic_arn and defaults.sending_account:
        found = Unwrapped(*_first_value(event["Message"]), topic_arn=event["TopicArn"])
        completed = _complete(found.value, defaults)
        return ArchivedMessage(text if completed is found.value else _wrap(completed, found.topic_arn))
    event = _complete(event, defaults)
    if found.topic_arn:
        return ArchivedMessage(_wrap(event if is_event(event) else text, found.topic_arn))
    return _own(event, found.region) if is_event(event) else ArchivedMessage(text)


def _first_value(text: str) -> tuple[Any, str]:
    return next(iter(values_in(text) or ()), (text, text))


def _text_of(found: Unwrapped) -> str:
    return found.value if isinstance(found.value, str) else found.text or json.dumps(found.value)


def _complete(event: Any, defaults: ArchiveDefaults) -> Any:
    """Return an event with the account that SES did not name in former years, if the user names it."""
    if not (defaults.sending_account and is_event(event)) or event["mail"].get("sendingAccountId"):
        return event
    return {**event, "mail": {**event["mail"], "sendingAccountId": defaults.sending_account}}


def _own(event: dict[str, Any], region: str) -> ArchivedMessage:
    """Wrap an event as if the identity owner's topic, or for a published event the sender's, had sent it.

    One that does not say who sent the mail comes as it is: no topic can have reported it.
    """
    sender = event["mail"].get("sendingAccountId")
    if not (isinstance(sender, str) and is_account(sender)):
        return ArchivedMessage(json.dumps(event))
    arn = str(event["mail"].get("sourceArn") or "").split(":")
    is_owned = "eventType" not in event and len(arn) > 5 and is_account(arn[4])
    owner = arn[4] if is_owned else ""
    if len(arn) > 5 and arn[3] != "*" and is_region(arn[3]):
        region = arn[3]
    topic_arn = f"arn:{partition_of(region) or 'aws'}:sns:{region}:{owner or sender}:{ARCHIVED}"
    return ArchivedMessage(_wrap(event, topic_arn), own_owner=owner, own_sender="" if owner else sender)


def _wrap(message: Any, topic_arn: str) -> str:
    text = message if isinstance(message, str) else json.dumps(message)
    return json.dumps({"Type": "Notification", "TopicArn": topic_arn, "Message": text})
