"""SES's resource types on the local AWS: CloudFormation calls SES, and a refusal fails the stack."""

import json
import time
from collections.abc import Iterator
from copy import deepcopy
from typing import Any
from uuid import uuid4

import pytest

from console.local_aws.emulator import Ministack, start_ministack
from console.local_aws.ses_stand_in.server import SesStandIn
from tests.support.waiting import HANG_SECONDS

pytestmark = pytest.mark.local_aws
COURIER = "222222222222"
TEMPLATE: dict[str, Any] = {
    "Resources": {
        "Topic": {"Type": "AWS::SNS::Topic"},
        "Policy": {
            "Type": "AWS::SNS::TopicPolicy",
            "Properties": {
                "Topics": [{"Ref": "Topic"}],
                "PolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": "ses.amazonaws.com"},
                            "Action": "sns:Publish",
                            "Resource": {"Ref": "Topic"},
                        }
                    ],
                },
            },
        },
        "Pool": {
            "Type": "AWS::SES::DedicatedIpPool",
            "Properties": {"PoolName": "courier", "ScalingMode": "MANAGED"},
        },
        "News": {
            "Type": "AWS::SES::ConfigurationSet",
            "Properties": {
                "Name": "news",
                "DeliveryOptions": {"SendingPoolName": {"Ref": "Pool"}, "MaxDeliverySeconds": "600"},
                "SendingOptions": {"SendingEnabled": "true"},
            },
        },
        "Feedback": {
            "Type": "AWS::SES::ConfigurationSetEventDestination",
            "DependsOn": "Policy",
            "Properties": {
                "ConfigurationSetName": {"Ref": "News"},
                "EventDestination": {
                    "Name": "feedback",
                    "Enabled": True,
                    "MatchingEventTypes": ["bounce", "renderingFailure", "DELIVERY_DELAY"],
                    "SnsDestination": {"TopicARN": {"Ref": "Topic"}},
                },
            },
        },
        "Harbor": {
            "Type": "AWS::SES::EmailIdentity",
            "Properties": {
                "EmailIdentity": "harbor.example",
                "ConfigurationSetAttributes": {"ConfigurationSetName": {"Ref": "News"}},
            },
        },
    },
    "Outputs": {
        "SetName": {"Value": {"Ref": "News"}},
        "PoolName": {"Value": {"Ref": "Pool"}},
        "Identity": {"Value": {"Ref": "Harbor"}},
        "DkimName": {"Value": {"Fn::GetAtt": ["Harbor", "DkimDNSTokenName1"]}},
        "DkimValue": {"Value": {"Fn::GetAtt": ["Harbor", "DkimDNSTokenValue1"]}},
    },
}


@pytest.fixture(scope="module")
def aws() -> Iterator[Ministack]:
    with SesStandIn() as ses, start_ministack(ses_endpoint_url=ses.endpoint_url) as running:
        ses.publish_through(running)
        yield running


class DeployedTemplate:
    """A stack of one account; each has accounts of its own, so that names are free."""

    def __init__(self, aws: Ministack) -> None:
        account = str(uuid4().int)[:12]
        self.clients = aws.clients(account)
        self.sesv2 = self.clients.sesv2

    def create(self, template: dict[str, Any]) -> str:
        self.clients.cloudformation.create_stack(StackName="courier", TemplateBody=json.dumps(template))
        return self.await_end()

    def update(self, template: dict[str, Any]) -> str:
        self.clients.cloudformation.update_stack(StackName="courier", TemplateBody=json.dumps(template))
        return self.await_end()

    def describe(self) -> Any:
        return self.clients.cloudformation.describe_stacks(StackName="courier")["Stacks"][0]

    def await_end(self) -> str:
        until = time.monotonic() + HANG_SECONDS
        while self.describe()["StackStatus"].endswith("IN_PROGRESS") and time.monotonic() < until:
            time.sleep(0.05)
        return str(self.describe()["StackStatus"])

    def outputs(self) -> dict[str, str]:
        return {each["OutputKey"]: each["OutputValue"] for each in self.describe()["Outputs"]}

    def failures(self) -> list[str]:
        events = self.clients.cloudformation.describe_stack_events(StackName="courier")["StackEvents"]
        return [e["ResourceStatusReason"] for e in events if e["ResourceStatus"].endswith("_FAILED")]

    def destination(self) -> Any:
        answer = self.sesv2.get_configuration_set_event_destinations(ConfigurationSetName="news")
        return answer["EventDestinations"][0]


@pytest.fixture
def stack(aws: Ministack) -> DeployedTemplate:
    return DeployedTemplate(aws)


def changed(*path: str, value: Any) -> dict[str, Any]:
    """The template with one property changed, or taken away where the value is None."""
    template = deepcopy(TEMPLATE)
    parent = template["Resources"]
    for name in path[:-1]:
        parent = parent[name]
    if value is None:
        del parent[path[-1]]
    else:
        parent[path[-1]] = value
    return template


def test_a_stack_makes_what_ses_then_has(stack: DeployedTemplate) -> None:
    assert stack.create(TEMPLATE) == "CREATE_COMPLETE"

    found = stack.sesv2.get_configuration_set(ConfigurationSetName="news")
    assert found["DeliveryOptions"]["SendingPoolName"] == "courier"
    assert found["DeliveryOptions"]["MaxDeliverySeconds"] == 600
    assert stack.destination()["MatchingEventTypes"] == ["BOUNCE", "RENDERING_FAILURE", "DELIVERY_DELAY"]
    assert stack.sesv2.get_email_identity(EmailIdentity="harbor.example")["ConfigurationSetName"] == "news"


def test_references_are_names_and_dkim_records(stack: DeployedTemplate) -> None:
    stack.create(TEMPLATE)
    outputs = stack.outputs()
    token = stack.sesv2.get_email_identity(EmailIdentity="harbor.example")["DkimAttributes"]["Tokens"][0]

    assert outputs == {
        "SetName": "news",
        "PoolName": "courier",
        "Identity": "harbor.example",
        "DkimName": f"{token}._domainkey.harbor.example",
        "DkimValue": f"{token}.dkim.amazonses.com",
    }


def test_an_update_changes_in_place(stack: DeployedTemplate) -> None:
    stack.create(TEMPLATE)
    path = ("Feedback", "Properties", "EventDestination", "MatchingEventTypes")

    assert stack.update(changed(*path, value=["send"])) == "UPDATE_COMPLETE"
    assert stack.destination()["MatchingEventTypes"] == ["SEND"]


def test_a_set_and_an_identity_lose_what_the_template_no_longer_says(stack: DeployedTemplate) -> None:
    stack.create(TEMPLATE)
    stack.update(changed("News", "Properties", "DeliveryOptions", value=None))
    found = stack.sesv2.get_configuration_set(ConfigurationSetName="news")
    stack.update(changed("Harbor", "Properties", "ConfigurationSetAttributes", value=None))

    assert "SendingPoolName" not in found["DeliveryOptions"]
    assert "ConfigurationSetName" not in stack.sesv2.get_email_identity(EmailIdentity="harbor.example")


def test_another_name_is_another_identity(stack: DeployedTemplate) -> None:
    stack.create(TEMPLATE)
    stack.update(changed("Harbor", "Properties", "EmailIdentity", value="quay.example"))
    names = [each["IdentityName"] for each in stack.sesv2.list_email_identities()["EmailIdentities"]]

    assert names == ["quay.example"]


def test_a_refusal_fails_the_stack_in_the_words_of_ses_and_nothing_stays(stack: DeployedTemplate) -> None:
    other = {"StringEquals": {"AWS:SourceAccount": "999999999999"}}
    template = deepcopy(TEMPLATE)
    template["Resources"]["Policy"]["Properties"]["PolicyDocument"]["Statement"][0]["Condition"] = other

    assert stack.create(template) == "ROLLBACK_COMPLETE"
    assert "Could not publish message to SNS topic <arn:aws:sns:" in stack.failures()[0]
    assert stack.sesv2.list_configuration_sets()["ConfigurationSets"] == []


def test_a_refused_update_is_rolled_back(stack: DeployedTemplate) -> None:
    stack.create(TEMPLATE)

    assert stack.update(changed("Pool", "Properties", "ScalingMode", value="STANDARD")) == (
        "UPDATE_ROLLBACK_COMPLETE"
    )
    assert "cannot become a standard pool" in stack.failures()[0]
    pool = stack.sesv2.get_dedicated_ip_pool(PoolName="courier")["DedicatedIpPool"]
    assert pool["ScalingMode"] == "MANAGED"


def test_an_identity_that_cannot_be_set_up_is_not_left_behind(stack: DeployedTemplate) -> None:
    """Forwarding cannot be off before topics are set."""
    off = {"EmailForwardingEnabled": False}

    assert stack.create(changed("Harbor", "Properties", "FeedbackAttributes", value=off)) == (
        "ROLLBACK_COMPLETE"
    )
    assert stack.sesv2.list_email_identities()["EmailIdentities"] == []


def test_deleting_the_stack_deletes_all_and_minds_nothing_that_has_gone(stack: DeployedTemplate) -> None:
    stack.create(TEMPLATE)
    stack.sesv2.delete_email_identity(EmailIdentity="harbor.example")
    stack.clients.cloudformation.delete_stack(StackName="courier")
    until = time.monotonic() + HANG_SECONDS
    while stack.sesv2.list_configuration_sets()["ConfigurationSets"] and time.monotonic() < until:
        time.sleep(0.05)

    assert stack.sesv2.list_configuration_sets()["ConfigurationSets"] == []
