"""Archives of any make give back the messages that the queue would have held."""

import gzip
import json
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ses_reputation.feedback.archive import ArchiveDefaults, ArchivedMessage, archived_messages
from ses_reputation.feedback.provenance import Reason, Registry
from ses_reputation.feedback.reading import Observed
from ses_reputation.feedback.set_aside import Quarantined
from ses_reputation.quarantine.record import QuarantineRecord
from tests.support.notifications import (
    ARN,
    DELEGATE,
    FOREIGN,
    OWNER,
    envelope,
    notified,
    published,
    read_archive,
)

NOBODY = Registry(frozenset())
SEND = published("Send")
BODY = envelope(json.dumps(SEND))


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive"


def messages_in(archive: Path, content: bytes | str) -> list[ArchivedMessage]:
    archive.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(archived_messages(archive))


def bodies_in(archive: Path, content: bytes | str) -> list[str]:
    return [message.body for message in messages_in(archive, content)]


@pytest.mark.parametrize("content", ["", "\n\n", " \t\n", "[]", '{"Records": []}', "[[], []]", "\ufeff"])
def test_an_archive_of_nothing_holds_no_message(archive: Path, content: str) -> None:
    assert bodies_in(archive, content) == []


@pytest.mark.parametrize(
    "content",
    [
        BODY,
        f"\ufeff{BODY}",
        json.dumps(json.loads(BODY), indent=2),
        f"\n\n  {BODY}  \n",
        json.dumps([BODY]),
        json.dumps([[[json.loads(BODY)]]]),
        json.dumps({"Records": [{"body": BODY, "messageId": "1"}]}),
        json.dumps({"Messages": [{"Body": BODY, "MessageId": "1"}]}),
        json.dumps({"Records": [{"EventSource": "aws:sns", "Sns": json.loads(BODY)}]}),
    ],
)
def test_every_envelope_gives_the_body_of_the_queue(archive: Path, content: str) -> None:
    (found,) = messages_in(archive, content)

    assert json.loads(found.body) == json.loads(BODY)
    assert (found.own_owner, found.own_sender) == ("", "")


def test_gzip_is_seen_by_its_content_whatever_the_name(archive: Path) -> None:
    assert bodies_in(archive, gzip.compress(f"{BODY}\n{BODY}\n".encode())) == [BODY, BODY]


def test_a_quarantine_record_gives_back_the_message_that_it_keeps(archive: Path) -> None:
    record = QuarantineRecord(
        "foreign_topic", "not registered", "", "1", datetime(2026, 11, 22, tzinfo=UTC), BODY
    )

    assert bodies_in(archive, json.dumps(record.to_json(), indent=1)) == [BODY]


def test_lists_may_nest_deeper_than_calls_can(archive: Path) -> None:
    assert bodies_in(archive, "[" * 900 + json.dumps("deep") + "]" * 900) == ["deep"]
    assert len(bodies_in(archive, "[" * 200_000)) == 1


@pytest.mark.parametrize("between", ["\n", "\r\n", "\n\n", "", "  "])
def test_values_one_after_the_other_are_messages_each(archive: Path, between: str) -> None:
    assert bodies_in(archive, between.join([BODY, BODY, BODY])) == [BODY, BODY, BODY]


def test_a_line_that_is_no_json_is_a_message_that_cannot_be_read_and_spares_its_neighbours(
    archive: Path,
) -> None:
    assert bodies_in(archive, f"{BODY}\nnot json\n{BODY}\n{BODY[:50]}\n{BODY}") == [
        *(BODY, "not json"),
        *(BODY, BODY[:50], BODY),
    ]


def test_an_archive_that_begins_amid_a_line_loses_that_line_only(archive: Path) -> None:
    assert bodies_in(archive, f"{BODY[30:]}\n{BODY}\n{BODY}") == [BODY[30:], BODY, BODY]


@pytest.mark.parametrize("content", ["17", "null", '"text"', "plain text\nof two lines", "<xml/>"])
def test_what_is_no_archive_is_one_unreadable_message(archive: Path, content: str) -> None:
    archive.write_text(content, encoding="utf-8")
    (reading,) = read_archive(archive, NOBODY)

    assert isinstance(reading, Quarantined)
    assert reading.reason is Reason.UNREADABLE


@pytest.mark.parametrize(
    ("event", "owner", "sender", "reported_by"),
    [
        (notified("Bounce"), OWNER, "", f"arn:aws:sns:us-east-1:{OWNER}:"),
        (SEND, "", DELEGATE, f"arn:aws:sns:us-east-1:{DELEGATE}:"),
        (notified("Bounce", {"sourceArn": None}), "", DELEGATE, f"arn:aws:sns:eu-west-1:{DELEGATE}:"),
    ],
)
@pytest.mark.parametrize("is_from_event_bridge", [True, False])
def test_an_event_without_envelope_is_reported_by_its_own_party(
    *,
    archive: Path,
    event: dict[str, Any],
    owner: str,
    sender: str,
    reported_by: str,
    is_from_event_bridge: bool,
) -> None:
    bridged = {"source": "aws.ses", "region": "eu-west-1", "detail": event}
    archive.write_text(json.dumps(bridged if is_from_event_bridge else event), encoding="utf-8")
    (found,) = archived_messages(archive, ArchiveDefaults("eu-west-1"))

    wrapped = json.loads(found.body)
    assert (found.own_owner, found.own_sender) == (owner, sender)
    assert wrapped["TopicArn"].startswith(reported_by)
    assert json.loads(wrapped["Message"]) == event


def test_only_an_event_without_envelope_is_believed_unregistered(archive: Path) -> None:
    archive.write_text(json.dumps([SEND, json.loads(envelope(json.dumps(SEND), FOREIGN))]), encoding="utf-8")
    own, enveloped = read_archive(archive, NOBODY)

    assert isinstance(own, Observed)
    assert isinstance(enveloped, Quarantined)
    assert enveloped.reason is Reason.FOREIGN_TOPIC


def test_an_own_events_accounts_join_the_registered() -> None:
    registry = Registry(frozenset({"1"}), frozenset({"2"}))

    assert ArchivedMessage("", own_owner="3").registered(registry) == Registry(
        frozenset({"1", "3"}), frozenset({"2"})
    )
    assert ArchivedMessage("", own_sender="3").registered(registry) == Registry(
        frozenset({"1"}), frozenset({"2", "3"})
    )
    assert ArchivedMessage("").registered(registry) == registry


def test_an_event_whose_account_is_none_is_quarantined(archive: Path) -> None:
    event = notified("Bounce", {"sourceArn": ARN.format(owner="recipient-1@gmail.com", identity="a.example")})
    archive.write_text(json.dumps(event), encoding="utf-8")
    (reading,) = read_archive(archive, NOBODY)

    assert isinstance(reading, Quarantined)
    assert "@" not in reading.explanation


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"\xff\xfe{\x00}\x00", UnicodeDecodeError),
        (b'{"a": "\xe9"}', UnicodeDecodeError),
        (gzip.compress(BODY.encode(), mtime=0)[:-9], EOFError),
        (gzip.compress(BODY.encode() * 50, mtime=0)[:14] + b"\xff" * 40, zlib.error),
        (gzip.compress(BODY.encode(), mtime=0)[:-6] + b"\x00" * 6, gzip.BadGzipFile),
    ],
    ids=["utf-16", "latin-1", "cut", "damaged", "wrong sum"],
)
def test_what_cannot_be_decoded_is_an_error(archive: Path, content: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        messages_in(archive, content)


def test_what_was_read_before_the_damage_is_given_first(archive: Path) -> None:
    archive.write_bytes(f"{BODY}\n".encode() * 400 + b"\xff\n")
    found = archived_messages(archive)

    assert [next(found).body for _ in range(100)] == [BODY] * 100
    with pytest.raises(UnicodeDecodeError):
        list(found)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text())
def test_any_text_gives_messages_that_are_read(archive: Path, text: str) -> None:
    archive.write_text(text, encoding="utf-8")

    assert all(isinstance(reading, Quarantined) for reading in read_archive(archive, NOBODY))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([BODY, json.dumps(SEND), "{}"]), max_size=6), st.booleans(), st.booleans())
def test_no_message_of_an_archive_is_lost(
    archive: Path, lines: list[str], as_array: bool, is_zipped: bool
) -> None:
    content = (f"[{','.join(lines)}]" if as_array else "\n".join(lines)).encode()

    assert len(messages_in(archive, gzip.compress(content) if is_zipped else content)) == len(lines)
