"""Every file in events/ reads as its expected reading says, which was written by hand."""

import json
from hashlib import md5
from pathlib import Path
from typing import Any

import pytest

from ses_reputation.feedback.outcomes import Outcome
from ses_reputation.feedback.provenance import Reason, Registry
from ses_reputation.feedback.providers import Provider
from ses_reputation.feedback.reading import Observed, Reading, read_wire
from ses_reputation.feedback.set_aside import Ignored, Quarantined, SubscriptionRequest
from tests.support.notifications import read_archive
from tests.support.stack_template import ROOT

EVENTS = ROOT / "events"
EXPECTED_READINGS = Path(__file__).with_name("expected_readings")
REGISTRY = Registry(owners=frozenset({"111122223333"}), delegates=frozenset({"444455556666", "777788889999"}))
OWN_DOMAINS = frozenset({"corp.example.com"})

EVENT_FILES = sorted(path for path in EVENTS.rglob("*") if path.is_file() and path.suffix != ".md")
ARCHIVES = [path for path in EVENT_FILES if path.parent.name == "archives"]
WIRE_MESSAGES = [path for path in EVENT_FILES if path not in ARCHIVES]


def expected_reading_of(event_file: Path) -> Path:
    name = event_file.name if event_file.suffix == ".json" else f"{event_file.name}.json"
    return EXPECTED_READINGS / event_file.relative_to(EVENTS).with_name(name)


def situation(event_file: Path) -> str:
    return str(event_file.relative_to(EVENTS))


def as_expected(reading: Reading) -> dict[str, Any]:
    """Return a reading in the shape of the files in expected_readings/."""
    match reading:
        case Observed():
            return {
                "reading": "observed",
                "event_type": reading.event_type,
                "dialect": str(reading.dialect),
                "feed": str(reading.feed),
                "owner_account": reading.origin.owner,
                "sending_account": reading.sender_hour.sending_account,
                "region": reading.sender_hour.region,
                "identity": reading.sender_hour.identity,
                "send_hour": reading.sender_hour.send_hour,
                "configuration_set": reading.configuration_set,
                "message_id": reading.message_id,
                "observations": [
                    {
                        "recipient": observation.recipient,
                        "outcome": observation.outcome.wire_name,
                        "provider": observation.provider.wire_name,
                    }
                    for observation in reading.observations
                ],
            }
        case Ignored():
            return {"reading": "ignored", "kind": reading.kind}
        case SubscriptionRequest():
            return {"reading": "subscription", "topic_arn": reading.topic_arn}
        case Quarantined():
            return {"reading": "quarantined", "reason": str(reading.reason)}


@pytest.mark.parametrize("event_file", WIRE_MESSAGES, ids=situation)
def test_event_file_reads_as_expected(event_file: Path) -> None:
    (record,) = json.loads(event_file.read_text(encoding="utf-8"))["Records"]
    expected = json.loads(expected_reading_of(event_file).read_text(encoding="utf-8"))

    assert as_expected(read_wire(record["body"], REGISTRY, OWN_DOMAINS)) == expected


@pytest.mark.parametrize("event_file", WIRE_MESSAGES, ids=situation)
def test_event_file_is_what_lambda_gets_from_sqs(event_file: Path) -> None:
    (record,) = json.loads(event_file.read_text(encoding="utf-8"))["Records"]

    assert record["eventSource"] == "aws:sqs"
    assert record["md5OfBody"] == md5(record["body"].encode(), usedforsecurity=False).hexdigest()


@pytest.mark.parametrize("archive", ARCHIVES, ids=situation)
def test_archive_reads_as_expected_in_its_order(archive: Path) -> None:
    expected = json.loads(expected_reading_of(archive).read_text(encoding="utf-8"))

    assert [as_expected(reading) for reading in read_archive(archive, REGISTRY, OWN_DOMAINS)] == expected


def test_every_expected_reading_has_its_event_file() -> None:
    written = {path for path in EXPECTED_READINGS.rglob("*") if path.is_file()}

    assert written == {expected_reading_of(event_file) for event_file in EVENT_FILES}


def expected_observations() -> list[dict[str, str]]:
    readings = [json.loads(expected_reading_of(path).read_text(encoding="utf-8")) for path in WIRE_MESSAGES]
    return [observation for reading in readings for observation in reading.get("observations", ())]


def test_every_outcome_has_an_event_file() -> None:
    met = {observation["outcome"] for observation in expected_observations()}

    assert {outcome.wire_name for outcome in Outcome} == met


def test_the_large_mailbox_providers_have_an_event_file() -> None:
    met = {observation["provider"] for observation in expected_observations()}

    assert met <= {provider.wire_name for provider in Provider}
    assert {"gmail", "microsoft", "yahoo", "apple", "simulator", "own_domains", "other"} <= met


def test_every_reason_that_reading_can_give_has_an_event_file() -> None:
    readings = [json.loads(expected_reading_of(path).read_text(encoding="utf-8")) for path in WIRE_MESSAGES]
    met = {reading["reason"] for reading in readings if reading["reading"] == "quarantined"}
    # By SNS, by its signature, and where our own code fails.
    of_no_message = {str(Reason.SUBSCRIPTION_REFUSED), str(Reason.FORGED_ENVELOPE), str(Reason.DEFECT)}

    assert {str(reason) for reason in Reason} - of_no_message == met
