"""Who may publish to the topic, and whose topics may send to the queue."""

import pytest

from tests.support.stack_template import ACCOUNT, Properties, Stack, render_stack

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
    assert statement["Principal"] == {"Service": "sns.amazonaws.com"}
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
    }


def test_the_topic_is_encrypted_with_the_given_key_or_not_at_all() -> None:
    assert render_stack(FeedbackTopicKeyArn=KEY).properties("FeedbackTopic") == {"KmsMasterKeyId": KEY}
    assert render_stack().properties("FeedbackTopic") == {}


def test_a_registered_account_is_registered_with_the_journal_too() -> None:
    stack = render_stack(OwnerAccounts="222233334444", DelegateAccounts="444455556666,777788889999")
    variables = stack.properties("JournalFeedbackFunction")["Environment"]["Variables"]
    registered = f"{variables['OWNER_ACCOUNTS']},{variables['DELEGATE_ACCOUNTS']}".split(",")
    assert senders(stack) == [f"arn:*:sns:*:{account}:*" for account in registered]
