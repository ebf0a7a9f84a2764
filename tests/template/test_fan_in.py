"""Who may publish to the topic, and whose topics may send to the queue."""

import ast
from pathlib import Path

import boto3
import pytest

from console.local_aws.template import read_template
from ses_reputation.accounts.regions import sns_principal
from ses_reputation.doctor.reading.messaging import DEAD_LETTER_TAG
from ses_reputation.regions import is_opt_in, partition_of
from ses_reputation.registration.store import path_of
from tests.support.stack_template import (
    ACCOUNT,
    ROOT,
    TEMPLATES,
    Properties,
    Stack,
    is_condition_met,
    render_resource,
    render_stack,
)

KEY = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def statements(stack: Stack, policy: str) -> dict[str, Properties]:
    return {each["Sid"]: each for each in stack.properties(policy)["PolicyDocument"]["Statement"]}


def senders(stack: Stack) -> list[str]:
    statement = statements(stack, "FeedbackQueuePolicy")["TopicsOfRegisteredAccountsSend"]
    topics: list[str] = statement["Condition"]["ArnLike"]["aws:SourceArn"]
    return topics


@pytest.mark.parametrize(
    ("owners", "delegates", "accounts"),
    [
        ("", "", [ACCOUNT]),
        ("222233334444", "", [ACCOUNT, "222233334444"]),
        ("", "444455556666", [ACCOUNT, "444455556666"]),
        ("", "444455556666,777788889999", [ACCOUNT, "444455556666", "777788889999"]),
        (
            "222233334444,333344445555",
            "444455556666,777788889999",
            [ACCOUNT, "222233334444", "333344445555", "444455556666", "777788889999"],
        ),
    ],
)
def test_topics_of_every_registered_account_and_no_others_may_send(
    owners: str, delegates: str, accounts: list[str]
) -> None:
    stack = render_stack(OwnerAccounts=owners, DelegateAccounts=delegates)
    assert senders(stack) == [f"arn:*:sns:*:{account}:*" for account in accounts]


def test_only_sns_may_send_and_only_to_the_feedback_queue() -> None:
    stack = render_stack()
    (statement,) = statements(stack, "FeedbackQueuePolicy").values()
    assert stack.properties("FeedbackQueuePolicy")["Queues"] == ["<FeedbackQueue>"]
    assert (statement["Effect"], statement["Action"]) == ("Allow", "sqs:SendMessage")
    assert statement["Principal"] == {"Service": ["sns.amazonaws.com"]}
    assert statement["Resource"] == "<FeedbackQueue.Arn>"
    assert statement["Condition"].keys() == {"ArnLike"}


def test_only_ses_of_this_account_may_publish() -> None:
    allowed = statements(render_stack(), "FeedbackTopicPolicy")["SesOfThisAccountPublishes"]
    assert (allowed["Effect"], allowed["Action"]) == ("Allow", "sns:Publish")
    assert allowed["Principal"] == {"Service": "ses.amazonaws.com"}
    assert allowed["Condition"] == {
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
        "ArnLike": {"aws:SourceArn": f"arn:aws:ses:us-east-1:{ACCOUNT}:*"},
    }


def test_nobody_publishes_in_the_clear() -> None:
    denied = statements(render_stack(), "FeedbackTopicPolicy")["DenyUnencryptedPublishing"]
    assert (denied["Effect"], denied["Principal"], denied["Action"]) == ("Deny", "*", "sns:Publish")
    assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_the_topic_feeds_the_queue_in_its_envelope() -> None:
    assert render_stack().properties("FeedbackSubscription") == {
        "TopicArn": "<FeedbackTopic>",
        "Protocol": "sqs",
        "Endpoint": "<FeedbackQueue.Arn>",
        "RawMessageDelivery": False,
        "RedrivePolicy": {"deadLetterTargetArn": "<UndeliveredFeedbackQueue.Arn>"},
    }


def test_sns_sets_aside_what_the_queue_did_not_take_and_nobody_else_may() -> None:
    stack = render_stack()
    (statement,) = statements(stack, "UndeliveredFeedbackQueuePolicy").values()

    assert stack.properties("UndeliveredFeedbackQueuePolicy")["Queues"] == ["<UndeliveredFeedbackQueue>"]
    assert stack.resources["FeedbackSubscription"]["DependsOn"] == "UndeliveredFeedbackQueuePolicy"
    assert statement["Principal"] == {"Service": "sns.amazonaws.com"}
    assert (statement["Effect"], statement["Action"]) == ("Allow", "sqs:SendMessage")
    assert statement["Resource"] == "<UndeliveredFeedbackQueue.Arn>"
    assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": "<FeedbackTopic>"}}


def test_the_topic_is_encrypted_with_the_given_key_or_not_at_all() -> None:
    assert render_stack(FeedbackTopicKeyArn=KEY).properties("FeedbackTopic")["KmsMasterKeyId"] == KEY
    assert "KmsMasterKeyId" not in render_stack().properties("FeedbackTopic")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_the_topic_names_the_queue_for_what_its_subscription_could_not_deliver(template: Path) -> None:
    resources = read_template(template)["Resources"]
    topic, subscription = (resources[f"Feedback{kind}"]["Properties"] for kind in ("Topic", "Subscription"))

    queue = subscription["RedrivePolicy"]["deadLetterTargetArn"]
    assert topic["Tags"] == [{"Key": DEAD_LETTER_TAG, "Value": queue}]


def test_a_registered_account_is_registered_with_the_journal_too() -> None:
    stack = render_stack(OwnerAccounts="222233334444", DelegateAccounts="444455556666,777788889999")
    variables = stack.properties("JournalFeedbackFunction")["Environment"]["Variables"]
    registered = f"{variables['OWNER_ACCOUNTS']},{variables['DELEGATE_ACCOUNTS']}".split(",")
    assert senders(stack) == [f"arn:*:sns:*:{account}:*" for account in registered]


def organization_statement(**parameters: str) -> Properties:
    """Who may send besides topics of listed accounts, and only that."""
    stack = render_stack(OrganizationId="o-exampleorgid", **parameters)
    found = statements(stack, "FeedbackQueuePolicy")
    assert found.keys() == {"TopicsOfRegisteredAccountsSend", "TopicsOfTheOrganizationSend"}
    return found["TopicsOfTheOrganizationSend"]


def test_sns_sends_from_topics_of_the_organization_too_and_from_no_others() -> None:
    """Never with IfExists: where SNS names no organization, that would let in every topic there is."""
    statement = organization_statement(OptInRegions="af-south-1")

    assert (statement["Effect"], statement["Action"]) == ("Allow", "sqs:SendMessage")
    assert statement["Principal"] == {"Service": ["sns.amazonaws.com", "sns.af-south-1.amazonaws.com"]}
    assert statement["Resource"] == "<FeedbackQueue.Arn>"
    assert statement["Condition"] == {
        "ArnLike": {"aws:SourceArn": "arn:*:sns:*:*:*"},
        "StringEquals": {"aws:SourceOrgID": "o-exampleorgid"},
    }


def test_listed_accounts_send_with_an_organization_as_without() -> None:
    """So that feedback of theirs does not depend on whether SNS names the organization."""
    listed = {"OwnerAccounts": "222233334444", "DelegateAccounts": "444455556666"}
    with_organization = render_stack(OrganizationId="o-exampleorgid", **listed)

    assert (
        statements(with_organization, "FeedbackQueuePolicy")["TopicsOfRegisteredAccountsSend"]
        == statements(render_stack(**listed), "FeedbackQueuePolicy")["TopicsOfRegisteredAccountsSend"]
    )


@pytest.mark.parametrize("function", ["JournalFeedbackFunction", "ReadSesStatisticsFunction"])
def test_functions_look_for_accounts_where_the_console_puts_them(function: str) -> None:
    stack = render_stack("production", OrganizationId="o-exampleorgid")
    variables = stack.properties(function)["Environment"]["Variables"]

    assert variables["ACCOUNTS_PATH"] == path_of("production")
    assert "ACCOUNTS_PATH" not in render_stack().properties(function)["Environment"]["Variables"]


def test_owners_that_are_not_listed_do_not_subscribe_to_alerts_by_themselves() -> None:
    """Nobody could tell them from delegates there, who would read of each other."""
    stack = render_stack(OrganizationId="o-exampleorgid")
    assert statements(stack, "AlertTopicPolicy").keys() == {"DenyUnencryptedPublishing"}


PARTITIONS = ("aws", "aws-us-gov")
SES_REGIONS = [
    region
    for partition in PARTITIONS
    for region in boto3.Session().get_available_regions("sesv2", partition_name=partition)
]


def may_deliver(topic_region: str, queue_region: str) -> bool:
    """SNS delivers within a partition only: accounts and ARNs of others do not exist there."""
    return partition_of(topic_region) == partition_of(queue_region)


def heard(queue_region: str, named: str = "") -> list[str]:
    """As whom SNS may come to the queue of a stack in a Region."""
    policy = render_resource("FeedbackQueuePolicy", queue_region, OptInRegions=named)
    services: list[str] = policy["PolicyDocument"]["Statement"][0]["Principal"]["Service"]
    return services


@pytest.mark.parametrize("queue_region", SES_REGIONS)
def test_sns_of_every_region_with_ses_may_send_as_whom_it_comes(queue_region: str) -> None:
    """Worked out from the SNS guide's page on cross-Region delivery, by what botocore knows of Regions."""
    allowed = heard(queue_region, ",".join(set(filter(is_opt_in, SES_REGIONS)) - {queue_region}))

    for topic_region in SES_REGIONS:
        if may_deliver(topic_region, queue_region):
            assert sns_principal(topic_region, queue_region) in allowed


@pytest.mark.parametrize("topic_region", SES_REGIONS)
def test_a_topic_of_every_region_is_heard_if_only_its_own_region_is_named(topic_region: str) -> None:
    named = topic_region if is_opt_in(topic_region) else ""

    for queue_region in SES_REGIONS:
        if may_deliver(topic_region, queue_region):
            assert sns_principal(topic_region, queue_region) in heard(queue_region, named)


@pytest.mark.parametrize("region", boto3.Session().get_available_regions("sns"))
def test_library_template_and_local_aws_agree_on_which_regions_are_opt_in(region: str) -> None:
    is_default = region in defaults_of_the_local_aws()

    assert is_opt_in(region) == is_condition_met("IsInOptInRegion", region) == (not is_default)


def defaults_of_the_local_aws() -> set[str]:
    """Read from its text: the emulator's modules need an interpreter that has ministack."""
    source = (ROOT / "console/local_aws/ministack/subscriptions.py").read_text(encoding="utf-8")
    (assigned,) = (
        node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "_DEFAULT_REGIONS"
    )
    return set(eval(ast.unparse(assigned)))  # noqa: S307


def test_regions_that_nobody_named_add_nobody_who_may_send() -> None:
    assert heard("eu-west-1") == heard("us-gov-west-1") == ["sns.amazonaws.com"]
    assert heard("af-south-1") == ["sns.amazonaws.com", "sns.af-south-1.amazonaws.com"]


@pytest.mark.parametrize(
    ("topic_region", "queue_region", "principal"),
    [
        ("us-east-1", "eu-west-1", "sns.amazonaws.com"),
        ("us-east-1", "af-south-1", "sns.af-south-1.amazonaws.com"),
        ("af-south-1", "us-east-1", "sns.af-south-1.amazonaws.com"),
        ("af-south-1", "il-central-1", "sns.il-central-1.amazonaws.com"),
        ("af-south-1", "af-south-1", "sns.amazonaws.com"),
    ],
)
def test_sns_comes_under_a_regions_name_where_accounts_opt_in(
    topic_region: str, queue_region: str, principal: str
) -> None:
    assert sns_principal(topic_region, queue_region) == principal


def test_the_feedback_topic_is_given_to_ses_by_a_parameter() -> None:
    stack = render_stack(Identities="orchard.example", ConfigurationSetName="transactional")
    given = stack.of_type("Custom::IdentityFeedback")["IdentityFeedback"]
    assert (given["Identities"], given["TopicArn"]) == ("orchard.example", "<FeedbackTopic>")
    events = stack.properties("ConfigurationSetEvents")["EventDestination"]
    assert events["SnsDestination"] == {"TopicARN": "<FeedbackTopic>"}
    assert {"bounce", "complaint", "deliveryDelay", "send"} <= set(events["MatchingEventTypes"])
    default = stack.of_type("Custom::DefaultConfigurationSet")["DefaultSets"]
    assert default["ConfigurationSetName"] == "<ConfigurationSet>"


def test_without_identities_nothing_of_ses_is_touched() -> None:
    types = {resource["Type"] for resource in render_stack().resources.values()} - {"Custom::StackCheck"}
    assert not any(each.startswith(("Custom::", "AWS::SES::")) for each in types)
