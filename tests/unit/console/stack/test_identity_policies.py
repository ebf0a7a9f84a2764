"""Policies that cannot be read leave the reason in their place."""

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from console.stack.identity_policies import PolicyRead, read_policies

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

REFUSAL = ClientError({"Error": {"Code": "NotFoundException", "Message": "No such identity"}}, "any")


def ses_that(answer: Any) -> "SESV2Client":
    def get_email_identity_policies(EmailIdentity: str) -> Any:  # noqa: N803
        assert EmailIdentity == "example.com"
        if isinstance(answer, Exception):
            raise answer
        return answer

    stub = SimpleNamespace(get_email_identity_policies=get_email_identity_policies)
    return cast("SESV2Client", stub)


@pytest.mark.parametrize(
    ("answer", "policies"), [({"Policies": {"agency": "{}"}}, {"agency": "{}"}), ({}, {})]
)
def test_policies_are_read_by_name(answer: Any, policies: dict[str, str]) -> None:
    assert read_policies(ses_that(answer), "example.com") == PolicyRead(policies)


@pytest.mark.parametrize(
    ("error", "obstacle"),
    [
        (REFUSAL, "SES refused GetEmailIdentityPolicies (NotFoundException): No such identity"),
        (EndpointConnectionError(endpoint_url="https://x"), "SES could not be asked for them: Could not"),
    ],
)
def test_the_obstacle_says_what_ses_or_the_network_answered(error: Exception, obstacle: str) -> None:
    read = read_policies(ses_that(error), "example.com")

    assert not read.policies
    assert read.obstacle.startswith(obstacle)
