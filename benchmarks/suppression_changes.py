"""Comparing two snapshots: CPU and peak memory by size, beside the script that everybody would write.

Each measurement is a process of its own, over parts in a folder: 1 % of the addresses are added, 1 % removed,
and 0.5 % have another reason. The script keeps the earlier list in a dictionary.
"""

import gzip
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.peak_memory import peak_bytes
from ses_reputation.suppression.changes.cause import NOT_LOOKED_UP, ChangeCause
from ses_reputation.suppression.changes.comparing import ComparisonStep, SnapshotComparison
from ses_reputation.suppression.changes.explaining import LookUps
from ses_reputation.suppression.changes.row_change import RowChange
from ses_reputation.suppression.listing.destination import SuppressedDestination, encode_line
from ses_reputation.suppression.snapshot.location import SnapshotRun
from ses_reputation.suppression.snapshot.manifest import Manifest
from ses_reputation.suppression.snapshot.parts import SnapshotPart
from ses_reputation.suppression.store import StoredObject
from tests.support.written_snapshots import AFTER, BEFORE, manifest_of, write_part

ROWS_PER_PART = 100_000
SIZES = (100_000, 1_000_000, 10_000_000)
SCRIPT_SIZES = (100_000, 1_000_000)


@dataclass(frozen=True, slots=True)
class FolderStore:
    """As much of a store as a comparison asks for, in a folder."""

    folder: Path

    def put(self, key: str, body: bytes) -> None:
        """Write a file."""
        path = self.folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)

    def fetch(self, key: str) -> StoredObject | None:
        """Read a file."""
        path = self.folder / key
        return StoredObject(path.read_bytes(), "") if path.exists() else None

    def list_folders(self, prefix: str) -> Iterator[str]:
        """Name the folders of a folder."""
        yield from sorted(path.name for path in (self.folder / prefix).iterdir() if path.is_dir())


class NotAsked:
    """Explains nothing: what is measured is the comparison."""

    left = LookUps()

    def explain(self, change: RowChange) -> ChangeCause:  # noqa: ARG002
        """Return that nobody was asked."""
        return NOT_LOOKED_UP


def write_lists(folder: Path, addresses: int) -> list[SnapshotPart]:
    """Write two snapshots of so many addresses; return the parts of the later one."""
    store: Any = FolderStore(folder)
    parts = {run: _write(store, run, _rows(run, addresses)) for run in (BEFORE, AFTER)}
    described = manifest_of(BEFORE, parts[BEFORE])
    store.put(BEFORE.manifest_key, json.dumps(described.to_json()).encode())
    return parts[AFTER]


def _write(store: Any, run: SnapshotRun, lines: Iterator[str]) -> list[SnapshotPart]:
    parts = list[SnapshotPart]()
    while together := list(islice(lines, ROWS_PER_PART)):
        parts.append(write_part(store, run, len(parts) + 1, together))
    return parts


def _rows(run: SnapshotRun, addresses: int) -> Iterator[str]:
    missing, is_later = (50, run is AFTER)
    for number in range(addresses):
        if number % 100 == (missing if is_later else missing + 1):
            continue
        reason = "COMPLAINT" if is_later and number % 200 == 0 else "BOUNCE"
        time_text = f"2026-{number % 12 + 1:02d}-21T07:00:{number % 60:02d}Z"
        yield encode_line(SuppressedDestination(f"{number:09d}.someone@example.com", time_text, reason))


def measure(folder: str, kind: str) -> None:
    """Compare the two snapshots in a folder, in this process, and print what it took as JSON."""
    store: Any = FolderStore(Path(folder))
    parts = [SnapshotPart(**part) for part in json.loads((Path(folder) / "after.json").read_text())]
    began = time.process_time()
    counts = _compare(store, parts) if kind == "diff" else _script(store, parts)
    print(json.dumps({"counts": counts, "seconds": time.process_time() - began, "peak": peak_bytes()}))


def _compare(store: Any, parts: list[SnapshotPart]) -> list[int]:
    comparison = SnapshotComparison(store, AFTER, parts, lambda *_: NotAsked())
    step = ComparisonStep()
    while step.changes is None:
        step = comparison.step(step.progress, lambda: True)
    return [step.changes.added, step.changes.removed, step.changes.reason_changed]


def _script(store: Any, parts: list[SnapshotPart]) -> list[int]:
    manifest = Manifest.from_json(BEFORE.manifest_key, store.fetch(BEFORE.manifest_key).body)
    before = {row["EmailAddress"]: row for row in _read(store, BEFORE, manifest.parts)}
    after = {row["EmailAddress"]: row for row in _read(store, AFTER, parts)}
    both = before.keys() & after.keys()
    changed = [each for each in both if before[each]["Reason"] != after[each]["Reason"]]
    return [len(after.keys() - both), len(before.keys() - both), len(changed)]


def _read(store: Any, run: SnapshotRun, parts: Any) -> Iterator[dict[str, str]]:
    for part in parts:
        for line in gzip.decompress(store.fetch(run.prefix + part.name).body).splitlines():
            yield json.loads(line)


def main(console: Console) -> None:
    """Print CPU and peak memory of comparing lists of each size, and of the script."""
    table = Table("addresses", "what", "added, removed, other reason", "CPU s", "us a row", "peak MB")
    for addresses in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            parts = write_lists(Path(folder), addresses)
            fields = [{name: getattr(part, name) for name in part.__slots__} for part in parts]
            (Path(folder) / "after.json").write_text(json.dumps(fields))
            for kind in ("diff", *(["script"] if addresses in SCRIPT_SIZES else [])):
                taken = _run(folder, kind)
                # Every hundredth number is in one list only, and every two-hundredth has another reason.
                expected = [addresses // 100, addresses // 100, addresses // 200]
                assert taken["counts"] == expected, taken  # noqa: S101
                micros = taken["seconds"] / (2 * addresses) * 1e6
                counts = ", ".join(f"{each:,}" for each in taken["counts"])
                figures = f"{taken['seconds']:.1f}", f"{micros:.2f}", f"{taken['peak'] / 1e6:.0f}"
                table.add_row(f"{addresses:,}", kind, counts, *figures)
    console.print(table)


def _run(folder: str, kind: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.suppression_changes", folder, kind]
    taken: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)  # noqa: S603
    return taken


if __name__ == "__main__":
    measure(*sys.argv[1:])
