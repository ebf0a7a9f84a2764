"""What an export takes of the client's CPU, beside the scripts that everybody writes; and how it grows.

`python -m benchmarks.suppression_cpu 10000000` measures larger lists; `SIZES` shows what else can be said.
"""

import csv
import gzip
import io
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

import boto3
from rich.console import Console
from rich.table import Table

from benchmarks.lambda_calls import Context, function_environment
from benchmarks.suppression_aws import PAGE_ROWS, StubbedAws, page_body
from ses_reputation.suppression.snapshot import parts
from tests.support.suppression_workflow import Workflow

EXPORT, CSV_SCRIPT, GZIP_SCRIPT = "export", "script, CSV", "script, NDJSON, gzip"
WHOLE_PARTS = "export, a block a part"
"""What the export took without blocks that can be read alone: nearly nothing is left of the index."""
GOAL = 0.5
# Addresses; pages of a raw part; seconds after which a call leaves the rest to the next.
SIZES = ("100000", "1000000", "1000000/50/1", "2000000/1")
ADDRESSES, ROUNDS, MANY = 100_000, 7, 1_000_000
REQUEST = {"scheduled_at": "2026-11-22T07:00:00Z"}

Exporter = Callable[[], None]
"""Copies the whole list to S3."""


def main(console: Console) -> None:
    """Measure and print the comparison, then memory and requests by size."""
    console.rule("Suppression list: CPU of an export, and of scripts")
    console.print(
        f"{ADDRESSES:,} addresses, {ROUNDS} alternating rounds; the network is stubbed below botocore"
    )
    console.print(_cpu_table(compare(ADDRESSES, ROUNDS)))
    console.rule("Suppression list: the export beside the script that keeps all rows, then dumps them")
    console.print(_script_table(f"{MANY}"))
    print_sizes(console, SIZES)


def print_sizes(console: Console, sizes: Iterable[str]) -> None:
    """Measure and print memory and requests by size."""
    console.rule("Suppression list: memory and requests by size")
    console.print(_size_table([measure_size(size) for size in sizes]))


def compare(addresses: int, rounds: int) -> dict[str, list[float]]:
    """Return the microseconds per address of each exporter in each round."""
    bodies = [page_body(number, addresses) for number in range(-(-addresses // PAGE_ROWS))]
    micros: dict[str, list[float]] = {}
    with function_environment(), tempfile.TemporaryDirectory() as folder:
        exporters = _exporters()
        for _ in range(rounds):
            for name, exporter in exporters.items():
                aws = StubbedAws(bodies.__getitem__, Path(folder))
                micros.setdefault(name, []).append(_cpu_seconds(aws, exporter) / addresses * 1e6)
    return micros


def _cpu_seconds(aws: StubbedAws, exporter: Exporter) -> float:
    aws.clear()
    with aws.serve():
        began = time.process_time()
        exporter()
        return time.process_time() - began


def _exporters() -> Mapping[str, Exporter]:
    from functions.export_suppression.app import lambda_handler  # noqa: PLC0415  (logs to the stdout of now)

    ses, s3 = boto3.client("sesv2"), boto3.client("s3")

    def fetch(key: str) -> bytes:
        body: bytes = s3.get_object(Bucket="bucket", Key=key)["Body"].read()
        return body

    def export() -> None:
        Workflow(lambda payload: lambda_handler(payload, Context()), fetch).run(REQUEST)

    def export_whole_parts() -> None:
        with patch.object(parts, "BLOCK_ROWS", ADDRESSES):
            export()

    return {
        EXPORT: export,
        WHOLE_PARTS: export_whole_parts,
        CSV_SCRIPT: lambda: s3.put_object(Bucket="bucket", Key="list.csv", Body=_write_csv(ses)),
        GZIP_SCRIPT: lambda: s3.put_object(Bucket="bucket", Key="list.ndjson.gz", Body=_write_gzip(ses)),
    }


def list_summaries(ses: Any) -> Iterator[dict[str, Any]]:
    """Read the list as its documentation says; it has no paginator."""
    answer = ses.list_suppressed_destinations(PageSize=PAGE_ROWS)
    yield from answer["SuppressedDestinationSummaries"]
    while token := answer.get("NextToken"):
        answer = ses.list_suppressed_destinations(PageSize=PAGE_ROWS, NextToken=token)
        yield from answer["SuppressedDestinationSummaries"]


def _write_csv(ses: Any) -> bytes:
    text = io.StringIO()
    rows = csv.writer(text)
    for summary in list_summaries(ses):
        rows.writerow([summary["EmailAddress"], summary["Reason"], summary["LastUpdateTime"]])
    return text.getvalue().encode()


def _write_gzip(ses: Any) -> bytes:
    body = io.BytesIO()
    with gzip.open(body, "wt", compresslevel=6) as lines:
        for summary in list_summaries(ses):
            lines.write(json.dumps(summary, default=str) + "\n")
    return body.getvalue()


def measure_size(size: str) -> dict[str, Any]:
    """Export a list of a size in a process of its own; return what that saw."""
    return _measure("benchmarks.suppression_sizes", *size.split("/"))


def _measure(module: str, *arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", module, *arguments]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603
    seen: dict[str, Any] = json.loads(run.stdout)
    return seen


def _cpu_table(micros: Mapping[str, list[float]]) -> Table:
    table = Table("exporter")
    for heading in ("CPU us / address: median", "least", "most", "export takes of it, by round"):
        table.add_column(heading, justify="right")
    for name, by_round in micros.items():
        table.add_row(
            name,
            *(f"{of(by_round):.1f}" for of in (median, min, max)),
            "" if name == EXPORT else _ratio(micros[EXPORT], by_round, has_goal=name != WHOLE_PARTS),
        )
    return table


def _ratio(ours: list[float], theirs: list[float], *, has_goal: bool) -> str:
    """Compare within each round: what else the machine does then, it does to both."""
    ratios = [mine / other for mine, other in zip(ours, theirs, strict=True)]
    verdict = "[green]met[/]" if median(ratios) <= GOAL else "[red]not met[/]"
    goal = f"; goal {GOAL}: {verdict}" if has_goal else ""
    return f"{median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}{goal})"


def _script_table(addresses: str) -> Table:
    ours, script = measure_size(addresses), _measure("benchmarks.suppression_script", addresses)
    table = Table("addresses", "what")
    for heading in ("CPU us / address", "peak MB"):
        table.add_column(heading, justify="right")
    for name, micros, peak in (
        ("export", ours["micros"], max(ours["peak"], ours["peak of reading"])),
        ("script", script["micros"], script["peak"]),
    ):
        table.add_row(f"{int(addresses):,}", name, f"{micros:.1f}", f"{peak:,.0f}")
    return table


def _size_table(seen: list[dict[str, Any]]) -> Table:
    table = Table("addresses")
    for heading in (
        "raw parts",
        "parts",
        "calls: read",
        "finish",
        "pages of SES",
        "PUT of S3",
        "GET",
        "largest state, KB",
        "longest call, s",
        "CPU us / address",
        "peak MB: read",
        "finish",
    ):
        table.add_column(heading, justify="right")
    for row in seen:
        table.add_row(f"{row.pop('addresses'):,}", *(f"{value:,}" for value in row.values()))
    return table


if __name__ == "__main__":
    print_sizes(Console(width=160), sys.argv[1:])
