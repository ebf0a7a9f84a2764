"""The fence: before a call leaves this machine, it is known to change only what is the run's."""

import boto3
import botocore.session
import pytest
from botocore.stub import Stubber

from tests.acceptance.fence import CHANGING, Fence, ForeignResourceError

RUN = "acceptance-1a2b3c4d"
PRODUCTION = "arn:aws:sns:us-east-1:111111111111:ses-reputation-prod-FeedbackTopic-A1B2"


def test_what_has_the_runs_name_is_changed() -> None:
    Fence(RUN).check("sns:DeleteTopic", {"TopicArn": f"arn:aws:sns:us-east-1:111111111111:{RUN}-opt-in"})


def test_what_has_another_name_is_not() -> None:
    with pytest.raises(ForeignResourceError, match="TopicArn='arn:aws:sns:us-east-1:111111111111:ses-rep"):
        Fence(RUN).check("sns:DeleteTopic", {"TopicArn": PRODUCTION})


@pytest.mark.parametrize("call", ["dynamodb:UpdateItem", "iam:CreateRole", "sesv2:PutSuppressedDestination"])
def test_no_other_change_is_made_whatever_it_names(call: str) -> None:
    with pytest.raises(ForeignResourceError, match=f"{call} is not among the changes"):
        Fence(RUN).check(call, {"TableName": RUN})


def test_each_parameter_that_names_something_must_be_of_the_run() -> None:
    own = f"arn:aws:sns:us-east-1:111111111111:{RUN}-opt-in"
    with pytest.raises(ForeignResourceError, match="Endpoint"):
        Fence(RUN).check("sns:Subscribe", {"TopicArn": own, "Endpoint": PRODUCTION})


def test_each_name_of_a_list_must_be_of_the_run() -> None:
    with pytest.raises(ForeignResourceError, match="operations"):
        Fence(RUN).check("cloudwatch:DeleteDashboards", {"DashboardNames": [f"{RUN}-x", "operations"]})


def test_a_parameter_that_is_left_out_is_not_of_the_run() -> None:
    with pytest.raises(ForeignResourceError, match="ConfigurationSetName"):
        Fence(RUN).check(
            "sesv2:SendEmail", {"Destination": {"ToAddresses": ["bounce@simulator.amazonses.com"]}}
        )


def test_reading_is_open() -> None:
    Fence(RUN).check("sns:GetTopicAttributes", {"TopicArn": PRODUCTION})


def test_resources_of_the_runs_own_stack_that_lack_its_name_are_admitted() -> None:
    fence, mapping = Fence(RUN), {"UUID": "3f0c2b9a-0000-4000-8000-000000000001", "Enabled": False}
    with pytest.raises(ForeignResourceError):
        fence.check("lambda:UpdateEventSourceMapping", mapping)
    fence.admit([str(mapping["UUID"]), ""])
    fence.check("lambda:UpdateEventSourceMapping", mapping)


def test_an_empty_name_is_never_admitted() -> None:
    fence = Fence(RUN)
    fence.admit([""])
    with pytest.raises(ForeignResourceError):
        fence.check("sqs:DeleteQueue", {"QueueUrl": ""})


@pytest.mark.parametrize("kind", ["ToAddresses", "CcAddresses", "BccAddresses"])
@pytest.mark.parametrize("address", ["someone@example.com", "x@simulator.amazonses.com.example"])
def test_nobody_but_the_simulator_is_mailed(kind: str, address: str) -> None:
    destination = {"ToAddresses": ["bounce@simulator.amazonses.com"]} | {kind: [address]}
    with pytest.raises(ForeignResourceError, match="mailbox simulator"):
        Fence(RUN).check("sesv2:SendEmail", {"ConfigurationSetName": RUN, "Destination": destination})


def test_a_client_behind_the_fence_sends_nothing_that_it_refuses() -> None:
    fence = Fence(RUN)
    session = boto3.Session("key", "secret", region_name="us-east-1")
    fence.surround(session)
    sns = session.client("sns")
    with Stubber(sns) as stub:
        stub.add_response("delete_topic", {})
        with pytest.raises(ForeignResourceError):
            sns.delete_topic(TopicArn=PRODUCTION)
        sns.delete_topic(TopicArn=f"{PRODUCTION}-{RUN}")
        stub.assert_no_pending_responses()
    assert fence.calls["sns:DeleteTopic"] == 2


@pytest.mark.parametrize("call", CHANGING)
def test_each_change_and_its_parameters_are_aws_own(call: str) -> None:
    service, _, operation = call.partition(":")
    model = botocore.session.get_session().get_service_model(service)
    shape = model.operation_model(operation).input_shape
    assert shape is not None
    assert set(CHANGING[call]) <= set(shape.members)
