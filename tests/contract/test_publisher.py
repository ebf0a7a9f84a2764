"""Publisher over moto's and the local AWS's SNS and EventBridge: who hears what, and what failures say."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.stub import Stubber
from moto import mock_aws

from console.local_aws.emulator import Ministack
from ses_reputation.assessment.evaluate_entity import EntityEvaluation
from ses_reputation.errors import UnavailableError
from ses_reputation.findings.finding import DetectionState
from ses_reputation.notifications.channel import Channel, channels_of
from ses_reputation.notifications.outbox import PublishingOutcome, publish_pending
from ses_reputation.notifications.publisher import Publisher, chat_notification
from ses_reputation.notifications.topics import NotificationTopics
from ses_reputation.rates.thresholds import Standing
from ses_reputation.standing.state import EntityState, Transition
from tests.support.evaluated import IDENTITY, NOW, assess, bounces, deferral, seen
from tests.support.in_memory.assessment_table import InMemoryAssessments

TOPIC_ARN = "arn:aws:sns:us-east-1:111122223333:ses-reputation-AlertTopic"
EVERYTHING: Mapping[str, Any] = {"source": ["ses-reputation"]}
EVERYONE = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sqs:*"}]}


@dataclass(frozen=True)
class Wiring:
    """A topic and a bus, and queues that hear of them."""

    sns: Any
    sqs: Any
    events: Any
    topic_arn: str
    bus_name: str
    chat_topic_arn: str = ""

    @property
    def publisher(self) -> Publisher:
        topics = NotificationTopics(self.sns, self.topic_arn, self.chat_topic_arn)
        return Publisher(topics, self.events, self.bus_name)

    def publish(self, transition: Transition) -> None:
        """Publish a transition wherever it is to be published."""
        for channel in set(channels_of(transition)) & set(self.publisher.channels):
            self.publisher.publish(transition, channel)

    def subscribe(self, **policy: list[str]) -> str:
        """A queue that gets the alerts whose attributes fit."""
        queue_url, queue_arn = self._make_queue()
        self.sns.subscribe(
            TopicArn=self.topic_arn,
            Protocol="sqs",
            Endpoint=queue_arn,
            Attributes={"FilterPolicy": json.dumps(policy)} if policy else {},
        )
        return queue_url

    def listen(self, pattern: Mapping[str, Any] = EVERYTHING) -> str:
        """A queue that gets the events that fit a pattern."""
        queue_url, queue_arn = self._make_queue()
        rule = f"rule-{uuid4()}"
        self.events.put_rule(Name=rule, EventBusName=self.bus_name, EventPattern=json.dumps(pattern))
        self.events.put_targets(
            Rule=rule, EventBusName=self.bus_name, Targets=[{"Id": "queue", "Arn": queue_arn}]
        )
        return queue_url

    def received(self, queue_url: str) -> list[dict[str, Any]]:
        """Every message in a queue, which is then empty."""
        found: list[dict[str, Any]] = []
        while True:
            answer = self.sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10)
            if not answer.get("Messages"):
                return found
            for message in answer["Messages"]:
                self.sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
                found.append(json.loads(message["Body"]))

    def _make_queue(self) -> tuple[str, str]:
        policy = {"Policy": json.dumps(EVERYONE)}
        url = self.sqs.create_queue(QueueName=f"queue-{uuid4()}", Attributes=policy)["QueueUrl"]
        attributes = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return url, attributes["Attributes"]["QueueArn"]


@pytest.fixture(params=["moto", pytest.param("local_aws", marks=pytest.mark.local_aws)])
def wiring(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wiring]:
    if request.param == "local_aws":
        yield request.getfixturevalue("local_wiring")
        return
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        yield wire(*(boto3.client(name, region_name="us-east-1") for name in ("sns", "sqs", "events")))


@pytest.fixture
def local_wiring(ministack: Ministack) -> Wiring:
    """With rules that have targets, for which moto wants a package that nothing else needs."""
    clients = ministack.clients()
    return wire(clients.sns, clients.sqs, clients.event_bridge)


def wire(sns: Any, sqs: Any, events: Any) -> Wiring:
    name = f"reputation-{uuid4()}"
    events.create_event_bus(Name=name)
    return Wiring(sns, sqs, events, sns.create_topic(Name=name)["TopicArn"], name)


def transitions_of(*steps: EntityEvaluation) -> list[Transition]:
    """Every transition of some assessments, a day apart."""
    state, published = None, list[Transition]()
    for number, step in enumerate(steps):
        state, transitions = assess(state, step, NOW + number * timedelta(days=1))
        published += transitions
    return published


FALL = transitions_of(seen(bounces(Standing.REVIEW)))[0]
DEFERRED, OVER = transitions_of(
    seen(detections=(deferral(),), entity=IDENTITY),
    seen(detections=(deferral(DetectionState.CLEAR),), entity=IDENTITY),
)
REMINDER = transitions_of(*[seen(bounces(Standing.PAUSE))] * 2)[1]


def test_an_alert_is_published_with_its_subject_and_attributes(wiring: Wiring) -> None:
    alerts = wiring.subscribe()
    wiring.publish(FALL)

    (alert,) = wiring.received(alerts)
    assert (alert["Subject"], alert["Message"]) == (FALL.subject, FALL.text)
    assert {name: each["Value"] for name, each in alert["MessageAttributes"].items()} == {
        "kind": "standing_changed",
        "entity": "account",
        "account": "444455556666",
        "region": "us-east-1",
        "standing": "review",
    }


@pytest.mark.local_aws
def test_a_transition_is_one_event_and_one_alert(local_wiring: Wiring) -> None:
    alerts, events = local_wiring.subscribe(), local_wiring.listen()
    local_wiring.publish(FALL)

    (event,) = local_wiring.received(events)
    assert len(local_wiring.received(alerts)) == 1
    assert (event["source"], event["detail-type"]) == ("ses-reputation", "Reputation Standing Changed")
    assert event["detail"] == json.loads(json.dumps(FALL.detail))


@pytest.mark.local_aws
def test_a_reminder_is_an_alert_only(local_wiring: Wiring) -> None:
    alerts, events = local_wiring.subscribe(), local_wiring.listen()
    local_wiring.publish(REMINDER)

    assert [alert["Subject"] for alert in local_wiring.received(alerts)] == [REMINDER.subject]
    assert local_wiring.received(events) == []


@pytest.mark.local_aws
def test_a_transition_without_a_text_is_an_event_only(local_wiring: Wiring) -> None:
    alerts, events = local_wiring.subscribe(), local_wiring.listen()
    local_wiring.publish(replace(FALL, text=""))

    assert local_wiring.received(alerts) == []
    assert len(local_wiring.received(events)) == 1


def test_subscriptions_choose_alerts_by_their_attributes(wiring: Wiring) -> None:
    of_identity = wiring.subscribe(identity=["example.com"])
    of_account = wiring.subscribe(account=["444455556666"], region=["us-east-1"])
    grave = wiring.subscribe(standing=["pause"])
    endings = wiring.subscribe(kind=["finding_resolved"])
    for transition in (FALL, DEFERRED, OVER, REMINDER):
        wiring.publish(transition)

    def subjects(queue_url: str) -> list[str]:
        return sorted(alert["Subject"] for alert in wiring.received(queue_url))

    assert subjects(of_identity) == sorted([DEFERRED.subject, OVER.subject])
    assert subjects(of_account) == sorted([FALL.subject, REMINDER.subject])
    assert subjects(grave) == [REMINDER.subject]
    assert subjects(endings) == [OVER.subject]


@pytest.mark.local_aws
def test_rules_choose_events_by_type_entity_and_standing(local_wiring: Wiring) -> None:
    opened = local_wiring.listen({**EVERYTHING, "detail-type": ["Reputation Finding Opened"]})
    of_account = local_wiring.listen(
        {"detail": {"entity": {"account": ["444455556666"]}, "to": ["review", "pause"]}}
    )
    for transition in (FALL, DEFERRED, OVER):
        local_wiring.publish(transition)

    assert [event["detail"]["id"] for event in local_wiring.received(opened)] == [DEFERRED.detail["id"]]
    assert [event["detail"]["id"] for event in local_wiring.received(of_account)] == [FALL.detail["id"]]


@pytest.mark.local_aws
def test_what_is_announced_twice_has_the_same_id_to_drop_it_by(local_wiring: Wiring) -> None:
    events = local_wiring.listen()
    for _ in range(2):
        local_wiring.publish(FALL)

    assert [event["detail"]["id"] for event in local_wiring.received(events)] == [FALL.detail["id"]] * 2


def test_a_chat_gets_the_alert_in_its_own_words_and_a_stack_without_one_does_not(wiring: Wiring) -> None:
    chat = replace(wiring, chat_topic_arn=wiring.sns.create_topic(Name=f"chat-{uuid4()}")["TopicArn"])
    channel = replace(wiring, topic_arn=chat.chat_topic_arn).subscribe()

    wiring.publish(FALL)
    assert wiring.received(channel) == []
    chat.publish(FALL)

    (heard,) = wiring.received(channel)
    assert json.loads(heard["Message"]) == chat_notification(FALL).to_json()
    assert heard["MessageAttributes"]["kind"]["Value"] == "standing_changed"


def test_a_topic_that_is_gone_is_reported_by_the_code_of_sns(wiring: Wiring) -> None:
    wiring.sns.delete_topic(TopicArn=wiring.topic_arn)

    with pytest.raises(UnavailableError, match=r"^NotFound"):
        wiring.publish(FALL)


class Stubs:
    """Stubbed clients of SNS and EventBridge, which answer in the order of what is added."""

    def __init__(self) -> None:
        self.sns, self.events = make_client("sns"), make_client("events")
        self.topic, self.bus = Stubber(self.sns), Stubber(self.events)

    @property
    def publisher(self) -> Publisher:
        return Publisher(NotificationTopics(self.sns, TOPIC_ARN), self.events, "default")


def make_client(service: str) -> Any:
    return boto3.client(
        service,
        region_name="us-east-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",  # noqa: S106
    )


@pytest.fixture
def stubs() -> Iterator[Stubs]:
    stubs = Stubs()
    with stubs.topic, stubs.bus:
        yield stubs
        stubs.topic.assert_no_pending_responses()
        stubs.bus.assert_no_pending_responses()


ACCEPTED = {"FailedEntryCount": 0, "Entries": [{"EventId": "11710aed-b79e-4468-a20b-bb3c0c3b4860"}]}


def test_the_bus_is_asked_for_exactly_this(stubs: Stubs) -> None:
    entry = {
        "Time": NOW,
        "Source": "ses-reputation",
        "DetailType": "Reputation Standing Changed",
        "Detail": json.dumps(FALL.detail, separators=(",", ":")),
        "EventBusName": "default",
    }
    stubs.bus.add_response("put_events", ACCEPTED, {"Entries": [entry]})

    stubs.publisher.publish(FALL, Channel.EVENT)


def test_an_event_that_the_bus_refuses_is_reported_by_its_code(stubs: Stubs) -> None:
    refused = {
        "FailedEntryCount": 1,
        "Entries": [{"ErrorCode": "ThrottlingException", "ErrorMessage": "slow down"}],
    }
    stubs.bus.add_response("put_events", refused)

    with pytest.raises(UnavailableError, match=r"^ThrottlingException$"):
        stubs.publisher.publish(FALL, Channel.EVENT)


@pytest.mark.parametrize("code", ["AccessDeniedException", "ResourceNotFoundException", "InternalException"])
def test_a_failure_of_the_bus_is_reported_by_its_code(stubs: Stubs, code: str) -> None:
    stubs.bus.add_client_error("put_events", code)

    with pytest.raises(UnavailableError, match=f"^{code}$"):
        stubs.publisher.publish(FALL, Channel.EVENT)


@pytest.mark.parametrize("code", ["AuthorizationError", "Throttled", "KMSAccessDenied", "InvalidParameter"])
def test_a_failure_of_the_topic_is_reported_by_its_code(stubs: Stubs, code: str) -> None:
    stubs.topic.add_client_error("publish", code)

    with pytest.raises(UnavailableError, match=f"^{code}$"):
        stubs.publisher.publish(FALL, Channel.ALERT)


def test_no_answer_is_reported_as_such() -> None:
    class Unreachable:
        def put_events(self, **request: Any) -> Mapping[str, Any]:
            raise EndpointConnectionError(endpoint_url="https://events.us-east-1.amazonaws.com")

    publisher = Publisher(NotificationTopics(make_client("sns"), TOPIC_ARN), Unreachable(), "default")
    with pytest.raises(UnavailableError, match=r"^EndpointConnectionError$"):
        publisher.publish(FALL, Channel.EVENT)


@pytest.mark.local_aws
def test_where_the_bus_refuses_people_hear_of_a_change_once_and_programs_hear_when_it_accepts(
    local_wiring: Wiring,
) -> None:
    refusing = replace(local_wiring, bus_name="arn:aws:iam::111122223333:role/no-bus")
    table, entity = InMemoryAssessments(), FALL.entity
    assert table.save(EntityState(entity, 1, NOW, unpublished=(FALL.id,)), [FALL])
    alerts = local_wiring.subscribe()

    def publish(wiring: Wiring, minutes: int) -> PublishingOutcome:
        state = table.read_states()[entity]
        return publish_pending(table, wiring.publisher, state, lambda: NOW + timedelta(minutes=minutes))

    for minutes in (0, 5):
        refused = publish(refusing, minutes)
        assert refused.failure.startswith("event: ")
        assert refused.state.unpublished == (FALL.id,)
    assert [alert["Subject"] for alert in local_wiring.received(alerts)] == [FALL.subject]

    events = local_wiring.listen()
    assert publish(local_wiring, 10).state.unpublished == ()
    assert [event["detail"]["id"] for event in local_wiring.received(events)] == [FALL.detail["id"]]
    assert local_wiring.received(alerts) == []
