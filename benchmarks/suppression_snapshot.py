"""Snapshots of long suppression lists: how long they take, and how much memory the function needs.

The SES stand-in, S3 (ministack) and the function run in processes of their own. This one plays Step Functions
with the project's own state machine, and then reads the bucket with code of its own to see that each address
stands there once.
"""

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from console.local_aws.emulator import start_ministack
from tests.support.suppression_workflow import Workflow

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from console.local_aws.emulator import Ministack

BUCKET, TABLE = "reputation-111122223333", "ledger"
MEMORY_LIMIT_BYTES = 150_000_000
REQUEST = {"scheduled_at": "2026-11-22T07:00:00Z"}


@dataclass(frozen=True, slots=True)
class Scenario:
    """A list, and what happens while it is read; all tokens are forgotten after `expire_after_reads`."""

    name: str
    addresses: int
    stand_in_options: Sequence[str] = ()
    crash_fraction: float = 0.0
    expire_after_reads: Sequence[int] = ()
    settings: dict[str, str] = field(default_factory=dict)


SCENARIOS = (
    Scenario("1,000,000 addresses, no throttling", 1_000_000),
    Scenario(
        "100,000 addresses, 30 % throttled, any order, repeats, tokens expiring, calls crashing",
        100_000,
        ("--throttled-fraction", "0.3", "--order-seed", "1", "--repeated-fraction", "0.05"),
        crash_fraction=0.3,
        expire_after_reads=(3, 9),
        settings={"SUPPRESSION_PAGES_PER_PART": "10", "SUPPRESSION_ROWS_PER_PART": "20000"},
    ),
)


class FunctionCrashError(Exception):
    """The function's process died during a call."""


class FunctionFailedError(Exception):
    """The function raised."""


@dataclass(slots=True)
class FunctionProcesses:
    """One function process at a time; a new one after each crash."""

    environment: dict[str, str]
    crash_fraction: float
    process: subprocess.Popen[str] | None = None
    starts: int = 0
    peak_bytes: int = 0
    calls: int = 0

    def call(self, payload: dict[str, Any]) -> dict[str, Any]:
        """Call the function once; raises FunctionCrashError or FunctionFailedError."""
        process = self.process or self._start()
        assert process.stdin  # noqa: S101
        assert process.stdout  # noqa: S101
        self.calls += 1
        process.stdin.write(json.dumps(payload) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        if not line:
            self.stop()
            raise FunctionCrashError
        answer = json.loads(line)
        self.peak_bytes = max(self.peak_bytes, answer["peak_bytes"])
        if "error" in answer:
            raise FunctionFailedError(answer["error"])
        return dict(answer["payload"])

    def stop(self) -> None:
        """End the present process."""
        if self.process is not None:
            self.process.communicate()
            self.process = None

    def _start(self) -> subprocess.Popen[str]:
        self.starts += 1
        command = [sys.executable, "-m", "benchmarks.suppression_snapshot_function"]
        options = ["--crash-fraction", str(self.crash_fraction), "--seed", str(self.starts)]
        self.process = subprocess.Popen(  # noqa: S603
            [*command, *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=self.environment,
        )
        return self.process


def main(tell: Callable[[str], None] = print, scenarios: Sequence[Scenario] = SCENARIOS) -> None:
    """Run all scenarios and tell what was seen; raises AssertionError when a snapshot is not right."""
    for scenario in scenarios:
        tell(f"\nSuppression snapshot: {scenario.name}")
        with start_ministack() as aws, start_stand_in(scenario) as (endpoint_url, stand_in):
            aws.clients().s3.create_bucket(Bucket=BUCKET)
            create_table(aws)
            run_scenario(scenario, aws, endpoint_url, stand_in, tell)


def create_table(aws: "Ministack") -> None:
    """Make a ledger's table that knows nobody who sent."""
    aws.clients().dynamodb.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
    )


def run_scenario(
    scenario: Scenario,
    aws: "Ministack",
    endpoint_url: str,
    stand_in: "subprocess.Popen[str]",
    tell: Callable[[str], None],
) -> None:
    """Run one export to its end, then look at the bucket."""
    function = FunctionProcesses(build_environment(aws, endpoint_url, scenario), scenario.crash_fraction)
    reads = 0

    def invoke(payload: dict[str, Any]) -> dict[str, Any]:
        nonlocal reads
        answer = function.call(payload)
        is_read = payload["operation"] == "export" and answer["export"] is not None
        reads += is_read
        if is_read and reads in scenario.expire_after_reads:
            stand_in.send_signal(signal.SIGUSR1)
        return answer

    started = time.perf_counter()
    workflow = Workflow(invoke, partial(_read_body, aws.clients().s3))
    try:
        workflow.run(REQUEST)
    finally:
        function.stop()
    seconds = time.perf_counter() - started
    manifest = verify_snapshot(aws.clients().s3, scenario.addresses)
    tell(f"  {seconds:.1f} s; {function.calls} calls of the function, {function.starts - 1} of them crashed")
    tell(
        f"  {manifest['rows_read']:,} rows read, {manifest['rows_repeated']:,} repeated,"
        f" {manifest['chains_restarted']} chains restarted, {len(manifest['parts'])} parts"
    )
    tell(f"  verified: each of {manifest['total']:,} addresses once, in order; digests right")
    tell(f"  peak memory of the function: {function.peak_bytes / 1e6:.0f} MB (limit 150 MB)")
    assert function.peak_bytes < MEMORY_LIMIT_BYTES  # noqa: S101


def build_environment(aws: "Ministack", endpoint_url: str, scenario: Scenario) -> dict[str, str]:
    """What AWS would set for the function."""
    return {
        "PATH": os.environ["PATH"],
        **aws.environment(),
        "AWS_ENDPOINT_URL_SESV2": endpoint_url,
        "REPUTATION_BUCKET": BUCKET,
        "LEDGER_TABLE": TABLE,
        "LEDGER_ACCOUNT": "111122223333",
        "POWERTOOLS_METRICS_NAMESPACE": "SesReputation",
        "POWERTOOLS_SERVICE_NAME": "export_suppression",
        **scenario.settings,
    }


@contextmanager
def start_stand_in(scenario: Scenario) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """Run the SES stand-in in a process of its own until the block ends."""
    command = [sys.executable, "-m", "console.local_aws.ses_stand_in.process"]
    options = ["--addresses", str(scenario.addresses), *scenario.stand_in_options]
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            assert process.stdout  # noqa: S101
            yield process.stdout.readline().strip(), process
        finally:
            process.terminate()


def verify_snapshot(s3: "S3Client", addresses: int) -> dict[str, Any]:
    """Follow latest.json to the rows, without the library, and compare them with what the list held."""
    latest = _read_json(s3, "suppression/111122223333/us-east-1/account/latest.json")
    manifest = _read_json(s3, latest["manifest"])
    folder = latest["manifest"].removesuffix("manifest.json")
    number = 0
    for part in manifest["parts"]:
        body = _read_body(s3, folder + part["name"])
        assert sha256(body).hexdigest() == part["sha256"]  # noqa: S101
        for line in gzip.decompress(body).splitlines():
            # The list holds recipient-0000000, recipient-0000001, ...: in order, each once.
            assert json.loads(line)["EmailAddress"] == f"recipient-{number:07d}@example.com"  # noqa: S101
            number += 1
    assert number == addresses == manifest["total"] == sum(manifest["by_reason"].values())  # noqa: S101
    return manifest


def _read_json(s3: "S3Client", key: str) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(_read_body(s3, key))
    return fields


def _read_body(s3: "S3Client", key: str) -> bytes:
    return s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()


if __name__ == "__main__":
    main()
