"""The delays of a batch share an item, and come back as entries do."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ses_reputation.feedback.provenance import Registry
from ses_reputation.feedback.reading import Observed, read_wire
from ses_reputation.ledger import delays
from ses_reputation.ledger.delays import DelayPage, delay_of, delay_pages, unpack_delays
from ses_reputation.ledger.rows import key_of, row_of
from tests.support.notifications import DELEGATE, OWNER, envelope, published

REGISTRY = Registry(frozenset({OWNER}), frozenset({DELEGATE}))
ARRIVED_AT = datetime(2026, 11, 21, 0, 30, tzinfo=UTC)
RETENTION = timedelta(days=30)
ACCOUNT = (DELEGATE, "us-east-1")


def delay(hour: int = 15, *recipients: str, message: str = "message-1", diagnosis: str = "") -> Observed:
    named = [
        {"emailAddress": each, "diagnosticCode": diagnosis}
        for each in recipients or ("recipient-1@gmail.com",)
    ]
    block: dict[str, Any] = {
        "delayType": "MailboxFull",
        "timestamp": f"2026-11-20T{hour}:00:00Z",
        "delayedRecipients": named,
    }
    mailed = [each["emailAddress"] for each in named]
    event = published("DeliveryDelay", "newsletter", {"messageId": message, "destination": mailed}, **block)
    reading = read_wire(envelope(json.dumps(event)), REGISTRY)
    assert isinstance(reading, Observed)
    return reading


def drafted(*events: Observed) -> list[tuple[DelayPage, list[str]]]:
    reported = [
        (delay_of(event, observation), f"queue-message-{number}")
        for number, event in enumerate(events)
        for observation in event.observations
    ]
    return [
        (page, list(messages)) for page, messages in delay_pages(reported, ACCOUNT, ARRIVED_AT, RETENTION)
    ]


def test_a_delay_comes_back_as_what_ses_said_of_it() -> None:
    ((page, messages),) = drafted(delay(diagnosis="452 4.2.2 mailbox full"))

    assert unpack_delays(page.content) == [
        {
            "message_id": "message-1",
            "recipient": "recipient-1@gmail.com",
            "occurred_at": "2026-11-20T15:00:00.000Z",
            "outcome": "delayed_mailbox_full",
            "feed": "sender",
            "provider": "gmail",
            "sending_account": DELEGATE,
            "owner_account": OWNER,
            "region": "us-east-1",
            "identity": "example.com",
            "send_hour": "2026-11-20T14",
            "configuration_set": "newsletter",
            "delay_type": "MailboxFull",
            "diagnostic_code": "452 4.2.2 mailbox full",
        }
    ]
    assert messages == ["queue-message-0"]


def test_a_page_is_found_by_the_day_on_which_it_arrived() -> None:
    ((page, _),) = drafted(delay())

    assert key_of(page) == ("DELAYS#444455556666#us-east-1#2026-11-21", page.digest)
    assert row_of(page) == {
        "pk": {"S": "DELAYS#444455556666#us-east-1#2026-11-21"},
        "sk": {"S": page.digest},
        "delays": {"B": page.content},
        # 2026-12-21 00:30 UTC.
        "expires_at": {"N": "1797813000"},
    }


def test_the_delays_of_a_batch_share_an_item_and_each_repetition_is_kept() -> None:
    ((page, messages),) = drafted(delay(15), delay(16), delay(15, "a@gmail.com", "b@gmail.com"))

    kept = [(each["occurred_at"][11:13], each["recipient"]) for each in unpack_delays(page.content)]
    assert sorted(kept) == [
        ("15", "a@gmail.com"),
        ("15", "b@gmail.com"),
        ("15", "recipient-1@gmail.com"),
        ("16", "recipient-1@gmail.com"),
    ]
    assert sorted(messages) == [
        "queue-message-0",
        "queue-message-1",
        "queue-message-2",
        "queue-message-2",
    ]


def test_order_and_repetition_do_not_change_a_page() -> None:
    ((once, _),) = drafted(delay(15), delay(16))
    ((again, messages),) = drafted(delay(16), delay(15), delay(16))

    assert again == once
    assert again.digest == once.digest
    assert sorted(messages) == ["queue-message-0", "queue-message-1", "queue-message-2"]


def test_more_than_an_item_holds_takes_another_and_names_the_messages_of_each() -> None:
    events = [
        delay(message=f"message-{number:03}", diagnosis=f"{number:03}" + "é" * 3_900) for number in range(100)
    ]
    pages = drafted(*events)

    # A delay takes about 8,250 bytes: 47 of them fit in 390,000, compressed or not.
    sizes = [len(messages) for _, messages in pages]
    assert sizes == [47, 47, 6]
    for page, messages in pages:
        of_messages = {f"message-{int(message.rpartition('-')[2]):03}" for message in messages}
        assert {each["message_id"] for each in unpack_delays(page.content)} == of_messages
        assert len(page.content) < 400_000


def test_a_delay_that_is_longer_than_a_page_stands_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delays, "MOST_PAGE_BYTES", 100)

    assert [len(unpack_delays(page.content)) for page, _ in drafted(delay(15), delay(16))] == [1, 1]
