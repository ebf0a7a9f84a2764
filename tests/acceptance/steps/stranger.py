"""A second account, which nobody registered, subscribes our queue: nothing is confirmed, nothing counted."""

import json

from tests.acceptance.queues import Queue, make_queue
from tests.acceptance.run import TAG, Run
from tests.acceptance.step import FailedError, SkippedError

REASON = "foreign_subscription"


def refuse_a_stranger(run: Run) -> str:
    """SNS really signs the stranger's confirmation; put into the queue, it is quarantined and not answered.

    The queue's policy keeps SNS of that account out, so the confirmation is taken at a queue of the run.
    """
    if run.account.other is None:
        raise SkippedError("no second profile: give OTHER_PROFILE=")
    sns = run.account.other.sns
    topic = sns.create_topic(Name=f"{run.name}-stranger", Tags=[{"Key": TAG, "Value": run.name}])["TopicArn"]
    ear = make_queue(run, "stranger", topic.split(":")[4])
    for endpoint in (ear.arn, run.stack.outputs["FeedbackQueueArn"]):
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=endpoint)
    confirmation = run.await_that("SNS asks for confirmation", lambda: _find_confirmation(ear))
    before = _count_refused(run)
    run.clients.sqs.send_message(QueueUrl=run.stack.outputs["FeedbackQueueUrl"], MessageBody=confirmation)
    run.await_that(f"it is quarantined as {REASON}", lambda: _count_refused(run) > before)
    listed = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    confirmed = [each["Endpoint"] for each in listed if each["SubscriptionArn"].startswith("arn:")]
    if confirmed:
        raise FailedError(f"the stranger's subscription of {', '.join(confirmed)} was confirmed")
    return (
        f"signed confirmation of account {topic.split(':')[4]} quarantined; both subscriptions stay pending"
    )


def _find_confirmation(ear: Queue) -> str:
    for message in ear.take():
        if message.get("Type") == "SubscriptionConfirmation":
            return json.dumps(message)
    return ""


def _count_refused(run: Run) -> int:
    return sum(1 for _ in run.connection.quarantine.keys(REASON))
