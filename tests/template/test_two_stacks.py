"""Two stacks live in one account: nothing has a name of its own choosing."""

from typing import Any

from tests.support.stack_template import render_stack

# The property that gives each type its physical name; a type that is not here has none.
NAMES = {
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::DynamoDB::Table": "TableName",
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
    "AWS::Lambda::EventSourceMapping",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::Subscription",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
}


def chosen_names(stack_name: str) -> dict[str, Any]:
    resources = render_stack(stack_name).resources
    names = {
        name: resource["Properties"].get(NAMES.get(resource["Type"])) for name, resource in resources.items()
    }
    return {name: chosen for name, chosen in names.items() if chosen is not None}


def test_every_type_of_resource_is_known_here() -> None:
    types = {resource["Type"] for resource in render_stack().resources.values()}
    assert types <= NAMES.keys() | NAMELESS


def test_only_the_layer_is_named_and_after_its_stack() -> None:
    # SAM would name it after its logical id, the same in every stack.
    assert list(chosen_names("first").values()) == ["first-reputation"]
    assert list(chosen_names("second").values()) == ["second-reputation"]
