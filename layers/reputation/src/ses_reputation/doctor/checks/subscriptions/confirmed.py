"""Whether the ledger's queue is subscribed to the topics, and its subscription confirmed."""

from collections.abc import Iterator

from ses_reputation.authorization.evaluation import Decision, PolicyRequest
from ses_reputation.doctor.checks.policies import ask
from ses_reputation.doctor.checks.subscriptions.ways import Way, ways_of
from ses_reputation.doctor.diagnosis import Diagnosis, Severity
from ses_reputation.doctor.facts.messaging import Topic
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
                "It was made by the topic's account, and the message that confirms it did not arrive or was "
                "not answered. SNS delivers nothing, and removes it after three days."
            )
            yield _unheard(setup, way, "subscription_pending", problem, why)


def _unheard(setup: Setup, way: Way, name: str, problem: str, why: str) -> Diagnosis:
    account = _subscriber(setup, way.topic)
    return Diagnosis(
        name=name,
        severity=Severity.ERROR,
        account=account,
        region=way.topic.region,
        subject=way.topic.arn,
        problem=problem,
        why=why,
        mend=_FROM_THE_QUEUE if account == setup.ledger_account else _FROM_THE_TOPIC.format(account=account),
        commands=(subscribe(way.topic.arn, setup.queue_arn),),
        cuts=frozenset({delivery_link(way.topic.arn, setup.queue_arn)}),
    )


_FROM_THE_QUEUE = (
    "Subscribe with credentials of the queue's account, which the topic's policy allows: then nothing is "
    "to be confirmed."
)
_FROM_THE_TOPIC = (
    "Subscribe with credentials of the topic's account, {account}: the ledger confirms it within minutes. "
    "(The topic's policy does not let the queue's account subscribe. CloudFormation does not make a "
    "subscription again that somebody deleted.)"
)


def _subscriber(setup: Setup, topic: Topic) -> str:
    """Return the account that can subscribe the queue: the queue's where the topic's policy lets it.

    That needs no confirmation (Amazon SNS developer guide, "Sending Amazon SNS messages to an Amazon SQS
    queue in a different account"). Our templates do not let it: there the topic's account subscribes.
    """
    asker = f"arn:{topic.arn.split(':')[1]}:iam::{setup.ledger_account}:root"
    context = {
        "aws:CurrentTime": (setup.read_at.isoformat(),),
        "aws:PrincipalAccount": (setup.ledger_account,),
        "aws:SecureTransport": ("true",),
        "sns:Endpoint": (setup.queue_arn,),
        "sns:Protocol": ("sqs",),
    }
    answer = ask(topic.policy, PolicyRequest(asker, "sns:Subscribe", topic.arn, context))
    return setup.ledger_account if answer.decision is Decision.ALLOWED else topic.account
