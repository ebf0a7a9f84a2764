"""What is printed to be pasted keeps what others wrote, and holds whatever a name is."""

import json
import shlex

import pytest

from ses_reputation.doctor.mends import (
    aws_command,
    event_destination,
    explain_standing,
    merged_policy,
    register,
    subscribe,
)
from tests.support.pasted_text import check_pasted

OURS = {"Sid": "Ours", "Effect": "Allow"}


def test_a_merged_policy_keeps_the_statements_of_others() -> None:
    theirs = {"Sid": "Theirs", "Effect": "Deny"}
    document = json.dumps({"Version": "2008-10-17", "Id": "x", "Statement": theirs})

    assert json.loads(merged_policy(document, [OURS])) == {
        "Version": "2008-10-17",
        "Id": "x",
        "Statement": [theirs, OURS],
    }


def test_a_statement_of_the_same_sid_is_replaced() -> None:
    document = json.dumps({"Statement": [{"Sid": "Ours", "Effect": "Deny"}]})

    assert json.loads(merged_policy(document, [OURS]))["Statement"] == [OURS]


def test_without_a_policy_the_statement_is_the_policy() -> None:
    assert json.loads(merged_policy("", [OURS]))["Statement"] == [OURS]


def test_a_command_is_one_line_of_words_whatever_a_name_holds() -> None:
    command = aws_command("sns delete", "eu-west-1", "--now", topic_arn="a b'; rm -rf $(x)\n")

    assert shlex.split(command) == [
        *("aws", "sns", "delete", "--region", "eu-west-1"),
        *("--topic-arn", "a b'; rm -rf $(x)\\n", "--now"),
    ]
    assert "\n" not in command


def test_an_updated_destination_names_all_types_since_they_are_replaced() -> None:
    command = event_destination("update", ("eu-west-1", "mail", "feedback"), "TOPIC", {"SEND", "BOUNCE"})

    words = shlex.split(command)
    assert words[:3] == ["aws", "sesv2", "update-configuration-set-event-destination"]
    assert json.loads(words[-1]) == {
        "Enabled": True,
        "MatchingEventTypes": ["BOUNCE", "SEND"],
        "SnsDestination": {"TopicArn": "TOPIC"},
    }


def test_a_queue_subscribes_in_the_region_of_the_topic() -> None:
    command = subscribe("arn:aws:sns:us-east-1:111111111111:feedback", "arn:aws:sqs:eu-west-1:4:feedback")

    assert "--region us-east-1" in command


def test_our_own_commands_name_the_stack_of_the_ledger_unless_it_is_on_this_machine() -> None:
    deployed = explain_standing("222222222222", "eu-west-1", "prod")
    local = explain_standing("222222222222", "eu-west-1", "")

    assert deployed == f"{local} --stack prod"
    assert local == "ses-reputation standing explain --account 222222222222 --region eu-west-1"
    for command in (deployed, local):
        check_pasted(command)


def test_a_delegate_is_registered_for_the_owners_that_let_it_send_and_no_others() -> None:
    command = register("delegate", "222222222222", "eu-west-1", "111111111111")

    check_pasted(command)
    assert command.endswith("accounts add delegate 222222222222 --region eu-west-1 --owner 111111111111")


@pytest.mark.parametrize("command", ["sns subscribe --region us-east-1", "sns subscribes --region us-east-1"])
def test_a_command_without_what_it_needs_or_of_no_known_name_would_be_noticed(command: str) -> None:
    with pytest.raises((AssertionError, ValueError)):
        check_pasted(f"aws {command}")
