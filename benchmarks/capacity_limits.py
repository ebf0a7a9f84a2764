"""What breaks first as an account sends more: the load of each part beside its limit.

A model, not a load test: limits are the template's and those of AWS, loads come from measured figures.
Traffic is that of one account, realistic in its mix, all of it mail of the present hour.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.capacity import READ_UNIT_BYTES, WRITE_UNIT_BYTES
from benchmarks.metered_tables import default_of
from console.local_aws.template import read_template

RATES = (1_000, 10_000, 100_000)
_TEMPLATE = Path(__file__).parents[1] / "template.yaml"
# What AWS sets (developer guides of DynamoDB, Lambda and SQS).
PARTITION_WRITES, PARTITION_READS = 1_000, 3_000
TABLE_WRITES = 40_000
QUEUE_IN_FLIGHT = 120_000
PAYLOAD_BYTES = 6 * 1024 * 1024
ACCOUNT_CONCURRENCY = 1_000
SHARD_RECORDS, SHARD_BYTES = 1_000, 1024 * 1024
MEGABYTES_OF_A_CPU = 1769
# A record of realistic traffic as Lambda hands it over, in JSON. Mail with many headers makes longer ones.
RECORD_BYTES = 3_441
# A new table on demand takes 4,000 writes a second: it has four partitions, and its stream as many shards.
LEAST_SHARDS = 4
SECONDS_OF_AN_HOUR = 3600
IDENTITIES = 2_000


@dataclass(frozen=True, slots=True)
class Measured:
    """What the model takes from measurements.

    CPU microseconds of journaling an event in a full batch, bytes of a page per event, write units of
    entries and balances per event, CPU microseconds and bytes of memory per fact posted, CPU milliseconds of
    assessing an entity, bytes read a second, and seconds of a request of DynamoDB.
    """

    journal_micros: float
    page_bytes: float = 9.0
    entry_units: float = 0.15
    posting_micros: float = 1.8
    posting_bytes: float = 46.0
    assessment_millis: float = 35.0
    read_bytes_a_second: float = 12e6
    request_seconds: float = 0.006


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the pipeline at a rate: its load and its limit, in the same unit."""

    name: str
    load: float
    limit: float
    unit: str
    remedy: str

    @property
    def share(self) -> float:
        """How much of its limit it uses; above 1 it breaks."""
        return self.load / self.limit


@dataclass(frozen=True, slots=True)
class Stack:
    """What the template sets: memory in MB, timeouts in seconds, and how much is taken at once."""

    journal_memory: int
    batch_size: int
    journal_seconds: int
    posting_seconds: int
    posting_memory: int
    posting_timeout: int
    assessment_timeout: int

    @classmethod
    def of_template(cls) -> "Stack":
        """Read it."""
        resources = read_template(_TEMPLATE)["Resources"]
        journal = resources["JournalFeedbackFunction"]["Properties"]
        posting = resources["PostBalancesFunction"]["Properties"]
        return cls(
            journal["MemorySize"],
            default_of("JournalBatchSize"),
            default_of("JournalWindowSeconds"),
            default_of("PostingWindowSeconds"),
            posting["MemorySize"],
            posting["Timeout"],
            resources["AssessReputationFunction"]["Properties"]["Timeout"],
        )


def parts(rate: int, partitions: int, measured: Measured, stack: Stack) -> Iterator[Part]:
    """Yield each part's load at a rate of one account, whose hour's pages have so many partition keys."""
    yield from _journaling(rate, measured, stack)
    yield from _table(rate, partitions, measured)
    yield from _posting(rate, partitions, measured, stack)
    entities = (IDENTITIES + 1) * measured.assessment_millis / 1_000
    yield Part(
        f"assessing {IDENTITIES:,} identities, time", entities, stack.assessment_timeout, "s", "less CPU"
    )


def _journaling(rate: int, measured: Measured, stack: Stack) -> Iterator[Part]:
    batch = min(stack.batch_size, PAYLOAD_BYTES // RECORD_BYTES)
    yield Part("Lambda payload", batch * RECORD_BYTES, PAYLOAD_BYTES, "bytes a batch", "JournalBatchSize")
    rows = 1 + batch * measured.entry_units
    waiting = ceil(rows / 25) * measured.request_seconds
    seconds = (
        batch * measured.journal_micros / 1e6 / min(1, stack.journal_memory / MEGABYTES_OF_A_CPU) + waiting
    )
    at_once = rate / batch * seconds
    yield Part("journaling calls at once", at_once, ACCOUNT_CONCURRENCY, "calls", "MemorySize, a quota")
    # Lambda begins with five batches side by side.
    gathering = min(rate * stack.journal_seconds, max(5, ceil(at_once)) * batch)
    in_flight = gathering + rate * seconds
    yield Part(
        "queue, messages in flight", in_flight, QUEUE_IN_FLIGHT, "messages", "a shorter journal window"
    )


def _table(rate: int, partitions: int, measured: Measured) -> Iterator[Part]:
    pages = rate * measured.page_bytes / WRITE_UNIT_BYTES
    yield Part(
        "partition of an hour's pages, writes",
        pages / partitions,
        PARTITION_WRITES,
        "WU/s",
        "more partitions",
    )
    table = pages + rate * measured.entry_units
    yield Part("table and indexes, writes", table, TABLE_WRITES, "WU/s", "a quota; warm throughput")
    batches = rate / 1_000
    yield Part("stream shard, records", batches, SHARD_RECORDS, "records/s", "DynamoDB splits shards")


def _posting(rate: int, partitions: int, measured: Measured, stack: Stack) -> Iterator[Part]:
    """The hour at its end is read whole, a partition by a call."""
    facts = rate * SECONDS_OF_AN_HOUR / partitions
    size = facts * measured.page_bytes
    # A query follows the other, so one reader takes what one connection brings.
    reading = size / measured.read_bytes_a_second
    share = min(1, stack.posting_memory / MEGABYTES_OF_A_CPU)
    seconds = reading + facts * measured.posting_micros / 1e6 / share
    yield Part("posting a partition, time", seconds, stack.posting_timeout, "s", "more partitions")
    memory = facts * measured.posting_bytes + 100e6
    yield Part(
        "posting a partition, memory", memory / 1e6, stack.posting_memory * 1.048576, "MB", "more partitions"
    )
    reads = measured.read_bytes_a_second / READ_UNIT_BYTES
    yield Part("partition of an hour's pages, reads", reads, PARTITION_READS, "RU/s", "slower reading")
    writes = rate * (measured.page_bytes / WRITE_UNIT_BYTES + measured.entry_units)
    shards = max(LEAST_SHARDS, ceil(writes / PARTITION_WRITES))
    call = seconds * ceil(partitions / shards)
    yield Part("one call for a shard's partitions, time", call, stack.posting_timeout, "s", "a call for each")
    yield Part("posting, of its window", call, max(1, stack.posting_seconds), "s", "posted less often")


def least_partitions(rate: int, measured: Measured, stack: Stack) -> int:
    """Return the least power of two of partitions with which none of them breaks at a rate."""
    partitions = 1
    while any(
        part.share > 1
        for part in parts(rate, partitions, measured, stack)
        if part.remedy == "more partitions"
    ):
        partitions *= 2
    return partitions


def main(console: Console, measured: Measured, partitions: Sequence[int] = (1,)) -> list[dict[str, Any]]:
    """Print what breaks at each rate; return it, with the least partitions that a rate needs."""
    console.rule("What breaks first")
    stack, found = Stack.of_template(), []
    for rate in RATES:
        needed = least_partitions(rate, measured, stack)
        for number in sorted({*partitions, needed}):
            listed = list(parts(rate, number, measured, stack))
            console.print(_printed(rate, number, listed))
            rows = [_row(part) for part in listed]
            broken = [part.name for part in listed if part.share > 1]
            about = {"rate": rate, "partitions": number, "least_partitions": needed}
            found.append({**about, "broken": broken, "parts": rows})
    return found


def _row(part: Part) -> Mapping[str, Any]:
    return {
        "name": part.name,
        "load": round(part.load, 1),
        "limit": round(part.limit, 1),
        "unit": part.unit,
        "share": round(part.share, 3),
        "remedy": part.remedy,
    }


def _printed(rate: int, partitions: int, listed: Sequence[Part]) -> Table:
    table = Table("part", title=f"{rate:,} events/s, {partitions} partitions an hour")
    for heading in ("load", "limit", "unit", "of the limit", "remedy"):
        table.add_column(heading, justify="right")
    for part in sorted(listed, key=lambda each: -each.share):
        share = f"[red]{part.share:,.2f}[/]" if part.share > 1 else f"{part.share:,.2f}"
        table.add_row(part.name, f"{part.load:,.1f}", f"{part.limit:,.0f}", part.unit, share, part.remedy)
    return table
