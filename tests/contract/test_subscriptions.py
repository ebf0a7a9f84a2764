"""Confirming a subscription: what SNS answers, and what becomes of the message that asked."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError, ParamValidationError
from botocore.stub import Stubber
from moto import mock_aws

from console.local_aws.emulator import Ministack
from ses_reputation.errors import UnavailableError
from ses_reputation.feedback.provenance import Reason
from ses_reputation.feedback.set_aside import Ignored, Quarantined, SubscriptionRequest
from ses_reputation.feedback.store import Subscriptions

TOPIC = "arn:aws:sns:eu-west-1:111122223333:ses-feedback"
REQUEST = SubscriptionRequest(TOPIC, "token-1")


class Regions:
    """Makes the SNS client of a Region, and remembers which it was asked for."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.asked: list[str] = []

    def __call__(self, region: str) -> Any:
        self.asked.append(region)
        return self.client


@pytest.fixture
def sns() -> Any:
    return boto3.client(
        "sns",
        region_name="eu-west-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",  # noqa: S106
    )


@pytest.fixture
def stub(sns: Any) -> Iterator[Stubber]:
    with Stubber(sns) as stub:
        yield stub
        stub.assert_no_pending_responses()


def test_sns_is_asked_in_the_topics_region_with_topic_and_token_only(sns: Any, stub: Stubber) -> None:
    answer = {"SubscriptionArn": f"{TOPIC}:2e1424d4-f796-459a-8184-9c92662be6da"}
    stub.add_response("confirm_subscription", answer, {"TopicArn": TOPIC, "Token": "token-1"})
    regions = Regions(sns)

    assert Subscriptions(regions).confirm(REQUEST) == Ignored("subscription_confirmation")
    assert regions.asked == ["eu-west-1"]


@pytest.mark.parametrize(
    "code", ["InvalidParameter", "InvalidParameterException", "NotFound", "AuthorizationError"]
)
def test_a_refusal_is_quarantined_with_its_code_and_what_to_do(sns: Any, stub: Stubber, code: str) -> None:
    stub.add_client_error("confirm_subscription", code, "Invalid token: recipient-1@gmail.com")

    refused = Subscriptions(Regions(sns)).confirm(REQUEST)

    assert isinstance(refused, Quarantined)
    assert refused.reason is Reason.SUBSCRIPTION_REFUSED
    assert refused.topic_arn == TOPIC
    assert code in refused.explanation
    assert "subscribe the queue again" in refused.explanation
    assert "@" not in refused.explanation


@pytest.mark.parametrize("code", ["Throttling", "InternalError", "ServiceUnavailable"])
def test_what_may_pass_comes_again(sns: Any, stub: Stubber, code: str) -> None:
    stub.add_client_error("confirm_subscription", code)

    with pytest.raises(UnavailableError, match=f"^{code}$"):
        Subscriptions(Regions(sns)).confirm(REQUEST)


@pytest.mark.parametrize(
    "error",
    [
        EndpointConnectionError(endpoint_url="https://sns.eu-west-1.amazonaws.com"),
        ParamValidationError(report="token"),
    ],
)
def test_no_answer_comes_again(error: Exception) -> None:
    def unreachable(region: str) -> Any:
        raise error

    with pytest.raises(UnavailableError, match=type(error).__name__):
        Subscriptions(unreachable).confirm(REQUEST)


def test_no_client_is_made_before_it_is_needed() -> None:
    Subscriptions(lambda region: pytest.fail(f"a client of {region} was made"))


def test_moto_confirms_a_topic_that_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        client = boto3.client("sns", region_name="eu-west-1")
        topic = client.create_topic(Name="ses-feedback")["TopicArn"]
        ended = Subscriptions(lambda _: client).confirm(SubscriptionRequest(topic, "token-1"))

    assert ended == Ignored("subscription_confirmation")


@pytest.mark.local_aws
def test_the_local_aws_refuses_a_token_that_it_never_gave(ministack: Ministack) -> None:
    client = ministack.clients().sns
    topic = client.create_topic(Name="ses-feedback-of-this-test")["TopicArn"]
    subscriptions = Subscriptions(lambda _: client)

    for request in (
        SubscriptionRequest(topic, "token-1"),
        SubscriptionRequest(f"{topic}-missing", "token-1"),
    ):
        assert isinstance(subscriptions.confirm(request), Quarantined)
    client.delete_topic(TopicArn=topic)
