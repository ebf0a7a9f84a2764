"""An hour posted in a process of its own, from the answers that DynamoDB would give, in a folder of files.

Calls the function as its stream would, and prints what it took as JSON: CPU seconds, bytes of memory at the
peak and before, and units.
"""

import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from botocore.awsrequest import AWSPreparedRequest

from benchmarks.capacity import READS_PER_WRITE
from benchmarks.http_stub import body_of, stubbed_http
from benchmarks.lambda_calls import Context, function_environment
from benchmarks.metered_tables import ledger_table, row_of_wire
from benchmarks.peak_memory import peak_bytes

STREAM, PARTITIONS = "stream.json", "partitions.json"


class HourOfAnswers:
    """A table that has pages only: answers queries from files in turn, and counts what is put."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._folders: dict[str, str] = json.loads((folder / PARTITIONS).read_text("utf-8"))
        self._asked: Counter[str] = Counter()
        self.table = ledger_table()
        self.read_units = 0.0

    def __call__(self, operation: str, request: AWSPreparedRequest) -> bytes:
        """Do what is asked, and return the answer."""
        asked = body_of(request)
        match operation:
            case "Query":
                return self._query(asked["ExpressionAttributeValues"][":pk"]["S"], asked)
            case "GetItem":
                self.read_units += 1
            case "PutItem" | "UpdateItem":
                self._write(asked)
            case "TransactWriteItems":
                # It costs twice.
                for write in asked["TransactItems"] * 2:
                    self._write(*write.values())
            case _:
                raise AssertionError(f"posting a new hour asked for {operation}")
        return b'{"Attributes":{}}'

    def _write(self, asked: dict[str, Any]) -> None:
        """Put an item; an update is taken to write all of it."""
        values = asked.get("ExpressionAttributeValues", {}).items()
        written = asked.get("Item") or {**asked["Key"], **{name[1:]: value for name, value in values}}
        self.table.put(row_of_wire(written))

    def _query(self, partition: str, asked: dict[str, Any]) -> bytes:
        if partition not in self._folders:
            self.read_units += 1
            return b'{"Items":[],"Count":0,"ConsumedCapacity":{"CapacityUnits":1}}'
        if "ExclusiveStartKey" not in asked:
            self._asked[partition] = 0
        self._asked[partition] += 1
        path = self._folder / self._folders[partition] / f"query-{self._asked[partition]:04d}.json"
        answer = path.read_bytes()
        self.read_units += float(path.with_suffix(".units").read_text())
        return answer


def post_hour(folder: Path) -> dict[str, float]:
    """Post the hour that a folder holds."""
    from functions.post_balances.app import lambda_handler  # noqa: PLC0415  (reads the environment of now)

    event = json.loads((folder / STREAM).read_text("utf-8"))
    answers, bytes_before = HourOfAnswers(folder), peak_bytes()
    began_at = time.process_time()
    with stubbed_http(answers):
        answer = lambda_handler(event, Context())
    cpu_seconds = time.process_time() - began_at
    balances = [key for key, _ in answers.table.items if key.startswith("BALANCE#")]
    if answer["batchItemFailures"] or not balances:
        raise AssertionError("the hour was not posted")
    return {
        "cpu_seconds": cpu_seconds,
        "peak_bytes": peak_bytes(),
        "bytes_before": bytes_before,
        "read_units": answers.read_units,
        "write_units": answers.table.write_units.total(),
        "units": answers.table.write_units.total() + answers.read_units / READS_PER_WRITE,
        "items": len(balances),
    }


if __name__ == "__main__":
    with function_environment():
        figures = post_hour(Path(sys.argv[1]))
    json.dump(figures, sys.stdout)
