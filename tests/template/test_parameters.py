"""What the template asks of whoever deploys it."""

import re
from typing import Any

import pytest

from tests.support.stack_template import default_parameters, is_rule_met, read_source

PARAMETERS: dict[str, dict[str, Any]] = read_source()["Parameters"]
INTERFACE = read_source()["Metadata"]["AWS::CloudFormation::Interface"]

ACCEPTED = {
    "OwnerAccounts": ["", "111122223333", "111122223333,444455556666,777788889999"],
    "DelegateAccounts": ["", "444455556666", "444455556666,777788889999"],
    "OrganizationId": ["", "o-exampleorgid", "o-a1b2c3d4e5", "o-" + "a" * 32],
    "OptInRegions": ["", "af-south-1", "af-south-1,il-central-1"],
    "Identities": ["", "example.com", "example.com,news+a@mail.example.org"],
    "ConfigurationSetName": ["", "transactional", "A_b-9"],
    "ExternalId": ["", "4f1c9d", "a+=,.@:/_-b"],
    "TagDimensions": ["", "campaign", "campaign,ses:caller-identity,a_b,C-4,e"],
    "OwnDomains": ["", "example.com", "example.com,mail.example.org", "xn--bcher-kva.example"],
    "AlertEmail": ["", "postmaster@example.com", "first.last+alerts@mail.example.org"],
    "AlarmEmail": ["", "operations@example.com"],
    "DigestSchedule": ["", "cron(0 8 ? * MON *)", "rate(7 days)"],
    "StatementBaseUrl": [
        "",
        "https://statements.example.com",
        "https://d111111abcdef8.cloudfront.net/a.html/b",
    ],
    "EventBusName": ["default", "reputation", "partner/example.com_1"],
    "AssessmentSchedule": ["rate(1 minute)", "rate(5 minutes)", "rate(15 minutes)"],
    "StatisticsSchedule": ["rate(1 hour)", "rate(6 hours)", "cron(15 3 * * ? *)"],
    "AccountVolumeWindows": [
        "",
        "444455556666=12378",
        "444455556666/us-gov-west-1=100,777788889999=99999999",
    ],
    "ProtectionRoleName": ["", "ses-reputation-protection", "Pause+Sets,=.@_-"],
    "ReadingRoleName": ["", "ses-reputation-reading"],
    "SuppressionExportSchedule": ["rate(1 day)", "rate(12 hours)", "rate(90 minutes)", "cron(15 3 * * ? *)"],
    "StatementSchedule": ["rate(1 hour)", "rate(30 minutes)", "cron(15 3 * * ? *)"],
    "AccountNames": ["", "444455556666=Agency North", "444455556666=Agency North,777788889999=Läden & Co."],
    "IdentityOwners": ["", "example.net=777788889999", "example.net=777788889999,a@example.org=222233334444"],
    "AnalystDatabaseName": ["", "mail", "ses_reputation_2"],
    "AlarmTopicArn": [
        "",
        "arn:aws:sns:us-east-1:111122223333:operations",
        "arn:aws-cn:sns:cn-north-1:111122223333:a_b-c",
        "arn:aws:sns:us-east-1:111122223333:prod-AlarmTopic-4F1C9DA0B2E3",
    ],
    "FeedbackTopicKeyArn": [
        "",
        "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    ],
    "PermissionsBoundaryArn": [
        "",
        "arn:aws:iam::111122223333:policy/boundaries/Developers",
        "arn:aws-us-gov:iam::aws:policy/PowerUserAccess",
    ],
    "AccessLogBucketName": ["", "logs.example-1"],
}
REJECTED = {
    "DigestSchedule": ["weekly", "cron(0 8 ? * MON)", "rate(1 hour)", "rate(7 days) "],
    "StatementBaseUrl": [
        "statements.example.com",
        "http://statements.example.com",
        "https://a b",
        "https://",
        "https://d111111abcdef8.cloudfront.net/a?b=c",
        "https://statements.example.com/#all",
        "https://statements.example.com/index.html",
    ],
    "OwnerAccounts": ["1111", "111122223333,", "111122223333, 444455556666", "1111-2222-3333", "*"],
    "DelegateAccounts": ["44445555666", "444455556666;777788889999", ",444455556666", "*"],
    "OrganizationId": ["exampleorgid", "o-short", "o-Example0rg1d", "o-" + "a" * 33, "r-a1b2", "*"],
    "OptInRegions": ["af-south", "af-south-1, il-central-1", "Africa", "af-south-1,"],
    "Identities": ["a b", "example.com, example.org", ",".join(["example.com"] * 21), "x"],
    "ConfigurationSetName": ["a.b", "a b", "n" * 65],
    "ExternalId": ["1", "a b", "a" * 129],
    "TagDimensions": ["a b", "a,", "a, b", "x;y", "a,b,c,d,e,f", "n" * 257, "tenant:x"],
    "OwnDomains": ["example", "Example.com", "example.com, example.org", "ada@example.com", "bücher.example"],
    "AlertEmail": ["example.com", "a@example", "a@example.com,b@example.com", "a b@example.com"],
    "AlarmEmail": ["operations", "a@example.com,b@example.com"],
    "EventBusName": ["", "arn:aws:events:us-east-1:111122223333:event-bus/default", "my bus"],
    "AssessmentSchedule": ["rate(0 minutes)", "rate(1 minutes)", "rate(16 minutes)", "rate(1 hour)", ""],
    "StatisticsSchedule": ["1 hour", "rate(0 hours)", "cron(15 3 * * ?)", "at(2026-11-22)"],
    "StatementSchedule": ["1 hour", "rate(0 hours)", "cron(15 3 * * ?)", ""],
    "AccountNames": ["Agency North", "444455556666=", "444455556666=A,", "444455556666=A=B"],
    "IdentityOwners": [
        "example.net",
        "777788889999=example.net",
        "Example.net=777788889999",
        "=777788889999",
    ],
    "AccountVolumeWindows": [
        "12378",
        "444455556666",
        "444455556666=99",
        "444455556666=012378",
        "444455556666=12,378",
        "444455556666=12378,",
        ",444455556666=12378",
        "444455556666=12378 777788889999=500",
        "444455556666 = 12378",
        "444455556666/us-east=12378",
        "44445555666=12378",
    ],
    "ProtectionRoleName": ["arn:aws:iam::444455556666:role/pausing", "path/pausing", "a" * 65, "*"],
    "ReadingRoleName": ["arn:aws:iam::444455556666:role/reading", "path/reading", "*"],
    "SuppressionExportSchedule": [
        "1 day",
        "rate(0 days)",
        "rate(1 week)",
        "cron(15 3 * * ?)",
        "at(2026-11-22)",
    ],
    "AnalystDatabaseName": ["Mail", "ses-reputation", "2nd", "a" * 128],
    "AlarmTopicArn": [
        "operations",
        "arn:aws:sqs:us-east-1:111122223333:q",
        "arn:aws:sns:us-east-1:1111:t",
        "arn:aws:sns:us-east-1:111122223333:operations.fifo",
        "arn:aws:sns:us-east-1:111122223333:prod-AlertTopic-4F1C9DA0B2E3",
    ],
    "FeedbackTopicKeyArn": ["alias/aws/sns", "arn:aws:kms:us-east-1:111122223333:alias/feedback"],
    "PermissionsBoundaryArn": ["Developers", "arn:aws:iam::111122223333:role/Developers"],
    "AccessLogBucketName": ["Logs", "arn:aws:s3:::logs", "-logs", "lo"],
}


def is_accepted(name: str, value: str) -> bool:
    return re.fullmatch(PARAMETERS[name]["AllowedPattern"], value) is not None


def test_every_pattern_has_examples_for_and_against() -> None:
    patterned = {name for name, parameter in PARAMETERS.items() if "AllowedPattern" in parameter}
    assert patterned == ACCEPTED.keys() == REJECTED.keys()


@pytest.mark.parametrize(("name", "value"), [(name, value) for name in ACCEPTED for value in ACCEPTED[name]])
def test_a_sound_value_is_accepted(name: str, value: str) -> None:
    assert is_accepted(name, value)


@pytest.mark.parametrize(("name", "value"), [(name, value) for name in REJECTED for value in REJECTED[name]])
def test_an_unsound_value_is_rejected(name: str, value: str) -> None:
    assert not is_accepted(name, value)


@pytest.mark.parametrize("name", PARAMETERS)
def test_every_parameter_is_explained_limited_and_has_a_default(name: str) -> None:
    parameter = PARAMETERS[name]
    assert parameter["Description"].endswith(".")
    assert parameter["ConstraintDescription"].startswith("must ")
    assert "Default" in parameter
    assert parameter.keys() & {"AllowedPattern", "AllowedValues", "MinValue"}


@pytest.mark.parametrize("name", PARAMETERS)
def test_every_default_keeps_its_own_limits(name: str) -> None:
    parameter, default = PARAMETERS[name], default_parameters()[name]
    if "AllowedPattern" in parameter:
        assert is_accepted(name, default)
    if "AllowedValues" in parameter:
        assert default in map(str, parameter["AllowedValues"])
    if "MinValue" in parameter:
        assert parameter["MinValue"] <= float(default) <= parameter["MaxValue"]


def test_every_parameter_is_labelled_and_stands_in_one_group() -> None:
    grouped = [name for group in INTERFACE["ParameterGroups"] for name in group["Parameters"]]
    assert sorted(grouped) == sorted(PARAMETERS)
    assert INTERFACE["ParameterLabels"].keys() == PARAMETERS.keys()


def test_snapshots_outlive_what_ses_deletes_when_sending_is_paused() -> None:
    assert PARAMETERS["SnapshotRetentionDays"]["MinValue"] > 90


@pytest.mark.parametrize(
    ("window", "batch", "expected"),
    [("10", "1000", True), ("1", "10000", True), ("0", "10", True), ("0", "11", False), ("0", "1000", False)],
)
def test_more_than_ten_messages_are_gathered_only_over_a_window(
    window: str, batch: str, expected: bool
) -> None:
    met = is_rule_met("BatchesOverTenNeedAWindow", JournalWindowSeconds=window, JournalBatchSize=batch)
    assert met is expected


@pytest.mark.parametrize("measure", ["Bounce", "Complaint"])
def test_thresholds_are_percentages_whose_defaults_ascend(measure: str) -> None:
    names = [f"{standing}{measure}Rate" for standing in ("Watch", "Review", "Pause")]
    assert {PARAMETERS[name]["MaxValue"] for name in names} == {100}
    assert min(PARAMETERS[name]["MinValue"] for name in names) > 0
    watch, review, pause = (float(default_parameters()[name]) for name in names)
    assert watch < review < pause


def test_protection_is_off_unless_it_is_asked_for() -> None:
    assert PARAMETERS["Protection"]["AllowedValues"] == ["report", "dry-run", "enforce"]
    assert default_parameters()["Protection"] == "report"


def test_conditions_are_named_as_the_question_that_they_answer() -> None:
    assert all(re.match(r"(Is|Are|Does|Has)[A-Z]", name) for name in read_source()["Conditions"])


def test_every_output_says_what_to_do_with_it() -> None:
    for output in read_source()["Outputs"].values():
        assert len(output["Description"].split()) >= 8
