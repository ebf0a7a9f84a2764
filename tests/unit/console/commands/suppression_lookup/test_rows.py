"""Rows of a snapshot in every format, each read back by a reader that shares no code with ours."""

import csv
import io
import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import redirect_stdout
from datetime import datetime, timedelta

import botocore.session
import pytest
from botocore.parsers import create_parser
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import Result

from console.commands.suppression_lookup import rows as rows_command
from console.reports.suppression_lookup.rows import write_blog_array, write_json_document, write_ndjson
from ses_reputation.suppression.listing.destination import SuppressedDestination
from tests.support.in_memory.suppression import NOON, MemoryStore, suppress
from tests.support.stored_snapshots import TARGET, store_snapshot
from tests.support.suppression_rows import any_rows
from tests.unit.console.running import read_json, read_screen, run_on

ROWS = [
    SuppressedDestination("=1+1@example.com", "2026-11-22T07:00:00Z", "BOUNCE"),
    SuppressedDestination("ada@gmail.com", "2026-11-22T07:00:01.250000Z", "COMPLAINT"),
]
STACK = {"account_id": TARGET.account, "region": TARGET.region}
row_lists = st.lists(any_rows, max_size=5)


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str, store: MemoryStore | None = None) -> Result:
    if store is None:
        store = MemoryStore()
        store_snapshot(store, ROWS)
    monkeypatch.setattr(rows_command, "current_time", None, raising=False)
    return run_on(monkeypatch, rows_command, None, "suppression", *arguments, snapshots=store, **STACK)


def printed(write: Callable[[], None]) -> str:
    with redirect_stdout(io.StringIO()) as output:
        write()
    return output.getvalue()


@pytest.fixture
def in_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let botocore's times, which are local, be in UTC."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def summaries_of(rows: Iterable[SuppressedDestination]) -> object:
    """What botocore makes of an answer of SES with these rows."""
    answer = [
        {
            "EmailAddress": row.email_address,
            "LastUpdateTime": datetime.fromisoformat(row.last_update_time).timestamp(),
            "Reason": row.reason,
        }
        for row in rows
    ]
    model = botocore.session.get_session().get_service_model("sesv2")
    shape = model.operation_model("ListSuppressedDestinations").output_shape
    body = json.dumps({"SuppressedDestinationSummaries": answer}).encode()
    assert shape
    parsed = create_parser("rest-json").parse({"body": body, "headers": {}, "status_code": 200}, shape)
    return parsed["SuppressedDestinationSummaries"]


@pytest.mark.parametrize(
    ("options", "first"), [((), "'=1+1@example.com"), (("--raw",), "=1+1@example.com")], ids=["marked", "raw"]
)
def test_csv_marks_what_a_spreadsheet_would_compute(
    options: tuple[str, ...], first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run(monkeypatch, "list", *options)
    assert result.exit_code == 0, result.output
    assert list(csv.reader(io.StringIO(result.stdout))) == [
        ["EmailAddress", "Reason", "LastUpdateTime"],
        [first, "BOUNCE", "2026-11-22T07:00:00Z"],
        ["ada@gmail.com", "COMPLAINT", "2026-11-22T07:00:01.250000Z"],
    ]


@pytest.mark.usefixtures("in_utc")
def test_the_blogs_array_is_what_its_script_dumps(monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(monkeypatch, "list", "--format", "blog")
    assert result.exit_code == 0, result.output
    dumped = json.dumps(summaries_of(ROWS), default=str)
    assert json.loads(result.stdout) == json.loads(dumped)
    assert result.stdout.replace("\n", "").replace("},{", "}, {") == dumped


@pytest.mark.parametrize("option", [("--format", "json"), ("--json",)])
def test_the_json_document_has_the_manifest_and_all_rows(
    monkeypatch: pytest.MonkeyPatch, option: tuple[str, ...]
) -> None:
    store = MemoryStore()
    manifest = store_snapshot(store, ROWS)
    document = read_json(run(monkeypatch, "list", *option, store=store))
    assert document["snapshot"] == json.loads(store.objects[manifest.run.manifest_key]) | {
        "key": manifest.run.manifest_key
    }
    fields = ("EmailAddress", "Reason", "LastUpdateTime")
    assert [tuple(row[name] for name in fields) for row in document["rows"]] == [
        (row.email_address, row.reason, row.last_update_time) for row in ROWS
    ]


@given(row_lists)
def test_json_formats_say_what_rows_hold_in_printable_ascii(rows: list[SuppressedDestination]) -> None:
    store = MemoryStore()
    manifest = store_snapshot(store, [])
    lines = printed(lambda: write_ndjson(rows))
    document = printed(lambda: write_json_document(manifest, rows))
    array = printed(lambda: write_blog_array(rows))
    expected = [
        {"EmailAddress": row.email_address, "Reason": row.reason, "LastUpdateTime": row.last_update_time}
        for row in rows
    ]
    assert [json.loads(line) for line in lines.splitlines()] == expected
    assert json.loads(document)["rows"] == expected
    assert [{**each, "LastUpdateTime": ""} for each in json.loads(array)] == [
        {**each, "LastUpdateTime": ""} for each in expected
    ]
    for text in (lines, document, array):
        assert all(" " <= letter <= "~" for letter in text.replace("\n", ""))


def test_rows_of_an_older_run_and_of_another_list_are_printed_by_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = MemoryStore()
    store_snapshot(store, ROWS[:1])
    store_snapshot(store, ROWS[1:], NOON + timedelta(days=1))
    result = run(monkeypatch, "list", "20261121T120000Z", "--raw", store=store)
    assert [line.split(",")[0] for line in result.stdout.splitlines()[1:]] == ["=1+1@example.com"]
    nothing = run(monkeypatch, "list", "--tenant", "acme", store=store)
    assert nothing.exit_code == 1
    assert nothing.stdout == ""
    assert "no snapshot of this list is finished yet" in nothing.stderr


def test_a_part_that_was_changed_ends_the_command_without_its_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    store = MemoryStore()
    manifest = store_snapshot(store, map(suppress, "abcd"), rows_per_part=2)
    store.put(manifest.run.part_key(2), store.objects[manifest.run.part_key(1)])
    result = run(monkeypatch, "list", "--format", "ndjson", store=store)
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 2
    assert "part-00002.ndjson.gz is not what the manifest describes" in result.stderr


def test_statistics_name_reasons_providers_and_months(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = read_screen(run(monkeypatch, "stats"))
    assert "111122223333 us-east-1, 20261121T120000Z\n2 addresses" in screen
    assert [line.split() for line in screen.splitlines()[3:]] == [
        [],
        ["mailbox", "provider", "BOUNCE", "COMPLAINT", "other", "together"],
        ["Other", "providers", "1", "-", "-", "1"],
        ["Gmail", "-", "1", "-", "1"],
        ["together", "1", "1", "-", "2"],
        [],
        ["last", "updated", "in", "BOUNCE", "COMPLAINT", "other", "together"],
        ["2026-11", "1", "1", "-", "2"],
        ["together", "1", "1", "-", "2"],
    ]
    document = read_json(run(monkeypatch, "stats", "--json"))
    assert document["total"] == 2
    assert document["by_reason"] == {"BOUNCE": 1, "COMPLAINT": 1}
    assert document["by_provider"] == {"gmail": {"COMPLAINT": 1}, "other": {"BOUNCE": 1}}
    assert document["by_month"] == {"2026-11": {"BOUNCE": 1, "COMPLAINT": 1}}
    assert document["snapshot"]["run"] == "20261121T120000Z"
