"""Least privilege: each role may do exactly this, and a reason stands beside each permission."""

import re
from typing import Any

import pytest

from tests.support.stack_template import ACCOUNT, TEMPLATE_PATH, render_stack

STACK = render_stack(DelegateAccounts="444455556666")
ROLES = STACK.of_type("AWS::IAM::Role")

LOGS = ["logs:CreateLogStream", "logs:PutLogEvents"]
TRACES = (["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*")
CONSUME = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
TABLE, BUCKET = "<LedgerTable.Arn>", "<ReputationBucket.Arn>"

# Role -> statement -> actions and resources, in words of their own: this table is not made from the template.
EXPECTED: dict[str, dict[str, tuple[Any, Any]]] = {
    "JournalFeedbackRole": {
        "ConsumeFeedback": (CONSUME, "<FeedbackQueue.Arn>"),
        "AppendToLedger": ("dynamodb:BatchWriteItem", TABLE),
        "QuarantineMessages": ("s3:PutObject", f"{BUCKET}/quarantine/*"),
        "WriteLogs": (LOGS, "<JournalFeedbackLogGroup.Arn>"),
        "SendTraces": TRACES,
    },
    "PostBalancesRole": {
        "FollowLedgerStream": (
            ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
            "<LedgerTable.StreamArn>",
        ),
        "FindLedgerStream": ("dynamodb:ListStreams", "*"),
        "ReadHours": (["dynamodb:Query", "dynamodb:GetItem"], TABLE),
        "WriteBalances": ("dynamodb:PutItem", TABLE),
        "PostponeBigHours": ("sqs:SendMessage", "<PostponedHoursQueue.Arn>"),
        "ConsumePostponedHours": (CONSUME, "<PostponedHoursQueue.Arn>"),
        "SetFailedHoursAside": ("sqs:SendMessage", "<PostingDeadLetterQueue.Arn>"),
        "WriteLogs": (LOGS, "<PostBalancesLogGroup.Arn>"),
        "SendTraces": TRACES,
    },
    "ExportSuppressionRole": {
        "ReadSuppressionList": ("ses:ListSuppressedDestinations", "*"),
        "KeepSnapshots": (["s3:PutObject", "s3:GetObject"], f"{BUCKET}/suppression/*"),
        "TellMissingSnapshots": ("s3:ListBucket", BUCKET),
        "WriteLogs": (LOGS, "<ExportSuppressionLogGroup.Arn>"),
        "SendTraces": TRACES,
    },
    "ExportSuppressionWorkflowRole": {
        "CallExportSuppression": ("lambda:InvokeFunction", "<ExportSuppressionFunction.Arn>"),
    },
    "ExportSuppressionScheduleRole": {
        "StartExports": ("states:StartExecution", "<ExportSuppressionWorkflow>"),
        "SetFailedStartsAside": ("sqs:SendMessage", "<ExportSuppressionDeadLetterQueue.Arn>"),
    },
}
# What may be done to any resource, since AWS knows no narrower one.
UNBOUNDED = {"dynamodb:ListStreams", "ses:ListSuppressedDestinations", *TRACES[0]}


def statements(role: str) -> list[dict[str, Any]]:
    return [each for policy in ROLES[role]["Policies"] for each in policy["PolicyDocument"]["Statement"]]


def test_every_role_of_the_stack_is_accounted_for() -> None:
    assert ROLES.keys() == EXPECTED.keys()


@pytest.mark.parametrize("role", EXPECTED)
def test_a_role_may_do_exactly_this(role: str) -> None:
    assert {each["Sid"]: (each["Action"], each["Resource"]) for each in statements(role)} == EXPECTED[role]
    assert {each["Effect"] for each in statements(role)} == {"Allow"}


@pytest.mark.parametrize("role", EXPECTED)
def test_a_role_has_no_policies_but_its_own(role: str) -> None:
    assert ROLES[role].keys().isdisjoint({"ManagedPolicyArns", "RoleName"})


@pytest.mark.parametrize("role", EXPECTED)
def test_only_actions_that_know_no_resources_are_unbounded(role: str) -> None:
    for each in statements(role):
        actions = {each["Action"]} if isinstance(each["Action"], str) else set(each["Action"])
        assert not any("*" in action for action in actions)
        assert each["Resource"] != "*" or actions <= UNBOUNDED


@pytest.mark.parametrize(
    ("role", "statement", "partitions"),
    [
        ("JournalFeedbackRole", "AppendToLedger", ["JOURNAL#*", "MESSAGE#*"]),
        ("PostBalancesRole", "WriteBalances", ["BALANCE#*"]),
    ],
)
def test_each_function_writes_its_own_kinds_of_item_only(
    role: str, statement: str, partitions: list[str]
) -> None:
    conditions = {each["Sid"]: each.get("Condition") for each in statements(role)}
    assert conditions[statement] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": partitions}}


@pytest.mark.parametrize(
    ("role", "service"),
    [
        ("JournalFeedbackRole", "lambda"),
        ("PostBalancesRole", "lambda"),
        ("ExportSuppressionRole", "lambda"),
        ("ExportSuppressionWorkflowRole", "states"),
        ("ExportSuppressionScheduleRole", "scheduler"),
    ],
)
def test_a_role_is_assumed_by_its_service_only(role: str, service: str) -> None:
    (trust,) = ROLES[role]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": f"{service}.amazonaws.com"}


@pytest.mark.parametrize("role", ["ExportSuppressionWorkflowRole", "ExportSuppressionScheduleRole"])
def test_a_service_assumes_a_role_for_this_account_only(role: str) -> None:
    (trust,) = ROLES[role]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}


def test_every_function_has_a_role_of_its_own() -> None:
    roles = [function["Role"] for function in STACK.of_type("AWS::Lambda::Function").values()]
    assert sorted(roles) == [
        "<ExportSuppressionRole.Arn>",
        "<JournalFeedbackRole.Arn>",
        "<PostBalancesRole.Arn>",
    ]


def test_a_reason_stands_beside_each_permission() -> None:
    lines = [line.strip() for line in TEMPLATE_PATH.read_text().splitlines()]
    starts = [place for place, line in enumerate(lines) if re.match(r"- (Sid:|[&*]SendTraces)", line)]
    assert len(starts) > 20
    assert [lines[place] for place in starts if not lines[place - 1].startswith("# ")] == []
