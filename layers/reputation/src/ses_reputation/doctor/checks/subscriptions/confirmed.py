"""Whether the ledger's queue is subscribed to the topics, and its subscription confirmed."""

from collections.abc import Iterator

from ses_reputation.doctor.checks.subscriptions.ways import Way, ways_of
from ses_reputation.doctor.diagnosis import Diagnosis, Severity
from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.doctor.flows import delivery_link
from ses_reputation.doctor.mends import subscribe


def check(setup: Setup) -> Iterator[Diagnosis]:
    """Find topics without a subscription of the queue, or with one that waits."""
    for way in ways_of(setup):
        if way.subscription is None:
            problem = f"The ledger's queue is not subscribed to topic {way.topic.arn}."
            yield _unheard(
                setup, way, "not_subscribed", problem, "What SES publishes there goes elsewhere only."
            )
        elif way.subscription.is_pending:
            problem = (
                f"The subscription of the ledger's queue to topic {way.topic.arn} waits to be confirmed."
            )
            why = (
                "It was made by the topic's account, and the message that confirms it did not arrive "
                "or was not "
                "answered. SNS delivers nothing, and removes it after three days."
            )
            yield _unheard(setup, way, "subscription_pending", problem, why)


def _unheard(setup: Setup, way: Way, name: str, problem: str, why: str) -> Diagnosis:
    return Diagnosis(
        name=name,
        severity=Severity.ERROR,
        account=setup.ledger_account,
        region=way.topic.region,
        subject=way.topic.arn,
        problem=problem,
        why=why,
        mend=f"Subscribe with credentials of the queue's account, {setup.ledger_account}: then nothing is "
        "to be confirmed. The topic's policy has to give that account sns:Subscribe.",
        commands=(subscribe(way.topic.arn, setup.queue_arn),),
        cuts=frozenset({delivery_link(way.topic.arn, setup.queue_arn)}),
    )
