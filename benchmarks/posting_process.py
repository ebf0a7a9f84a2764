"""One hour posted in a process of its own, from the answers that DynamoDB would give, in a folder of files.

Prints what it took as JSON: seconds, bytes of memory at the peak and before, and what was read and found.
"""

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import boto3
from botocore.awsrequest import AWSPreparedRequest

from benchmarks.http_stub import body_of, stubbed_http
from benchmarks.lambda_calls import function_environment
from benchmarks.metered_tables import LEDGER_TABLE
from benchmarks.peak_memory import peak_bytes
from ses_reputation.ledger.keys import segment_of_key
from ses_reputation.ledger.posting import Posted, post_segment
from ses_reputation.ledger.rows import balance_of_row
from ses_reputation.ledger.store import BalanceTable


class HourOfAnswers:
    """Answers from files: the pages of the query in turn, no balance yet, and success for the put."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._queries = 0
        self.written: dict[str, object] = {}

    def __call__(self, operation: str, request: AWSPreparedRequest) -> bytes:
        """Return the next answer."""
        if operation == "Query":
            self._queries += 1
            return (self._folder / f"query-{self._queries:04d}.json").read_bytes()
        if operation == "PutItem":
            self.written = body_of(request)["Item"]
        return b"{}"


def post_hour(folder: Path) -> dict[str, float]:
    """Post the hour with the function's own store and a client whose HTTP is stubbed."""
    segment = segment_of_key((folder / "segment").read_text("utf-8"))
    answers = HourOfAnswers(folder)
    table = BalanceTable(boto3.client("dynamodb"), LEDGER_TABLE)
    now = datetime.now(UTC)
    bytes_before = peak_bytes()
    began_at, cpu_began_at = time.perf_counter(), time.process_time()
    with stubbed_http(answers):
        outcome = post_segment(table, segment, now, now, window=now - now)
    seconds, cpu_seconds = time.perf_counter() - began_at, time.process_time() - cpu_began_at
    if outcome.ended is not Posted.POSTED:
        raise AssertionError(f"the hour ended as {outcome.ended}")
    balance = balance_of_row(answers.written)
    return {
        "seconds": seconds,
        "cpu_seconds": cpu_seconds,
        "peak_bytes": peak_bytes(),
        "bytes_before": bytes_before,
        "read_units": balance.read_units,
        "pages": balance.pages,
        "facts": sum(
            count
            for providers in balance.figures.counts.values()
            for counts in providers.values()
            for count in counts.values()
        ),
    }


if __name__ == "__main__":
    with function_environment():
        measured = post_hour(Path(sys.argv[1]))
    json.dump(measured, sys.stdout)
