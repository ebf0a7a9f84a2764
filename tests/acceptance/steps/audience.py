"""Who hears of a change: people by the alert topic, programs by the event bus."""

import json

from tests.acceptance.queues import Queue, make_queue
from tests.acceptance.run import Run
from tests.acceptance.step import FailedError


def subscribe(run: Run) -> str:
    """Subscribe a queue to the alert topic, and make another one the target of a rule of the bus."""
    alerts, events = make_queue(run, "alerts"), make_queue(run, "events")
    topic = run.stack.outputs["AlertTopicArn"]
    run.clients.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=alerts.arn)
    bus, bridge = run.stack.outputs["EventBusName"], run.clients.event_bridge
    pattern = json.dumps({"source": ["ses-reputation"]})
    bridge.put_rule(Name=run.name, EventBusName=bus, EventPattern=pattern)
    answer = bridge.put_targets(
        Rule=run.name, EventBusName=bus, Targets=[{"Id": "events", "Arn": events.arn}]
    )
    if answer["FailedEntryCount"]:
        raise FailedError(f"EventBridge refused the target: {answer['FailedEntries']}")
    return "a queue each hears alerts and events"


def hear_an_alert(run: Run) -> str:
    """The alert of the new standing comes, with the attributes that subscribers filter by."""
    queue = make_queue(run, "alerts")

    def find() -> str:
        for message in queue.take():
            if message.get("MessageAttributes", {}).get("identity", {}).get("Value") == run.identity:
                return str(message.get("Subject"))
        return ""

    return f"alert: {run.await_that(f'an alert on {run.identity} came', find)}"


def hear_an_event(run: Run) -> str:
    """The event of the new standing comes through the bus."""
    queue = make_queue(run, "events")
    return f"event: {run.await_that(f'an event on {run.identity} came', lambda: _find_event(run, queue))}"


def _find_event(run: Run, queue: Queue) -> str:
    for event in queue.take():
        if event["detail"]["entity"].get("identity") == run.identity:
            return str(event["detail-type"])
    return ""
