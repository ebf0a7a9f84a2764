"""Where transitions are published: the alert topic in SNS, and the event bus of EventBridge."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from ses_reputation.aws.errors import translating_aws_errors
from ses_reputation.errors import UnavailableError
from ses_reputation.notifications.channel import Channel
from ses_reputation.notifications.events import SOURCE, attributes_of, detail_type
from ses_reputation.standing.state import Transition

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient


class EventBusClient(Protocol):
    """What is called of botocore's EventBridge client."""

    def put_events(self, **request: Any) -> Mapping[str, Any]:
        """Put events on buses; those that are refused are named in the answer."""


class Publisher:
    """The alert topic and the event bus of a stack."""

    def __init__(
        self, topic_client: "SNSClient", bus_client: EventBusClient, topic_arn: str, bus_name: str
    ) -> None:
        self._topic_client = topic_client
        self._bus_client = bus_client
        self._topic_arn = topic_arn
        self._bus_name = bus_name

    def publish(self, transition: Transition, channel: Channel) -> None:
        """Publish a transition's alert, or put its event on the bus.

        Raises UnavailableError where SNS or EventBridge fails; publishing it again is right.
        """
        if channel is Channel.ALERT:
            self._publish_alert(transition)
        else:
            self._put_event(transition)

    def _put_event(self, transition: Transition) -> None:
        entry = {
            "Time": transition.at,
            "Source": SOURCE,
            "DetailType": detail_type(transition),
            "Detail": json.dumps(transition.detail, separators=(",", ":")),
            "EventBusName": self._bus_name,
        }
        with translating_aws_errors():
            answer = self._bus_client.put_events(Entries=[entry])
        # A refused entry is no error to botocore.
        if answer["FailedEntryCount"]:
            raise UnavailableError(answer["Entries"][0].get("ErrorCode", "FailedEntry"))

    def _publish_alert(self, transition: Transition) -> None:
        with translating_aws_errors():
            self._topic_client.publish(
                TopicArn=self._topic_arn,
                Subject=transition.subject,
                Message=transition.text,
                MessageAttributes={
                    name: {"DataType": "String", "StringValue": value}
                    for name, value in attributes_of(transition).items()
                },
            )
