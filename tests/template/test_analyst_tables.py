"""Tables for analysts: where they look is where the code writes, and their columns are those it writes."""

import ast
import re
from pathlib import Path
from string import Template
from typing import Any

import pytest

from console.actions.export_entries import key_of_export
from ses_reputation.feedback import observations
from ses_reputation.ledger.rows import entry_of_row, row_of
from ses_reputation.suppression.snapshot.location import SnapshotRun
from ses_reputation.suppression.snapshot.parquet_location import parquet_key
from ses_reputation.suppression.targets import Target
from tests.support.in_memory.suppression import NOON
from tests.support.notifications import published
from tests.support.stack_template import render_stack
from tests.unit.ledger.test_entries import bounce, entries_of

STACK = render_stack(AnalystDatabaseName="mail")
TABLES: dict[str, dict[str, Any]] = {
    table["TableInput"]["Name"]: table["TableInput"] for table in STACK.of_type("AWS::Glue::Table").values()
}
BUCKET = "s3://<ReputationBucket>/"


def location(table: str, **partition: str) -> str:
    """Return where Athena looks for a partition."""
    return Template(TABLES[table]["Parameters"]["storage.location.template"]).substitute(partition)


def names(columns: list[dict[str, str]]) -> list[str]:
    return [column["Name"] for column in columns]


@pytest.mark.parametrize(
    ("target", "list_name"),
    [
        (Target("111122223333", "eu-west-1"), "account"),
        (Target("111122223333", "eu-west-1", "acme"), "tenant-acme"),
    ],
)
def test_parquet_lies_where_the_table_of_snapshots_looks(target: Target, list_name: str) -> None:
    folder = location(
        "snapshots", account="111122223333", region="eu-west-1", list=list_name, day="2026-11-22"
    )
    key = f"{BUCKET}{parquet_key(SnapshotRun(target, '20261122T235959Z-02'), 3)}"
    # Right there: whether an engine looks into folders of a partition is up to the engine.
    assert re.fullmatch(re.escape(folder) + r"[^/]+\.parquet", key)


def test_exports_lie_where_the_table_of_entries_looks() -> None:
    folder = location("entries", day="2026-11-21")
    assert re.fullmatch(re.escape(folder) + r"[^/]+\.ndjson\.gz", f"{BUCKET}{key_of_export(NOON)}")


@pytest.mark.parametrize("table", TABLES)
def test_every_partition_is_projected_and_in_the_location(table: str) -> None:
    """Athena user guide, "Set up partition projection": each partition column needs a type."""
    described = TABLES[table]
    partitions, parameters = names(described["PartitionKeys"]), described["Parameters"]
    assert parameters["projection.enabled"] == "true"
    types = {name: parameters[f"projection.{name}.type"] for name in partitions}
    assert types == {name: "date" if name == "day" else "injected" for name in partitions}
    assert re.findall(r"\$\{(\w+)\}", parameters["storage.location.template"]) == partitions
    assert parameters["storage.location.template"].startswith(described["StorageDescriptor"]["Location"])
    assert not set(partitions) & set(names(described["StorageDescriptor"]["Columns"]))


@pytest.mark.parametrize("table", TABLES)
def test_days_begin_before_anything_was_written_since_the_newest_snapshot_may_be_old(table: str) -> None:
    parameters = TABLES[table]["Parameters"]
    first, last = parameters["projection.day.range"].split(",")
    assert (parameters["projection.day.format"], first, last) == ("yyyy-MM-dd", "2026-01-01", "NOW+1DAY")


def test_the_formats_are_those_of_parquet_and_of_lines_of_json() -> None:
    serdes = {
        name: table["StorageDescriptor"]["SerdeInfo"]["SerializationLibrary"]
        for name, table in TABLES.items()
    }
    assert serdes == {
        "snapshots": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
        "entries": "org.openx.data.jsonserde.JsonSerDe",
    }


def test_the_columns_of_entries_are_all_names_that_an_entry_can_have() -> None:
    (entry,) = entries_of(published("Bounce", **bounce()))
    of_one = entry_of_row(row_of(entry)).keys()
    details = {
        key.value
        for node in ast.walk(ast.parse(Path(observations.__file__).read_text()))
        if isinstance(node, ast.Dict)
        for key in node.keys
        if isinstance(key, ast.Constant) and isinstance(key.value, str) and key.value.islower()
    }
    of_delays = {"delay_type", "expiration_time"}
    columns = set(names(TABLES["entries"]["StorageDescriptor"]["Columns"]))
    assert columns == {"exported_at", *of_one, *(details - of_delays)}


def test_without_a_name_there_is_neither_database_nor_function_nor_rule() -> None:
    stack = render_stack()
    added = STACK.resources.keys() - stack.resources.keys()
    assert added == {
        "AnalystDatabase",
        "SnapshotsTable",
        "EntriesTable",
        "ConvertSnapshotFunction",
        "ConvertSnapshotRole",
        "ConvertSnapshotLogGroup",
        "ConvertSnapshotRule",
        "ConvertSnapshotPermission",
        "ConvertSnapshotFailedAlarm",
    }
    assert "NotificationConfiguration" not in stack.properties("ReputationBucket")


def test_the_function_hears_of_manifests_and_of_nothing_that_it_writes() -> None:
    """EventBridge user guide, "Event patterns": a wildcard matches any characters, slashes too."""
    bucket = STACK.properties("ReputationBucket")["NotificationConfiguration"]
    assert bucket == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
    rule = STACK.properties("ConvertSnapshotRule")
    assert rule["EventPattern"]["source"] == ["aws.s3"]
    assert rule["EventPattern"]["detail-type"] == ["Object Created"]
    assert rule["EventPattern"]["detail"]["bucket"] == {"name": ["<ReputationBucket>"]}
    ((pattern,),) = [each.values() for each in rule["EventPattern"]["detail"]["object"]["key"]]
    matches = re.compile(re.escape(pattern).replace(r"\*", ".*")).fullmatch
    run = SnapshotRun(Target("111122223333", "us-east-1", "acme"), "20261122T070000Z")
    assert matches(run.manifest_key)
    others = (run.part_key(1), run.target.latest_key, parquet_key(run, 1), key_of_export(NOON))
    assert not [key for key in others if matches(key)]


def test_only_the_rule_may_call_the_function() -> None:
    permission = STACK.properties("ConvertSnapshotPermission")
    assert permission["Principal"] == "events.amazonaws.com"
    assert permission["SourceArn"] == "<ConvertSnapshotRule.Arn>"
    (target,) = STACK.properties("ConvertSnapshotRule")["Targets"]
    assert target["Arn"] == "<ConvertSnapshotFunction.Arn>"
