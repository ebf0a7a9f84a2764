"""Topics whose subscriptions the ledger has not confirmed yet: SNS drops what is published meanwhile."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from time import sleep

from botocore.exceptions import ClientError

from console.stack.party_access import PartyAccess
from ses_reputation.verification.watching import Patience

_PAUSE_SECONDS = 3.0
# What SNS shows in place of the ARN of a subscription that nobody confirmed yet.
_PENDING = "PendingConfirmation"


def patience_of(longest: timedelta) -> Patience:
    """Return patience that lasts so long by this machine's clock."""
    return Patience(longest, lambda: datetime.now(UTC), sleep)


def await_subscriptions(
    pending: Callable[[], frozenset[str]], patience: Patience, on_progress: Callable[[int], None]
) -> frozenset[str]:
    """Wait until no subscription is pending; return the topics of those that still are.

    The journal confirms them as it reads its queue, up to `JournalWindowSeconds` later. on_progress: is
    called with how many are pending.
    """
    ends_at = patience.clock() + patience.longest
    while topics := pending():
        on_progress(len(topics))
        if patience.clock() >= ends_at:
            break
        patience.sleep(_PAUSE_SECONDS)
    return topics


def pending_topics(
    topics: Iterable[str], queue_arn: str, accesses: Mapping[str, PartyAccess]
) -> frozenset[str]:
    """Return the topics whose subscription of the ledger's queue is not confirmed.

    Those of other accounts, and those that a profile may not read, are taken as confirmed.
    """
    return frozenset(topic for topic in topics if _is_pending(topic, queue_arn, accesses))


def _is_pending(topic: str, queue_arn: str, accesses: Mapping[str, PartyAccess]) -> bool:
    _, _, _, region, account, _ = topic.split(":", 5)
    if account not in accesses:
        return False
    pages = accesses[account].connect("sns", region).get_paginator("list_subscriptions_by_topic")
    try:
        found = [each for page in pages.paginate(TopicArn=topic) for each in page["Subscriptions"]]
    except ClientError:
        return False
    return any(each["Endpoint"] == queue_arn and each["SubscriptionArn"] == _PENDING for each in found)
