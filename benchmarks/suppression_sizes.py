"""One export in this process, over stubs that hold no list: what it takes, as JSON.

Arguments are the number of addresses, and optionally the pages of a raw part, and the seconds after which
a call leaves the rest to the next. Memory is of the whole process, which makes the pages too. S3 is a folder.
"""

import json
import os
import sys
import tempfile
import time
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.lambda_calls import function_environment
from benchmarks.suppression_aws import StubbedAws, page_body
from tests.support.suppression_workflow import Workflow

MANIFEST = "suppression/111122223333/us-east-1/account/20261122T070000Z/manifest.json"
READING = "suppression/raw/111122223333/us-east-1/account/20261122T070000Z/reading.json"
REQUEST = {"scheduled_at": "2026-11-22T07:00:00Z"}


def main(addresses: int, pages_per_part: str = "50", call_seconds: str = "270") -> None:
    """Run one export, check it, and print what it took."""
    calls: Counter[str] = Counter()
    peaks: dict[str, float] = {}
    longest = largest = 0.0

    def invoke(payload: dict[str, Any]) -> dict[str, Any]:
        nonlocal longest, largest
        began, operation = time.perf_counter(), _name_step(payload)
        answer = answer_payload(payload)
        assert "error" not in answer, answer  # noqa: S101
        calls[operation] += 1
        peaks[operation] = round(answer["peak_bytes"] / 1e6)
        longest = max(longest, time.perf_counter() - began)
        largest = max(largest, len(json.dumps(answer["payload"])) / 1024)
        return dict(answer["payload"])

    with function_environment(), tempfile.TemporaryDirectory() as folder:
        os.environ["SUPPRESSION_PAGES_PER_PART"] = pages_per_part
        os.environ["SUPPRESSION_MARGIN_SECONDS"] = str(300 - int(call_seconds))
        # Its logger takes the stdout of now.
        from benchmarks.suppression_snapshot_function import answer_payload  # noqa: PLC0415

        aws = StubbedAws(partial(page_body, addresses=addresses), Path(folder))
        with aws.serve():
            began = time.process_time()
            Workflow(invoke, lambda key: aws.find(key).read_bytes()).run(REQUEST)
            seconds = time.process_time() - began - aws.page_seconds
        manifest = json.loads(aws.find(MANIFEST).read_bytes())
        raw_parts = len(json.loads(aws.find(READING).read_bytes())["raw_parts"])
    assert manifest["total"] == manifest["rows_read"] == addresses  # noqa: S101
    print(
        json.dumps(
            {
                "addresses": addresses,
                "raw parts": raw_parts,
                "parts": len(manifest["parts"]),
                "read": calls["read"],
                "finish": calls["finish"],
                "pages": aws.requests["ListSuppressedDestinations"],
                "puts": aws.requests["PUT of S3"],
                "gets": aws.requests["GET of S3"],
                "state": round(largest, 1),
                "longest": round(longest, 1),
                "micros": round(seconds / addresses * 1e6, 1),
                "peak of reading": peaks["read"],
                "peak": peaks["finish"],
            }
        )
    )


def _name_step(payload: dict[str, Any]) -> str:
    """Name what a call of the workflow does: reading a list, or merging it."""
    export = payload.get("progress", {}).get("export")
    if payload["operation"] != "export":
        return str(payload["operation"])
    return "finish" if export and export["status"] == "merging" else "read"


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
