"""Who is to subscribe the ledger's queue: its own account only where the topic's policy lets it."""

import pytest

from ses_reputation.doctor.checks.subscriptions.confirmed import check
from tests.support.doctor_facts import (
    DELEGATE,
    DELEGATE_TOPIC,
    LEDGER,
    OWNER_TOPIC,
    QUEUE,
    policy,
    sound_setup,
    topic,
    topics,
)

SUBSCRIBES = {"Principal": {"AWS": LEDGER}, "Action": "sns:Subscribe", "Resource": DELEGATE_TOPIC}


@pytest.mark.parametrize(
    ("statement", "account"),
    [
        (SUBSCRIBES, LEDGER),
        (SUBSCRIBES | {"Condition": {"StringLike": {"sns:Endpoint": QUEUE}}}, LEDGER),
        (SUBSCRIBES | {"Condition": {"StringEquals": {"sns:Protocol": "https"}}}, DELEGATE),
        (SUBSCRIBES | {"Principal": {"AWS": "555555555555"}}, DELEGATE),
        ({"Principal": {"Service": "ses.amazonaws.com"}, "Action": "sns:Publish", "Resource": "*"}, DELEGATE),
    ],
)
def test_the_queues_account_subscribes_where_the_topics_policy_allows_it(
    statement: dict[str, object], account: str
) -> None:
    unheard = topic(DELEGATE_TOPIC, policy=policy(**statement), subscriptions=())

    (found,) = check(sound_setup(topics=topics(OWNER_TOPIC, unheard=unheard)))

    assert (found.name, found.account) == ("not_subscribed", account)
    assert ("the ledger confirms it" in found.mend) == (account == DELEGATE)
