"""Loops of calls: Lambda stops a function that calls itself by way of SQS, SNS or S3, unless it may.

Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html. Loops are found here by event
sources, subscriptions and policies, not by names. A loop by way of a DynamoDB stream is not one to Lambda.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Any

import pytest

from ses_reputation.ledger import postponed_hours
from tests.support.stack_template import Stack, read_source, render_stack

STACK = render_stack(
    Identities="orchard.example",
    Protection="enforce",
    ProtectionRoleName="pausing",
    ReadingRoleName="reading",
)
FUNCTIONS = STACK.of_type("AWS::Lambda::Function")
# What hands an event on with the header by which Lambda counts, and the actions that give it one.
SENDING = {
    "AWS::SQS::Queue": ("sqs:SendMessage",),
    "AWS::SNS::Topic": ("sns:Publish",),
    "AWS::S3::Bucket": ("s3:PutObject",),
    "AWS::Lambda::Function": ("lambda:InvokeFunction",),
}


def named(reference: str) -> str:
    """The logical id that an ARN or `<Name.Attribute>` begins with."""
    return reference.removeprefix("<").partition(">")[0].partition(".")[0]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def allowed(stack: Stack, function: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each action that a function's role allows, on what, with its statement."""
    role = stack.properties(named(stack.properties(function)["Role"]))
    for policy in role["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            for action in listed(statement["Action"]):
                for resource in listed(statement["Resource"]):
                    yield action, resource, statement


def handed_on(stack: Stack) -> Iterator[tuple[str, str]]:
    """Each queue, topic or bucket with what it calls, or hands its messages to."""
    ends = {
        "AWS::Lambda::EventSourceMapping": ("EventSourceArn", "FunctionName"),
        "AWS::SNS::Subscription": ("TopicArn", "Endpoint"),
    }
    for name, resource in stack.resources.items():
        if resource["Type"] in ends:
            source, target = (resource["Properties"][end] for end in ends[resource["Type"]])
            yield named(source), named(target)
        for notified in resource.get("Properties", {}).get("NotificationConfiguration", {}).values():
            for each in listed(notified):
                yield from ((name, named(str(target))) for target in each.values())


def sent(stack: Stack) -> Iterator[tuple[str, str]]:
    """Each function with what its policy lets it send to."""
    for function in stack.of_type("AWS::Lambda::Function"):
        for action, resource, _ in allowed(stack, function):
            for name, target in stack.resources.items():
                sends = any(fnmatchcase(each, action) for each in SENDING.get(target["Type"], ()))
                if sends and (resource == "*" or named(resource) == name):
                    yield function, name


def loops(stack: Stack) -> set[str]:
    """The functions that what they send can call again."""
    kinds = {name: resource["Type"] for name, resource in stack.resources.items()}
    onward: dict[str, set[str]] = defaultdict(set)
    for source, target in (*handed_on(stack), *sent(stack)):
        if kinds.get(source) in SENDING and kinds.get(target) in SENDING:
            onward[source].add(target)

    def reached_from(name: str) -> set[str]:
        reached, ahead = set[str](), list(onward[name])
        while ahead:
            if (each := ahead.pop()) not in reached:
                reached.add(each)
                ahead += onward[each]
        return reached

    return {
        function for function in stack.of_type("AWS::Lambda::Function") if function in reached_from(function)
    }


def test_who_sends_to_its_own_event_source_may_run_in_a_loop() -> None:
    assert loops(STACK) == {name for name in FUNCTIONS if FUNCTIONS[name].get("RecursiveLoop") == "Allow"}
    assert loops(STACK)


def test_a_call_that_was_dropped_for_a_loop_rings() -> None:
    watched = [
        {each["Value"] for each in alarm["Dimensions"]}
        for alarm in STACK.of_type("AWS::CloudWatch::Alarm").values()
        if alarm.get("MetricName") == "RecursiveInvocationsDropped"
    ]
    assert sorted(map(sorted, watched)) == [[f"<{name}>"] for name in sorted(loops(STACK))]


def test_what_a_function_writes_into_a_table_that_calls_it_is_kept_from_it() -> None:
    """Lambda does not see a loop by way of a table, so a filter has to keep it from being one."""
    for mapping in STACK.of_type("AWS::Lambda::EventSourceMapping").values():
        if not mapping["EventSourceArn"].endswith(".StreamArn>"):
            continue
        table, function = named(mapping["EventSourceArn"]), named(mapping["FunctionName"])
        written = [
            partition
            for action, resource, statement in allowed(STACK, function)
            if action in {"dynamodb:PutItem", "dynamodb:UpdateItem"} and named(resource) == table
            for partition in statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
        ]
        patterns = [json.loads(each["Pattern"]) for each in mapping["FilterCriteria"]["Filters"]]
        passed = [each["prefix"] for one in patterns for each in one["dynamodb"]["Keys"]["pk"]["S"]]
        assert written
        assert passed
        assert not [pk for pk in written for prefix in passed if pk.startswith(prefix)]


@pytest.mark.parametrize("queue", ["PostponedHoursQueue"])
def test_a_message_may_come_early_as_often_as_the_longest_wait_needs(queue: str) -> None:
    """It comes after the longest delay of a sent message, then whenever it cannot be hidden any longer."""
    longest = timedelta(minutes=read_source()["Parameters"]["LongestWaitMinutes"]["MaxValue"])
    left, early = longest - timedelta(seconds=postponed_hours.MOST_DELAY), 0
    while left > timedelta():
        left, early = left - timedelta(seconds=postponed_hours.MOST_HIDING), early + 1

    assert early == 3
    assert STACK.properties(queue)["RedrivePolicy"]["maxReceiveCount"] == early + 5
