"""What an organization's rules for accounts demand of a stack: a boundary for roles, a log of who reads."""

from typing import Any

import pytest

from console.local_aws.template import read_template
from tests.support.stack_template import ROOT, render_stack

TEMPLATES = ("template", "accounts/identity-owner", "accounts/delegate-sender")
BOUNDARY = "arn:aws:iam::111122223333:policy/Developers"


def roles(template: str) -> dict[str, dict[str, Any]]:
    resources = read_template(ROOT / f"{template}.yaml")["Resources"]
    return {name: each["Properties"] for name, each in resources.items() if each["Type"] == "AWS::IAM::Role"}


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_role_takes_the_boundary_where_one_is_given(template: str) -> None:
    bounded = {
        "Fn::If": ["HasPermissionsBoundary", {"Ref": "PermissionsBoundaryArn"}, {"Ref": "AWS::NoValue"}]
    }
    assert len(roles(template)) >= 4
    assert {n for n, role in roles(template).items() if role.get("PermissionsBoundary") != bounded} == set()


@pytest.mark.parametrize("template", TEMPLATES)
def test_sam_makes_no_role_of_its_own_which_no_boundary_would_reach(template: str) -> None:
    resources = read_template(ROOT / f"{template}.yaml")["Resources"]
    kinds = ("AWS::Serverless::Function", "AWS::Serverless::StateMachine")
    made = {name: each for name, each in resources.items() if each["Type"] in kinds}

    assert made
    assert {name for name, each in made.items() if "Role" not in each["Properties"]} == set()


def test_the_whole_stack_has_the_boundary_or_none() -> None:
    with_one = render_stack(PermissionsBoundaryArn=BOUNDARY, Identities="a.example")
    without = render_stack(Identities="a.example")

    assert {r["PermissionsBoundary"] for r in with_one.of_type("AWS::IAM::Role").values()} == {BOUNDARY}
    assert not any("PermissionsBoundary" in role for role in without.of_type("AWS::IAM::Role").values())


def test_s3_keeps_an_access_log_where_a_bucket_is_named() -> None:
    logged = render_stack(AccessLogBucketName="logs").properties("ReputationBucket")

    assert logged["LoggingConfiguration"] == {
        "DestinationBucketName": "logs",
        "LogFilePrefix": "reputation/",
    }
    assert "LoggingConfiguration" not in render_stack().properties("ReputationBucket")
