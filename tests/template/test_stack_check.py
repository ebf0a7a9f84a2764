"""What cannot work is refused by the templates themselves, before anything of SES or the queue changes."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from ses_reputation.accounts.stack_checks import find_stack_faults
from ses_reputation.accounts.stack_request import StackPlace
from tests.support.stack_template import ROOT, list_resources, read_source

OWNER, DELEGATE = (ROOT / "accounts" / f"{name}.yaml" for name in ("identity-owner", "delegate-sender"))
GOVERNMENT = "arn:aws-us-gov:sqs:us-gov-west-1:444455556666:feedback"
COMMERCIAL = "arn:aws:sqs:us-east-1:444455556666:feedback"
# Everything of these templates with which SES is told something, or which costs by being there.
OF_SES = (
    "AWS::SES::",
    "Custom::IdentityFeedback",
    "Custom::IdentityPolicies",
    "Custom::DefaultConfigurationSet",
)


def waits_for(resources: Mapping[str, Any], name: str, other: str) -> bool:
    """Whether a resource is made after another, by DependsOn or a reference, however far away."""
    return name == other or any(waits_for(resources, each, other) for each in _before(resources, name))


def _before(resources: Mapping[str, Any], name: str) -> set[str]:
    resource = resources[name]
    named = resource.get("DependsOn", [])
    stated = {named} if isinstance(named, str) else set(named)
    return (stated | set(_references(resource.get("Properties", {})))) & resources.keys() - {name}


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, part in value.items():
            if key == "Ref":
                yield part
            elif key == "Fn::GetAtt":
                yield part[0]
            else:
                yield from _references(part)
    elif isinstance(value, list):
        for part in value:
            yield from _references(part)


@pytest.mark.parametrize(
    "carrier", ["FeedbackQueuePolicy", "JournalFeedbackFunction", "ReadSesStatisticsFunction"]
)
def test_what_lists_can_make_too_long_waits_for_the_check(carrier: str) -> None:
    assert waits_for(read_source()["Resources"], carrier, "StackCheck")


def test_the_check_is_given_every_parameter_that_it_looks_at() -> None:
    given = read_source()["Resources"]["StackCheck"]["Properties"]
    looked_at = {
        *(
            "OwnerAccounts",
            "DelegateAccounts",
            "OrganizationId",
            "OptInRegions",
            "OwnDomains",
            "TagDimensions",
        ),
        *("ReadingRoleName", "ExternalId", "EventBusName", "ChatNotifications", "AlarmTopicArn"),
    }
    assert given == {name: {"Ref": name} for name in looked_at} | {
        "ServiceToken": {"Fn::GetAtt": ["CheckStackFunction", "Arn"]},
        "ServiceTimeout": "120",
    }
    assert looked_at <= read_source()["Parameters"].keys()


@pytest.mark.parametrize("path", [OWNER, DELEGATE])
@pytest.mark.parametrize(
    ("region", "queue", "is_refused"),
    [
        ("eu-west-1", COMMERCIAL, False),
        ("af-south-1", COMMERCIAL, False),
        ("us-gov-east-1", GOVERNMENT, False),
        ("eu-west-1", GOVERNMENT, True),
        ("us-gov-east-1", COMMERCIAL, True),
    ],
)
def test_a_check_that_refuses_is_there_only_for_a_queue_of_another_partition(
    path: Any, region: str, queue: str, is_refused: bool
) -> None:
    made = list_resources(path, region, FeedbackQueueArn=queue)

    assert ("StackCheck" in made) is is_refused
    # Nothing else needs the function here, since no identity is named.
    assert ("ManageIdentityTopicsFunction" in made) is is_refused


@pytest.mark.parametrize("path", [OWNER, DELEGATE])
def test_nothing_of_ses_is_made_before_the_queue_is_known_to_be_in_reach(path: Any) -> None:
    """With every optional part: identities, delegates, sets and pools."""
    wanted = {
        "Identities": "example.com",
        "OwnIdentities": "example.com",
        "Delegates": "777788889999",
        "MarketingSetName": "marketing",
        "MarketingPoolName": "marketing",
        "TransactionalPoolName": "transactional",
    }
    parameters = list_resources(path, "eu-west-1", FeedbackQueueArn=GOVERNMENT, **wanted)
    of_ses = [name for name, each in parameters.items() if each["Type"].startswith(OF_SES)]

    assert len(of_ses) == (2 if path == OWNER else 7)
    assert [name for name in of_ses if not waits_for(parameters, name, "StackCheck")] == []


def test_the_account_templates_give_the_check_what_it_refuses() -> None:
    place = StackPlace("aws", "eu-west-1", "111122223333", "connected")
    for path in (OWNER, DELEGATE):
        check = list_resources(path, "eu-west-1", FeedbackQueueArn=GOVERNMENT)["StackCheck"]["Properties"]
        given = {
            name: GOVERNMENT if each == {"Ref": "FeedbackQueueArn"} else str(each)
            for name, each in check.items()
        }
        (fault,) = find_stack_faults(given, place)
        assert "partition aws-us-gov" in fault
