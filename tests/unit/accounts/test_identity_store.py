"""Policies of identities: one that SES spells its own way is the same, one that it refuses is explained."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ses_reputation.accounts.errors import IdentitySettingError
from ses_reputation.accounts.identity_policies import policy_settings
from ses_reputation.accounts.identity_settings import SettingChange
from ses_reputation.accounts.identity_store import IdentityPolicyTexts, plain_document
from ses_reputation.authorization.identity_arn import parse_identity_arn

IDENTITY = parse_identity_arn("arn:aws:ses:eu-west-1:111111111111:identity/orchard.example")
((NAME, WRITTEN),) = policy_settings(IDENTITY, ["222222222222"]).items()
ROOT = "arn:aws:iam::222222222222:root"


@pytest.mark.parametrize(
    "principal", [ROOT, [ROOT], "222222222222", ["222222222222"]], ids=["root", "roots", "id", "ids"]
)
def test_an_account_has_several_spellings_and_is_one(principal: str | list[str]) -> None:
    policy = json.loads(WRITTEN)
    policy["Statement"][0]["Principal"] = {"AWS": principal}

    assert plain_document(json.dumps(policy, indent=2)) == plain_document(WRITTEN)


def test_what_somebody_changed_is_another_policy() -> None:
    assert plain_document(WRITTEN.replace("222222222222", "333333333333")) != plain_document(WRITTEN)
    assert plain_document(WRITTEN.replace("ses:SendEmail", "ses:SendBulkEmail")) != plain_document(WRITTEN)


def test_a_text_that_is_no_policy_stays_as_it_is() -> None:
    assert plain_document("{") == "{"
    assert plain_document('{"a": 1}') == '{"a": 1}'


class RefusingSes:
    """SES v2 in a Region, which refuses every policy."""

    def __init__(self, region: str, code: str = "BadRequestException") -> None:
        self.meta = SimpleNamespace(region_name=region)
        self._code = code

    def create_email_identity_policy(self, **_: str) -> None:
        error: Any = {"Error": {"Code": self._code, "Message": "invalid principal"}}
        raise ClientError(error, "CreateEmailIdentityPolicy")

    delete_email_identity_policy = create_email_identity_policy


def refusal(ses: RefusingSes, value: str = "{}") -> str:
    """Why a policy for the courier could not be written; deleted, where it has no value."""
    change = SettingChange("orchard.example", "ses-reputation-222222222222", value, "")
    with pytest.raises(IdentitySettingError) as refused:
        IdentityPolicyTexts(ses, lambda: None).write(change)
    return str(refused.value)


def test_a_policy_that_an_opt_in_region_refuses_is_said_to_want_that_region_enabled() -> None:
    """A09: SES refuses a principal whose account has not enabled the Region, for as long as that is so."""
    said = refusal(RefusingSes("af-south-1"))

    assert said.startswith(
        "orchard.example: CreateEmailIdentityPolicy: BadRequestException: invalid principal. "
        "Has the delegate's account enabled af-south-1?"
    )
    assert refusal(RefusingSes("eu-west-1")).endswith("invalid principal")
    assert refusal(RefusingSes("af-south-1", "AccessDeniedException")).endswith("invalid principal")
    assert refusal(RefusingSes("af-south-1"), value="").endswith("invalid principal")
