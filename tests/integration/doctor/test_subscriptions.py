"""Who is connected, as `accounts list` reads it: by the topics of an account and their subscriptions."""

from typing import Any

import pytest

from console.local_aws.emulator import Ministack
from console.local_aws.ses_stand_in.server import SesStandIn
from ses_reputation.accounts.registry import Party, PartyRole, QueueSubscription, SubscriptionState
from ses_reputation.doctor.reading.asking import CallPace
from ses_reputation.doctor.reading.subscriptions import SubscriptionReader
from ses_reputation.errors import UnavailableError
from tests.support.aws.sound_setup import IDENTITY, KINDS, REGION, SoundSetup, build

pytestmark = pytest.mark.local_aws
CONFIRMED, PENDING, MISSING = (
    QueueSubscription(state)
    for state in (SubscriptionState.CONFIRMED, SubscriptionState.PENDING, SubscriptionState.MISSING)
)


@pytest.fixture
def setup(aws: Ministack, ses: SesStandIn) -> SoundSetup:
    return build(aws, ses)


def read(setup: SoundSetup, account: str, connect: Any = None) -> QueueSubscription:
    """How the queue is subscribed to the topics of the owner or a delegate."""
    role = PartyRole.OWNER if account in {setup.owner, setup.ledger} else PartyRole.DELEGATE
    pace = lambda: CallPace(lambda _seconds: None, 0.0)  # noqa: E731
    reader = SubscriptionReader(connect or setup.client, setup.queue_arn, pace)
    return reader.read(Party(role, account, REGION))


def unsubscribe(setup: SoundSetup, account: str) -> None:
    setup.client(setup.ledger, "sns").unsubscribe(SubscriptionArn=setup.subscription(account))


def test_a_confirmed_subscription_of_an_identitys_or_a_sets_topic_connects(setup: SoundSetup) -> None:
    assert [read(setup, each) for each in (setup.owner, setup.courier)] == [CONFIRMED, CONFIRMED]


def test_an_account_that_publishes_to_no_topic_is_not_connected(setup: SoundSetup) -> None:
    assert read(setup, setup.ledger) == MISSING


def test_a_topic_that_the_queue_is_not_subscribed_to_connects_nobody(setup: SoundSetup) -> None:
    unsubscribe(setup, setup.owner)
    queue = f"arn:aws:sqs:{REGION}:{setup.ledger}:another"
    setup.client(setup.ledger, "sqs").create_queue(QueueName="another")
    setup.client(setup.ledger, "sns").subscribe(
        TopicArn=setup.topic(setup.owner), Protocol="sqs", Endpoint=queue
    )

    assert (read(setup, setup.owner), read(setup, setup.courier)) == (MISSING, CONFIRMED)


def test_a_subscription_that_was_not_confirmed_is_told_apart(setup: SoundSetup) -> None:
    unsubscribe(setup, setup.courier)
    setup.client(setup.courier, "sns").subscribe(
        TopicArn=setup.topic(setup.courier), Protocol="sqs", Endpoint=setup.queue_arn
    )

    assert read(setup, setup.courier) == PENDING


def test_an_owners_topics_that_are_not_set_connect_nobody(setup: SoundSetup) -> None:
    ses = setup.client(setup.owner, "ses")
    ses.set_identity_feedback_forwarding_enabled(Identity=IDENTITY, ForwardingEnabled=True)
    for kind in KINDS:
        ses.set_identity_notification_topic(Identity=IDENTITY, NotificationType=kind)

    assert read(setup, setup.owner) == MISSING


def test_an_account_without_a_way_in_is_unread_with_the_reason(setup: SoundSetup) -> None:
    def connect(*_: str) -> Any:
        raise UnavailableError("AssumeRole AccessDenied")

    assert read(setup, setup.harbor, connect) == QueueSubscription(
        SubscriptionState.UNREAD,
        f"sts:AssumeRole failed with AssumeRole AccessDenied ({setup.harbor} in {REGION})",
    )


def test_a_refusal_to_read_is_no_lack_of_a_subscription(aws: Ministack, ses: SesStandIn) -> None:
    setup = build(aws, ses)
    refusal = {"Effect": "Deny", "Action": "ses:GetConfigurationSetEventDestinations", "Resource": "*"}
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    policy: Any = {"Version": "2012-10-17", "Statement": [everything, refusal]}
    ses.restrict(f"arn:aws:iam::{setup.harbor}:root", policy)

    found = read(setup, setup.harbor)

    assert found.state is SubscriptionState.UNREAD
    assert found.reason.startswith("ses:GetConfigurationSetEventDestinations failed with AccessDenied")
