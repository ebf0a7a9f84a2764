"""The queries of docs/analysts.md, run by DuckDB over files that the function and the command write."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pytest

from console.actions.export_entries import export_entries
from functions.convert_snapshot.app import write_parquet
from ses_reputation.suppression.listing.destination import SuppressedDestination, encode_line
from ses_reputation.suppression.snapshot.conversion import convert_snapshot
from ses_reputation.suppression.snapshot.location import SnapshotRun
from ses_reputation.suppression.targets import Target
from tests.support.finished_snapshots import finish_snapshot
from tests.support.in_memory.suppression import MemoryStore
from tests.support.stack_template import ROOT, render_stack

PAGE = (ROOT / "docs" / "analysts.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"^([A-Z][^\n]+):\n\n```sql\n(.*?)```", PAGE, re.MULTILINE | re.DOTALL)
STACK = render_stack(AnalystDatabaseName="mail")
ENTRY_COLUMNS = {
    column["Name"]: "VARCHAR"
    for column in STACK.properties("EntriesTable")["TableInput"]["StorageDescriptor"]["Columns"]
}
DELEGATE, OWNER = "444455556666", "111122223333"
SENDER, OTHER = Target(DELEGATE, "us-east-1"), Target(OWNER, "eu-west-1")
TENANT = Target(DELEGATE, "us-east-1", "acme")
Rows = list[tuple[Any, ...]]


def row(address: str, reason: str = "BOUNCE", day: int = 1) -> SuppressedDestination:
    return SuppressedDestination(address, f"2026-11-{day:02d}T10:00:00Z", reason)


ANNA, ANNA_SHOUTED = row("anna@example.com"), row("Anna@example.com", "COMPLAINT")
BEN, CLEO, DORA = row("ben@example.com"), row("cleo@example.net", "COMPLAINT"), row("dora@example.org")
# List, run and rows; two parts where a row is None between them.
SNAPSHOTS: list[tuple[Target, str, list[list[SuppressedDestination]]]] = [
    (SENDER, "20261030T070000Z", [[ANNA]]),
    (SENDER, "20261121T070000Z", [[ANNA, BEN]]),
    (SENDER, "20261122T070000Z", [[ANNA, ANNA_SHOUTED], [BEN, CLEO]]),
    (OTHER, "20261122T070000Z", [[ANNA_SHOUTED, DORA]]),
    (TENANT, "20261122T070000Z", [[ANNA, DORA]]),
]


def entry(message: int, recipient: str, at: str, **fields: str) -> dict[str, str]:
    usual = {"sending_account": DELEGATE, "region": "us-east-1", "identity": "example.com", "feed": "sender"}
    named = {"message_id": f"message-{message}", "recipient": recipient, "occurred_at": at}
    return {**usual, "bounce_type": "Permanent", "configuration_set": "news", **named, **fields}


ENTRIES = [
    entry(1, "anna@example.com", "2026-11-01T09:00:00.000Z"),
    entry(1, "anna@example.com", "2026-11-01T09:00:00.000Z", feed="owner"),
    entry(2, "anna@example.com", "2026-11-03T09:00:00.000Z", bounce_type="Transient"),
    entry(3, "ben@example.com", "2026-11-02T09:00:00.000Z", configuration_set="receipts"),
    entry(4, "cleo@example.net", "2026-11-02T09:00:00.000Z", region="eu-west-1"),
    entry(5, "dora@example.org", "2026-11-02T09:00:00.000Z", identity="example.org"),
]
NEWEST = {
    "anna@example.com": ("2026-11-03T09:00:00.000Z", "message-2"),
    "ben@example.com": ("2026-11-02T09:00:00.000Z", "message-3"),
}
EXPECTED: dict[str, Rows] = {
    "How many addresses the newest snapshot has, by reason": [("BOUNCE", 2), ("COMPLAINT", 2)],
    "On which lists of several accounts an address has been, and since when": [
        (OWNER, "eu-west-1", "account", "Anna@example.com", "COMPLAINT", "2026-11-22", "2026-11-22"),
        (DELEGATE, "us-east-1", "account", "Anna@example.com", "COMPLAINT", "2026-11-22", "2026-11-22"),
        (DELEGATE, "us-east-1", "account", "anna@example.com", "BOUNCE", "2026-10-30", "2026-11-22"),
    ],
    "How a list grew, by day": [
        ("2026-11-21", "20261121T070000Z", 2),
        ("2026-11-22", "20261122T070000Z", 4),
    ],
    "What was added between two days": [("Anna@example.com",), ("cleo@example.net",)],
    "The domains with most suppressed addresses": [("example.com", 3), ("example.net", 1)],
    "Hard bounces of each identity, by configuration set, in the newest export": [
        ("example.com", "news", 2),
        ("example.com", "receipts", 1),
        ("example.org", "news", 1),
    ],
    "Why addresses are suppressed: the latest bounce or complaint that the ledger has of each in the newest"
    " snapshot; those of which it has none come last": [
        ("Anna@example.com", "COMPLAINT", *NEWEST["anna@example.com"]),
        ("anna@example.com", "BOUNCE", *NEWEST["anna@example.com"]),
        ("ben@example.com", "BOUNCE", *NEWEST["ben@example.com"]),
        ("cleo@example.net", "COMPLAINT", None, None),
    ],
}


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Two tables over the files of a bucket, with partitions from their folders, as Athena has them."""
    bucket = tmp_path_factory.mktemp("bucket")
    write_snapshots(bucket)
    export = partial(export_entries, upload=partial(upload, bucket), on_progress=lambda _: None)
    export(
        [[entry(9, "old@example.com", "2026-10-01T09:00:00.000Z")]], now=datetime(2026, 11, 21, tzinfo=UTC)
    )
    export([ENTRIES[:2], ENTRIES[2:]], now=datetime(2026, 11, 22, tzinfo=UTC))
    with duckdb.connect() as connection:
        connection.read_parquet(
            f"{bucket}/parquet/snapshots/**/*.parquet", hive_partitioning=True
        ).create_view("snapshots_read")
        # Partitions of Glue are text, whatever they look like.
        partitions = ", ".join(f"CAST({name} AS VARCHAR) AS {name}" for name in ("account", "day"))
        connection.execute(
            f"CREATE VIEW snapshots AS SELECT * REPLACE ({partitions}) FROM snapshots_read"  # noqa: S608
        )
        connection.read_json(
            f"{bucket}/exports/entries/*/*.ndjson.gz", columns=ENTRY_COLUMNS, format="newline_delimited"
        ).create_view("entries")
        yield connection


def write_snapshots(bucket: Path) -> None:
    store = MemoryStore()
    for target, run_id, parts in SNAPSHOTS:
        run = SnapshotRun(target, run_id)
        finish_snapshot(store, run, *[[encode_line(each) for each in part] for part in parts])
        convert_snapshot(store, run.manifest_key, write_parquet)
    for key in store.list_keys("parquet/"):
        path = bucket / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(store.objects[key])


def upload(bucket: Path, path: str, key: str) -> None:
    (bucket / key).parent.mkdir(parents=True, exist_ok=True)
    (bucket / key).write_bytes(Path(path).read_bytes())


def test_every_query_of_the_page_is_tried_here() -> None:
    assert PAGE.count("```sql") == len(QUERIES)
    assert [title.partition(": ")[0] for title, _ in QUERIES] == [
        title.partition(": ")[0] for title in EXPECTED
    ]


@pytest.mark.parametrize(("title", "query"), QUERIES, ids=[title[:40] for title, _ in QUERIES])
def test_a_query_of_the_page_gives_what_its_title_says(
    title: str, query: str, tables: duckdb.DuckDBPyConnection
) -> None:
    assert tables.execute(query).fetchall() == EXPECTED[title]


@pytest.mark.parametrize(("title", "query"), QUERIES, ids=[title[:40] for title, _ in QUERIES])
def test_every_part_of_a_query_that_reads_snapshots_names_what_athena_asks_for(
    title: str, query: str
) -> None:
    """Athena user guide, "Use dynamic ID partitioning": equality or IN, with constants."""
    reads = len(re.findall(r"\b(?:FROM|JOIN) snapshots\b", query))
    for name in ("account", "region", "list"):
        assert len(re.findall(rf"\b{name} (?:= '[^']+'|IN \('[^)]+\))", query)) == reads


def test_the_columns_of_the_table_are_those_of_the_files(tables: duckdb.DuckDBPyConnection) -> None:
    described = STACK.properties("SnapshotsTable")["TableInput"]
    declared = [*described["StorageDescriptor"]["Columns"], *described["PartitionKeys"]]
    types = {"VARCHAR": "string", "TIMESTAMP WITH TIME ZONE": "timestamp"}
    found = tables.execute("DESCRIBE snapshots").fetchall()
    assert {name: types[kind] for name, kind, *_ in found} == {
        each["Name"]: each["Type"] for each in declared
    }
