"""Whether SNS delivers its envelopes."""

from collections.abc import Iterator

from ses_reputation.doctor.checks.subscriptions.ways import ways_of
from ses_reputation.doctor.diagnosis import Diagnosis, Severity
from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.doctor.flows import delivery_link
from ses_reputation.doctor.mends import aws_command


def check(setup: Setup) -> Iterator[Diagnosis]:
    """Find subscriptions with raw message delivery: the envelope has the signature and the topic's ARN."""
    for way in ways_of(setup):
        if way.subscription is None or way.subscription.is_pending or not way.subscription.is_raw:
            continue
        yield Diagnosis(
            name="raw_delivery",
            severity=Severity.ERROR,
            account=way.subscription.owner,
            region=way.topic.region,
            subject=way.topic.arn,
            problem="Raw message delivery is on for the subscription of the ledger's queue to "
            f"{way.topic.arn}.",
            why="Without its envelope nobody can tell which topic a message came from, and that SNS wrote "
            "it: the ledger puts it in quarantine.",
            mend="Switch it off. What is in quarantine without an envelope stays there.",
            commands=(
                aws_command(
                    "sns set-subscription-attributes",
                    way.topic.region,
                    subscription_arn=way.subscription.arn,
                    attribute_name="RawMessageDelivery",
                    attribute_value="false",
                ),
            ),
            cuts=frozenset({delivery_link(way.topic.arn, setup.queue_arn)}),
        )
