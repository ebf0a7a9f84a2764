"""Subscriptions on the local AWS, across accounts and Regions, are what they are on AWS: facts F11."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError
from botocore.session import Session

from console.local_aws.emulator import Ministack
from ses_reputation.regions import is_opt_in
from tests.integration.test_local_aws_ses_resources import DeployedTemplate
from tests.support.stack_template import render_resource

pytestmark = pytest.mark.local_aws
COURIER, LEDGER = "222222222222", "444444444444"
DEFAULT, OPT_IN, OTHER_OPT_IN = "eu-west-1", "af-south-1", "me-south-1"


def unique(name: str) -> str:
    return f"{name}-{uuid4().hex[:8]}"


def make_topic(aws: Ministack, region: str = DEFAULT, account: str = COURIER) -> tuple[Any, str]:
    sns = aws.clients(account).connect("sns", region_name=region)
    return sns, sns.create_topic(Name=unique("feedback"))["TopicArn"]


def make_queue(
    aws: Ministack,
    region: str = DEFAULT,
    service: str = "sns.amazonaws.com",
    account: str = LEDGER,
    **key: str,
) -> tuple[Any, str, str]:
    """A queue to which one service may send."""
    sqs = aws.clients(account).connect("sqs", region_name=region)
    url = sqs.create_queue(QueueName=unique("ledger"), Attributes=key)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sqs:SendMessage",
        "Resource": arn,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    return sqs, url, arn


def received(sqs: Any, url: str) -> list[dict[str, Any]]:
    messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    for message in messages:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return [json.loads(message["Body"]) for message in messages]


def test_a_topic_is_subscribed_in_its_own_region_only(ministack: Ministack) -> None:
    _, topic_arn = make_topic(ministack, "us-east-1")
    _, _, queue_arn = make_queue(ministack)
    elsewhere = ministack.clients(LEDGER).connect("sns", region_name=DEFAULT)
    with pytest.raises(ClientError) as error:
        elsewhere.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=queue_arn)

    assert error.value.response["Error"]["Message"] == "Invalid parameter: TopicArn"
    assert error.value.response["Error"]["Code"] == "InvalidParameter"


def test_the_queues_own_account_has_nothing_to_confirm(ministack: Ministack) -> None:
    sns, topic_arn = make_topic(ministack)
    sqs, url, queue_arn = make_queue(ministack)
    ledger = ministack.clients(LEDGER).connect("sns", region_name=DEFAULT)
    ledger.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=queue_arn)
    sns.publish(TopicArn=topic_arn, Message="pears")

    assert [message["Message"] for message in received(sqs, url)] == ["pears"]


def test_a_queue_that_the_topics_account_subscribes_has_to_confirm(ministack: Ministack) -> None:
    sns, topic_arn = make_topic(ministack)
    sqs, url, queue_arn = make_queue(ministack)
    answer = sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=queue_arn)
    sns.publish(TopicArn=topic_arn, Message="lost")
    listed = sns.list_subscriptions_by_topic(TopicArn=topic_arn)["Subscriptions"]
    [asked] = received(sqs, url)
    ledger = ministack.clients(LEDGER).connect("sns", region_name=DEFAULT)
    confirmed = ledger.confirm_subscription(TopicArn=asked["TopicArn"], Token=asked["Token"])
    sns.publish(TopicArn=topic_arn, Message="pears")

    assert answer["SubscriptionArn"] == "pending confirmation"
    assert [each["SubscriptionArn"] for each in listed] == ["PendingConfirmation"]
    assert asked["Type"] == "SubscriptionConfirmation"
    assert [message["Message"] for message in received(sqs, url)] == ["pears"]
    listed = sns.list_subscriptions_by_topic(TopicArn=topic_arn)["Subscriptions"]
    assert [each["SubscriptionArn"] for each in listed] == [confirmed["SubscriptionArn"]]


@pytest.mark.parametrize(
    ("topic_region", "queue_region", "service"),
    [
        (DEFAULT, DEFAULT, "sns.amazonaws.com"),
        (DEFAULT, "us-east-1", "sns.amazonaws.com"),
        (DEFAULT, OPT_IN, f"sns.{OPT_IN}.amazonaws.com"),
        (OPT_IN, DEFAULT, f"sns.{OPT_IN}.amazonaws.com"),
        (OPT_IN, OTHER_OPT_IN, f"sns.{OTHER_OPT_IN}.amazonaws.com"),
        (OPT_IN, OPT_IN, "sns.amazonaws.com"),
    ],
)
def test_an_opt_in_region_delivers_under_a_name_of_its_own(
    enforcing_ministack: Ministack, topic_region: str, queue_region: str, service: str
) -> None:
    aws = enforcing_ministack
    names = {"sns.amazonaws.com", f"sns.{OPT_IN}.amazonaws.com", f"sns.{OTHER_OPT_IN}.amazonaws.com"}
    sns, topic_arn = make_topic(aws, topic_region, LEDGER)
    queues = {name: make_queue(aws, queue_region, name) for name in sorted(names)}
    for _, _, queue_arn in queues.values():
        sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=queue_arn)
    sns.publish(TopicArn=topic_arn, Message="pears")

    assert [name for name, (sqs, url, _) in queues.items() if received(sqs, url)] == [service]


def test_a_queue_under_a_key_of_aws_gets_nothing(ministack: Ministack) -> None:
    sns, topic_arn = make_topic(ministack, account=LEDGER)
    sqs, url, queue_arn = make_queue(ministack, KmsMasterKeyId="alias/aws/sqs")
    sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=queue_arn)
    sns.publish(TopicArn=topic_arn, Message="pears")

    assert received(sqs, url) == []


@pytest.mark.parametrize(("granted", "texts"), [(True, ["pears"]), (False, [])])
def test_a_key_of_the_queues_account_has_to_let_sns_use_it(
    enforcing_ministack: Ministack, granted: bool, texts: list[str]
) -> None:
    aws = enforcing_ministack
    kms = aws.clients(LEDGER).connect("kms", region_name=DEFAULT)
    own = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{LEDGER}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    grant = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": ["kms:GenerateDataKey", "kms:Decrypt"],
        "Resource": "*",
    }
    policy = {"Version": "2012-10-17", "Statement": [own, grant] if granted else [own]}
    key_id = kms.create_key(Policy=json.dumps(policy))["KeyMetadata"]["KeyId"]
    sns, topic_arn = make_topic(aws, account=LEDGER)
    sqs, url, queue_arn = make_queue(aws, KmsMasterKeyId=key_id)
    sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=queue_arn)
    sns.publish(TopicArn=topic_arn, Message="pears")

    assert [message["Message"] for message in received(sqs, url)] == texts


def subscription(topic_arn: str, queue_arn: str, **properties: str) -> dict[str, Any]:
    asked = {"TopicArn": topic_arn, "Protocol": "sqs", "Endpoint": queue_arn, "RawMessageDelivery": "true"}
    return {"Resources": {"Heard": {"Type": "AWS::SNS::Subscription", "Properties": asked | properties}}}


def test_a_template_subscribes_in_the_region_that_it_names_and_fails_without(ministack: Ministack) -> None:
    """The topic lies in another account and Region than the stack."""
    sns, topic_arn = make_topic(ministack, DEFAULT)
    without, named = DeployedTemplate(ministack), DeployedTemplate(ministack)
    queue_arn = f"arn:aws:sqs:us-east-1:{named.clients.sts.get_caller_identity()['Account']}:ledger"
    refused = without.create(subscription(topic_arn, queue_arn))
    created = named.create(subscription(topic_arn, queue_arn, Region=DEFAULT))
    [heard] = sns.list_subscriptions_by_topic(TopicArn=topic_arn)["Subscriptions"]
    attributes = sns.get_subscription_attributes(SubscriptionArn=heard["SubscriptionArn"])["Attributes"]

    assert (refused, created) == ("ROLLBACK_COMPLETE", "CREATE_COMPLETE")
    assert without.failures()[0] == "Invalid parameter: TopicArn"
    assert attributes["RawMessageDelivery"] == "true"


def deliver(aws: Ministack, queue_region: str, named: str, topic_regions: list[str]) -> set[str]:
    """Publish in each Region to a queue with the policy of template.yaml; return what arrived, by Region."""
    sqs, url, queue_arn = make_queue(aws, queue_region)
    policy = render_resource(
        "FeedbackQueuePolicy", queue_region, OptInRegions=named, DelegateAccounts=LEDGER
    )["PolicyDocument"]
    text = json.dumps(policy).replace("<FeedbackQueue.Arn>", queue_arn)
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": text})
    for region in topic_regions:
        sns, topic_arn = make_topic(aws, region, LEDGER)
        sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=queue_arn)
        sns.publish(TopicArn=topic_arn, Message=region)
    return set(received_texts(sqs, url))


def received_texts(sqs: Any, url: str) -> Iterator[str]:
    while messages := received(sqs, url):
        yield from (message["Message"] for message in messages)


SES_REGIONS = Session().get_available_regions("sesv2")
OPT_IN_REGIONS = [region for region in SES_REGIONS if is_opt_in(region)]


@pytest.mark.parametrize("queue_region", ["us-east-1", DEFAULT, OPT_IN, OTHER_OPT_IN])
def test_feedback_of_every_region_arrives_under_the_policy_of_the_template(
    enforcing_ministack: Ministack, queue_region: str
) -> None:
    named = ",".join(region for region in OPT_IN_REGIONS if region != queue_region)

    assert deliver(enforcing_ministack, queue_region, named, SES_REGIONS) == set(SES_REGIONS)


def test_feedback_of_an_opt_in_region_that_is_not_named_does_not_arrive(
    enforcing_ministack: Ministack,
) -> None:
    topics = [DEFAULT, OPT_IN, OTHER_OPT_IN]

    assert deliver(enforcing_ministack, "us-east-1", "", topics) == {DEFAULT}
    assert deliver(enforcing_ministack, "us-east-1", OPT_IN, topics) == {DEFAULT, OPT_IN}
    # A queue in such a Region hears all under its own Region's name.
    assert deliver(enforcing_ministack, OPT_IN, "", topics) == set(topics)
