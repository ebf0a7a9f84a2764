"""Exporting the ledger's entries, as a file that engines query."""

import gzip
import json
import tempfile
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from ses_reputation.hours import day_of, format_second

ENTRIES_ROOT = "exports/entries/"
"""The folder of all exports of entries in the bucket."""

Upload = Callable[[str, str], None]
"""Puts a file, by its path, under a key: whole or not at all."""


def export_entries(
    pages: Iterable[list[dict[str, str]]],
    upload: Upload,
    on_progress: Callable[[int], None],
    now: datetime | None = None,
) -> tuple[str, int]:
    """Write all entries into one object, and return its key and their number.

    The object is uploaded when it is whole, so that no query ever sees a part of an export.
    """
    exported_at = now or datetime.now(UTC)
    written = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "entries.ndjson.gz")
        with gzip.open(path, "wt", compresslevel=6, encoding="ascii") as lines:
            for page in pages:
                lines.writelines(_line_of(entry, exported_at) for entry in page)
                written += len(page)
                on_progress(written)
        key = key_of_export(exported_at)
        upload(str(path), key)
    return key, written


def key_of_export(exported_at: datetime) -> str:
    """Return the key of an export: by its day (UTC), as the table of Athena expects."""
    stamp = format_second(exported_at).replace("-", "").replace(":", "")
    return f"{ENTRIES_ROOT}day={day_of(exported_at)}/{stamp}.ndjson.gz"


def _line_of(entry: Mapping[str, str], exported_at: datetime) -> str:
    named = {**entry, "exported_at": format_second(exported_at)}
    return json.dumps(named, separators=(",", ":")) + "\n"
