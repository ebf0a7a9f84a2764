"""What is kept of an adverse outcome."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from ses_reputation.feedback.observations import Observation
from ses_reputation.feedback.outcomes import Outcome
from ses_reputation.feedback.provenance import Registry
from ses_reputation.feedback.providers import Provider
from ses_reputation.feedback.reading import Observed, read_wire
from ses_reputation.ledger.entries import Entry, entry_of, is_delay, pack_attributes, unpack_attributes
from ses_reputation.ledger.rows import entry_of_row, row_of
from ses_reputation.ledger.shards import fingerprint
from tests.support.notifications import DELEGATE, OWNER, envelope, notified, published

REGISTRY = Registry(frozenset({OWNER}), frozenset({DELEGATE}))
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
RETENTION = timedelta(days=30)
RECIPIENT = "recipient-1@gmail.com"
DISPATCH = fingerprint("message-1", RECIPIENT)


def entries_of(event: dict[str, Any], topic_account: str = DELEGATE, now: datetime = NOW) -> list[Entry]:
    observed = read_wire(envelope(json.dumps(event), topic_account), REGISTRY)
    assert isinstance(observed, Observed)
    return [entry_of(observed, each, now, RETENTION) for each in observed.observations]


def bounce(**block: Any) -> dict[str, Any]:
    usual = {
        "bounceType": "Permanent",
        "bounceSubType": "NoEmail",
        "timestamp": "2026-11-21T00:06:00+01:00",
        "bouncedRecipients": [{"emailAddress": RECIPIENT, "status": "5.1.1"}],
    }
    return usual | block


def test_an_entry_holds_what_the_notification_said_and_what_it_was_about() -> None:
    (entry,) = entries_of(published("Bounce", **bounce()))

    assert entry == Entry(
        "message-1",
        f"bounced_permanent_no_email#{DISPATCH.hex()}#sender",
        {
            "recipient": RECIPIENT,
            "occurred_at": "2026-11-20T23:06:00.000Z",
            "outcome": "bounced_permanent_no_email",
            "feed": "sender",
            "provider": "gmail",
            "sending_account": DELEGATE,
            "owner_account": OWNER,
            "region": "us-east-1",
            "identity": "example.com",
            "send_hour": "2026-11-20T14",
            "configuration_set": "newsletter",
            "bounce_type": "Permanent",
            "bounce_subtype": "NoEmail",
            "status": "5.1.1",
        },
        int((NOW + RETENTION).timestamp()),
    )


def test_each_feed_has_a_row_of_its_own() -> None:
    (by_sender,) = entries_of(published("Bounce", **bounce()))
    (by_owner,) = entries_of(notified("Bounce", **bounce()), OWNER)

    assert by_owner.message_id == by_sender.message_id
    assert by_owner.sort_key == by_sender.sort_key.replace("#sender", "#owner")
    assert "configuration_set" not in by_owner.attributes


def test_written_again_later_only_its_expiry_differs() -> None:
    (first,) = entries_of(published("Bounce", **bounce()))
    (again,) = entries_of(published("Bounce", **bounce()), now=NOW + timedelta(hours=1))

    assert again.expires_at == first.expires_at + 3_600
    assert (again.message_id, again.sort_key, again.attributes) == (
        *(first.message_id, first.sort_key),
        first.attributes,
    )


def test_long_diagnostics_are_cut_so_that_any_entry_fits_an_item() -> None:
    named = [
        {
            "emailAddress": RECIPIENT,
            "diagnosticCode": "é" * 20_000,
            "status": "😀" * 20_000,
            "action": "😀" * 20_000,
            "newField": "😀" * 20_000,
        }
    ]
    long = dict.fromkeys(["feedbackId", "reportingMTA", "remoteMtaIp", "bounceSubType", "new"], "😀" * 20_000)
    (entry,) = entries_of(published("Bounce", **bounce(bouncedRecipients=named, **long)))

    assert entry.attributes["diagnostic_code"] == "é" * 4_000
    assert sum(len(name) + len(value.encode()) for name, value in entry.attributes.items()) < 400_000


def test_a_stored_entry_comes_back_by_name() -> None:
    (entry,) = entries_of(published("Bounce", **bounce()))

    assert entry_of_row(row_of(entry)) == {"message_id": "message-1", **entry.attributes}


def test_without_an_arn_the_owner_is_left_out() -> None:
    event = published("Bounce", None, {"sourceArn": None, "source": "news@mail.example.com"}, **bounce())
    (entry,) = entries_of(event)

    assert entry.attributes["identity"] == "mail.example.com"
    assert entry.attributes.keys() & {"owner_account", "configuration_set"} == set()


def test_only_what_is_still_being_tried_is_a_delay() -> None:
    tried = [outcome for outcome in Outcome if is_delay(Observation("a@b.example", outcome, Provider.OTHER))]

    assert all(outcome.wire_name.startswith("delayed_") for outcome in tried)
    assert len(tried) == 11


STORED = {
    "outcome": "bounced_permanent_general",
    "feed": "sender",
    "provider": "gmail",
    "status": "5.1.1",
    "diagnostic_code": "smtp; 550 5.1.1 gone",
}
PACKED = "abc62b8b4810e86622590b4b9e182984701ca6e7e7a52ad50200"


def test_a_stored_entry_is_read_whatever_the_library_has_become_since() -> None:
    """What was packed on 2026-11-27: zlib, raw, with the dictionary of that day."""
    packed = pack_attributes(STORED)
    assert unpack_attributes(bytes.fromhex(PACKED)) == STORED
    assert unpack_attributes(packed) == STORED
    assert len(packed) < 60


def test_what_an_index_goes_by_is_not_packed() -> None:
    indexed = {"recipient": "recipient-1@gmail.com", "occurred_at": "2026-11-22T10:00:26.820Z"}
    assert unpack_attributes(pack_attributes({**indexed, "feed": "owner"})) == {"feed": "owner"}
