"""Channels of the stack that nobody hears: a topic without subscribers, or one that CloudWatch cannot use, or
a bus that does not exist."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from ses_reputation.aws.errors import translating_aws_errors
from ses_reputation.doctor.checks.keys import fault_of
from ses_reputation.doctor.checks.policies import is_refused, service_request
from ses_reputation.doctor.facts.setup import UnheardChannel
from ses_reputation.doctor.reading.asking import Asker, CallPace
from ses_reputation.doctor.reading.messaging import read_key
from ses_reputation.environment import Environment, read_optional_topic, read_text
from ses_reputation.errors import UnavailableError

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

CLOUDWATCH = "cloudwatch.amazonaws.com"
# CloudWatch may not use this key, and nobody can change its policy (re:Post, "How do I configure a CloudWatch
# alarm to use an encrypted SNS topic?").
_KEY_OF_SNS = "alias/aws/sns"
_ALERT_TOPIC = "-AlertTopic-"
_GONE = {"NotFound", "NotFoundException", "ResourceNotFoundException"}


class EventBusReader(Protocol):
    """What is called of botocore's EventBridge client."""

    def describe_event_bus(self, **request: Any) -> Mapping[str, Any]:
        """Return what is known of a bus."""


@dataclass(frozen=True, slots=True)
class ChannelNames:
    """Where a stack says something. The alert topic is always its own, as the chat topic is, which is ""
    where there is none; the others may be anybody's."""

    alert_topic_arn: str
    alarm_topic_arn: str
    event_bus_name: str
    chat_topic_arn: str = ""

    @property
    def alarm_arn(self) -> str:
        """An alarm of the stack as CloudWatch names it to a topic; its last letters are made up."""
        _, partition, _, region, account, name = self.alert_topic_arn.split(":")
        stack = name.rpartition(_ALERT_TOPIC)[0]
        return f"arn:{partition}:cloudwatch:{region}:{account}:alarm:{stack}-ChannelsUnheardAlarm-1"

    def subject_of(self, channel: str) -> str:
        """Return the ARN or name of a channel, by what messages call it."""
        return {
            "alert topic": self.alert_topic_arn,
            "alarm topic": self.alarm_topic_arn,
            "event bus": self.event_bus_name,
            "chat topic": self.chat_topic_arn,
        }[channel]

    @classmethod
    def from_environment(cls, environment: Environment) -> "ChannelNames":
        """Read the names. Raises SettingsError naming the variable that is missing."""
        names = ("ALERT_TOPIC_ARN", "ALARM_TOPIC_ARN", "EVENT_BUS_NAME")
        alerts, alarms, bus = (read_text(environment, name) for name in names)
        return cls(alerts, alarms, bus, read_optional_topic(environment, "CHAT_TOPIC_ARN"))


@dataclass(frozen=True, slots=True)
class ChannelsOutcome:
    """By channel, why nobody hears it; and of which channels that is unknown, and why: a code of AWS."""

    unheard: Mapping[str, str]
    unknown: Mapping[str, str]

    def for_doctor(self, names: ChannelNames) -> tuple[UnheardChannel, ...]:
        """Return it as the doctor's checks look at it."""
        unheard = [
            UnheardChannel(name, names.subject_of(name), problem) for name, problem in self.unheard.items()
        ]
        unknown = [
            UnheardChannel(name, names.subject_of(name), error_code=code)
            for name, code in self.unknown.items()
        ]
        return (*unheard, *unknown)


@dataclass(frozen=True, slots=True)
class ChannelClients:
    """Whom to ask about channels, in the stack's own account and Region."""

    topics: "SNSClient"
    keys: Any
    buses: EventBusReader

    @classmethod
    def of(cls, connect: Callable[..., Any]) -> "ChannelClients":
        """Make them. connect: as in aws/clients.py."""
        return cls(connect("sns"), connect("kms"), connect("events"))


def find_unheard(clients: ChannelClients, names: ChannelNames, now: datetime) -> ChannelsOutcome:
    """Ask AWS who hears what a stack says. It raises nothing: what fails is `unknown`."""
    unheard: dict[str, str] = {}
    unknown: dict[str, str] = {}
    for channel, why in _questions(clients, names, now):
        try:
            problem = why()
        except UnavailableError as error:
            unknown[channel] = str(error)
        else:
            if problem:
                unheard[channel] = problem
    return ChannelsOutcome(unheard, unknown)


def _questions(
    clients: ChannelClients, names: ChannelNames, now: datetime
) -> Iterator[tuple[str, Callable[[], str]]]:
    yield "alert topic", lambda: _unheard_topic(clients.topics, names.alert_topic_arn)
    yield "event bus", lambda: _missing_bus(clients.buses, names.event_bus_name)
    if names.chat_topic_arn:
        yield "chat topic", lambda: _unheard_chat(clients.topics, names.chat_topic_arn)
    yield "alarm topic", lambda: _unusable_alarm_topic(clients, names, now)


def _unheard_topic(topics: "SNSClient", topic_arn: str) -> str:
    attributes = _attributes(topics, topic_arn)
    return _without_subscriber(attributes) if attributes else "it does not exist any more"


def _unheard_chat(topics: "SNSClient", topic_arn: str) -> str:
    attributes = _attributes(topics, topic_arn)
    if not attributes:
        return "it does not exist any more"
    is_heard = int(attributes["SubscriptionsConfirmed"])
    return (
        "" if is_heard else "no channel's configuration names it, in Amazon Q Developer in chat applications"
    )


def _missing_bus(buses: EventBusReader, name: str) -> str:
    # PutEvents answers as for any other bus, and the events are dropped: aws/aws-cli#9186.
    try:
        with translating_aws_errors():
            buses.describe_event_bus(Name=name)
    except UnavailableError as error:
        if str(error) not in _GONE:
            raise
        return "it does not exist, so EventBridge drops events without an error: correct EventBusName"
    return ""


def _unusable_alarm_topic(clients: ChannelClients, names: ChannelNames, now: datetime) -> str:
    own, topic_arn = _place(names.alert_topic_arn), names.alarm_topic_arn
    if topic_arn == names.alert_topic_arn:
        return "it is the alert topic, whose key CloudWatch cannot use: name another in AlarmTopicArn"
    region, account = _place(topic_arn)
    if region != own[0]:
        return f"it is in {region}, and alarms publish in their own Region: name another in AlarmTopicArn"
    if account != own[1]:
        # Only that account knows the topic's policy, key and subscribers.
        return ""
    attributes = _attributes(clients.topics, topic_arn)
    if not attributes:
        return "it does not exist any more: name another"
    return (
        _closed_to_alarms(attributes, names, now)
        or _closed_key(attributes.get("KmsMasterKeyId", ""), clients, names, now)
        or _without_subscriber(attributes)
    )


def _closed_to_alarms(attributes: Mapping[str, str], names: ChannelNames, now: datetime) -> str:
    """CloudWatch publishes in the alarm's name (CloudWatch user guide, "Using Amazon CloudWatch alarms")."""
    policy = attributes.get("Policy", "")
    request = service_request(CLOUDWATCH, "sns:Publish", names.alarm_topic_arn, names.alarm_arn, now)
    if policy and is_refused(policy, request):
        return f"its policy does not let {CLOUDWATCH} publish for alarms of this stack: allow it"
    return ""


def _closed_key(key: str, clients: ChannelClients, names: ChannelNames, now: datetime) -> str:
    if not key:
        return ""
    if key.endswith(_KEY_OF_SNS):
        return f"CloudWatch cannot use its key, {_KEY_OF_SNS}: give it a customer managed key, or none"
    asker = Asker("", CallPace(lambda _seconds: None, seconds=0))
    read = read_key(asker, lambda *_place: clients.keys, names.alarm_topic_arn, key)
    if read is None:
        raise UnavailableError(asker.unread[-1].error_code)
    fault = fault_of(read, CLOUDWATCH, [names.alarm_arn], now)
    return f"CloudWatch cannot use its key, {key}: {fault.why}" if fault else ""


def _place(topic_arn: str) -> tuple[str, str]:
    region, account = topic_arn.split(":")[3:5]
    return region, account


def _without_subscriber(attributes: Mapping[str, str]) -> str:
    if int(attributes["SubscriptionsConfirmed"]):
        return ""
    pending = int(attributes["SubscriptionsPending"])
    if pending:
        return f"no subscription is confirmed, and {pending} wait for it: open the link in SNS's e-mail"
    return "nobody subscribes to it: subscribe an address, and open the link in SNS's e-mail"


def _attributes(topics: "SNSClient", topic_arn: str) -> Mapping[str, str]:
    """Return a topic's attributes, as SNS's GetTopicAttributes names them; none where the topic is gone."""
    try:
        with translating_aws_errors():
            return topics.get_topic_attributes(TopicArn=topic_arn)["Attributes"]
    except UnavailableError as error:
        if str(error) not in _GONE:
            raise
        return {}
