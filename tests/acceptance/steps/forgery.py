"""What SNS did not sign is not believed, whoever puts it into the queue."""

import json

from tests.acceptance.run import Run

REASON = "forged_envelope"


def refuse_the_unsigned(run: Run) -> str:
    """Without a signature, an envelope and a confirmation of the stack's own topic are quarantined."""
    before = sum(1 for _ in run.connection.quarantine.keys(REASON))
    for kind in ("Notification", "SubscriptionConfirmation"):
        run.clients.sqs.send_message(
            QueueUrl=run.stack.outputs["FeedbackQueueUrl"], MessageBody=json.dumps(_unsigned(run, kind))
        )

    def are_kept() -> bool:
        return sum(1 for _ in run.connection.quarantine.keys(REASON)) >= before + 2

    run.await_that("two unsigned messages are in quarantine", are_kept)
    return f"two unsigned messages quarantined as {REASON}"


def _unsigned(run: Run, kind: str) -> dict[str, str]:
    return {
        "Type": kind,
        "MessageId": run.name,
        "TopicArn": run.stack.outputs["FeedbackTopicArn"],
        "Message": "{}",
        "Timestamp": f"{run.begun_at:%Y-%m-%dT%H:%M:%S}.000Z",
        "Token": "0" * 64,
        "SubscribeURL": f"https://sns.{run.account.region}.amazonaws.com/?Action=ConfirmSubscription",
    }
