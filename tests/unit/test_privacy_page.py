"""docs/privacy.md is held to the template: what is kept, for how long, and which roles can read it."""

import re
from typing import Any, NamedTuple

import pytest

from console.local_aws.template import read_template
from ses_reputation.suppression.forgotten_store import key_parameter_of
from tests.support.stack_template import ROOT, TEMPLATE_PATH, render_stack

PAGE = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
READING = {"dynamodb:Query", "dynamodb:GetItem", "dynamodb:Scan", "dynamodb:*"}
STACK = render_stack(AnalystDatabaseName="mail", OrganizationId="o-abcdefghij")
TEMPLATE = read_template(TEMPLATE_PATH)


class Place(NamedTuple):
    where: str
    gone_after: str
    read_by: set[str]


def places() -> list[Place]:
    heading, *rows = re.findall(r"^\| (.*?) \| .*? \| (.*?) \|(.*?)\|$", PAGE, re.MULTILINE)
    assert heading == ("where", "gone after", " read by ")
    return [Place(where, after, set(re.findall(r"\w+", by))) for where, after, by in rows]


def place(name: str) -> Place:
    (found,) = (each for each in places() if f"`{name}`" in each.where or each.where == name)
    return found


def statements() -> list[tuple[str, dict[str, Any]]]:
    return [
        (role, statement)
        for role, properties in STACK.of_type("AWS::IAM::Role").items()
        for policy in properties.get("Policies", [])
        for statement in policy["PolicyDocument"]["Statement"]
        if isinstance(statement, dict)
    ]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def rules() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = TEMPLATE["Resources"]["ReputationBucket"]["Properties"][
        "LifecycleConfiguration"
    ]["Rules"]
    return found


def days_of(value: Any) -> str:
    """What the page says of a retention: the parameter and its default, or the number."""
    if isinstance(value, dict):
        name = value["Ref"]
        return f"`{name}` ({TEMPLATE['Parameters'][name]['Default']}) days"
    return f"{value} days"


@pytest.mark.parametrize("rule", [rule for rule in rules() if "Prefix" in rule], ids=lambda rule: rule["Id"])
def test_each_folder_that_expires_is_named_with_its_days(rule: dict[str, Any]) -> None:
    days = days_of(rule["ExpirationInDays"])
    if rule["Prefix"] in ("suppression/runs/", "statements/"):
        assert re.search(
            rf"`{rule['Prefix']}` expires, too, after {re.escape(days)}[^.]*, and no address\.", PAGE
        )
    else:
        assert place(rule["Prefix"]).gone_after == days


def test_older_versions_and_logs_have_their_days() -> None:
    (days,) = (
        rule["NoncurrentVersionExpiration"]["NoncurrentDays"]
        for rule in rules()
        if "NoncurrentVersionExpiration" in rule and "Prefix" not in rule
    )
    assert place("bucket, older versions of objects").gone_after == f"{days} days more"
    groups = [
        each["Properties"]["RetentionInDays"]
        for each in TEMPLATE["Resources"].values()
        if each["Type"] == "AWS::Logs::LogGroup"
    ]
    assert {days_of(each) for each in groups} == {days_of({"Ref": "LogRetentionDays"})}
    assert days_of({"Ref": "LogRetentionDays"}) in PAGE


def test_entries_and_backups_have_their_days() -> None:
    retention = TEMPLATE["Resources"]["JournalFeedbackFunction"]["Properties"]["Environment"]["Variables"]
    days = days_of(retention["ENTRY_RETENTION_DAYS"])
    assert (place("MESSAGE#").gone_after, place("DELAYS#").gone_after) == (days, days)
    recovery = STACK.properties("LedgerTable")["PointInTimeRecoverySpecification"]
    # Without a number of its own, it is 35 (DynamoDB API reference, PointInTimeRecoverySpecification).
    assert recovery == {"PointInTimeRecoveryEnabled": True}
    assert place("point-in-time recovery of the table").gone_after == "35 days"


def test_each_queue_of_notifications_has_its_days_and_readers() -> None:
    queues = [name for name in STACK.of_type("AWS::SQS::Queue") if "Feedback" in name]
    assert len(queues) == 3
    for name in queues:
        seconds = STACK.properties(name)["MessageRetentionPeriod"]
        readers = {
            role
            for role, each in statements()
            if "sqs:ReceiveMessage" in listed(each["Action"]) and each["Resource"] == f"<{name}.Arn>"
        }
        assert (place(name).gone_after, place(name).read_by) == (f"{seconds // 86_400} days", readers)


@pytest.mark.parametrize("prefix", [f"{each}#" for each in ("MESSAGE", "DELAYS")])
def test_whoever_can_read_items_with_addresses_is_named(prefix: str) -> None:
    readers = set()
    for role, each in statements():
        reads = READING & set(listed(each["Action"]))
        if reads and each["Resource"] == "<LedgerTable.Arn>":
            keys = each["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
            readers |= {role} if any(f"{prefix}*".startswith(key.rstrip("*")) for key in keys) else set()
    assert place(prefix).read_by == readers


@pytest.mark.parametrize(
    "prefix",
    [
        *("quarantine/", "suppression/", "suppression/raw/", "suppression/actions/", "suppression/imports/"),
        *("parquet/snapshots/", "exports/entries/"),
    ],
)
def test_whoever_can_read_objects_with_addresses_is_named(prefix: str) -> None:
    readers = set()
    for role, each in statements():
        if {"s3:GetObject", "s3:*"} & set(listed(each["Action"])):
            folders = [resource.partition("/")[2].rstrip("*") for resource in listed(each["Resource"])]
            # The workflow reads the places of a run, which are no list's.
            readers |= {role} if any(prefix.startswith(folder) for folder in folders) else set()
    assert place(prefix).read_by == readers


def test_the_exports_role_reads_the_key_that_the_command_makes() -> None:
    stack_name = "reputation"
    variables = STACK.properties("ExportSuppressionFunction")["Environment"]["Variables"]
    parameter = key_parameter_of(stack_name)
    assert variables["FORGETTING_KEY_PARAMETER"] == parameter
    (resource,) = (each["Resource"] for _, each in statements() if each.get("Sid") == "ReadForgettingKey")
    assert resource.endswith(f":parameter{parameter}")
    assert f"`{key_parameter_of('STACK')}`" in PAGE
