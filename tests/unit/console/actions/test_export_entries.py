"""Exporting entries: all of them in one object, that is whole or not there."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from console.actions.export_entries import export_entries
from ses_reputation.errors import UnavailableError

NOW = datetime(2026, 11, 22, 7, 0, 0, tzinfo=UTC)
KEY = "exports/entries/day=2026-11-22/20261122T070000Z.ndjson.gz"
PAGES = [
    [{"message_id": "message-1", "recipient": "anna@example.com", "occurred_at": "2026-11-20T23:06:00.000Z"}],
    [],
    [{"message_id": "message-2", "recipient": "bücher@example.com", "outcome": "rejected"}],
]


def test_an_export_is_one_object_with_a_line_for_each_entry() -> None:
    uploaded: dict[str, bytes] = {}
    progress: list[int] = []

    def upload(path: str, key: str) -> None:
        uploaded[key] = Path(path).read_bytes()

    assert export_entries(PAGES, upload, progress.append, NOW) == (KEY, 2)
    ((key, body),) = uploaded.items()
    lines = [json.loads(line) for line in gzip.decompress(body).splitlines()]
    assert key == KEY
    assert lines == [
        {**PAGES[0][0], "exported_at": "2026-11-22T07:00:00Z"},
        {**PAGES[2][0], "exported_at": "2026-11-22T07:00:00Z"},
    ]
    assert progress == [1, 1, 2]


def test_an_export_that_fails_half_way_uploads_nothing() -> None:
    def pages_until_a_failure() -> list[dict[str, str]]:
        raise UnavailableError("ProvisionedThroughputExceededException")

    reads = (pages_until_a_failure() if page is None else page for page in (PAGES[0], None))
    uploads: list[str] = []
    with pytest.raises(UnavailableError):
        export_entries(reads, lambda _, key: uploads.append(key), lambda _: None, NOW)
    assert uploads == []


def test_a_ledger_without_entries_has_an_empty_export() -> None:
    sizes: list[int] = []
    key, entries = export_entries(
        [], lambda path, _: sizes.append(len(gzip.decompress(Path(path).read_bytes()))), lambda _: None, NOW
    )
    assert (key, entries, sizes) == (KEY, 0, [0])
