"""Policies drafted from what an owner wants to allow: documents written by hand, and bounds of SES."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ses_reputation.authorization.draft import (
    BULK_ACTIONS,
    USUAL_ACTIONS,
    SendingConditions,
    SendingGrant,
    draft_grant,
)
from ses_reputation.authorization.evaluation import PolicyRequest, evaluate_policies
from ses_reputation.authorization.identity_arn import parse_identity_arn

IDENTITY = parse_identity_arn("arn:aws:ses:eu-west-1:111111111111:identity/orchard.example")
COURIER = "222222222222"
GRANT = SendingGrant(IDENTITY, (COURIER,))


def test_a_delegate_may_send_simple_and_raw_mail() -> None:
    """A02: with ses:SendEmail alone, SMTP and most mail libraries are refused."""
    drafted = draft_grant(GRANT, existing=[])

    assert drafted.policies == {
        "Send-222222222222": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "AllowSending",
                    "Effect": "Allow",
                    "Principal": {"AWS": ["arn:aws:iam::222222222222:root"]},
                    "Action": ["ses:SendEmail", "ses:SendRawEmail"],
                    "Resource": "arn:aws:ses:eu-west-1:111111111111:identity/orchard.example",
                }
            ],
        }
    }
    assert drafted.notes == ()


def test_every_condition_has_its_key_and_operator() -> None:
    conditions = SendingConditions(
        from_addresses=("news@orchard.example", "*@mail.orchard.example"),
        recipients=("*@harbor.example",),
        display_names=("Orchard*",),
        feedback_addresses=("bounces@orchard.example",),
        source_ips=("203.0.113.0/24",),
        not_before=datetime(2026, 12, 1, 1, tzinfo=timezone(timedelta(hours=1))),
        not_after=datetime(2027, 1, 1, tzinfo=UTC),
    )
    (policy,) = draft_grant(replace(GRANT, conditions=conditions)).policies.values()

    assert policy["Statement"][0]["Condition"] == {
        "StringLike": {
            "ses:FromAddress": ["news@orchard.example", "*@mail.orchard.example"],
            "ses:FromDisplayName": ["Orchard*"],
            "ses:FeedbackAddress": ["bounces@orchard.example"],
        },
        "ForAllValues:StringLike": {"ses:Recipients": ["*@harbor.example"]},
        "IpAddress": {"aws:SourceIp": ["203.0.113.0/24"]},
        "DateGreaterThanEquals": {"aws:CurrentTime": "2026-12-01T00:00:00Z"},
        "DateLessThan": {"aws:CurrentTime": "2027-01-01T00:00:00Z"},
    }


def test_actions_on_request_are_added() -> None:
    actions = (*USUAL_ACTIONS, *BULK_ACTIONS)
    (policy,) = draft_grant(replace(GRANT, actions=actions)).policies.values()

    assert policy["Statement"][0]["Action"] == [
        "ses:SendEmail",
        "ses:SendRawEmail",
        "ses:SendBulkTemplatedEmail",
        "ses:SendBulkEmail",
    ]


def test_an_organization_is_named_by_a_condition() -> None:
    grant = SendingGrant(IDENTITY, organization="o-exampleorgid")
    (name, policy), *_ = draft_grant(grant).policies.items()

    assert name == "Send-o-exampleorgid"
    assert policy["Statement"][0]["Principal"] == "*"
    assert policy["Statement"][0]["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}


@pytest.mark.parametrize(
    ("delegate", "name"),
    [
        (COURIER, "Send-222222222222"),
        (f"arn:aws:iam::{COURIER}:root", "Send-222222222222"),
        (f"arn:aws:iam::{COURIER}:role/mail/mailer", "Send-222222222222-mailer"),
        (f"arn:aws:iam::{COURIER}:user/ada@courier.example", "Send-222222222222-ada-courier-example"),
        (f"arn:aws:iam::{COURIER}:role/{'x' * 64}", f"Send-222222222222-{'x' * 46}"),
    ],
)
def test_a_policy_is_named_after_its_delegate(delegate: str, name: str) -> None:
    assert list(draft_grant(replace(GRANT, delegates=(delegate,))).policies) == [name]


@pytest.mark.parametrize(
    ("grant", "problem"),
    [
        (SendingGrant(IDENTITY), "name a delegate"),
        (SendingGrant(IDENTITY, (COURIER,), "o-exampleorgid"), "not both"),
        (SendingGrant(IDENTITY, organization="o-*"), "o-\\* is no organization's id"),
        (SendingGrant(IDENTITY, ("*",)), "\\* is no delegate"),
        (SendingGrant(IDENTITY, ("courier",)), "courier is no delegate"),
        (SendingGrant(IDENTITY, ("111111111111",)), "the identity's own account"),
        (SendingGrant(IDENTITY, (f"arn:aws:sts::{COURIER}:assumed-role/mailer/x",)), "that of its role"),
        (SendingGrant(IDENTITY, (f"arn:aws:iam::{COURIER}:user/*",)), "is no delegate"),
        (SendingGrant(IDENTITY, (f"arn:aws-us-gov:iam::{COURIER}:root",)), "another partition"),
        (replace(GRANT, name="A policy"), "no name of a policy"),
        (
            replace(GRANT, conditions=SendingConditions(from_addresses=("a" * 5000,))),
            "more than 4,096 bytes",
        ),
    ],
)
def test_what_ses_would_refuse_is_said(grant: SendingGrant, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        draft_grant(grant)


def test_sixty_roles_are_divided_among_policies_that_fit() -> None:
    """A12: 60 ARNs in one policy are more than 4 KB."""
    roles = tuple(f"arn:aws:iam::{COURIER}:role/agencies/europe/{'mailer' * 6}-{n:02}" for n in range(60))
    drafted = draft_grant(replace(GRANT, delegates=roles), existing=[])
    named = [each["Statement"][0]["Principal"]["AWS"] for each in drafted.policies.values()]

    assert list(drafted.policies) == ["Send-delegates-1", "Send-delegates-2"]
    assert [arn for part in named for arn in part] == list(roles)
    for policy in drafted.policies.values():
        assert len(json.dumps(policy).replace(" ", "")) <= 4096
    assert any("--organization" in note for note in drafted.notes)


@pytest.mark.parametrize(("existing", "is_said"), [(19, False), (20, True)])
def test_the_21st_policy_is_said(existing: int, *, is_said: bool) -> None:
    drafted = draft_grant(GRANT, existing=[f"Other-{number}" for number in range(existing)])

    assert any("would have 21 policies" in note for note in drafted.notes) is is_said


def test_a_policy_that_is_replaced_is_not_one_more() -> None:
    existing = [*(f"Other-{number}" for number in range(19)), "Send-222222222222"]

    assert draft_grant(GRANT, existing).notes == ()


def test_policies_that_were_not_read_are_not_counted() -> None:
    assert draft_grant(GRANT).notes == (
        "The identity's policies were not read: SES keeps 20, these included.",
    )


accounts = st.from_regex(r"[2-9][0-9]{11}", fullmatch=True)


@given(st.lists(accounts, min_size=1, max_size=200, unique=True))
def test_whatever_delegates_there_are_each_may_send_and_nobody_else(delegates: list[str]) -> None:
    policies = draft_grant(replace(GRANT, delegates=tuple(delegates))).policies

    def may_send(account: str) -> bool:
        request = PolicyRequest(f"arn:aws:iam::{account}:root", "ses:SendRawEmail", str(IDENTITY))
        return evaluate_policies(policies, request).is_allowed

    assert all(map(may_send, delegates))
    assert not may_send("111111111112")
    assert all(len(json.dumps(each).replace(" ", "")) <= 4096 for each in policies.values())
