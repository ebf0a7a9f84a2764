"""What a stack refuses by its custom resource, before AWS would refuse it late or unclearly."""

from collections.abc import Iterator, Mapping
from typing import Any

from ses_reputation.accounts.stack_request import StackPlace
from ses_reputation.registration.limits import LedgerPlace, find_excess
from ses_reputation.signing.authority import PARTITIONS

STACK_CHECK = "Custom::StackCheck"
"""The custom resource. Its properties are parameters of the stack, by their names."""


def find_stack_faults(properties: Mapping[str, Any], place: StackPlace) -> Iterator[str]:
    """Yield what is wrong with parameters for a stack in its place, each as sentences that say what to do."""
    parameters = {name: str(value) for name, value in properties.items()}
    if place.partition not in PARTITIONS:
        yield (
            f"This ledger does not know the certificates by which SNS signs in {place.partition}, so it "
            "would believe no feedback. It cannot be deployed there."
        )
    yield from _queue_faults(parameters.get("FeedbackQueueArn", ""), place)
    yield from _alarm_topic_faults(parameters.get("AlarmTopicArn", ""), place)
    excess = find_excess(LedgerPlace(place.partition, place.region, place.stack_name), parameters)
    if excess:
        yield excess


def _queue_faults(arn: str, place: StackPlace) -> Iterator[str]:
    """Between Regions of a partition SNS delivers (Amazon SNS developer guide, "Cross-region delivery")."""
    partition = arn.split(":")[1] if arn else place.partition
    if partition != place.partition:
        yield (
            f"FeedbackQueueArn is a queue in the partition {partition}, and this stack is in "
            f"{place.partition}: SNS does not deliver from one to the other. Deploy a ledger in "
            f"{place.partition}, and give its queue."
        )


def _alarm_topic_faults(arn: str, place: StackPlace) -> Iterator[str]:
    """Alarms notify topics of their own Region: PutMetricAlarm answers "Invalid region" for others."""
    region = arn.split(":")[3] if arn else place.region
    if region != place.region:
        yield (
            f"AlarmTopicArn is a topic in {region}, and alarms notify topics of their own Region. Give a "
            f"topic in {place.region}."
        )
