"""What is printed to be pasted keeps what others wrote, and holds whatever a name is."""

import json
import shlex

from ses_reputation.doctor.mends import aws_command, event_destination, merged_policy, subscribe

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
