"""Whether the ledger's queue is subscribed to the topics, and its subscription confirmed."""

from collections.abc import Iterator

from ses_reputation.authorization.evaluation import Decision, PolicyRequest
from ses_reputation.doctor.checks.policies import ask
from ses_reputation.doctor.checks.subscriptions.ways import Way, ways_of
from ses_reputation.doctor.diagnosis import Diagnosis, Severity
from ses_reputation.doctor.facts.messaging import Topic
from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.doctor.flows import delivery_link, in_words
from ses_reputation.doctor.mends import subscribe
from ses_reputation.doctor.reading.messaging import DEAD_LETTER_TAG


def check(setup: Setup) -> Iterator[Diagnosis]:
    """Find topics without a subscription of the queue, or with one that waits."""
    for way in ways_of(setup):
        if way.subscription is None:
            problem = f"The ledger's queue is not subscribed to topic {way.topic.arn}."
            yield _unheard(setup, way, "not_subscribed", problem, _why_not_subscribed(way))
        elif way.subscription.is_pending:
            problem = (
                f"The subscription of the ledger's queue to topic {way.topic.arn} waits to be confirmed."
            )
            why = (
                "It was made by the topic's account, and the message that confirms it did not arrive or was "
                "not answered. SNS delivers nothing, and removes it after 48 hours."
            )
            yield _unheard(setup, way, "subscription_pending", problem, why)


def _why_not_subscribed(way: Way) -> str:
    """Return what became of it, where SNS shows that: one that nobody confirmed leaves no trace.

    48 hours: AWS, "Amazon SNS now supports automatic deletion of unconfirmed subscriptions" (May 2023).
    72 hours: AWS re:Post, "How do I recreate a Deleted Amazon SNS topic subscription for an Amazon SQS queue
    in another AWS account?"
    """
    why = "What SES publishes there goes elsewhere only."
    if not way.bars:
        return f"{why} It was never subscribed, deleted, or not confirmed within 48 hours."
    barred = in_words(sorted(way.bars))
    return (
        f"{why} The subscription of account {barred} was deleted by another account. SNS lists it for 72 "
        "hours more, in which its owner cannot subscribe the queue again."
    )


def _unheard(setup: Setup, way: Way, name: str, problem: str, why: str) -> Diagnosis:
    account = _subscriber(setup, way)
    # One that waits keeps the attributes that it was made with, and SNS may refuse others: "Subscription
    # already exists with different attributes".
    is_made_anew = way.subscription is None and account == way.topic.account
    return Diagnosis(
        name=name,
        severity=Severity.ERROR,
        account=account,
        region=way.topic.region,
        subject=way.topic.arn,
        problem=problem,
        why=why,
        mend=_mend(setup, way, account),
        commands=(
            subscribe(way.topic.arn, setup.queue_arn, way.topic.dead_letter_queue if is_made_anew else ""),
        ),
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


# aws/aws-cdk issue 7044, hashicorp/terraform issue 6909.
_ELSEWHERE = (
    "Call SNS in {region}, where the topic is: in another Region it answers 'Invalid parameter: TopicArn'. "
    "In a template that is the property Region of AWS::SNS::Subscription."
)
_NOT_YET = (
    "Whoever deleted the subscription left its owner barred: run the command once SNS no longer lists it "
    "(72 hours after the deletion), or give SES another topic."
)
_KEEPS_ATTRIBUTES = (
    "It keeps the attributes that it was made with: one that was made without RedrivePolicy gets that by "
    "set-subscription-attributes, once it is confirmed."
)
_NOTHING_SET_ASIDE = (
    f"The topic has no tag {DEAD_LETTER_TAG}, by which our templates name the queue for what cannot be "
    "delivered: if there is one, give it as RedrivePolicy in --attributes."
)


def _mend(setup: Setup, way: Way, account: str) -> str:
    is_ledger = account == setup.ledger_account
    sentences = [_FROM_THE_QUEUE if is_ledger else _FROM_THE_TOPIC.format(account=account)]
    if way.topic.region != setup.queue_arn.split(":")[3]:
        sentences.append(_ELSEWHERE.format(region=way.topic.region))
    if account in way.bars:
        sentences.append(_NOT_YET)
    if account == way.topic.account and way.subscription:
        sentences.append(_KEEPS_ATTRIBUTES)
    elif account == way.topic.account and not way.topic.dead_letter_queue:
        sentences.append(_NOTHING_SET_ASIDE)
    return " ".join(sentences)


def _subscriber(setup: Setup, way: Way) -> str:
    """Return the account that is to subscribe: the queue's where it may, unless its own one was deleted."""
    candidates = [setup.ledger_account] if _lets_ledger(setup, way.topic) else []
    candidates.append(way.topic.account)
    return next((each for each in candidates if each not in way.bars), candidates[-1])


def _lets_ledger(setup: Setup, topic: Topic) -> bool:
    """Return whether the topic's policy lets the queue's account subscribe.

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
    return answer.decision is Decision.ALLOWED
