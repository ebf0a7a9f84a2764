"""The table and the bucket: encrypted, recoverable, private, and forgetful on time."""

import json
from typing import Any

import pytest

from ses_reputation.authorization.evaluation import PolicyRequest, evaluate
from ses_reputation.suppression.restore.import_files import IMPORTS_ROOT
from ses_reputation.suppression.snapshot.location import RAW_ROOT
from ses_reputation.suppression.snapshot.parquet_location import PARQUET_ROOT
from ses_reputation.suppression.store import SUPERSEDED
from ses_reputation.suppression.targets import ROOT
from tests.support.stack_template import render_stack

STACK = render_stack(QuarantineRetentionDays="33", SnapshotRetentionDays="444", EntryExportRetentionDays="55")
TABLE = STACK.properties("LedgerTable")
BUCKET = STACK.properties("ReputationBucket")
LIFECYCLE: dict[str, dict[str, Any]] = {
    rule["Id"]: rule for rule in BUCKET["LifecycleConfiguration"]["Rules"]
}

BUCKET_POLICY = STACK.properties("ReputationBucketPolicy")["PolicyDocument"]
STATEMENTS: dict[str, dict[str, Any]] = {each["Sid"]: each for each in BUCKET_POLICY["Statement"]}


def test_the_table_is_encrypted_recoverable_and_billed_on_demand() -> None:
    assert TABLE["SSESpecification"] == {"SSEEnabled": True}
    assert TABLE["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert TABLE["BillingMode"] == "PAY_PER_REQUEST"


def test_pages_and_entries_expire_by_their_own_time() -> None:
    assert TABLE["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


def test_the_stream_carries_keys_only() -> None:
    assert TABLE["StreamSpecification"] == {"StreamViewType": "KEYS_ONLY"}


def test_the_table_has_the_keys_and_indexes_that_the_ledger_reads() -> None:
    assert keys_of(TABLE) == ("pk", "sk")
    indexes = {index["IndexName"]: index for index in TABLE["GlobalSecondaryIndexes"]}
    assert {
        name: (*keys_of(index), index["Projection"]["ProjectionType"]) for name, index in indexes.items()
    } == {"by_recipient": ("recipient", "occurred_at", "KEYS_ONLY")}
    assert all(attribute["AttributeType"] == "S" for attribute in TABLE["AttributeDefinitions"])


@pytest.mark.parametrize(("protection", "expected"), [("true", True), ("false", False)])
def test_the_ledger_is_protected_from_deletion_unless_that_is_lifted(protection: str, expected: bool) -> None:
    stack = render_stack(LedgerDeletionProtection=protection)
    assert stack.properties("LedgerTable")["DeletionProtectionEnabled"] is expected


@pytest.mark.parametrize("name", ["LedgerTable", "ReputationBucket"])
def test_a_replaced_store_is_kept_and_a_deleted_one_leaves_no_orphan(name: str) -> None:
    assert STACK.resources[name]["UpdateReplacePolicy"] == "Retain"
    assert STACK.resources[name]["DeletionPolicy"] == "Delete"


def test_the_bucket_is_encrypted_and_versioned() -> None:
    (rule,) = BUCKET["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    assert BUCKET["VersioningConfiguration"] == {"Status": "Enabled"}


def test_the_bucket_is_private() -> None:
    assert BUCKET["PublicAccessBlockConfiguration"] == dict.fromkeys(
        ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True
    )
    assert BUCKET["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}


def test_nobody_reaches_the_bucket_in_the_clear() -> None:
    statement = STATEMENTS["DenyUnencryptedAccess"]
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
    assert statement["Resource"] == ["<ReputationBucket.Arn>", "<ReputationBucket.Arn>/*"]
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_everything_that_expires_does_so_by_its_parameter() -> None:
    expiring = {
        rule["Prefix"]: rule["ExpirationInDays"] for rule in LIFECYCLE.values() if "ExpirationInDays" in rule
    }
    assert expiring == {
        "quarantine/": "33",
        "suppression/": "444",
        "parquet/snapshots/": "444",
        "exports/entries/": "55",
        "suppression/runs/": "444",
        "suppression/actions/": "444",
        "suppression/raw/": 21,
        "suppression/imports/": 7,
        "statements/": 35,
    }


def test_an_earlier_statement_is_gone_in_a_day() -> None:
    """The shorter of two rules applies (S3 user guide, "Lifecycle configuration conflicts")."""
    assert LIFECYCLE["StatementsExpire"]["NoncurrentVersionExpiration"] == {"NoncurrentDays": 1}


@pytest.mark.parametrize(("rule", "root"), [("SnapshotsExpire", ROOT), ("ParquetExpires", PARQUET_ROOT)])
def test_no_rule_expires_a_snapshot_that_is_not_marked_as_superseded(rule: str, root: str) -> None:
    key, value = SUPERSEDED
    assert LIFECYCLE[rule]["TagFilters"] == [{"Key": key, "Value": value}]
    assert LIFECYCLE[rule]["Prefix"] == root
    unconditional = [each for each in LIFECYCLE.values() if not each.get("TagFilters")]
    expiring = [each["Prefix"] for each in unconditional if "ExpirationInDays" in each]
    snapshot, parquet = f"{ROOT}111122223333/us-east-1/", f"{PARQUET_ROOT}account=111122223333/"
    assert not [prefix for prefix in expiring if snapshot.startswith(prefix) or parquet.startswith(prefix)]


def test_raw_parts_outlive_the_time_in_which_an_export_can_be_redriven() -> None:
    assert LIFECYCLE["RawPartsExpire"]["Prefix"] == RAW_ROOT
    assert LIFECYCLE["RawPartsExpire"]["ExpirationInDays"] > 14


def test_import_files_expire_within_days() -> None:
    rule = LIFECYCLE["ImportFilesExpire"]
    assert (rule["Prefix"], rule["ExpirationInDays"]) == (IMPORTS_ROOT, 7)


@pytest.mark.parametrize("key", ["aws:SourceAccount", "aws:Referer"])
def test_ses_reads_import_files_of_an_account_below_its_number_alone(key: str) -> None:
    """IAM puts a request's value in the place of `${key}`; here the test does, for one account."""
    policy = json.dumps(BUCKET_POLICY).replace(f"${{{key}}}", "222222222222")

    def may(action: str, path: str, service: str = "ses.amazonaws.com", secure: str = "true") -> bool:
        context = {key: ("222222222222",), "aws:SecureTransport": (secure,)}
        request = PolicyRequest(service, action, f"<ReputationBucket.Arn>/{path}", context)
        return evaluate(policy, request).is_allowed

    assert may("s3:GetObject", "suppression/imports/222222222222/eu-west-1/a/put-00001.ndjson")
    assert not may("s3:GetObject", "suppression/imports/222222222222/file", secure="false")
    assert not may("s3:GetObject", "suppression/imports/333333333333/file")
    assert not may("s3:GetObject", "suppression/222222222222/eu-west-1/account/file")
    assert not may("s3:GetObject", "suppression/actions/222222222222/file")
    assert not may("s3:PutObject", "suppression/imports/222222222222/file")
    assert not may("s3:GetObject", "suppression/imports/222222222222/file", "sns.amazonaws.com")


def test_only_ses_is_let_into_the_bucket_by_its_policy() -> None:
    allowed = [each for each in STATEMENTS.values() if each["Effect"] == "Allow"]

    assert {str(each["Principal"]) for each in allowed} == {"{'Service': 'ses.amazonaws.com'}"}
    assert {each["Action"] for each in allowed} == {"s3:GetObject"}
    assert [each["Resource"] for each in allowed] == [
        "<ReputationBucket.Arn>/suppression/imports/${aws:SourceAccount}/*",
        "<ReputationBucket.Arn>/suppression/imports/${aws:Referer}/*",
    ]
    # Variables are plain text in policies without this version (IAM user guide, "Version").
    assert BUCKET_POLICY["Version"] == "2012-10-17"


def test_old_versions_and_leftovers_expire() -> None:
    assert LIFECYCLE["OldVersionsExpire"]["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}
    assert LIFECYCLE["LeftoversExpire"]["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}
    assert LIFECYCLE["LeftoversExpire"]["ExpiredObjectDeleteMarker"] is True
    assert {rule["Status"] for rule in LIFECYCLE.values()} == {"Enabled"}


def keys_of(schema: dict[str, Any]) -> tuple[str, str]:
    keys = {key["KeyType"]: key["AttributeName"] for key in schema["KeySchema"]}
    return keys["HASH"], keys["RANGE"]
