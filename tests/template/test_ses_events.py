"""SES's own events: which lead to the reader, from where, and who may forward them."""

import json
import re
from typing import Any

import pytest

from console.local_aws.template import read_template
from tests.support.stack_template import ACCOUNT, ROOT, render_stack

# EventBridge's reference, "Amazon Simple Email Service events", and the SES developer guide, "Tenants": these
# are about an account's and its tenants' standing; the others that SES sends are about single mails.
ABOUT_STANDING = {
    "Sending Status Enabled",
    "Sending Status Disabled",
    "Advisor Recommendation Status Open",
    "Advisor Recommendation Status Resolved",
    "Advisor Recommendation Status Closed",
}
BUS = "arn:aws:events:us-east-1:444455556666:event-bus/reputation-ses-events"
OWN_BUS = f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/reputation-ses-events"
ACCOUNT_STACKS = ("identity-owner", "delegate-sender")


def rules(**parameters: str) -> dict[str, Any]:
    return render_stack(**parameters).of_type("AWS::Events::Rule")


def bus_policy(**parameters: str) -> list[dict[str, Any]]:
    (bus,) = render_stack(**parameters).of_type("AWS::Events::EventBus").values()
    statements: list[dict[str, Any]] = bus.get("Policy", {}).get("Statement", [])
    return statements


def account_resources(name: str, kind: str) -> dict[str, Any]:
    """Resources of a kind in an account's template, as they are written."""
    resources = read_template(ROOT / "accounts" / f"{name}.yaml")["Resources"]
    return {key: each for key, each in resources.items() if each["Type"] == kind}


def test_events_of_this_account_and_forwarded_ones_lead_to_the_reader_and_to_it_alone() -> None:
    found = {name: rule for name, rule in rules().items() if name.endswith("SesEventsRule")}

    assert {name: rule.get("EventBusName") for name, rule in found.items()} == {
        "SesEventsRule": None,
        "ForwardedSesEventsRule": "<SesEventBus>",
    }
    for rule in found.values():
        assert rule["EventPattern"]["source"] == ["aws.ses"]
        assert set(rule["EventPattern"]["detail-type"]) == ABOUT_STANDING
        assert [target["Arn"] for target in rule["Targets"]] == ["<ReadSesStatisticsFunction.Arn>"]


def test_only_these_rules_may_call_the_reader() -> None:
    every = render_stack().of_type("AWS::Lambda::Permission").values()
    permissions = [each for each in every if each["FunctionName"] == "<ReadSesStatisticsFunction>"]

    assert {(each["Principal"], each["SourceArn"]) for each in permissions} == {
        ("events.amazonaws.com", "<SesEventsRule.Arn>"),
        ("events.amazonaws.com", "<ForwardedSesEventsRule.Arn>"),
    }
    assert {each["Action"] for each in permissions} == {"lambda:InvokeFunction"}


def test_without_other_accounts_nobody_may_put_events_on_the_bus() -> None:
    assert bus_policy() == []


def test_registered_accounts_and_no_others_may_forward_events_of_ses() -> None:
    (statement,) = bus_policy(OwnerAccounts="222233334444", DelegateAccounts="444455556666,777788889999")

    assert (statement["Action"], statement["Resource"]) == ("events:PutEvents", OWN_BUS)
    assert statement["Condition"] == {
        "StringEquals": {
            "aws:PrincipalAccount": [ACCOUNT, "222233334444", "444455556666", "777788889999"],
        },
        "ForAllValues:StringEquals": {"events:source": "aws.ses"},
    }


def test_an_organization_may_forward_events_of_ses() -> None:
    (statement,) = bus_policy(OrganizationId="o-exampleorgid")

    assert (statement["Action"], statement["Resource"]) == ("events:PutEvents", OWN_BUS)
    assert statement["Condition"]["StringEquals"] == {"aws:PrincipalOrgID": "o-exampleorgid"}


def test_the_policy_of_the_bus_fits_with_as_many_accounts_as_may_be_listed() -> None:
    """10,240 characters: Amazon EventBridge user guide, "Quotas"."""
    # 268 accounts fit together, whichever list they stand in (docs/operations.md, "Limits").
    many = ",".join(f"{number:012}" for number in range(268))
    policy = bus_policy(OwnerAccounts=many, OrganizationId="o-" + "x" * 32)

    assert len(json.dumps({"Version": "2012-10-17", "Statement": policy})) < 10_240


@pytest.mark.parametrize("name", ACCOUNT_STACKS)
def test_an_account_stack_that_is_given_the_ledgers_bus_forwards_the_same_events(name: str) -> None:
    (rule,) = account_resources(name, "AWS::Events::Rule").values()
    bus = {"Ref": "SesEventBusArn"}

    assert rule["Condition"] == "HasSesEventBus"
    assert rule["Properties"]["EventPattern"] == rules()["SesEventsRule"]["EventPattern"]
    # EventBridge asks for a role where the target is a bus of another account (user guide, "Permissions for
    # event buses").
    (target,) = rule["Properties"]["Targets"]
    assert (target["Arn"], target["RoleArn"]) == (bus, {"Fn::GetAtt": ["ForwardSesEventsRole", "Arn"]})
    role = account_resources(name, "AWS::IAM::Role")["ForwardSesEventsRole"]
    assert role["Condition"] == "HasSesEventBus"
    ((statement,),) = [each["PolicyDocument"]["Statement"] for each in role["Properties"]["Policies"]]
    assert (statement["Action"], statement["Resource"]) == ("events:PutEvents", bus)
    (trust,) = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "events.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


@pytest.mark.parametrize("name", ACCOUNT_STACKS)
def test_the_bus_may_be_left_out_and_is_else_the_arn_of_one(name: str) -> None:
    parameter = read_template(ROOT / "accounts" / f"{name}.yaml")["Parameters"]["SesEventBusArn"]

    assert parameter["Default"] == ""
    assert re.search(parameter["AllowedPattern"], BUS)
    assert not re.search(parameter["AllowedPattern"], "default")


def test_the_bus_is_an_output_for_the_stacks_of_other_accounts() -> None:
    assert render_stack().outputs["SesEventBusArn"]["Value"] == "<SesEventBus.Arn>"
