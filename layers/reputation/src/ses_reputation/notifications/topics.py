"""The topics that people subscribe to: the alert topic in plain text, the chat topic for AWS's bridge."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ses_reputation.aws.errors import translating_aws_errors
from ses_reputation.notifications.chat import ChatNotification

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient


class NotificationTopics:
    """The alert topic of a stack, and its chat topic: "" where it has none."""

    def __init__(self, client: "SNSClient", alert_topic_arn: str, chat_topic_arn: str = "") -> None:
        self._client = client
        self._alert_topic_arn = alert_topic_arn
        self._chat_topic_arn = chat_topic_arn

    @property
    def has_chat(self) -> bool:
        """Return whether there is a chat topic."""
        return bool(self._chat_topic_arn)

    def publish_alert(self, subject: str, text: str, attributes: Mapping[str, str]) -> None:
        """Publish an alert. Raises UnavailableError."""
        self._publish(self._alert_topic_arn, subject, text, attributes)

    def publish_chat(self, notification: ChatNotification) -> None:
        """Publish the same for the bridge to chats, which reads no attributes. Raises UnavailableError."""
        self._publish(
            self._chat_topic_arn, notification.subject, notification.to_text(), notification.attributes
        )

    def _publish(self, topic_arn: str, subject: str, message: str, attributes: Mapping[str, str]) -> None:
        with translating_aws_errors():
            self._client.publish(
                TopicArn=topic_arn,
                Subject=subject,
                Message=message,
                MessageAttributes={
                    name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
                },
            )
