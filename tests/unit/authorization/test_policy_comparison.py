"""Policies that say the same in other words, and where those differ that do not."""

import json
from typing import Any

import pytest

from ses_reputation.authorization.policy_comparison import (
    differences_of,
    has_id_for_name,
    normal_policy,
)

ARN = "arn:aws:ses:eu-west-1:111111111111:identity/orchard.example"


def policy(**elements: Any) -> dict[str, Any]:
    statement = {
        "Sid": "AllowSending",
        "Effect": "Allow",
        "Principal": {"AWS": ["222222222222"]},
        "Action": ["ses:SendEmail", "ses:SendRawEmail"],
        "Resource": ARN,
    }
    kept = {key: value for key, value in {**statement, **elements}.items() if value is not None}
    return {"Version": "2012-10-17", "Statement": [kept]}


GIVEN = policy(Condition={"StringLike": {"ses:FromAddress": ["news@orchard.example"]}, "Bool": {"a:b": True}})


@pytest.mark.parametrize(
    "stored",
    [
        {"Principal": {"AWS": "222222222222"}},
        {"Principal": {"AWS": "arn:aws:iam::222222222222:root"}},
        {"Principal": {"AWS": ["arn:aws:iam::222222222222:root", "222222222222"]}},
        {"Action": ["ses:SendRawEmail", "ses:SendEmail"]},
        {"Resource": [ARN]},
        {"Condition": {"StringLike": {"ses:FromAddress": "news@orchard.example"}, "Bool": {"a:b": "true"}}},
    ],
)
def test_other_spellings_say_the_same(stored: dict[str, Any]) -> None:
    spelled = policy(**{"Condition": GIVEN["Statement"][0]["Condition"], **stored})

    assert differences_of(json.dumps(spelled, indent=3), GIVEN) == ()
    assert differences_of(json.dumps(GIVEN), spelled) == ()


def test_everybody_has_two_spellings_and_one_statement_needs_no_list() -> None:
    one = policy(Principal={"AWS": "*"})
    other = {**one, "Statement": policy(Principal="*")["Statement"][0]}

    assert differences_of(other, one) == ()


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        (
            policy(Principal={"AWS": "333333333333"}),
            'Statement AllowSending, Principal: {"AWS": "222222222222"} was given, '
            '{"AWS": "333333333333"} is stored',
        ),
        (
            policy(Principal={"Service": "222222222222"}),
            'Statement AllowSending, Principal: {"AWS": "222222222222"} was given, '
            '{"Service": "222222222222"} is stored',
        ),
        (
            policy(Action="ses:SendEmail"),
            'Statement AllowSending, Action: ["ses:SendEmail", "ses:SendRawEmail"] was given, '
            '"ses:SendEmail" is stored',
        ),
        (
            policy(Condition={"Bool": {"a:b": "true"}}),
            'Statement AllowSending, Condition: nothing was given, {"Bool": {"a:b": "true"}} is stored',
        ),
        ({**policy(), "Version": "2008-10-17"}, 'Version: "2012-10-17" was given, "2008-10-17" is stored'),
        ({**policy(), "Statement": []}, None),
    ],
)
def test_a_difference_names_statement_element_and_both_values(
    stored: dict[str, Any], said: str | None
) -> None:
    (difference,) = differences_of(json.dumps(stored), policy())

    assert str(difference) == (
        said or f"Statement AllowSending: {difference.given} was given, nothing is stored"
    )


def test_a_statement_that_was_not_given_is_a_difference() -> None:
    stored = policy()
    stored["Statement"].append({"Sid": "Theirs", "Effect": "Deny", "Principal": "*", "Action": "ses:Send*"})

    (difference,) = differences_of(stored, policy())

    assert (difference.where, difference.given) == ("Statement Theirs", "")
    assert "ses:Send*" in difference.stored


def test_controls_of_a_stored_policy_are_visible() -> None:
    (difference,) = differences_of(policy(Sid="a\x1b[2J"), policy(Sid="b"))[:1]

    assert "\x1b" not in str(difference)


def test_only_an_id_in_place_of_a_name_may_pass_by_itself() -> None:
    role = policy(Principal={"AWS": "arn:aws:iam::222222222222:role/mailer"})
    by_id = policy(Principal={"AWS": "AROAEXAMPLEEXAMPLE123"})
    both = {**by_id, "Version": "2008-10-17"}

    assert has_id_for_name(differences_of(by_id, role))
    assert not has_id_for_name(differences_of(both, role))
    assert not has_id_for_name(differences_of(policy(), role))
    assert not has_id_for_name(())


def test_the_normal_form_is_a_policy_that_says_the_same() -> None:
    normal = normal_policy(GIVEN)

    assert normal["Statement"][0]["Principal"] == {"AWS": "222222222222"}
    assert normal["Statement"][0]["Resource"] == ARN
    assert normal_policy(normal) == normal
    assert differences_of(normal, GIVEN) == ()
