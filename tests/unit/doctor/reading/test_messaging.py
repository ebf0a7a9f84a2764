"""Subscriptions as SNS lists them: confirmed, waiting, or deleted and listed for a while all the same."""

from typing import Any

import pytest

from ses_reputation.doctor.facts.messaging import TopicSubscription
from ses_reputation.doctor.reading.asking import Asker, CallPace
from ses_reputation.doctor.reading.messaging import read_topic
from tests.support.doctor_facts import LEDGER, OWNER, OWNER_TOPIC, QUEUE

CONFIRMED = f"{OWNER_TOPIC}:6f1c"
ASIDE = f"arn:aws:sqs:eu-west-1:{OWNER}:set-aside"


class ListingSns:
    """SNS with one topic, whose list names words in place of the ARNs of some subscriptions."""

    def __init__(self, *arns: str) -> None:
        self._arns = arns

    def get_topic_attributes(self, **_: str) -> dict[str, Any]:
        return {"Attributes": {"TopicArn": OWNER_TOPIC, "Policy": "{}"}}

    def list_subscriptions_by_topic(self, **_: str) -> dict[str, Any]:
        common = {"TopicArn": OWNER_TOPIC, "Endpoint": QUEUE, "Owner": LEDGER}
        return {"Subscriptions": [common | {"SubscriptionArn": arn} for arn in self._arns]}

    def get_subscription_attributes(self, *, SubscriptionArn: str) -> dict[str, Any]:  # noqa: N803
        assert SubscriptionArn.startswith("arn:"), "a word in place of an ARN cannot be asked about"
        return {"Attributes": {"PendingConfirmation": "false"}}

    def list_tags_for_resource(self, *, ResourceArn: str) -> dict[str, Any]:  # noqa: N803
        assert ResourceArn == OWNER_TOPIC
        tags = {"aws:cloudformation:stack-name": "owner", "ses-reputation:dead-letter-queue": ASIDE}
        return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}


@pytest.mark.parametrize(
    ("arns", "found"),
    [
        (("Deleted",), (TopicSubscription(QUEUE, "", LEDGER, is_deleted=True),)),
        (("PendingConfirmation",), (TopicSubscription(QUEUE, "", LEDGER, is_pending=True),)),
        (
            ("Deleted", CONFIRMED),
            (
                TopicSubscription(QUEUE, "", LEDGER, is_deleted=True),
                TopicSubscription(QUEUE, CONFIRMED, LEDGER),
            ),
        ),
    ],
)
def test_words_in_place_of_an_arn_are_understood(
    arns: tuple[str, ...], found: tuple[TopicSubscription, ...]
) -> None:
    asker = Asker("role of the doctor", CallPace(lambda _seconds: None, 0.0))

    topic, is_absent = read_topic(asker, lambda *_: ListingSns(*arns), OWNER_TOPIC, QUEUE)

    assert (asker.unread, is_absent) == ([], False)
    assert topic is not None
    assert (topic.account, topic.subscriptions) == (OWNER, found)
    assert topic.dead_letter_queue == ("" if CONFIRMED in arns else ASIDE)
