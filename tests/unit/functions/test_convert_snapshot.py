"""The function that writes Parquet, with the real DuckDB, over a store in memory."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from functions.convert_snapshot import app
from ses_reputation.suppression.errors import SnapshotCorruptError
from ses_reputation.suppression.forgotten import hidden
from ses_reputation.suppression.listing.destination import SuppressedDestination, encode_line
from ses_reputation.suppression.snapshot.location import SnapshotRun
from ses_reputation.suppression.snapshot.parquet_location import parquet_key
from ses_reputation.suppression.targets import Target
from tests.support.finished_snapshots import finish_snapshot
from tests.support.in_memory.suppression import MemoryStore, suppress
from tests.support.lambda_functions import context_of, prepare

RUN = SnapshotRun(Target("111122223333", "us-east-1"), "20261122T070000Z")
EVENT = {"detail": {"object": {"key": RUN.manifest_key}}}
Convert = Callable[[MemoryStore], dict[str, Any]]


@pytest.fixture
def convert(monkeypatch: pytest.MonkeyPatch) -> Convert:
    log = prepare(app, "convert_snapshot", {"REPUTATION_BUCKET": "bucket"}, monkeypatch)

    def call(store: MemoryStore) -> dict[str, Any]:
        monkeypatch.setattr(app, "_store", lambda: store)
        try:
            answer: dict[str, Any] = app.lambda_handler(EVENT, context_of("convert"))
        finally:
            assert "@" not in log.getvalue()
        return answer

    return call


def query(store: MemoryStore, folder: Path, sql: str, part: int = 1) -> list[tuple[Any, ...]]:
    (folder / "part.parquet").write_bytes(store.objects[parquet_key(RUN, part)])
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone='UTC'")
        return connection.execute(sql.format(file=folder / "part.parquet")).fetchall()


def test_the_rows_of_a_part_are_the_rows_of_its_file_with_times_in_utc(
    convert: Convert, tmp_path: Path
) -> None:
    rows = [
        SuppressedDestination('"a b\\"@example.com', "2026-11-21T07:00:00Z", "BOUNCE"),
        SuppressedDestination("bücher😀@example.com", "1969-12-31T23:59:59.000001Z", "COMPLAINT"),
        SuppressedDestination("c\x00'--@example.com", "2026-11-21T07:00:00.123456Z", "A NEW REASON"),
        SuppressedDestination("null", "2026-11-21T07:00:00Z", "null"),
    ]
    store = MemoryStore()
    finish_snapshot(store, RUN, [encode_line(row) for row in rows], [encode_line(suppress("z@example.com"))])
    assert convert(store) == {"written": 2}
    assert query(store, tmp_path, "SELECT * FROM '{file}'") == [
        (row.email_address, row.reason, datetime.fromisoformat(row.last_update_time), RUN.run_id, None)
        for row in rows
    ]
    assert query(store, tmp_path, "SELECT email_address, run FROM '{file}'", part=2) == [
        ("z@example.com", RUN.run_id)
    ]
    ((made,),) = query(store, tmp_path, "SELECT min(last_update_time) FROM '{file}'")
    assert made == datetime(1969, 12, 31, 23, 59, 59, 1, UTC)


def test_somebody_who_was_forgotten_has_a_hash_and_no_address(convert: Convert, tmp_path: Path) -> None:
    store = MemoryStore()
    hidden_row = suppress(hidden("b7209bffc02bf38454fd1f01126b427f"))
    finish_snapshot(store, RUN, [encode_line(suppress("z@example.com")), encode_line(hidden_row)])
    convert(store)
    assert query(store, tmp_path, "SELECT email_address, reason, forgotten FROM '{file}'") == [
        ("z@example.com", "BOUNCE", None),
        (None, "BOUNCE", "b7209bffc02bf38454fd1f01126b427f"),
    ]


def test_columns_have_the_types_that_engines_know(convert: Convert, tmp_path: Path) -> None:
    store = MemoryStore()
    finish_snapshot(store, RUN, [encode_line(suppress("a@example.com"))])
    convert(store)
    columns = query(store, tmp_path, "SELECT name, type, converted_type FROM parquet_schema('{file}')")[1:]
    assert columns == [
        ("email_address", "BYTE_ARRAY", "UTF8"),
        ("reason", "BYTE_ARRAY", "UTF8"),
        ("last_update_time", "INT64", "TIMESTAMP_MICROS"),
        ("run", "BYTE_ARRAY", "UTF8"),
        ("forgotten", "BYTE_ARRAY", "UTF8"),
    ]


def test_groups_of_rows_are_sorted_so_that_a_reader_opens_one_for_an_address(
    convert: Convert, tmp_path: Path
) -> None:
    addresses = [f"{number:06d}@example.com" for number in range(25_000)]
    store = MemoryStore()
    finish_snapshot(store, RUN, [encode_line(suppress(address)) for address in addresses])
    convert(store)
    groups = query(
        store,
        tmp_path,
        "SELECT stats_min, stats_max FROM parquet_metadata('{file}')"
        " WHERE path_in_schema = 'email_address' ORDER BY row_group_id",
    )
    assert len(groups) == 3
    assert [bound for group in groups for bound in group] == sorted(
        bound for pair in groups for bound in pair
    )
    assert (groups[0][0], groups[-1][1]) == (addresses[0], addresses[-1])
    assert query(store, tmp_path, "SELECT email_address FROM '{file}'") == [(each,) for each in addresses]


def test_converting_again_makes_the_same_bytes(convert: Convert) -> None:
    store = MemoryStore()
    finish_snapshot(store, RUN, [encode_line(suppress("a@example.com"))])
    convert(store)
    first = store.objects.pop(parquet_key(RUN, 1))
    convert(store)
    assert store.objects[parquet_key(RUN, 1)] == first


def test_a_part_that_duckdb_refuses_fails_the_call_after_the_others_and_quotes_nothing(
    convert: Convert, capsys: pytest.CaptureFixture[str]
) -> None:
    store = MemoryStore()
    torn = (
        '{"EmailAddress":"half\\ud800@example.com","Reason":"BOUNCE","LastUpdateTime":"2026-11-21T07:00:00Z"}'
    )
    finish_snapshot(store, RUN, [torn], [encode_line(suppress("z@example.com"))])
    with pytest.raises(SnapshotCorruptError, match="1 parts could not be converted"):
        convert(store)
    assert parquet_key(RUN, 1) not in store.objects
    assert parquet_key(RUN, 2) in store.objects
    assert "half" not in capsys.readouterr().out


def test_files_are_counted(convert: Convert, capsys: pytest.CaptureFixture[str]) -> None:
    store = MemoryStore()
    finish_snapshot(
        store, RUN, [encode_line(suppress("a@example.com"))], [encode_line(suppress("b@example.com"))]
    )
    convert(store)
    (line,) = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "counts" in line]
    assert line["counts"] == {"ParquetPartsWritten": 2}


def test_an_empty_snapshot_has_no_files(convert: Convert) -> None:
    store = MemoryStore()
    finish_snapshot(store, RUN)
    assert convert(store) == {"written": 0}
    assert not [key for key in store.objects if key.startswith("parquet/")]
