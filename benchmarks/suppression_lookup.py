"""What looking up an address takes: requests and bytes, over a year of daily snapshots of a long list.

`python -m benchmarks.suppression_lookup 10000000` measures other sizes. The store is a folder, which counts
what S3 would be asked for. All runs of the year share the objects of one: only their manifests differ.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.counted_folder import CountedFolder
from benchmarks.peak_memory import peak_bytes
from ses_reputation.suppression.listing.destination import SuppressedDestination, encode_line
from ses_reputation.suppression.lookup.address_history import trace_address
from ses_reputation.suppression.lookup.find import find_address
from ses_reputation.suppression.lookup.list_statistics import count_rows
from ses_reputation.suppression.lookup.row_search import find_rows
from ses_reputation.suppression.lookup.run_history import open_history
from ses_reputation.suppression.snapshot.block_index import IndexedBlock, StoredIndex, pack_index
from ses_reputation.suppression.snapshot.location import SnapshotRun, name_run
from ses_reputation.suppression.snapshot.manifest import Manifest, publish_manifest
from ses_reputation.suppression.snapshot.parts import SnapshotPart, index_blocks, pack_lines
from ses_reputation.suppression.snapshot.snapshot_reader import load_manifest, stream_rows
from ses_reputation.suppression.targets import Target

SIZES = (1_000_000, 10_000_000)
DAYS, ROWS_PER_PART = 365, 100_000
TARGET = Target("111122223333", "us-east-1")
FIRST_DAY = datetime(2026, 1, 1, 7, tzinfo=UTC)
_PROVIDERS = ("gmail.com", "yahoo.com", "hotmail.com", "gmx.de", "mail.example.co.uk", "corp.example")


def main(console: Console, sizes: Iterable[int] = SIZES) -> None:
    """Measure and print look-ups by size."""
    console.rule("Suppression snapshots: what a look-up reads")
    console.print(f"{DAYS} daily snapshots of one list; requests to S3 and bytes that they gave; own CPU")
    table = Table("addresses", "look-up")
    for heading in ("requests", "MB read", "CPU ms", "peak MB"):
        table.add_column(heading, justify="right")
    for size in sizes:
        for row in measure(size):
            table.add_row(f"{size:,}", *row)
    console.print(table)


def measure(addresses: int) -> list[list[str]]:
    """Build the snapshots here, and look up in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        build(CountedFolder(Path(folder)), addresses)
        command = [sys.executable, "-m", "benchmarks.suppression_lookup", str(addresses), folder]
        run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603
    rows: list[list[str]] = json.loads(run.stdout)
    return rows


def build(store: CountedFolder, addresses: int) -> None:
    """Write a snapshot whose addresses stand in order already, and the manifests of all runs."""
    run = SnapshotRun(TARGET, name_run(FIRST_DAY))
    parts, blocks = write_parts(store, run, map(row_of, range(addresses)))
    body = pack_index(blocks)
    store.put(run.index_key, body)
    index = StoredIndex("index.json.gz", len(body), sha256(body).hexdigest())
    for day in range(DAYS):
        at = FIRST_DAY + timedelta(days=day)
        dated = SnapshotRun(TARGET, name_run(at))
        manifest = Manifest(dated, at, at, at, addresses, {}, addresses, 0, 0, tuple(parts), index)
        publish_manifest(store, manifest)


def write_parts(
    store: CountedFolder, run: SnapshotRun, rows: Iterator[SuppressedDestination]
) -> tuple[list[SnapshotPart], list[IndexedBlock]]:
    """Write rows that stand in order as the parts of a snapshot; return these, and their blocks."""
    parts, blocks = list[SnapshotPart](), list[IndexedBlock]()
    while lines := [encode_line(row) for row in islice(rows, ROWS_PER_PART)]:
        key, packed = run.part_key(len(parts) + 1), pack_lines(lines)
        store.put(key, packed.body)
        name = key.removeprefix(run.prefix)
        parts.append(SnapshotPart(name, packed.rows, len(packed.body), packed.sha256))
        blocks += index_blocks(name, lines, packed)
    return parts, blocks


def row_of(number: int) -> SuppressedDestination:
    """A row of the list; addresses are in the order of numbers, and have no more in common than names have.

    Every tenth begins with a capital.
    """
    mixed = number * 2_654_435_761 % 2**32
    value, name = number * 10**6 + mixed % 10**6, ""
    for _ in range(10):
        value, letter = divmod(value, 26)
        name = chr(ord("a") + letter) + name
    moment = datetime.fromtimestamp(1_370_000_000 + mixed // 10, UTC).isoformat().replace("+00:00", "Z")
    address = f"{name if number % 10 else name.capitalize()}@{_PROVIDERS[mixed % len(_PROVIDERS)]}"
    return SuppressedDestination(address, moment, "COMPLAINT" if mixed % 5 == 0 else "BOUNCE")


def look_up(addresses: int, store: CountedFolder) -> list[list[str]]:
    """Take each kind of look-up once, and check what it finds."""
    row = row_of(addresses // 3)
    listed, other = row.email_address.upper(), "nobody@example.com"
    latest = load_manifest(store, TARGET)
    taken = [
        _take("find in one snapshot", store, lambda: find_rows(store, latest, listed) == (row,)),
        _take("find, not listed", store, lambda: find_address(store, [TARGET], other)[0].found == ()),
        _take("find, with since when", store, lambda: _since(store, listed) == name_run(FIRST_DAY)),
        _take(f"history of {DAYS} runs", store, lambda: _events(store, listed) == 1),
    ]
    if addresses <= min(SIZES):
        total = addresses
        taken.append(_take("stats", store, lambda: count_rows(stream_rows(store, latest)).total == total))
    return taken


def _since(store: CountedFolder, address: str) -> str | None:
    (found,) = find_address(store, [TARGET], address)[0].found
    return found.since.first.run.run_id if found.since else None


def _events(store: CountedFolder, address: str) -> int:
    return len(trace_address(open_history(store, TARGET, address), DAYS).events)


def _take(name: str, store: CountedFolder, is_right: Callable[[], Any]) -> list[str]:
    store.requests.clear()
    store.bytes_read = 0
    began = time.process_time()
    assert is_right(), name  # noqa: S101
    millis = (time.process_time() - began) * 1_000
    read = store.bytes_read / 1e6
    return [name, f"{store.requests.total():,}", f"{read:.2f}", f"{millis:,.0f}", f"{peak_bytes() / 1e6:.0f}"]


if __name__ == "__main__":
    size, *folder = sys.argv[1:]
    if folder:
        print(json.dumps(look_up(int(size), CountedFolder(Path(folder[0])))))
    else:
        main(Console(width=110), [int(size)])
