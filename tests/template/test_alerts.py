"""The alert topic and the event bus: who may publish, who may listen."""

import pytest

from tests.support.stack_template import ACCOUNT, Properties, Stack, render_stack

OWNERS = "222233334444,333344445555"


def statements(stack: Stack) -> dict[str, Properties]:
    policy = stack.properties("AlertTopicPolicy")
    assert policy["Topics"] == ["<AlertTopic>"]
    return {each["Sid"]: each for each in policy["PolicyDocument"]["Statement"]}


def test_alerts_are_encrypted_at_rest_and_on_their_way() -> None:
    stack = render_stack()
    assert stack.properties("AlertTopic") == {"KmsMasterKeyId": "alias/aws/sns"}
    denied = statements(stack)["DenyUnencryptedPublishing"]
    assert (denied["Effect"], denied["Principal"], denied["Action"]) == ("Deny", "*", "sns:Publish")
    assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_no_other_account_may_publish() -> None:
    allowed = [
        each for each in statements(render_stack(OwnerAccounts=OWNERS)).values() if each["Effect"] == "Allow"
    ]
    assert [each["Action"] for each in allowed] == ["sns:Subscribe"]


def test_owners_may_subscribe_and_delegates_may_not() -> None:
    stack = render_stack(OwnerAccounts=OWNERS, DelegateAccounts="444455556666")
    assert statements(stack)["OwnersSubscribe"] == {
        "Sid": "OwnersSubscribe",
        "Effect": "Allow",
        "Principal": {"AWS": ["222233334444", "333344445555"]},
        "Action": "sns:Subscribe",
        "Resource": "<AlertTopic>",
    }


def test_without_other_owners_no_other_account_may_do_anything() -> None:
    assert statements(render_stack(DelegateAccounts="444455556666")).keys() == {"DenyUnencryptedPublishing"}


def test_an_address_is_subscribed_if_one_is_given() -> None:
    assert "AlertEmailSubscription" not in render_stack().resources
    assert render_stack(AlertEmail="postmaster@example.com").properties("AlertEmailSubscription") == {
        "TopicArn": "<AlertTopic>",
        "Protocol": "email",
        "Endpoint": "postmaster@example.com",
        "FilterPolicy": {"kind": [{"anything-but": ["delegate_digest"]}]},
    }


def test_a_chat_gets_a_topic_of_its_own_if_one_is_asked_for() -> None:
    """Encrypted as the alert topic is, and nobody else may publish: a channel shows whatever comes."""
    assert not {"ChatTopic", "ChatTopicPolicy", "ChatUndeliveredAlarm"} & render_stack().resources.keys()
    stack = render_stack(ChatNotifications="true", OwnerAccounts=OWNERS)
    assert stack.properties("ChatTopic") == {"KmsMasterKeyId": "alias/aws/sns"}
    (only,) = stack.properties("ChatTopicPolicy")["PolicyDocument"]["Statement"]
    assert (only["Effect"], only["Principal"], only["Action"]) == ("Deny", "*", "sns:Publish")


@pytest.mark.parametrize(("given", "topic"), [("true", "<ChatTopic>"), ("false", "")])
def test_every_function_that_needs_it_is_given_the_topic_of_the_chat(given: str, topic: str) -> None:
    stack = render_stack(ChatNotifications=given)
    for function in ("AssessReputationFunction", "SendDigestFunction", "ReadSesStatisticsFunction"):
        assert stack.properties(function)["Environment"]["Variables"]["CHAT_TOPIC_ARN"] == topic


@pytest.mark.parametrize("link", ["", "https://statements.example.com"])
def test_whoever_names_a_statement_is_given_its_link_and_whose_it_is(link: str) -> None:
    owners = "example.net=777788889999"
    stack = render_stack(StatementBaseUrl=link, IdentityOwners=owners)
    for function in ("AssessReputationFunction", "SendDigestFunction"):
        variables = stack.properties(function)["Environment"]["Variables"]
        assert (variables["STATEMENT_BASE_URL"], variables["IDENTITY_OWNERS"]) == (link, owners)
        assert "LEDGER_ACCOUNT" in variables


@pytest.mark.parametrize(("given", "state"), [("cron(0 8 ? * MON *)", "ENABLED"), ("", "DISABLED")])
def test_without_a_schedule_no_digest_is_sent(given: str, state: str) -> None:
    assert render_stack(DigestSchedule=given).properties("SendDigestSchedule")["State"] == state


@pytest.mark.parametrize("bus", ["default", "reputation"])
def test_the_function_may_put_events_on_the_bus_that_it_is_given(bus: str) -> None:
    stack = render_stack(EventBusName=bus)
    variables = stack.properties("AssessReputationFunction")["Environment"]["Variables"]
    assert variables["EVENT_BUS_NAME"] == bus
    (policy,) = stack.properties("AssessReputationRole")["Policies"]
    resources = {each["Sid"]: each["Resource"] for each in policy["PolicyDocument"]["Statement"]}
    assert statistics_resources(stack)["FindEventBus"] == resources["PutEvents"]
    assert resources["PutEvents"] == f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/{bus}"


def statistics_resources(stack: Stack) -> dict[str, str]:
    (policy,) = stack.properties("ReadSesStatisticsRole")["Policies"]
    return {each["Sid"]: each["Resource"] for each in policy["PolicyDocument"]["Statement"]}


TOPIC = "arn:aws:sns:us-east-1:111122223333:operations"


@pytest.mark.parametrize(("given", "topic"), [("", "<AlarmTopic>"), (TOPIC, TOPIC)])
def test_the_hourly_function_looks_who_hears_the_channels_that_the_stack_uses(given: str, topic: str) -> None:
    stack = render_stack(AlarmTopicArn=given, EventBusName="reputation")
    variables = stack.properties("ReadSesStatisticsFunction")["Environment"]["Variables"]
    assert (variables["ALERT_TOPIC_ARN"], variables["ALARM_TOPIC_ARN"]) == ("<AlertTopic>", topic)
    assert variables["EVENT_BUS_NAME"] == "reputation"
