"""Why a policy does not let a service in, in words that lead to the statement."""

import json

import pytest

from ses_reputation.doctor.checks.policies import ask, explain, is_refused, service_request
from tests.support.doctor_facts import OWNER_TOPIC, READ_AT

SOURCE = "arn:aws:ses:eu-west-1:111111111111:identity/orchard.example"
REQUEST = service_request("ses.amazonaws.com", "sns:Publish", OWNER_TOPIC, SOURCE, READ_AT)


def document(*statements: dict[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allowing(sid: str = "Ses", **fields: object) -> dict[str, object]:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": "ses.amazonaws.com"},
        "Action": "SNS:Publish",
        "Resource": OWNER_TOPIC,
        **fields,
    }


def test_a_policy_that_names_the_source_lets_ses_in() -> None:
    like = {"ArnLike": {"AWS:SourceArn": SOURCE}, "StringEquals": {"aws:sourceaccount": "111111111111"}}

    assert not is_refused(document(allowing(Condition=like)), REQUEST)


def test_the_statements_of_another_owner_are_named() -> None:
    text = document(allowing("Alarms", Principal={"Service": "cloudwatch.amazonaws.com"}))

    assert is_refused(text, REQUEST)
    assert "Its policy has Statement Alarms, and none that lets ses.amazonaws.com do it." in explain(
        text, REQUEST
    )


def test_a_pattern_that_is_taken_literally_is_pointed_at() -> None:
    literal = {"StringEquals": {"aws:SourceArn": "arn:aws:ses:eu-west-1:111111111111:identity/*"}}
    text = document(allowing(Condition=literal))

    assert is_refused(text, REQUEST)
    assert "Statement Ses has a pattern in StringEquals, which takes it literally" in explain(text, REQUEST)


def test_a_denial_is_said_to_come_first() -> None:
    text = document(allowing(), allowing("Locked", Effect="Deny"))

    assert explain(text, REQUEST) == "Statement Locked denies it: change or remove that first."


def test_the_older_key_of_the_owner_may_match() -> None:
    text = document(allowing(Condition={"StringEquals": {"AWS:SourceOwner": "111111111111"}}))

    assert not is_refused(text, REQUEST)
    assert ask(text, REQUEST).decision == "uncertain"


@pytest.mark.parametrize("text", ["", "{}", "nonsense"])
def test_no_policy_lets_nobody_in(text: str) -> None:
    assert is_refused(text, REQUEST)
    assert explain(text, REQUEST) == "It has no policy."
