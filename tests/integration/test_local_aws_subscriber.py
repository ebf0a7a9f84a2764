"""What the stack publishes to its topic and its bus is heard once, as a subscriber would get it."""

import json
from datetime import UTC, datetime

import pytest

from console.local_aws.emulator import Ministack
from console.local_aws.errors import InvocationError
from console.local_aws.invocation import run_scheduled
from console.local_aws.subscriber import EVENT_SOURCE, HeardAlert, HeardEvent, Hearing
from tests.support.aws.local_aws import Ledger, deploy_ledger

pytestmark = pytest.mark.local_aws


def publish_message(ledger: Ledger, number: int) -> None:
    """Publish one alert and one event as the stack does."""
    clients, outputs = ledger.aws.clients(), ledger.stack.outputs
    clients.sns.publish(
        TopicArn=outputs["AlertTopicArn"],
        Subject=f"Review {number}",
        Message="Account 444455556666 is under review:\n\n  6 %",
        MessageAttributes={"entity": {"DataType": "String", "StringValue": "account"}},
    )
    entries = [
        {"Source": source, "DetailType": "Reputation Standing Changed", "Detail": json.dumps({"id": number})}
        for source in (EVENT_SOURCE, "aws.health")
    ]
    clients.event_bridge.put_events(
        Entries=[{**each, "EventBusName": outputs["EventBusName"]} for each in entries]
    )


def test_an_alert_is_heard_whole_and_once(ledger: Ledger) -> None:
    hearing = Hearing.of_stack(ledger.aws, ledger.stack)
    publish_message(ledger, 1)

    text = "Account 444455556666 is under review:\n\n  6 %"
    assert hearing.take_alerts(1) == [HeardAlert("Review 1", text, {"entity": "account"})]
    assert hearing.take_alerts() == []


def test_only_our_own_events_are_heard(ledger: Ledger) -> None:
    hearing = Hearing.of_stack(ledger.aws, ledger.stack)
    publish_message(ledger, 2)

    assert hearing.take_events(1) == [HeardEvent("Reputation Standing Changed", {"id": 2})]
    assert hearing.take_events() == []


def test_all_of_many_are_heard_and_nothing_from_before(ledger: Ledger) -> None:
    publish_message(ledger, 0)
    hearing = Hearing.of_stack(ledger.aws, ledger.stack)
    for number in range(1, 26):
        publish_message(ledger, number)

    assert [event.detail["id"] for event in hearing.take_events(1)] == list(range(1, 26))
    assert [alert.subject for alert in hearing.take_alerts(1)] == [f"Review {n}" for n in range(1, 26)]


def test_queues_let_the_services_in_where_policies_are_enforced(enforcing_ministack: Ministack) -> None:
    with deploy_ledger(enforcing_ministack) as ledger:
        hearing = Hearing.of_stack(ledger.aws, ledger.stack)
        publish_message(ledger, 3)

        assert len(hearing.take_alerts(1)) == len(hearing.take_events(1)) == 1


def test_a_function_that_fails_is_reported(ledger: Ledger) -> None:
    name = ledger.stack.outputs["PostBalancesFunctionName"]

    with pytest.raises(InvocationError, match=f"{name} failed at 2026-11-22T10:00:00Z: "):
        run_scheduled(ledger.aws, name, datetime(2026, 11, 22, 10, tzinfo=UTC))
