"""Who is to subscribe the ledger's queue, and by which command: as the subscription was before."""

import json
import shlex

import pytest

from ses_reputation.doctor.checks.subscriptions.confirmed import check
from ses_reputation.doctor.diagnosis import Diagnosis
from ses_reputation.doctor.facts.messaging import TopicSubscription
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


@pytest.mark.parametrize(("region", "is_said"), [("eu-west-1", False), ("us-east-1", True)])
def test_a_topic_of_another_region_is_subscribed_in_its_own(region: str, is_said: bool) -> None:
    """A29: SNS takes no subscription in the queue's Region."""
    queue = QUEUE.replace("eu-west-1", region)
    heard = topic(OWNER_TOPIC, subscriptions=(TopicSubscription(queue, f"{OWNER_TOPIC}:1", LEDGER),))
    unheard = topic(DELEGATE_TOPIC, subscriptions=())

    (found,) = check(sound_setup(topics=topics(heard=heard, unheard=unheard), queue_arn=queue))

    assert ("Invalid parameter: TopicArn" in found.mend) is is_said
    assert shlex.split(found.commands[0])[3:5] == ["--region", "eu-west-1"]


LETTING, KEEPING_OUT = policy(**SUBSCRIBES), policy(**SUBSCRIBES | {"Effect": "Deny"})
ASIDE = f"arn:aws:sqs:eu-west-1:{DELEGATE}:set-aside"


def found_of(
    *, document: str = KEEPING_OUT, deleted_by_owner: str = "", is_pending: bool = False, aside: str = ASIDE
) -> Diagnosis:
    """What is said of the delegate's topic. deleted_by_owner: whose deleted subscription SNS still lists."""
    subscriptions = [TopicSubscription(QUEUE, "", DELEGATE, is_pending=True)] if is_pending else []
    if deleted_by_owner:
        subscriptions.append(TopicSubscription(QUEUE, "", deleted_by_owner, is_deleted=True))
    unheard = topic(
        DELEGATE_TOPIC, policy=document, subscriptions=tuple(subscriptions), dead_letter_queue=aside
    )
    (found,) = check(sound_setup(topics=topics(OWNER_TOPIC, unheard=unheard)))
    return found


def redrive_policy(command: str) -> str:
    """The dead-letter queue that a printed command gives the subscription, "" where it gives none."""
    words = shlex.split(command)
    if "--attributes" not in words:
        return ""
    attributes = json.loads(words[words.index("--attributes") + 1])
    return str(json.loads(attributes["RedrivePolicy"])["deadLetterTargetArn"])


@pytest.mark.parametrize(
    ("document", "deleted_by_owner", "account", "must_wait"),
    [
        # AWS re:Post: the deleted one's owner cannot subscribe for 72 hours, the topic's account can.
        (LETTING, LEDGER, DELEGATE, False),
        (LETTING, DELEGATE, LEDGER, False),
        (KEEPING_OUT, LEDGER, DELEGATE, False),
        (KEEPING_OUT, DELEGATE, DELEGATE, True),
    ],
)
def test_whose_subscription_was_deleted_by_another_account_cannot_make_it_again_at_once(
    document: str, deleted_by_owner: str, account: str, must_wait: bool
) -> None:
    found = found_of(document=document, deleted_by_owner=deleted_by_owner)

    assert (found.name, found.account) == ("not_subscribed", account)
    assert f"The subscription of account {deleted_by_owner} was deleted" in found.why
    assert "72 hours" in found.why
    assert ("once SNS no longer lists it (72 hours after the deletion)" in found.mend) == must_wait


def test_a_subscription_that_is_not_there_may_be_one_that_nobody_confirmed_in_48_hours() -> None:
    assert "not confirmed within 48 hours" in found_of().why
    assert "removes it after 48 hours" in found_of(is_pending=True).why


def test_a_subscription_of_the_topics_account_is_made_again_with_its_dead_letter_queue() -> None:
    (command,) = found_of().commands

    assert redrive_policy(command) == ASIDE


def test_one_that_waits_is_asked_for_again_as_it_was_made() -> None:
    """SNS: "Subscription already exists with different attributes" (localstack/localstack#8816)."""
    found = found_of(is_pending=True)

    assert redrive_policy(found.commands[0]) == ""
    assert "It keeps the attributes that it was made with" in found.mend


def test_no_account_is_told_to_set_aside_into_a_queue_of_another() -> None:
    """A subscription's dead-letter queue is of its own account (SNS guide, "Dead-letter queues")."""
    found = found_of(document=LETTING)

    assert (found.account, redrive_policy(found.commands[0])) == (LEDGER, "")


def test_where_no_dead_letter_queue_is_known_the_reader_is_told_to_name_it() -> None:
    found = found_of(aside="")

    assert redrive_policy(found.commands[0]) == ""
    assert "give it as RedrivePolicy in --attributes" in found.mend
    assert "RedrivePolicy" not in found_of().mend
