"""A policy that names partitions of a table holds for these only, whichever way they are reached."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from console.local_aws.deployment import deploy_template
from console.local_aws.emulator import Ministack
from tests.support.aws.local_aws import write_template

pytestmark = pytest.mark.local_aws

Call = Callable[[str, dict[str, Any]], str]

_CALLER = """
import boto3, botocore.exceptions

def lambda_handler(event, context):
    request = event["request"]
    try:
        getattr(boto3.client("dynamodb"), event["operation"])(**request)
    except botocore.exceptions.ClientError as error:
        return error.response["Error"]["Code"]
    return "done"
"""
_OWN, _FOREIGN = "OWN#1", "FOREIGN#1"


@pytest.fixture(scope="module")
def call(enforcing_ministack: Ministack, tmp_path_factory: pytest.TempPathFactory) -> Call:
    """Call DynamoDB as a function that may reach the partitions OWN#* only."""
    path = write_template(tmp_path_factory.mktemp("keys"), _RESOURCES, {"caller": _CALLER})
    stack = deploy_template(enforcing_ministack, {}, template_path=path, stack_name="keys")
    functions, table = enforcing_ministack.clients().functions, stack.resources["Table"]

    def invoke(operation: str, request: dict[str, Any]) -> str:
        named = json.loads(json.dumps(request).replace("TABLE", table))
        answer = functions.invoke(
            FunctionName=stack.resources["Caller"],
            Payload=json.dumps({"operation": operation, "request": named}).encode(),
        )
        answered: str = json.loads(answer["Payload"].read())
        return answered

    return invoke


def key(partition: str) -> dict[str, Any]:
    return {"pk": {"S": partition}, "sk": {"S": "1"}}


def requests(partition: str) -> dict[str, dict[str, Any]]:
    """One request of each kind that reaches a partition."""
    values = {":pk": {"S": partition}}
    return {
        "put_item": {"TableName": "TABLE", "Item": key(partition)},
        "get_item": {"TableName": "TABLE", "Key": key(partition)},
        "update_item": {"TableName": "TABLE", "Key": key(partition)},
        "query": {
            "TableName": "TABLE",
            "KeyConditionExpression": "sk = :sk AND pk = :pk",
            "ExpressionAttributeValues": values | {":sk": {"S": "1"}},
        },
        "batch_get_item": {"RequestItems": {"TABLE": {"Keys": [key(_OWN), key(partition)]}}},
        "batch_write_item": {
            "RequestItems": {
                "TABLE": [{"PutRequest": {"Item": key(each)}} for each in dict.fromkeys((_OWN, partition))]
            }
        },
        "transact_write_items": {
            "TransactItems": [
                {"Put": {"TableName": "TABLE", "Item": key(each)}}
                for each in dict.fromkeys((_OWN, partition))
            ]
        },
    }


@pytest.mark.parametrize("operation", requests(_OWN))
def test_a_partition_that_is_named_is_reached(call: Call, operation: str) -> None:
    request = requests(_OWN)[operation]
    if operation == "batch_get_item":
        request = {"RequestItems": {"TABLE": {"Keys": [key(_OWN)]}}}
    assert call(operation, request) == "done"


@pytest.mark.parametrize("operation", requests(_FOREIGN))
def test_another_partition_is_not_reached(call: Call, operation: str) -> None:
    assert "AccessDenied" in call(operation, requests(_FOREIGN)[operation])


def test_a_name_with_a_placeholder_hides_nothing(call: Call) -> None:
    query = requests(_FOREIGN)["query"] | {
        "KeyConditionExpression": "#partition = :pk AND sk = :sk",
        "ExpressionAttributeNames": {"#partition": "pk"},
    }
    assert "AccessDenied" in call("query", query)


_ACTIONS = ["PutItem", "GetItem", "UpdateItem", "Query", "BatchGetItem", "BatchWriteItem"]
_RESOURCES: dict[str, object] = {
    "Table": {
        "Type": "AWS::DynamoDB::Table",
        "Properties": {
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": "S"},
            ],
            "KeySchema": [
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
        },
    },
    "CallerRole": {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "lambda.amazonaws.com"},
                        "Action": "sts:AssumeRole",
                    }
                ],
            },
            "Policies": [
                {
                    "PolicyName": "OwnPartitions",
                    "PolicyDocument": {
                        "Version": "2012-10-17",
                        "Statement": [
                            {
                                "Effect": "Allow",
                                "Action": [f"dynamodb:{action}" for action in _ACTIONS],
                                "Resource": {"Fn::GetAtt": ["Table", "Arn"]},
                                "Condition": {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["OWN#*"]}},
                            }
                        ],
                    },
                }
            ],
        },
    },
    "Caller": {
        "Type": "AWS::Serverless::Function",
        "Properties": {
            "CodeUri": "caller",
            "Handler": "app.lambda_handler",
            "Runtime": "python3.13",
            "Timeout": 600,
            "Role": {"Fn::GetAtt": ["CallerRole", "Arn"]},
        },
    },
}
