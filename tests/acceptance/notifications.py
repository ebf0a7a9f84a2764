"""Notifications as SES publishes them, about mail that was never sent.

Their shape is that of events/publishing/; recipients are in domains that nobody has (RFC 2606).
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from tests.acceptance.run import Run

_MOST_OF_A_BATCH = 10


def sent(
    run: Run, message: str, recipients: Iterable[str], region: str = "", at: datetime | None = None
) -> str:
    """A Send event of a message to all its recipients, in the run's Region, or another, now, or at a time."""
    return json.dumps({"eventType": "Send", "send": {}, "mail": _mail(run, message, recipients, region, at)})


def bounced(run: Run, message: str, recipient: str) -> str:
    """A Bounce event: one recipient of a message does not exist."""
    bounce = {
        "bounceType": "Permanent",
        "bounceSubType": "NoEmail",
        "bouncedRecipients": [{"emailAddress": recipient, "action": "failed", "status": "5.1.1"}],
        "timestamp": _timestamp(run.begun_at),
        "feedbackId": f"{run.name}-{recipient.partition('@')[0]}",
        "reportingMTA": "dns; a8-50.smtp-out.amazonses.com",
    }
    return json.dumps({"eventType": "Bounce", "bounce": bounce, "mail": _mail(run, message, [recipient])})


def publish(run: Run, messages: Iterable[str]) -> None:
    """Publish to the stack's own feedback topic, as SES does.

    The topic's policy names SES alone; an account's own principals need no grant there beside their IAM
    policy (SNS developer guide, "Using identity-based policies with Amazon SNS": "IAM policies, Amazon SNS
    policies, or both").
    """
    topic, entries = run.stack.outputs["FeedbackTopicArn"], iter(list(messages))
    while batch := list(islice(entries, _MOST_OF_A_BATCH)):
        named: Any = [{"Id": str(place), "Message": text} for place, text in enumerate(batch)]
        run.clients.sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=named)


def addresses(count: int, stem: str) -> Iterator[str]:
    """So many addresses that nobody has."""
    return (f"{stem}-{number}@example.net" for number in range(count))


def _mail(
    run: Run, message: str, recipients: Iterable[str], region: str = "", at: datetime | None = None
) -> dict[str, Any]:
    place = f"{region or run.account.region}:{run.account.account_id}"
    return {
        "timestamp": _timestamp(at or run.begun_at),
        "messageId": f"{run.name}-{message}",
        "source": f"news@{run.identity}",
        "sourceArn": f"arn:{run.account.partition}:ses:{place}:identity/{run.identity}",
        "sendingAccountId": run.account.account_id,
        "destination": list(recipients),
        "tags": {"ses:configuration-set": [run.name]},
    }


def _timestamp(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.000Z"
