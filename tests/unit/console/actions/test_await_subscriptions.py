"""Nothing is sent before the ledger confirmed its subscriptions, as far as that can be seen."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError

from console.actions.await_subscriptions import await_subscriptions, pending_topics
from console.stack.party_access import PartyAccess
from ses_reputation.verification.watching import Patience

OWNER = "111111111111"
TOPIC = f"arn:aws:sns:eu-west-1:{OWNER}:feedback"
QUEUE = "arn:aws:sqs:us-east-1:444444444444:feedback"


def access(*subscriptions: tuple[str, str], refuses: bool = False) -> PartyAccess:
    """Credentials of the owner, whose topic has these subscriptions: endpoint and ARN."""
    listed = [{"Endpoint": endpoint, "SubscriptionArn": arn} for endpoint, arn in subscriptions]

    def paginate(**_request: Any) -> Iterable[Any]:
        if refuses:
            raise ClientError({"Error": {"Code": "AuthorizationError", "Message": "no"}}, "List")
        return [{"Subscriptions": listed}]

    sns = SimpleNamespace(get_paginator=lambda _name: SimpleNamespace(paginate=paginate))
    return cast("PartyAccess", SimpleNamespace(connect=lambda _service, _region: sns))


@pytest.mark.parametrize(
    ("owner", "pending"),
    [
        (access((QUEUE, "PendingConfirmation")), {TOPIC}),
        (access((QUEUE, f"{TOPIC}:1")), set()),
        (access(("arn:aws:sqs:us-east-1:444444444444:other", "PendingConfirmation")), set()),
        (access(), set()),
        (access((QUEUE, "PendingConfirmation"), refuses=True), set()),
    ],
)
def test_only_a_pending_subscription_of_the_ledgers_queue_is_waited_for(
    owner: PartyAccess, pending: set[str]
) -> None:
    assert pending_topics([TOPIC], QUEUE, {OWNER: owner}) == pending


def test_topics_of_other_accounts_are_not_looked_at() -> None:
    assert pending_topics([TOPIC], QUEUE, {}) == set()


def patience(seconds: int, slept: list[float]) -> Patience:
    began_at = datetime(2026, 11, 22, tzinfo=UTC)
    return Patience(
        timedelta(seconds=seconds), lambda: began_at + timedelta(seconds=sum(slept)), slept.append
    )


def test_waiting_ends_when_all_are_confirmed() -> None:
    answers = [frozenset({TOPIC, "other"}), frozenset({TOPIC}), frozenset[str]()]
    slept: list[float] = []
    progress: list[int] = []

    left = await_subscriptions(lambda: answers.pop(0), patience(60, slept), progress.append)

    assert (left, progress, len(slept)) == (frozenset(), [2, 1], 2)


def test_waiting_ends_with_patience_and_names_what_is_left() -> None:
    slept: list[float] = []

    left = await_subscriptions(lambda: frozenset({TOPIC}), patience(10, slept), lambda _pending: None)

    assert left == {TOPIC}
    assert 10 <= sum(slept) < 20
