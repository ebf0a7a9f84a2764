"""Least privilege: each role may do exactly this, and a reason stands beside each permission."""

import re
from typing import Any

import pytest

from tests.support.stack_template import ACCOUNT, TEMPLATE_PATH, Stack, render_stack

# Every statement that a parameter can bring in.
STACK = render_stack(
    Tracing="Active",
    OwnerAccounts="222233334444",
    DelegateAccounts="444455556666,777788889999",
    Protection="enforce",
    ProtectionRoleName="pausing",
    ReadingRoleName="reading",
    Identities="orchard.example",
    FeedbackTopicKeyArn="arn:aws:kms:us-east-1:111122223333:key/1",
    OrganizationId="o-exampleorgid",
    AnalystDatabaseName="mail",
    ChatNotifications="true",
)
ROLES = STACK.of_type("AWS::IAM::Role")

LOGS = ["logs:CreateLogStream", "logs:PutLogEvents"]
TRACES = (["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*")
CONSUME = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
TABLE, BUCKET = "<LedgerTable.Arn>", "<ReputationBucket.Arn>"
BUS = f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/default"
ACCOUNTS = f"arn:aws:ssm:us-east-1:{ACCOUNT}:parameter/ses-reputation/reputation/accounts"
EXECUTIONS = f"arn:aws:states:us-east-1:{ACCOUNT}:execution:<ExportSuppressionWorkflow.Name>"
REGISTERED = [ACCOUNT, "222233334444", "444455556666", "777788889999"]

# Role -> statement -> actions and resources, in words of their own: this table is not made from the template.
EXPECTED: dict[str, dict[str, tuple[Any, Any]]] = {
    "JournalFeedbackRole": {
        "ConsumeFeedback": (CONSUME, "<FeedbackQueue.Arn>"),
        "AppendToLedger": ("dynamodb:BatchWriteItem", TABLE),
        "ReadRegisteredAccounts": ("ssm:GetParametersByPath", ACCOUNTS),
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
        "WriteBalances": (["dynamodb:PutItem", "dynamodb:UpdateItem"], TABLE),
        "PostponeBigHours": ("sqs:SendMessage", "<PostponedHoursQueue.Arn>"),
        "ConsumePostponedHours": (CONSUME, "<PostponedHoursQueue.Arn>"),
        "HideEarlyHours": ("sqs:ChangeMessageVisibility", "<PostponedHoursQueue.Arn>"),
        "SetFailedHoursAside": ("sqs:SendMessage", "<PostingDeadLetterQueue.Arn>"),
        "WriteLogs": (LOGS, "<PostBalancesLogGroup.Arn>"),
        "SendTraces": TRACES,
    },
    "ReadSesStatisticsRole": {
        "FindSenders": ("dynamodb:Query", TABLE),
        "KeepStatistics": ("dynamodb:PutItem", TABLE),
        "ReadRegisteredAccounts": ("ssm:GetParametersByPath", ACCOUNTS),
        "ReadStatistics": (["ses:GetSendStatistics", "cloudwatch:GetMetricData"], "*"),
        "ListSetup": (
            [
                "ses:GetAccount",
                "ses:GetIdentityNotificationAttributes",
                "ses:ListConfigurationSets",
                "ses:ListDedicatedIpPools",
                "ses:ListEmailIdentities",
                "ses:ListRecommendations",
                "ses:ListReputationEntities",
                "ses:ListSuppressedDestinations",
                "ses:ListTenants",
            ],
            "*",
        ),
        "ReadSetup": (
            [
                "ses:GetConfigurationSet",
                "ses:GetConfigurationSetEventDestinations",
                "ses:GetDedicatedIpPool",
                "ses:GetDedicatedIps",
                "ses:GetEmailIdentity",
                "ses:ListTenantResources",
            ],
            f"arn:aws:ses:*:{ACCOUNT}:*",
        ),
        "ReadTopics": (
            ["sns:GetTopicAttributes", "sns:ListSubscriptionsByTopic", "sns:ListTagsForResource"],
            f"arn:aws:sns:*:{ACCOUNT}:*",
        ),
        "FindEventBus": (
            "events:DescribeEventBus",
            f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/default",
        ),
        "ReadSubscriptions": ("sns:GetSubscriptionAttributes", "*"),
        "ReadKeyPolicies": (["kms:DescribeKey", "kms:GetKeyPolicy"], f"arn:aws:kms:*:{ACCOUNT}:key/*"),
        "ReadQueuePolicy": ("sqs:GetQueueAttributes", "<FeedbackQueue.Arn>"),
        "ReadElsewhere": ("sts:AssumeRole", "arn:aws:iam::*:role/reading"),
        "ReadInOrganization": ("sts:AssumeRole", "arn:aws:iam::*:role/reading"),
        "WriteLogs": (LOGS, "<ReadSesStatisticsLogGroup.Arn>"),
        "SendTraces": TRACES,
    },
    "ReadSesStatisticsScheduleRole": {
        "CallReadSesStatistics": ("lambda:InvokeFunction", "<ReadSesStatisticsFunction.Arn>"),
        "SetFailedStartsAside": ("sqs:SendMessage", "<StartsDeadLetterQueue.Arn>"),
    },
    "AssessReputationRole": {
        "ReadStandings": (["dynamodb:Query", "dynamodb:GetItem"], TABLE),
        "WriteStandings": (["dynamodb:PutItem", "dynamodb:UpdateItem"], TABLE),
        "ForgetSenders": ("dynamodb:DeleteItem", TABLE),
        "PublishAlerts": ("sns:Publish", "<AlertTopic>"),
        "PublishToChat": ("sns:Publish", "<ChatTopic>"),
        "PutEvents": ("events:PutEvents", BUS),
        "PauseConfigurationSets": (
            "ses:PutConfigurationSetSendingOptions",
            f"arn:aws:ses:*:{ACCOUNT}:configuration-set/*",
        ),
        "PauseElsewhere": ("sts:AssumeRole", "arn:aws:iam::*:role/pausing"),
        "PauseInOrganization": ("sts:AssumeRole", "arn:aws:iam::*:role/pausing"),
        "WriteLogs": (LOGS, "<AssessReputationLogGroup.Arn>"),
        "SendTraces": TRACES,
    },
    "PublishStatementRole": {
        "ReadStandings": (["dynamodb:Query", "dynamodb:GetItem"], TABLE),
        "ReadSizesOfLists": (
            "s3:GetObject",
            [f"{BUCKET}/suppression/*/manifest.json", f"{BUCKET}/suppression/drift.json"],
        ),
        "TakeTurns": ("dynamodb:UpdateItem", TABLE),
        "ReadPublished": ("s3:GetObject", f"{BUCKET}/statements/*"),
        "FindSnapshots": ("s3:ListBucket", BUCKET),
        "WriteStatements": ("s3:PutObject", f"{BUCKET}/statements/*"),
        "WriteLogs": (LOGS, "<PublishStatementLogGroup.Arn>"),
        "SendTraces": TRACES,
    },
    "PublishStatementScheduleRole": {
        "CallPublishStatement": ("lambda:InvokeFunction", "<PublishStatementFunction.Arn>"),
        "SetFailedStartsAside": ("sqs:SendMessage", "<StartsDeadLetterQueue.Arn>"),
    },
    "AssessReputationScheduleRole": {
        "CallAssessReputation": ("lambda:InvokeFunction", "<AssessReputationFunction.Arn>"),
        "SetFailedStartsAside": ("sqs:SendMessage", "<StartsDeadLetterQueue.Arn>"),
    },
    "SendDigestRole": {
        "ReadStandings": ("dynamodb:Query", TABLE),
        "ClaimDigests": ("dynamodb:UpdateItem", TABLE),
        "ReadSizesOfLists": ("s3:GetObject", f"{BUCKET}/suppression/*/latest.json"),
        "FindLists": ("s3:ListBucket", BUCKET),
        "PublishDigests": ("sns:Publish", "<AlertTopic>"),
        "PublishToChat": ("sns:Publish", "<ChatTopic>"),
        "WriteLogs": (LOGS, "<SendDigestLogGroup.Arn>"),
        "SendTraces": TRACES,
    },
    "SendDigestScheduleRole": {
        "CallSendDigest": ("lambda:InvokeFunction", "<SendDigestFunction.Arn>"),
        "SetFailedStartsAside": ("sqs:SendMessage", "<SendDigestDeadLetterQueue.Arn>"),
    },
    "ExportSuppressionRole": {
        "FindSenders": ("dynamodb:Query", TABLE),
        "ReadRegisteredAccounts": ("ssm:GetParametersByPath", ACCOUNTS),
        "ExplainChanges": (["dynamodb:GetItem", "dynamodb:Query"], TABLE),
        "FindEntries": ("dynamodb:Query", f"{TABLE}/index/by_recipient"),
        "FindForgotten": ("dynamodb:Query", TABLE),
        "ReadForgettingKey": ("ssm:GetParameter", ACCOUNTS.replace("/accounts", "/forgetting-key")),
        "ReadSuppressionList": (["ses:GetSuppressedDestination", "ses:ListSuppressedDestinations"], "*"),
        "ListSuppressionSettings": (["ses:GetAccount", "ses:ListConfigurationSets", "ses:ListTenants"], "*"),
        "ReadSuppressionSettings": (
            ["ses:GetConfigurationSet", "ses:GetTenant"],
            [f"arn:aws:ses:*:{ACCOUNT}:configuration-set/*", f"arn:aws:ses:*:{ACCOUNT}:tenant/*"],
        ),
        "ReadElsewhere": ("sts:AssumeRole", "arn:aws:iam::*:role/reading"),
        "ReadInOrganization": ("sts:AssumeRole", "arn:aws:iam::*:role/reading"),
        "KeepSnapshots": (["s3:PutObject", "s3:GetObject"], f"{BUCKET}/suppression/*"),
        "MarkSupersededSnapshots": (
            ["s3:PutObjectTagging", "s3:GetObjectTagging"],
            [f"{BUCKET}/suppression/*", f"{BUCKET}/parquet/*"],
        ),
        "RecognizeMissingSnapshots": ("s3:ListBucket", BUCKET),
        "WriteLogs": (LOGS, "<ExportSuppressionLogGroup.Arn>"),
        "SendTraces": TRACES,
    },
    "ConvertSnapshotRole": {
        "ReadSnapshots": ("s3:GetObject", f"{BUCKET}/suppression/*"),
        "WriteParquet": (["s3:PutObject", "s3:PutObjectTagging"], f"{BUCKET}/parquet/snapshots/*"),
        "FindParquet": ("s3:ListBucket", BUCKET),
        "WriteLogs": (LOGS, "<ConvertSnapshotLogGroup.Arn>"),
        "SendTraces": TRACES,
    },
    "ManageIdentityTopicsRole": {
        "SetIdentityFeedback": (
            [
                "ses:GetIdentityNotificationAttributes",
                "ses:SetIdentityNotificationTopic",
                "ses:SetIdentityFeedbackForwardingEnabled",
                "ses:SetIdentityHeadersInNotificationsEnabled",
            ],
            "*",
        ),
        "SetDefaultSets": (
            ["ses:GetEmailIdentity", "ses:PutEmailIdentityConfigurationSetAttributes"],
            [
                f"arn:aws:ses:us-east-1:{ACCOUNT}:identity/*",
                f"arn:aws:ses:us-east-1:{ACCOUNT}:configuration-set/*",
            ],
        ),
        "ReadTopic": ("sns:GetTopicAttributes", "<FeedbackTopic>"),
        "ReadTopicKey": ("kms:GetKeyPolicy", "arn:aws:kms:us-east-1:111122223333:key/1"),
        "KeepEarlierSettings": (
            ["ssm:GetParameter", "ssm:PutParameter"],
            f"arn:aws:ssm:us-east-1:{ACCOUNT}:parameter/ses-reputation/reputation/earlier-*",
        ),
        "ReadOwnStack": ("cloudformation:DescribeStackResources", "<AWS::StackId>"),
        "WriteLogs": (LOGS, "<ManageIdentityTopicsLogGroup.Arn>"),
        "SendTraces": TRACES,
    },
    "CheckStackRole": {
        "WriteLogs": (LOGS, "<CheckStackLogGroup.Arn>"),
        "SendTraces": TRACES,
    },
    "ExportSuppressionWorkflowRole": {
        "CallExportSuppression": ("lambda:InvokeFunction", "<ExportSuppressionFunction.Arn>"),
        "ReadPlaces": ("s3:GetObject", f"{BUCKET}/suppression/runs/*/places.json"),
        # Step Functions developer guide, "IAM policies for using Distributed Map states".
        "StartChildren": ("states:StartExecution", "<ExportSuppressionWorkflow>"),
        "DescribeChildren": ("states:DescribeExecution", f"{EXECUTIONS}:*"),
        "RedriveChildren": ("states:RedriveExecution", f"{EXECUTIONS}/ExportPlaces:*"),
    },
    "ExportSuppressionScheduleRole": {
        "StartExports": ("states:StartExecution", "<ExportSuppressionWorkflow>"),
        "SetFailedStartsAside": ("sqs:SendMessage", "<ExportSuppressionDeadLetterQueue.Arn>"),
    },
}
# What may be done to any resource, since AWS knows no narrower one.
UNBOUNDED = {
    "dynamodb:ListStreams",
    "ses:GetSuppressedDestination",
    "ses:ListSuppressedDestinations",
    "ses:GetAccount",
    "ses:ListConfigurationSets",
    "ses:ListDedicatedIpPools",
    "ses:ListEmailIdentities",
    "ses:ListRecommendations",
    "ses:ListReputationEntities",
    "ses:ListTenants",
    "ses:GetIdentityNotificationAttributes",
    "ses:GetSendStatistics",
    "ses:SetIdentityFeedbackForwardingEnabled",
    "ses:SetIdentityHeadersInNotificationsEnabled",
    "ses:SetIdentityNotificationTopic",
    "sns:GetSubscriptionAttributes",
    "cloudwatch:GetMetricData",
    *TRACES[0],
}
SCHEDULE_ROLES = [
    "ReadSesStatisticsScheduleRole",
    "AssessReputationScheduleRole",
    "SendDigestScheduleRole",
    "PublishStatementScheduleRole",
    "ExportSuppressionScheduleRole",
]
KEPT_BY_ASSESSMENTS = ["DAY#*", "SENDERS", "STANDINGS", "TRANSITIONS#*", "ASSESSMENT"]


def statements(role: str, stack: Stack = STACK) -> list[dict[str, Any]]:
    inside = [policy["PolicyDocument"] for policy in stack.properties(role)["Policies"]]
    apart = [
        policy["PolicyDocument"]
        for policy in stack.of_type("AWS::IAM::Policy").values()
        if policy["Roles"] == [f"<{role}>"]
    ]
    return [each for document in [*inside, *apart] for each in document["Statement"]]


def test_every_role_of_the_stack_is_accounted_for() -> None:
    assert ROLES.keys() == EXPECTED.keys()


def test_every_policy_apart_from_roles_is_of_one_of_them() -> None:
    owners = [policy["Roles"] for policy in STACK.of_type("AWS::IAM::Policy").values()]
    assert owners == [["<ExportSuppressionWorkflowRole>"]]


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
        ("JournalFeedbackRole", "AppendToLedger", ["JOURNAL#*", "MESSAGE#*", "DELAYS#*"]),
        ("PostBalancesRole", "ReadHours", ["JOURNAL#*", "BALANCE#*"]),
        ("PostBalancesRole", "WriteBalances", ["BALANCE#*", "POSTINGS#*"]),
        ("ExportSuppressionRole", "FindSenders", ["SENDERS"]),
        ("ExportSuppressionRole", "ExplainChanges", ["MESSAGE#*", "SUPPRESSION#*"]),
        ("ExportSuppressionRole", "FindForgotten", ["FORGOTTEN"]),
        ("ReadSesStatisticsRole", "FindSenders", ["SENDERS", "DECISIONS", "DIAGNOSES"]),
        ("ReadSesStatisticsRole", "KeepStatistics", ["STATISTICS", "DECISIONS", "DIAGNOSES"]),
        (
            "AssessReputationRole",
            "ReadStandings",
            ["BALANCE#*", "POSTINGS#*", *KEPT_BY_ASSESSMENTS, "STATISTICS", "DECISIONS", "DIAGNOSES"],
        ),
        ("AssessReputationRole", "WriteStandings", KEPT_BY_ASSESSMENTS),
        ("AssessReputationRole", "ForgetSenders", ["SENDERS"]),
        ("SendDigestRole", "ReadStandings", ["STANDINGS", "DIGESTS#*"]),
        ("SendDigestRole", "ClaimDigests", ["DIGESTS#*"]),
        (
            "PublishStatementRole",
            "ReadStandings",
            [
                "BALANCE#*",
                "DAY#*",
                "SENDERS",
                "STANDINGS",
                "TRANSITIONS#*",
                "ASSESSMENT",
                "DIAGNOSES",
                "STATISTICS",
            ],
        ),
    ],
)
def test_each_function_reaches_its_own_kinds_of_item_only(
    role: str, statement: str, partitions: list[str]
) -> None:
    conditions = {each["Sid"]: each.get("Condition") for each in statements(role)}
    assert conditions[statement] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": partitions}}


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        ("ReadSesStatisticsRole", "ReadElsewhere"),
        ("ExportSuppressionRole", "ReadElsewhere"),
        ("AssessReputationRole", "PauseElsewhere"),
    ],
)
def test_roles_are_assumed_in_registered_accounts_only(role: str, statement: str) -> None:
    conditions = {each["Sid"]: each.get("Condition") for each in statements(role)}
    assert conditions[statement] == {"StringEquals": {"aws:ResourceAccount": REGISTERED}}


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        ("ReadSesStatisticsRole", "ReadInOrganization"),
        ("ExportSuppressionRole", "ReadInOrganization"),
        ("AssessReputationRole", "PauseInOrganization"),
    ],
)
def test_with_an_organization_roles_are_assumed_in_its_accounts_too(role: str, statement: str) -> None:
    conditions = {each["Sid"]: each.get("Condition") for each in statements(role)}
    assert conditions[statement] == {"StringEquals": {"aws:ResourceOrgID": "o-exampleorgid"}}


BY_PARAMETERS = {
    "PublishToChat",
    "PauseConfigurationSets",
    "PauseElsewhere",
    "PauseInOrganization",
    "ReadElsewhere",
    "ReadInOrganization",
    "ReadRegisteredAccounts",
}


@pytest.mark.parametrize(
    ("parameters", "granted"),
    [
        ({}, set()),
        (
            {"OrganizationId": "o-exampleorgid", "ReadingRoleName": "reading"},
            {"ReadElsewhere", "ReadInOrganization", "ReadRegisteredAccounts"},
        ),
        (
            {"OrganizationId": "o-exampleorgid", "Protection": "enforce"},
            {"PauseConfigurationSets", "ReadRegisteredAccounts"},
        ),
        ({"Protection": "dry-run", "ProtectionRoleName": "pausing"}, set()),
        ({"ProtectionRoleName": "pausing"}, set()),
        ({"Protection": "enforce"}, {"PauseConfigurationSets"}),
        (
            {"Protection": "enforce", "ProtectionRoleName": "pausing"},
            {"PauseConfigurationSets", "PauseElsewhere"},
        ),
        ({"ReadingRoleName": "reading"}, {"ReadElsewhere"}),
        ({"ChatNotifications": "true"}, {"PublishToChat"}),
    ],
)
def test_what_a_parameter_turns_on_may_not_be_done_without_it(
    parameters: dict[str, str], granted: set[str]
) -> None:
    stack = render_stack(**parameters)
    roles = stack.of_type("AWS::IAM::Role")
    sids = {each["Sid"] for role in roles for each in statements(role, stack)}
    assert sids & BY_PARAMETERS == granted


@pytest.mark.parametrize(
    ("role", "service"),
    [
        ("JournalFeedbackRole", "lambda"),
        ("PostBalancesRole", "lambda"),
        ("ReadSesStatisticsRole", "lambda"),
        ("AssessReputationRole", "lambda"),
        ("ExportSuppressionRole", "lambda"),
        ("ConvertSnapshotRole", "lambda"),
        ("ManageIdentityTopicsRole", "lambda"),
        ("CheckStackRole", "lambda"),
        ("ExportSuppressionWorkflowRole", "states"),
        *((role, "scheduler") for role in SCHEDULE_ROLES),
    ],
)
def test_a_role_is_assumed_by_its_service_only(role: str, service: str) -> None:
    (trust,) = ROLES[role]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": f"{service}.amazonaws.com"}


@pytest.mark.parametrize("role", ["ExportSuppressionWorkflowRole", *SCHEDULE_ROLES])
def test_a_service_assumes_a_role_for_this_account_only(role: str) -> None:
    (trust,) = ROLES[role]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}


def test_every_function_has_a_role_of_its_own() -> None:
    roles = [function["Role"] for function in STACK.of_type("AWS::Lambda::Function").values()]
    assert sorted(roles) == [
        "<AssessReputationRole.Arn>",
        "<CheckStackRole.Arn>",
        "<ConvertSnapshotRole.Arn>",
        "<ExportSuppressionRole.Arn>",
        "<JournalFeedbackRole.Arn>",
        "<ManageIdentityTopicsRole.Arn>",
        "<PostBalancesRole.Arn>",
        "<PublishStatementRole.Arn>",
        "<ReadSesStatisticsRole.Arn>",
        "<SendDigestRole.Arn>",
    ]


def test_a_reason_stands_beside_each_permission() -> None:
    lines = [line.strip() for line in TEMPLATE_PATH.read_text().splitlines()]
    starts = [place for place, line in enumerate(lines) if re.match(r"- (Sid:|[&*]SendTraces)", line)]
    assert len(starts) > 40
    assert [lines[place] for place in starts if not lines[place - 1].startswith("# ")] == []


def test_nothing_may_send_traces_unless_the_functions_are_traced() -> None:
    assert "xray:" not in str(render_stack().of_type("AWS::IAM::Role"))
    assert "xray:" in str(STACK.of_type("AWS::IAM::Role"))
