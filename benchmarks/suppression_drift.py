"""Drift and sync: CPU and peak memory by the size of lists, and by what the ledger has of their recipients.

`python -m benchmarks.suppression_drift 10000000` measures other sizes. Two senders of one identity have lists
of so many addresses each, of which 98 % are on both. The ledger has a hard bounce of every fifth address, in
an order that no list has, and of each hundredth one thing more: a bounce that the list lacks, a complaint
after an entry, soft bounces on three days. Snapshots are files, read as the commands read them; each size is
measured in a process of its own. What DynamoDB takes is not in it: 90 days of entries are read once.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.counted_folder import CountedFolder
from benchmarks.peak_memory import peak_bytes
from benchmarks.suppression_lookup import write_parts
from console.actions.gather_drift import GatheredDrift
from console.actions.sync_lists import plan_sync
from console.reports.suppression_drift.drift import report_drift
from ses_reputation.suppression.changes.drift.book import DriftBook, ListRead
from ses_reputation.suppression.changes.drift.deliveries import JournalSearch
from ses_reputation.suppression.listing.destination import SuppressedDestination
from ses_reputation.suppression.snapshot.location import SnapshotRun, name_run
from ses_reputation.suppression.snapshot.manifest import Manifest
from ses_reputation.suppression.snapshot.parts import SnapshotPart
from ses_reputation.suppression.snapshot.snapshot_reader import stream_rows
from ses_reputation.suppression.targets import Target
from tests.support.suppression_entries import entry
from tests.support.written_snapshots import manifest_of

SIZES = (100_000, 1_000_000, 5_000_000)
READ_AT = datetime(2026, 11, 27, 7, tzinfo=UTC)
HERE, THERE = Target("222222222222", "eu-west-1"), Target("333333333333", "eu-west-1")
# Of a hundred addresses, by number: who is on the other list only, and what else is known of whom.
_NOT = {HERE: 50, THERE: 51}
_MISSING, _DELIVERED, _SOFT = 3, 7, 9
_BOUNCED_EVERY, _COMPLAINT_EVERY, _SOFT_DAYS = 5, 200, 3
# Prime to every power of ten: it leads through all numbers in an order of no list.
_STRIDE = 2_654_435_761


def main(console: Console, sizes: Iterable[int] = SIZES) -> None:
    """Measure and print each size."""
    console.rule("Drift between two lists and the ledger, and what sync proposes")
    console.print("CPU seconds to read all, to look for drift, and to plan a sync of some or of whole lists")
    table = Table("addresses", "entries")
    for heading in ("read all", "drift", "sync", "whole lists", "peak MB", "found", "proposed"):
        table.add_column(heading, justify="right")
    for size in sizes:
        table.add_row(*measure(size))
    console.print(table)


def measure(addresses: int) -> list[str]:
    """Write the snapshots here, and compare in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        store = CountedFolder(Path(folder))
        for target in _NOT:
            parts, _ = write_parts(store, _run_of(target), _rows(target, addresses))
            fields = [{name: getattr(part, name) for name in part.__slots__} for part in parts]
            (Path(folder) / f"{target.account}.json").write_text(json.dumps(fields))
        command = [sys.executable, "-m", "benchmarks.suppression_drift", str(addresses), folder]
        run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603
    row: list[str] = json.loads(run.stdout)
    return row


def _run_of(target: Target) -> SnapshotRun:
    return SnapshotRun(target, name_run(READ_AT))


def _address(number: int) -> str:
    return f"{number:09d}.someone@example.com"


def _rows(target: Target, addresses: int) -> Iterator[SuppressedDestination]:
    for number in range(addresses):
        if number % 100 != _NOT[target]:
            is_complaint = target is THERE and number % _COMPLAINT_EVERY == 0
            reason = "COMPLAINT" if is_complaint else "BOUNCE"
            yield SuppressedDestination(_address(number), "2026-10-01T07:00:00Z", reason)


def _entries(addresses: int) -> Iterator[dict[str, str]]:
    """Yield what the ledger has, in the order of messages."""
    for message in range(addresses):
        number = message * _STRIDE % addresses
        common = {"message_id": f"{message:060x}", "recipient": _address(number)}
        if number % _BOUNCED_EVERY == 1:
            yield entry(
                **common, sending_account=HERE.account, occurred_at="2026-10-01T06:59:59.250000+00:00"
            )
        if number % 100 == _MISSING:
            yield entry(
                **common | {"recipient": f"not.{_address(number)}"},
                sending_account=HERE.account,
                occurred_at="2026-11-20T06:59:59.250000+00:00",
            )
        if number % 100 == _DELIVERED:
            yield entry(
                **common,
                sending_account=THERE.account,
                outcome="complained_abuse",
                send_hour="2026-11-20T06",
                occurred_at="2026-11-20T06:59:59.250000+00:00",
            )
        if number % 100 == _SOFT:
            for day in range(_SOFT_DAYS):
                hour = f"2026-11-{20 + day}T06"
                own = {"message_id": f"{day}{message:059x}", "recipient": f"not.{_address(number)}"}
                yield entry(
                    **own,
                    sending_account=HERE.account,
                    send_hour=hour,
                    outcome="bounced_transient_general",
                    occurred_at=f"{hour}:59:59+00:00",
                )


def compare(addresses: int, folder: Path) -> list[str]:
    """Fill a book from the snapshots and the ledger, ask it everything, and check what it finds."""
    store, snapshots = CountedFolder(folder), dict[Target, Manifest]()
    for target in _NOT:
        parts = json.loads((folder / f"{target.account}.json").read_text())
        snapshots[target] = manifest_of(_run_of(target), [SnapshotPart(**part) for part in parts])
    gathered = GatheredDrift(snapshots, {}, READ_AT, 0, JournalSearch([], 0, 0))
    with DriftBook() as book:
        seconds = [_timed(lambda: _fill(book, store, snapshots, addresses))[1]]
        report, taken = _timed(lambda: report_drift(book, gathered, _SOFT_DAYS, None))
        seconds.append(taken)
        found = [len(report.senders), *(counts.total for counts in report.counts.values())]
        proposed = []
        for whole in (False, True):
            plans, taken = _timed(lambda: plan_sync(book, "", (), whole_lists=whole))  # noqa: B023
            seconds.append(taken)
            proposed.append(sum(len(plan.changes) for plan in plans))
    hundredth = addresses // 100
    # Both lists have the entry before the complaint; the other one lacks what only one has.
    assert found == [1, hundredth, hundredth, 2 * hundredth, hundredth], found  # noqa: S101
    assert proposed == [hundredth, 2 * hundredth + addresses // _COMPLAINT_EVERY], proposed  # noqa: S101
    figures = [f"{each:.1f}" for each in seconds]
    entries = addresses // _BOUNCED_EVERY + (2 + _SOFT_DAYS) * hundredth
    peak = f"{peak_bytes() / 1e6:.0f}"
    return [f"{addresses:,}", f"{entries:,}", *figures, peak, f"{sum(found[1:]):,}", f"{sum(proposed):,}"]


def _fill(book: DriftBook, store: CountedFolder, snapshots: dict[Target, Manifest], addresses: int) -> None:
    for target, manifest in snapshots.items():
        book.add_list(ListRead(target, manifest.started_at), stream_rows(store, manifest))
    book.add_senders((target.account, target.region, "orchard.example") for target in snapshots)
    book.add_entries(_entries(addresses))


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    began = time.process_time()
    return work(), time.process_time() - began


if __name__ == "__main__":
    size, *given = sys.argv[1:]
    if given:
        print(json.dumps(compare(int(size), Path(given[0]))))
    else:
        main(Console(width=110), [int(size)])
