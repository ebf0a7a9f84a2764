"""How long posting a big hour takes, and how much memory, with the function's own store and counting."""

import json
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.capacity import QUERY_PAGE_BYTES, read_units, size_of_item
from benchmarks.metered_tables import default_of
from benchmarks.posting_process import PARTITIONS, STREAM
from benchmarks.sender_hour import HOUR
from benchmarks.traffic.observed import observed_of
from benchmarks.traffic.shapes import busy_hour
from console.local_aws.template import read_template
from ses_reputation.ledger.journal import JournalDraft
from ses_reputation.ledger.pages import Page
from ses_reputation.ledger.rows import row_of
from ses_reputation.tallies import group_by

# Events, and identities of the account that sent them.
HOURS = ((100_000, 1), (3_600_000, 1), (3_600_000, 50), (3_600_000, 2_000))
_ROOT = Path(__file__).parents[1]
_RETENTION = timedelta(days=400)
_HEADINGS = (
    "events",
    "identities",
    "pages",
    "read units",
    "write units",
    "CPU s",
    "us / event",
    "peak MB",
    "of it for the hour",
)


def main(console: Console, hours: Sequence[tuple[int, int]] = HOURS) -> list[dict[str, float]]:
    """Measure and print; return the figures of each hour."""
    console.rule("Posting one hour")
    function = read_template(_ROOT / "template.yaml")["Resources"]["PostBalancesFunction"]["Properties"]
    table, measured = Table(), []
    for heading in _HEADINGS:
        table.add_column(heading, justify="right")
    for events, identities in hours:
        with TemporaryDirectory() as folder:
            pages = write_answers(Path(folder), events, identities)
            measured_hour = measure(Path(folder))
        posted = {"events": events, "identities": identities, "pages": pages, **measured_hour}
        measured.append(posted)
        table.add_row(*_figures(posted))
    console.print(table)
    console.print(f"PostBalancesFunction has {function['MemorySize']} MB and {function['Timeout']} seconds")
    return measured


def measure(folder: Path) -> dict[str, float]:
    """Post the hour in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.posting_process", str(folder)]
    done = subprocess.run(command, cwd=_ROOT, check=True, capture_output=True, text=True)  # noqa: S603
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def write_answers(folder: Path, events: int, identities: int) -> int:
    """Write what the stream says of an hour of so many events, and the answers to queries of its pages.

    Answers are whole pages, a megabyte to each. Return the number of pages.
    """
    rows = list(_pages(events, identities))
    by_partition = group_by(rows, lambda row: str(row["pk"]["S"]))
    names = {partition: f"{place:05d}" for place, partition in enumerate(by_partition)}
    (folder / PARTITIONS).write_text(json.dumps(names), "utf-8")
    (folder / STREAM).write_text(json.dumps({"Records": list(map(_record, rows))}), "utf-8")
    for partition, pages in by_partition.items():
        (within := folder / names[partition]).mkdir()
        # DynamoDB gives them in the order of their sort keys.
        answers = list(_by_answer(sorted(pages, key=lambda row: str(row["sk"]["S"]))))
        for number, answered in enumerate(answers, start=1):
            path = within / f"query-{number:04d}.json"
            path.write_bytes(_answer(answered, is_last=number == len(answers)))
            path.with_suffix(".units").write_text(str(_units(answered)))
    return len(rows)


def _record(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the stream, which has keys only, says of a page."""
    change = {
        "ApproximateCreationDateTime": HOUR.timestamp(),
        "Keys": {name: row[name] for name in ("pk", "sk")},
        "SequenceNumber": row["sk"]["S"],
    }
    return {"eventSource": "aws:dynamodb", "eventName": "INSERT", "dynamodb": change}


def _pages(events: int, identities: int) -> Iterator[dict[str, Any]]:
    """Yield the pages of an account's hour as items, journaled in batches of the template's size."""
    observed = map(observed_of, busy_hour(events, identities))
    while batch := list(islice(observed, default_of("JournalBatchSize"))):
        draft = JournalDraft(HOUR, _RETENTION)
        for each in batch:
            draft.add("", each)
        yield from (row_of(row) for row, _ in draft.rows() if isinstance(row, Page))


def _by_answer(rows: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Yield what each answer holds: as many items as fit a megabyte."""
    answered: list[dict[str, Any]] = []
    size = 0
    for row in rows:
        size += size_of_item(row)
        if size > QUERY_PAGE_BYTES:
            yield answered
            answered, size = [], size_of_item(row)
        answered.append(row)
    yield answered


def _answer(rows: Sequence[dict[str, Any]], *, is_last: bool) -> bytes:
    answer: dict[str, Any] = {
        "Items": [{**row, "page": {"B": b64encode(row["page"]["B"]).decode()}} for row in rows],
        "Count": len(rows),
        "ScannedCount": len(rows),
        "ConsumedCapacity": {"TableName": "ledger", "CapacityUnits": float(_units(rows))},
    }
    if not is_last:
        answer["LastEvaluatedKey"] = {name: rows[-1][name] for name in ("pk", "sk")}
    return json.dumps(answer, separators=(",", ":")).encode()


def _units(rows: Sequence[dict[str, Any]]) -> int:
    return read_units(sum(map(size_of_item, rows)))


def _figures(measured: Mapping[str, float]) -> Iterator[str]:
    for name in ("events", "identities", "pages", "read_units", "write_units"):
        yield f"{measured[name]:,.0f}"
    yield f"{measured['cpu_seconds']:,.1f}"
    yield f"{measured['cpu_seconds'] / measured['events'] * 1e6:,.2f}"
    yield f"{measured['peak_bytes'] / 1e6:,.0f}"
    yield f"{(measured['peak_bytes'] - measured['bytes_before']) / 1e6:,.0f}"
