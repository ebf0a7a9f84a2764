"""A quarantined message is kept whole, under a key that says nothing of who it was for."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ses_reputation.feedback.provenance import Reason
from ses_reputation.feedback.set_aside import Quarantined
from ses_reputation.quarantine.record import QuarantineRecord, record_of

RECEIVED_AT = datetime(2026, 11, 22, 23, 59, 8, 118_000, tzinfo=UTC)
MESSAGE = "2e1424d4-f796-459a-8184-9c92662be6da"

# As the queue dates messages: in milliseconds.
moments = st.integers(0, 4_102_444_800_000).map(
    lambda millis: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=millis)
)
texts = st.text(alphabet=st.characters(), max_size=40)
records = st.builds(QuarantineRecord, texts, texts, texts, texts, moments, texts, texts)


def record(
    sqs_message_id: str = MESSAGE, received_at: datetime = RECEIVED_AT, body: str = "{}"
) -> QuarantineRecord:
    quarantined = Quarantined(Reason.FOREIGN_TOPIC, "not registered", "arn:aws:sns:us-east-1:1:t")
    return record_of(quarantined, sqs_message_id, received_at, body)


@settings(deadline=None)
@given(records)
def test_a_record_comes_back_as_it_was_kept(kept: QuarantineRecord) -> None:
    assert QuarantineRecord.from_json(json.loads(json.dumps(kept.to_json()))) == kept


def test_a_record_is_readable_json_with_the_whole_body() -> None:
    assert record(body='{"é": 1}').to_json() == {
        "reason": "foreign_topic",
        "explanation": "not registered",
        "topic_arn": "arn:aws:sns:us-east-1:1:t",
        "sqs_message_id": MESSAGE,
        "received_at": "2026-11-22T23:59:08.118Z",
        "body": '{"é": 1}',
        "certificate": "",
    }


def test_the_key_is_reason_day_and_queue_message() -> None:
    assert record().key == f"quarantine/foreign_topic/2026-11-22/{MESSAGE}.json"


def test_the_key_does_not_depend_on_the_time_zone_or_on_what_was_said() -> None:
    elsewhere = record(received_at=RECEIVED_AT.astimezone(timezone(timedelta(hours=9))), body="other")

    assert elsewhere.key == record().key


@pytest.mark.parametrize(
    "message_id",
    ["recipient-1@gmail.com", "../../suppression/latest", "a/b", "", ".", "é", "\ud800", "x" * 2_000],
)
def test_an_id_that_is_none_of_the_queues_does_not_shape_the_key(message_id: str) -> None:
    key = record(message_id).key
    folder, _, name = key.rpartition("/")

    assert folder == "quarantine/foreign_topic/2026-11-22"
    assert len(name) == 32 + len(".json")
    assert key == record(message_id).key
    assert key != record(f"{message_id}/").key


@settings(deadline=None)
@given(records)
def test_no_key_holds_an_address(kept: QuarantineRecord) -> None:
    assert "@" not in kept.key.removeprefix(f"quarantine/{kept.reason}/")


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_a_folder(reason: Reason) -> None:
    kept = record_of(Quarantined(reason, ""), MESSAGE, RECEIVED_AT, "")

    assert kept.key.split("/")[:2] == ["quarantine", str(reason)]


@pytest.mark.parametrize(
    "fields",
    [
        "",
        [],
        17,
        {},
        {name: value for name, value in record().to_json().items() if name != "received_at"},
        record().to_json() | {"received_at": "yesterday"},
        record().to_json() | {"received_at": "0001-01-01T00:00:00+14:00"},
    ],
)
def test_what_is_no_record_is_refused(fields: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        QuarantineRecord.from_json(fields)


def test_a_field_that_a_later_version_adds_is_passed_over() -> None:
    assert QuarantineRecord.from_json(record().to_json() | {"feed": "owner"}) == record()


def test_a_record_of_an_earlier_version_has_no_certificate() -> None:
    fields = {name: value for name, value in record().to_json().items() if name != "certificate"}

    assert QuarantineRecord.from_json(fields) == record()
