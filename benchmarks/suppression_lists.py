"""A run over every list by a simulated clock: what it takes, and how exact its snapshots are.

5 accounts in 2 Regions, each with two tenants; one request a second in each account and Region, 20 % of them
throttled; tokens expire, entries are added, moved and removed while the lists are read; one role is missing;
function calls and writes die at random. The project's own state machine and function read it.
"""

import contextlib
import io
import logging
import os
import time

from rich.console import Console

from benchmarks.peak_memory import peak_bytes
from ses_reputation.suppression.settings import ExportSettings
from tests.support.every_list import Scenario, Seen, run_every_list
from tests.support.suppression_workflow import MOST_STEPS

LARGEST = 1_000_000


def main(console: Console, largest: int = LARGEST) -> None:
    """Run it, and print figures; raises AssertionError where a snapshot is not exact."""
    console.rule(f"Every list: 5 accounts, 2 Regions, tenants, {largest:,} addresses in the largest list")
    os.environ.setdefault("POWERTOOLS_METRICS_NAMESPACE", "SesReputation")
    settings = ExportSettings("bucket", rows_per_part=100_000)
    scenario = Scenario(largest, 1_500, settings, 0.5, killed_requests=0.002, killed_writes=0.01)
    began = time.process_time()
    # The function's own logs and metrics go where nobody reads.
    logging.disable(logging.CRITICAL)
    with contextlib.redirect_stdout(io.StringIO()):
        seen = run_every_list(scenario)
    logging.disable(logging.NOTSET)
    _print(console, seen, time.process_time() - began)
    wrong = {target.name: each.wrong[:3] for target, each in seen.exactness.items() if each.wrong}
    assert not wrong, wrong  # noqa: S101


def _print(console: Console, seen: Seen, cpu_seconds: float) -> None:
    compared = sum(each.compared for each in seen.exactness.values())
    undefined = sum(each.undefined for each in seen.exactness.values())
    answered = sum(each.answered for each in seen.limiters.values())
    refused = sum(each.refused for each in seen.limiters.values())
    changes = sum(len(each.changes) for each in seen.lists.values())
    longest = max(map(len, seen.workflow.children))
    steps = sum(map(len, seen.workflow.children))
    lines = (
        f"lists: {seen.summary['complete']} complete; {seen.summary['failed']} places without a role",
        f"exact as of their instant: {compared:,} of {compared:,} addresses",
        f"{undefined:,} were removed while they were read, or changed afterwards; {changes:,} changes in all",
        f"{seen.clock.seconds / 3600:.1f} h of simulated time, places one after another",
        f"{answered:,} requests answered, {refused:,} refused; {seen.chains_restarted} chains read again",
        f"{seen.killed} calls died; {steps:,} steps, {longest:,} of {MOST_STEPS:,} in the longest child",
        f"largest payload {seen.workflow.largest_payload / 1024:.1f} of 256 KB",
        f"{cpu_seconds:.0f} s of CPU, {peak_bytes() / 1e6:,.0f} MB, with the simulated lists and bucket",
    )
    for line in lines:
        console.print(f"  {line}")
