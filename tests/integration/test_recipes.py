"""The recipes for PagerDuty and Opsgenie, tried as rules: the local EventBridge matches and transforms events
of ours, and what comes out is held to the schemas of both services' APIs.

A queue stands in for the API destinations, which would call the services. The evaluator is ministack's, held
here by the example of AWS's own documentation.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from console.local_aws.emulator import Ministack
from console.local_aws.template import read_template
from ses_reputation.assessment.evaluate_entity import EntityEvaluation
from ses_reputation.findings.finding import DetectionState
from ses_reputation.notifications.context import NotificationContext
from ses_reputation.notifications.events import detail_type
from ses_reputation.notifications.transitions import transition_of_action
from ses_reputation.protection.actions import ProtectionAction
from ses_reputation.rates.thresholds import Standing
from ses_reputation.standing.state import ProtectionStep, Transition
from tests.support.evaluated import (
    ACCOUNT,
    IDENTITY,
    NOW,
    STACK,
    assess,
    bounces,
    complaints,
    deferral,
    seen,
)
from tests.support.hostile import NAMES
from tests.support.stack_template import ROOT

pytestmark = pytest.mark.local_aws

RECIPES = ROOT / "docs" / "recipes"
# PagerDuty developer documentation, Events API v2, "Send an alert event".
PAGERDUTY = {
    "type": "object",
    "required": ["event_action", "dedup_key"],
    "additionalProperties": False,
    "properties": {
        "event_action": {"enum": ["trigger", "resolve"]},
        "dedup_key": {"type": "string", "minLength": 1, "maxLength": 255},
        "payload": {
            "type": "object",
            "required": ["summary", "source", "severity"],
            "additionalProperties": False,
            "properties": {
                "summary": {"type": "string", "minLength": 1, "maxLength": 1024},
                "source": {"type": "string", "minLength": 1},
                "severity": {"enum": ["critical", "error", "warning", "info"]},
                "timestamp": {"type": "string", "pattern": "^20[0-9-]+T[0-9:]+Z$"},
                "class": {"type": "string"},
                "custom_details": {"type": "object"},
            },
        },
    },
    "if": {"properties": {"event_action": {"const": "trigger"}}},
    "then": {"required": ["payload"]},
}
# Opsgenie documentation, Alert API, "Create Alert" and "Close Alert".
OPSGENIE = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "message": {"type": "string", "minLength": 1, "maxLength": 130},
        "alias": {"type": "string", "minLength": 1, "maxLength": 512},
        "source": {"type": "string", "maxLength": 100},
        "priority": {"enum": ["P1", "P2", "P3", "P4", "P5"]},
        "tags": {"type": "array", "items": {"type": "string"}},
        "details": {"type": "object", "additionalProperties": {"type": "string"}},
        "note": {"type": "string", "maxLength": 25000},
    },
}


@dataclass(frozen=True, slots=True)
class Incidents:
    """A bus with the rules of a recipe, and a queue for each rule in place of its destination."""

    aws: Ministack
    bus: str
    queues: Mapping[str, str]

    def put(self, *transitions: Transition) -> None:
        """Put events on the bus as the publisher does."""
        for each in transitions:
            entry = {
                "Source": "ses-reputation",
                "DetailType": detail_type(each),
                "Detail": json.dumps(each.detail),
                "EventBusName": self.bus,
            }
            assert not self.aws.clients().event_bridge.put_events(Entries=[entry])["FailedEntryCount"]

    def called(self) -> list[tuple[str, dict[str, Any]]]:
        """What each rule would have sent since this was last asked, by the rule's name in the recipe."""
        found, sqs = list[tuple[str, dict[str, Any]]](), self.aws.clients().sqs
        for rule, url in self.queues.items():
            while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
                for message in messages:
                    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                    found.append((rule, json.loads(message["Body"])))
        return found


def recipe(name: str) -> dict[str, Any]:
    resources: dict[str, Any] = read_template(RECIPES / f"{name}.yaml")["Resources"]
    return resources


def rules_of(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for logical_id, resource in recipe(name).items():
        if resource["Type"] == "AWS::Events::Rule":
            yield logical_id, resource["Properties"]


def start(aws: Ministack, name: str) -> Incidents:
    clients, bus, queues = aws.clients(), f"bus-{uuid4()}", dict[str, str]()
    clients.event_bridge.create_event_bus(Name=bus)
    for logical_id, properties in rules_of(name):
        pattern = json.dumps(properties["EventPattern"]).replace('{"Ref": "StackName"}', f'"{STACK}"')
        (target,) = properties["Targets"]
        queues[logical_id] = listen(aws, bus, json.loads(pattern), target["InputTransformer"])
    return Incidents(aws, bus, queues)


def listen(aws: Ministack, bus: str, pattern: Mapping[str, Any], transformer: Mapping[str, Any]) -> str:
    """A queue that gets the events that fit a pattern, transformed."""
    clients, rule = aws.clients(), f"rule-{uuid4()}"
    url: str = clients.sqs.create_queue(QueueName=f"called-{uuid4()}")["QueueUrl"]
    asked = clients.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    target = {"Id": "it", "Arn": asked["Attributes"]["QueueArn"], "InputTransformer": dict(transformer)}
    clients.event_bridge.put_rule(Name=rule, EventBusName=bus, EventPattern=json.dumps(pattern))
    clients.event_bridge.put_targets(Rule=rule, EventBusName=bus, Targets=[target])
    return url


@pytest.fixture
def pagerduty(ministack: Ministack) -> Incidents:
    return start(ministack, "pagerduty")


@pytest.fixture
def opsgenie(ministack: Ministack) -> Incidents:
    return start(ministack, "opsgenie")


def transitions_of(*steps: EntityEvaluation) -> list[Transition]:
    """Every transition of some assessments, an hour apart."""
    state, published = None, list[Transition]()
    for number, step in enumerate(steps):
        state, transitions = assess(state, step, NOW + number * timedelta(hours=1))
        published += transitions
    return published


FALL_AND_RECOVERY = transitions_of(
    *(seen(bounces(each)) for each in (Standing.WATCH, Standing.REVIEW, Standing.PAUSE, Standing.WATCH))
)
DEFERRAL = transitions_of(
    seen(detections=(deferral(),), entity=IDENTITY),
    seen(detections=(deferral(DetectionState.CLEAR),), entity=IDENTITY),
)


def protected(step: ProtectionStep, configuration_set: str = "newsletter") -> Transition:
    return transition_of_action(
        NotificationContext(ACCOUNT, NOW, STACK, None), ProtectionAction(configuration_set, step, "why", {})
    )


def test_the_evaluator_transforms_as_the_api_reference_says(ministack: Ministack) -> None:
    """EventBridge API reference, InputTransformer: the last of its examples."""
    bus = f"bus-{uuid4()}"
    ministack.clients().event_bridge.create_event_bus(Name=bus)
    transformer = {
        "InputPathsMap": {"instance": "$.detail.instance", "status": "$.detail.status"},
        "InputTemplate": '{"myInstance": <instance>,"myStatus": "<instance> is in state \\"<status>\\""}',
    }
    url = listen(ministack, bus, {"source": ["ec2"]}, transformer)
    detail = json.dumps({"instance": "i-0123456789", "status": "RUNNING"})
    entry = {"Source": "ec2", "DetailType": "state", "Detail": detail, "EventBusName": bus}
    ministack.clients().event_bridge.put_events(Entries=[entry])

    ((_, body),) = Incidents(ministack, bus, {"only": url}).called()
    assert body == {"myInstance": "i-0123456789", "myStatus": 'i-0123456789 is in state "RUNNING"'}


def test_one_incident_opens_worsens_and_is_resolved_in_pagerduty(pagerduty: Incidents) -> None:
    pagerduty.put(*FALL_AND_RECOVERY)

    called = [body for _, body in pagerduty.called()]
    assert len({body["dedup_key"] for body in called}) == 1
    # `watch` is no incident: the first resolves nothing, the last all.
    assert [(each["event_action"], each.get("payload", {}).get("severity")) for each in called] == [
        ("trigger", "error"),
        ("trigger", "critical"),
        ("resolve", None),
        ("resolve", None),
    ]
    assert called[0]["payload"]["summary"].startswith("Review: bounces of account 444455556666")


def test_one_alert_opens_worsens_and_is_closed_in_opsgenie(opsgenie: Incidents) -> None:
    opsgenie.put(*FALL_AND_RECOVERY)

    called = dict(opsgenie.called())
    assert {rule: body.get("priority") for rule, body in called.items()} == {
        "Critical": "P1",
        "Error": "P2",
        "Closed": None,
    }
    assert called["Critical"]["alias"] == called["Error"]["alias"]
    (closing,) = recipe("opsgenie")["Closed"]["Properties"]["Targets"]
    # The asterisk of the address, which an alias has to fit into.
    assert closing["HttpParameters"]["PathParameterValues"] == ["$.detail.problem"]
    assert called["Error"]["alias"] == FALL_AND_RECOVERY[-1].detail["problem"]
    assert called["Error"]["alias"].isalnum()


def test_two_measures_of_one_account_are_two_incidents(pagerduty: Incidents) -> None:
    pagerduty.put(*transitions_of(seen(bounces(Standing.REVIEW), complaints(Standing.REVIEW))))

    assert len({body["dedup_key"] for _, body in pagerduty.called()}) == 2


def test_a_finding_warns_until_it_is_over(pagerduty: Incidents) -> None:
    pagerduty.put(*DEFERRAL)

    opened, resolved = (body for _, body in pagerduty.called())
    assert (opened["payload"]["severity"], resolved["event_action"]) == ("warning", "resolve")
    assert opened["dedup_key"] == resolved["dedup_key"]


def test_a_set_that_protection_paused_is_an_incident_until_a_person_resumes_it(pagerduty: Incidents) -> None:
    pagerduty.put(protected(ProtectionStep.WOULD_PAUSE))
    assert pagerduty.called() == []
    pagerduty.put(protected(ProtectionStep.PAUSED), protected(ProtectionStep.RESUMED))

    paused, resumed = (body for _, body in pagerduty.called())
    assert (paused["payload"]["severity"], resumed["event_action"]) == ("critical", "resolve")
    assert paused["dedup_key"] == resumed["dedup_key"]


@pytest.mark.parametrize(("name", "schema"), [("pagerduty", PAGERDUTY), ("opsgenie", OPSGENIE)])
def test_whatever_strangers_call_a_set_the_call_is_valid(
    name: str, schema: dict[str, Any], ministack: Ministack
) -> None:
    incidents = start(ministack, name)
    incidents.put(*(protected(ProtectionStep.PAUSED, called) for called in NAMES))
    incidents.put(*FALL_AND_RECOVERY, *DEFERRAL)

    called = incidents.called()
    assert len(called) == len(NAMES) + len(FALL_AND_RECOVERY) + len(DEFERRAL)
    for _, body in called:
        Draft202012Validator(schema).validate(body)


@pytest.mark.parametrize("path", sorted(RECIPES.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_recipe_keeps_its_key_secret_and_what_cannot_be_delivered(path: Path) -> None:
    template = read_template(path)
    key = template["Parameters"]["IntegrationKey"]
    assert (key["NoEcho"], "Default" in key) == (True, False)
    for _, properties in rules_of(path.stem):
        (target,) = properties["Targets"]
        assert target["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}}
        assert target["RoleArn"] == {"Fn::GetAtt": ["Role", "Arn"]}
