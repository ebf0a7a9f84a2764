"""A policy that SES spells in its own way is still the one that the stack wrote."""

import json

import pytest

from ses_reputation.accounts.identity_policies import policy_settings
from ses_reputation.accounts.identity_store import plain_document
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
