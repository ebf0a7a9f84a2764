"""How long posting a big hour takes, and how much memory, with the function's own store and counting."""

import json
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import chain, islice
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.capacity import QUERY_PAGE_BYTES, read_units, size_of_item
from benchmarks.mail_lives import lives
from benchmarks.metered_tables import default_of
from benchmarks.sender_hour import HOUR
from benchmarks.traffic.shapes import events_a_mail
from console.local_aws.template import read_template
from ses_reputation.feedback.reading import Observed
from ses_reputation.ledger.journal import JournalDraft
from ses_reputation.ledger.keys import journal_key
from ses_reputation.ledger.pages import Page
from ses_reputation.ledger.rows import row_of

EVENTS = (100_000, 3_600_000)
_ROOT = Path(__file__).parents[1]
_RETENTION = timedelta(days=400)


def main(console: Console) -> None:
    """Measure and print."""
    console.rule("Posting one hour")
    function = read_template(_ROOT / "template.yaml")["Resources"]["PostBalancesFunction"]["Properties"]
    table = Table()
    for heading in (
        "events",
        "facts",
        "pages",
        "read units",
        "seconds",
        "CPU seconds",
        "us / event",
        "peak MB",
        "of it for the hour",
    ):
        table.add_column(heading, justify="right")
    for events in EVENTS:
        with TemporaryDirectory() as folder:
            write_answers(Path(folder), events, console)
            table.add_row(f"{events:,}", *_figures(measure(Path(folder)), events))
    console.print(table)
    console.print(f"PostBalancesFunction has {function['MemorySize']} MB and {function['Timeout']} seconds")


def measure(folder: Path) -> dict[str, float]:
    """Post the hour in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.posting_process", str(folder)]
    done = subprocess.run(command, cwd=_ROOT, check=True, capture_output=True, text=True)  # noqa: S603
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def write_answers(folder: Path, events: int, console: Console) -> None:
    """Write the answers to a query of an hour of so many events: whole pages, a megabyte to an answer."""
    pages = list(
        track(
            _pages(events),
            f"An hour of {events:,} events",
            console=console,
            transient=True,
            disable=not console.is_terminal,
            total=ceil(events / 1000),
        )
    )
    (folder / "segment").write_text(journal_key(pages[0].segment), "utf-8")
    # DynamoDB gives them in the order of their sort keys.
    rows = [row_of(page) for page in sorted(pages, key=lambda page: page.digest)]
    answers = list(_by_answer(rows))
    for number, answered in enumerate(answers, start=1):
        is_last = number == len(answers)
        path = folder / f"query-{number:04d}.json"
        path.write_bytes(_answer(answered, is_last=is_last))


def _pages(events: int) -> Iterator[Page]:
    """Yield the pages of an hour of one sender, journaled in batches of the template's size."""
    reported = chain.from_iterable(lives(ceil(1.01 * events / events_a_mail()), several=False))
    observed = (each.observed for each in islice(reported, events))
    while batch := list(islice(observed, default_of("JournalBatchSize"))):
        yield from _pages_of(batch)


def _pages_of(batch: Sequence[Observed]) -> Iterator[Page]:
    draft = JournalDraft(HOUR, _RETENTION)
    for observed in batch:
        draft.add("", observed)
    yield from (row for row, _ in draft.rows() if isinstance(row, Page))


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
    units = read_units(sum(map(size_of_item, rows)))
    answer: dict[str, Any] = {
        "Items": [{**row, "page": {"B": b64encode(row["page"]["B"]).decode()}} for row in rows],
        "Count": len(rows),
        "ScannedCount": len(rows),
        "ConsumedCapacity": {"TableName": "ledger", "CapacityUnits": float(units)},
    }
    if not is_last:
        answer["LastEvaluatedKey"] = {name: rows[-1][name] for name in ("pk", "sk")}
    return json.dumps(answer, separators=(",", ":")).encode()


def _figures(measured: dict[str, float], events: int) -> Iterator[str]:
    yield f"{measured['facts']:,.0f}"
    yield f"{measured['pages']:,.0f}"
    yield f"{measured['read_units']:,.0f}"
    yield f"{measured['seconds']:,.1f}"
    yield f"{measured['cpu_seconds']:,.1f}"
    yield f"{measured['cpu_seconds'] / events * 1e6:,.2f}"
    yield f"{measured['peak_bytes'] / 1e6:,.0f}"
    yield f"{(measured['peak_bytes'] - measured['bytes_before']) / 1e6:,.0f}"
