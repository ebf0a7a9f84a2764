"""Two stacks live in one account: nothing has a name of its own choosing."""

from typing import Any

import pytest

from tests.support.stack_template import render_stack

# The property that gives each type its physical name; a type that is not here has none.
NAMES = {
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::CloudWatch::Dashboard": "DashboardName",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::Events::EventBus": "Name",
    "AWS::Events::Rule": "Name",
    "AWS::IAM::Role": "RoleName",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Lambda::LayerVersion": "LayerName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::Scheduler::Schedule": "Name",
    "AWS::StepFunctions::StateMachine": "StateMachineName",
}
NAMELESS = {
    # The name of an inline policy is one among those of its role.
    "AWS::IAM::Policy",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Permission",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::Subscription",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
    "Custom::StackCheck",
}


def chosen_names(stack_name: str) -> dict[str, Any]:
    resources = render_stack(stack_name, Dashboard="true").resources
    names = {
        name: resource["Properties"].get(NAMES.get(resource["Type"])) for name, resource in resources.items()
    }
    return {name: chosen for name, chosen in names.items() if chosen is not None}


def test_every_type_of_resource_is_known_here() -> None:
    types = {resource["Type"] for resource in render_stack(Dashboard="true").resources.values()}
    assert types <= NAMES.keys() | NAMELESS


@pytest.mark.parametrize("name", ["first", "second"])
def test_the_layer_the_dashboard_and_the_bus_alone_are_named_and_after_their_stack(name: str) -> None:
    # SAM would name the layer after its logical id, the same in every stack; CloudFormation names no bus.
    assert sorted(chosen_names(name).values()) == [
        f"{name}-reputation",
        f"{name}-ses-events",
        f"{name}-us-east-1",
    ]
