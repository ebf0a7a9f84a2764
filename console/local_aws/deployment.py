"""Deploying the project's template to the local AWS, and finding what was deployed."""

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, WaiterError

from console.local_aws.clients import Clients
from console.local_aws.emulator import REGION, LocalAws
from console.local_aws.errors import DeploymentError, MissingStackError
from console.local_aws.template import (
    CodeStore,
    Template,
    package_template,
    read_template,
    set_function_environment,
    translate_template,
)

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackEventTypeDef

PROJECT_TEMPLATE = Path(__file__).parents[2] / "template.yaml"
SAMCONFIG = PROJECT_TEMPLATE.parent / "samconfig.toml"
STACK_NAME = "ses-reputation"
"""That of samconfig.toml's default environment."""
KEPT_STACK_NAME = "ses-reputation-local"
"""No stack of samconfig.toml has this name: a command copied from a page or an alert reads the right one."""
PATIENCE: Any = {"Delay": 0.2, "MaxAttempts": 4500}
"""How waiters ask for a stack's end: five times a second, for a quarter of an hour."""
_CODE_BUCKET = "ses-reputation-code"


@dataclass(frozen=True, slots=True)
class Stack:
    """A deployed stack: its parameters and outputs by name, its physical resource ids by logical id."""

    name: str
    parameters: Mapping[str, str]
    outputs: Mapping[str, str]
    resources: Mapping[str, str] = field(repr=False)


def deploy_template(
    aws: LocalAws,
    parameters: Mapping[str, str],
    *,
    function_environment: Mapping[str, str] | None = None,
    template_path: Path = PROJECT_TEMPLATE,
    stack_name: str = STACK_NAME,
) -> Stack:
    """Create the stack and wait until it is complete; a second or two on ministack.

    `function_environment` is added to every function (for example AWS_ENDPOINT_URL_SESV2).

    Raises:
        DeploymentError: CloudFormation rejected the template, or could not create a resource.
    """
    clients = aws.clients()
    template = read_template(template_path)
    package_template(template, template_path.parent, _open_code_store(clients, aws.region))
    translated = translate_template(template, parameters, aws.region)
    set_function_environment(translated, function_environment or {})
    _create_stack(clients, stack_name, upload_template(aws, translated), parameters)
    return find_stack(clients, stack_name)


def upload_template(aws: LocalAws, template: Template) -> str:
    """Put a template where CloudFormation reads it, and return its URL.

    The project's template is longer than the 51,200 bytes that a request may hold.
    """
    store = _open_code_store(aws.clients(), aws.region)
    place = store.keep("templates", json.dumps(template).encode(), ".json")
    return f"{aws.endpoint_url}/{place['Bucket']}/{place['Key']}"


def find_stack(clients: Clients, stack_name: str = STACK_NAME) -> Stack:
    """An existing stack's outputs and resources. `stack_name` may be its ARN.

    Raises:
        MissingStackError: there is no such stack.
    """
    try:
        described = clients.cloudformation.describe_stacks(StackName=stack_name)["Stacks"][0]
    except ClientError as error:
        # CloudFormation API reference, DescribeStacks: "If the stack doesn't exist, a ValidationError is
        # returned."
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        raise MissingStackError(f"There is no stack {stack_name!r} here.") from error
    pages = clients.cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack_name)
    resources = [summary for page in pages for summary in page["StackResourceSummaries"]]
    return Stack(
        name=described["StackName"],
        parameters={
            parameter["ParameterKey"]: parameter.get("ParameterValue", "")
            for parameter in described.get("Parameters", [])
        },
        outputs={output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])},
        resources={found["LogicalResourceId"]: found.get("PhysicalResourceId", "") for found in resources},
    )


def delete_stack(clients: Clients, stack_name: str = STACK_NAME) -> None:
    """Delete the stack and wait until it is gone."""
    clients.cloudformation.delete_stack(StackName=stack_name)
    clients.cloudformation.get_waiter("stack_delete_complete").wait(
        StackName=stack_name, WaiterConfig=PATIENCE
    )


def _open_code_store(clients: Clients, region: str) -> CodeStore:
    # us-east-1 is the one Region that must not be named here, and that allows a second creation.
    options: Any = {"CreateBucketConfiguration": {"LocationConstraint": region}} if region != REGION else {}
    with contextlib.suppress(clients.s3.exceptions.BucketAlreadyOwnedByYou):
        clients.s3.create_bucket(Bucket=_CODE_BUCKET, **options)

    def upload(key: str, content: bytes) -> None:
        clients.s3.put_object(Bucket=_CODE_BUCKET, Key=key, Body=content)

    return CodeStore(_CODE_BUCKET, upload)


def _create_stack(
    clients: Clients, stack_name: str, template_url: str, parameters: Mapping[str, str]
) -> None:
    cloudformation = clients.cloudformation
    try:
        cloudformation.create_stack(
            StackName=stack_name,
            TemplateURL=template_url,
            Parameters=[
                {"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()
            ],
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
        cloudformation.get_waiter("stack_create_complete").wait(StackName=stack_name, WaiterConfig=PATIENCE)
    except ClientError as error:
        raise DeploymentError(f"CloudFormation did not accept the template: {error}") from error
    except WaiterError as error:
        events = "\n".join(describe_failures(clients, stack_name)) or str(error)
        raise DeploymentError(f"The stack {stack_name} was not created:\n{events}") from error


def describe_failures(clients: Clients, stack_name: str) -> list[str]:
    """The stack's failed events, oldest first, one line each."""
    pages = clients.cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack_name)
    events = [event for page in pages for event in page["StackEvents"]]
    return [_describe_event(event) for event in reversed(events) if _is_failure(event)]


def _is_failure(event: "StackEventTypeDef") -> bool:
    return "FAILED" in event.get("ResourceStatus", "")


def _describe_event(event: "StackEventTypeDef") -> str:
    resource = f"{event.get('LogicalResourceId')} ({event.get('ResourceType')})"
    return (
        f"{resource}: {event.get('ResourceStatus')}: {event.get('ResourceStatusReason', 'no reason given')}"
    )
