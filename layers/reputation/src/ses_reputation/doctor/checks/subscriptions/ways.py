"""The subscriptions of the ledger's queue to the topics that SES publishes to."""

from collections.abc import Iterator
from typing import NamedTuple

from ses_reputation.doctor.facts.messaging import Topic, TopicSubscription
from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.doctor.flows import Flow, flows_by_topic


class Way(NamedTuple):
    """A topic, the flows to it, and what subscribes the queue to it; None where nothing does.

    bars: the accounts that had a subscription which was deleted, and SNS still lists.
    """

    topic: Topic
    flows: list[Flow]
    subscription: TopicSubscription | None
    bars: frozenset[str] = frozenset()


def ways_of(setup: Setup) -> Iterator[Way]:
    """Return each topic of registered accounts whose subscriptions are known."""
    for arn, flows in sorted(flows_by_topic(setup).items()):
        topic = setup.topics.get(arn)
        if topic is None or topic.subscriptions is None:
            continue
        listed = [each for each in topic.subscriptions if each.endpoint == setup.queue_arn]
        # A confirmed one counts, whatever else was asked for.
        own = sorted((each for each in listed if not each.is_deleted), key=lambda each: each.is_pending)
        bars = frozenset(each.owner for each in listed if each.is_deleted)
        yield Way(topic, flows, own[0] if own else None, bars)
