"""Whether anybody hears what the stack says: as SNS and EventBridge answer it."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from ses_reputation.doctor.facts.setup import UnheardChannel
from ses_reputation.errors import SettingsError
from ses_reputation.statistics.unheard_channels import (
    ChannelClients,
    ChannelNames,
    ChannelsOutcome,
    find_unheard,
)
from tests.support.mail import at
from tests.support.stack_template import render_stack

ALERTS = "arn:aws:sns:us-east-1:111122223333:prod-AlertTopic-4F1C"
ALARMS = "arn:aws:sns:us-east-1:111122223333:operations"
NAMES = ChannelNames(ALERTS, ALARMS, "reputation")
HEARD = ChannelsOutcome({}, {})
KEY = "arn:aws:kms:us-east-1:111122223333:key/1234abcd"
ALARM = "arn:aws:cloudwatch:us-east-1:111122223333:alarm:prod-ChannelsUnheardAlarm-1"


def allowing(action: Any, principal: Any, **condition: Any) -> str:
    """A policy of one statement."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement | condition]})


class Answers:
    """Stubbed clients of SNS and EventBridge, which answer in the order of what is added."""

    def __init__(self) -> None:
        self.sns, self.kms, self.events = (
            boto3.client(
                service,
                region_name="us-east-1",
                aws_access_key_id="testing",
                aws_secret_access_key="testing",  # noqa: S106
            )
            for service in ("sns", "kms", "events")
        )
        self.topics, self.keys, self.buses = (Stubber(each) for each in (self.sns, self.kms, self.events))

    def topic(self, arn: str, confirmed: int = 1, pending: int = 0, **attributes: str) -> None:
        counts = {"SubscriptionsConfirmed": str(confirmed), "SubscriptionsPending": str(pending)}
        answer = {"Attributes": counts | attributes}
        self.topics.add_response("get_topic_attributes", answer, {"TopicArn": arn})

    def bus(self) -> None:
        self.buses.add_response("describe_event_bus", {"Name": "reputation"}, {"Name": "reputation"})

    def find(self, names: ChannelNames = NAMES) -> ChannelsOutcome:
        return find_unheard(ChannelClients(self.sns, self.kms, self.events), names, at("22 10:05"))

    def key(self, *granted: str) -> None:
        """KMS answers for a key whose policy grants CloudWatch some actions."""
        described = {"KeyId": "1234abcd", "Arn": KEY, "KeyState": "Enabled", "KeyManager": "CUSTOMER"}
        self.keys.add_response("describe_key", {"KeyMetadata": described}, {"KeyId": KEY})
        self.keys.add_response(
            "get_key_policy",
            {"Policy": allowing(list(granted), {"Service": "cloudwatch.amazonaws.com"})},
            {"KeyId": "1234abcd", "PolicyName": "default"},
        )


@pytest.fixture
def aws() -> Iterator[Answers]:
    answers = Answers()
    with answers.topics, answers.keys, answers.buses:
        yield answers
        answers.topics.assert_no_pending_responses()
        answers.keys.assert_no_pending_responses()
        answers.buses.assert_no_pending_responses()


def problem_of(outcome: ChannelsOutcome, channel: str) -> str:
    """The problem of the only channel that has one."""
    assert outcome.unheard.keys() == {channel}
    assert outcome.unknown == {}
    return outcome.unheard[channel]


def test_channels_with_subscribers_and_a_bus_that_exists_are_heard(aws: Answers) -> None:
    aws.topic(ALERTS, KmsMasterKeyId="alias/aws/sns")
    aws.bus()
    aws.topic(ALARMS)

    assert aws.find() == HEARD


CHAT = "arn:aws:sns:us-east-1:111122223333:prod-ChatTopic-9A0B"


@pytest.mark.parametrize(
    ("confirmed", "unheard"),
    [
        (1, {}),
        (
            0,
            {
                "chat topic": (
                    "no channel's configuration names it, in Amazon Q Developer in chat applications"
                )
            },
        ),
    ],
)
def test_a_chat_topic_is_heard_where_a_channel_names_it(
    aws: Answers, confirmed: int, unheard: dict[str, str]
) -> None:
    aws.topic(ALERTS)
    aws.bus()
    aws.topic(CHAT, confirmed)
    aws.topic(ALARMS)

    found = aws.find(ChannelNames(ALERTS, ALARMS, "reputation", CHAT))

    assert found == ChannelsOutcome(unheard, {})


@pytest.mark.parametrize("channel", ["alert topic", "alarm topic"])
@pytest.mark.parametrize(
    ("pending", "problem"), [(0, "nobody subscribes to it"), (2, "no subscription is confirmed, and 2 wait")]
)
def test_a_topic_without_a_confirmed_subscription_is_heard_by_nobody(
    aws: Answers, channel: str, pending: int, problem: str
) -> None:
    for arn, name in ((ALERTS, "alert topic"), (ALARMS, "alarm topic")):
        aws.topic(arn, *((0, pending) if name == channel else ()))
    aws.bus()

    assert problem_of(aws.find(), channel).startswith(problem)


def test_a_bus_that_does_not_exist_is_named_since_putting_events_names_none(aws: Answers) -> None:
    aws.topic(ALERTS)
    aws.buses.add_client_error("describe_event_bus", "ResourceNotFoundException")
    aws.topic(ALARMS)

    assert "correct EventBusName" in problem_of(aws.find(), "event bus")


def test_alarms_cannot_use_a_topic_with_the_key_that_sns_owns(aws: Answers) -> None:
    aws.topic(ALERTS)
    aws.bus()
    aws.topic(ALARMS, KmsMasterKeyId="alias/aws/sns")

    assert "alias/aws/sns" in problem_of(aws.find(), "alarm topic")


def test_alarms_can_use_a_topic_with_a_key_of_its_owner(aws: Answers) -> None:
    aws.topic(ALERTS)
    aws.bus()
    aws.topic(ALARMS, KmsMasterKeyId=KEY)
    aws.key("kms:Decrypt", "kms:GenerateDataKey*")

    assert aws.find() == HEARD


@pytest.mark.parametrize("granted", [["kms:Decrypt"], ["kms:GenerateDataKey"], ["kms:Encrypt"]])
def test_alarms_cannot_use_a_topic_whose_key_does_not_let_cloudwatch_encrypt(
    aws: Answers, granted: list[str]
) -> None:
    aws.topic(ALERTS)
    aws.bus()
    aws.topic(ALARMS, KmsMasterKeyId=KEY)
    aws.key(*granted)

    assert problem_of(aws.find(), "alarm topic").startswith(f"CloudWatch cannot use its key, {KEY}: ")


def test_a_key_that_cannot_be_read_is_unknown(aws: Answers) -> None:
    aws.topic(ALERTS)
    aws.bus()
    aws.topic(ALARMS, KmsMasterKeyId=KEY)
    aws.keys.add_client_error("describe_key", "AccessDeniedException")

    assert aws.find() == ChannelsOutcome({}, {"alarm topic": "AccessDeniedException"})


SERVICE = {"Service": "cloudwatch.amazonaws.com"}


def source(name: str) -> dict[str, Any]:
    """A condition on the alarm."""
    return {"ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:us-east-1:111122223333:alarm:{name}"}}


@pytest.mark.parametrize(
    ("policy", "is_closed"),
    [
        # What SNS gives a new topic, and whose key CloudWatch may set.
        (
            allowing(
                "SNS:Publish",
                {"AWS": "*"},
                Condition={"StringEquals": {"AWS:SourceOwner": "111122223333"}},
            ),
            False,
        ),
        (allowing("sns:Publish", SERVICE), False),
        (allowing("sns:Publish", SERVICE, Condition=source("*")), False),
        (allowing("sns:Publish", SERVICE, Condition=source("prod-*")), False),
        (
            allowing("sns:Publish", SERVICE, Condition=source("staging-*")),
            True,
        ),
        (
            allowing(
                "sns:Publish", SERVICE, Condition={"StringEquals": {"aws:SourceAccount": "444455556666"}}
            ),
            True,
        ),
        (allowing("sns:Publish", {"Service": "events.amazonaws.com"}), True),
        (allowing("sns:Subscribe", {"AWS": "*"}), True),
    ],
)
def test_alarms_cannot_use_a_topic_whose_policy_does_not_let_cloudwatch_publish(
    aws: Answers, policy: str, is_closed: bool
) -> None:
    aws.topic(ALERTS)
    aws.bus()
    aws.topic(ALARMS, Policy=policy)

    found = aws.find()

    if is_closed:
        assert problem_of(found, "alarm topic") == (
            "its policy does not let cloudwatch.amazonaws.com publish for alarms of this stack: allow it"
        )
    else:
        assert found == HEARD


def test_the_stacks_own_topic_for_alarms_lets_its_alarms_publish(aws: Answers) -> None:
    policy = render_stack().properties("AlarmTopicPolicy")["PolicyDocument"]
    text = json.dumps(policy).replace("<AlarmTopic>", ALARMS)
    aws.topic(ALERTS)
    aws.bus()
    aws.topic(ALARMS, Policy=text)

    assert aws.find() == HEARD
    assert NAMES.alarm_arn == ALARM


@pytest.mark.parametrize(
    ("alarm_topic", "problem"),
    [(ALERTS, "it is the alert topic"), (ALARMS.replace("us-east-1", "eu-west-1"), "it is in eu-west-1")],
)
def test_alarms_cannot_use_the_alert_topic_or_one_of_another_region(
    aws: Answers, alarm_topic: str, problem: str
) -> None:
    aws.topic(ALERTS)
    aws.bus()

    found = aws.find(ChannelNames(ALERTS, alarm_topic, "reputation"))

    assert problem_of(found, "alarm topic").startswith(problem)


def test_a_topic_of_another_account_is_that_accounts_business(aws: Answers) -> None:
    aws.topic(ALERTS)
    aws.bus()

    assert aws.find(ChannelNames(ALERTS, ALARMS.replace("1111", "4444"), "reputation")) == HEARD


def test_topics_that_are_gone_are_named(aws: Answers) -> None:
    aws.topics.add_client_error("get_topic_attributes", "NotFound")
    aws.bus()
    aws.topics.add_client_error("get_topic_attributes", "NotFound")

    found = aws.find()

    assert found.unheard.keys() == {"alert topic", "alarm topic"}
    assert all(problem.startswith("it does not exist any more") for problem in found.unheard.values())


@pytest.mark.parametrize("code", ["AuthorizationError", "Throttled"])
def test_what_cannot_be_read_is_unknown_and_not_unheard(aws: Answers, code: str) -> None:
    aws.topics.add_client_error("get_topic_attributes", code)
    aws.buses.add_client_error("describe_event_bus", code)
    aws.topics.add_client_error("get_topic_attributes", code)

    assert aws.find() == ChannelsOutcome({}, dict.fromkeys(["alert topic", "event bus", "alarm topic"], code))


def test_names_are_read_from_the_environment() -> None:
    environment = {"ALERT_TOPIC_ARN": ALERTS, "ALARM_TOPIC_ARN": ALARMS, "EVENT_BUS_NAME": "reputation"}
    assert ChannelNames.from_environment(environment) == NAMES
    for name in environment:
        with pytest.raises(SettingsError, match=name):
            ChannelNames.from_environment(environment | {name: ""})


def test_the_attributes_are_named_as_botocore_knows_them() -> None:
    shape: Any = Answers().sns.meta.service_model.shape_for("GetTopicAttributesResponse")
    documented = shape.members["Attributes"].documentation
    names = ("SubscriptionsConfirmed", "SubscriptionsPending", "KmsMasterKeyId", "Policy")
    assert all(name in documented for name in names)


def test_each_channel_is_known_to_the_doctor_by_its_arn_or_name() -> None:
    unheard = {"alert topic": "nobody subscribes to it", "alarm topic": "it does not exist any more"}
    outcome = ChannelsOutcome(unheard, {"event bus": "AccessDenied"})

    assert outcome.for_doctor(NAMES) == (
        UnheardChannel("alert topic", ALERTS, "nobody subscribes to it"),
        UnheardChannel("alarm topic", ALARMS, "it does not exist any more"),
        UnheardChannel("event bus", "reputation", error_code="AccessDenied"),
    )
