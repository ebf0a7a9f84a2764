"""The project's stack, made to lack one statement of one role, and made whole again."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from console.local_aws.deployment import Stack, upload_template
from console.local_aws.emulator import LocalAws
from tests.support.stack_template import read_source
from tests.support.waiting import await_that


class Statement(NamedTuple):
    """One statement of a role's policy, by logical id and Sid."""

    role: str
    sid: str


def list_statements() -> list[Statement]:
    """Every statement of every role in template.yaml, in its order."""
    resources: dict[str, Any] = read_source()["Resources"]
    kinds = {resource["Type"] for resource in resources.values() if "::IAM::" in resource["Type"]}
    assert kinds == {"AWS::IAM::Role", "AWS::IAM::Policy"}, "statements outside of roles would go unproven"
    return [
        Statement(role, _sid_of(entry))
        for role, resource in resources.items()
        if resource["Type"] == "AWS::IAM::Role"
        for document in _documents_of(resources, role)
        for entry in document["Statement"]
    ]


@contextmanager
def removed(aws: LocalAws, stack: Stack, statement: Statement) -> Iterator[None]:
    """Update the stack to a template without the statement, and back when the block ends."""
    whole = dict(aws.clients().cloudformation.get_template(StackName=stack.name)["TemplateBody"])
    _update(aws, stack, _without(whole, statement))
    try:
        yield
    finally:
        _update(aws, stack, whole)


def _without(template: dict[str, Any], statement: Statement) -> dict[str, Any]:
    """The template without the statement, and without a policy that held nothing else."""
    lacking = copy.deepcopy(template)
    documents = _documents_of(lacking["Resources"], statement.role)
    before = sum(len(document["Statement"]) for document in documents)
    for document in documents:
        document["Statement"] = [each for each in document["Statement"] if _sid_of(each) != statement.sid]
    after = sum(len(document["Statement"]) for document in documents)
    assert after == before - 1, f"{statement} is not in the deployed template"
    properties = lacking["Resources"][statement.role]["Properties"]
    properties["Policies"] = [
        policy for policy in properties["Policies"] if policy["PolicyDocument"]["Statement"]
    ]
    return lacking


def _documents_of(resources: dict[str, Any], role: str) -> list[dict[str, Any]]:
    """The policies of a role: those inside of it, and those that name it."""
    inside = resources[role]["Properties"]["Policies"]
    apart = [
        resource["Properties"]
        for resource in resources.values()
        if resource["Type"] == "AWS::IAM::Policy" and resource["Properties"]["Roles"] == [{"Ref": role}]
    ]
    return [policy["PolicyDocument"] for policy in [*inside, *apart]]


def _sid_of(entry: dict[str, Any]) -> str:
    """The name of a statement; one that depends on a parameter stands in an Fn::If."""
    sid: str = entry["Fn::If"][1]["Sid"] if "Fn::If" in entry else entry["Sid"]
    return sid


def _update(aws: LocalAws, stack: Stack, template: dict[str, Any]) -> None:
    cloudformation = aws.clients().cloudformation
    cloudformation.update_stack(
        StackName=stack.name,
        TemplateURL=upload_template(aws, template),
        Parameters=[{"ParameterKey": name, "UsePreviousValue": True} for name in stack.parameters],
        Capabilities=["CAPABILITY_IAM"],
    )

    def is_updated() -> bool:
        status = cloudformation.describe_stacks(StackName=stack.name)["Stacks"][0]["StackStatus"]
        assert "ROLLBACK" not in status, "the stack was rolled back"
        return status == "UPDATE_COMPLETE"

    await_that(is_updated, "the stack was updated")
