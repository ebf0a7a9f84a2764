"""What statements and digests of the ten entities take, by the product's own services.

Each run is that of a new container: it compiles its templates, and reads the manifests of the snapshots of 13
weeks, one a day, of the account's suppression list.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import boto3

from benchmarks.assessment import EVERY, NOW, assess_once, keep_year
from benchmarks.cost.measuring import ReportingRun
from benchmarks.http_stub import stubbed_http
from benchmarks.lambda_calls import function_environment
from benchmarks.metered_queries import KINDS, Metered, MeteredLedger
from benchmarks.metered_tables import LEDGER_TABLE
from benchmarks.sender_hour import OWNER
from benchmarks.year_of_mail import YearOfMail
from ses_reputation.assessment.store import AssessmentTable
from ses_reputation.digest.list_sizes import read_list_sizes
from ses_reputation.digest.sending import send_digests
from ses_reputation.digest.settings import DigestSettings
from ses_reputation.digest.store import DigestTable
from ses_reputation.parties import Ownership
from ses_reputation.rates.reading import HistoryMemory
from ses_reputation.rates.thresholds import StandingRules
from ses_reputation.statement.naming import Naming
from ses_reputation.statement.publishing import StatementPlan, StatementStores, publish_alone
from ses_reputation.statement.runs import StatementStart
from ses_reputation.statement.runs_store import StatementRunTable
from ses_reputation.statement.scopes import StatementParties
from ses_reputation.statement.store import StatementBucket
from ses_reputation.suppression.snapshot.location import SnapshotRun, name_run
from ses_reputation.suppression.snapshot.manifest import publish_manifest
from ses_reputation.suppression.store import StoredObject
from ses_reputation.suppression.targets import Target
from tests.support.finished_snapshots import describe_snapshot
from tests.support.in_memory.object_client import InMemoryObjectClient
from tests.support.in_memory.suppression import MemoryStore

SNAPSHOT_DAYS = 91
_PLAN = StatementPlan(StatementParties(Ownership(OWNER)), StandingRules(), Naming("reputation"))
_BILLED_AS_PUT = {"put_object", "list_folders"}
"""S3 bills a LIST as a PUT."""


class CountedObjectClient(InMemoryObjectClient):
    """Appends to `asked` each method of S3 that it is asked for."""

    def __init__(self, asked: list[str]) -> None:
        super().__init__()
        self._asked = asked

    def __getattribute__(self, name: str) -> Any:
        if name.endswith("_object"):
            self._asked.append(name)
        return super().__getattribute__(name)


@dataclass
class CountedSnapshots(MemoryStore):
    """Appends to `asked` the request of S3 that each method makes."""

    asked: list[str] = field(default_factory=list)

    def fetch(self, key: str) -> StoredObject | None:
        """Count, and return an object."""
        self.asked.append("get_object")
        return super().fetch(key)

    def list_folders(self, prefix: str) -> Iterator[str]:
        """Count, and name folders."""
        self.asked.append("list_folders")
        return super().list_folders(prefix)


class _Nobody:
    has_chat = False

    def publish_alert(self, subject: str, text: str, attributes: Mapping[str, str]) -> None:
        """Do nothing."""

    def publish_chat(self, notification: object) -> None:
        """Do nothing."""


def measure_statements(mail: YearOfMail) -> ReportingRun:
    """Make the statements twice; the second run finds the pages of the first."""
    with _assessed(mail) as (ledger, asked, snapshots):
        client: Any = CountedObjectClient(asked)
        dynamodb = boto3.client("dynamodb")
        table = AssessmentTable(dynamodb, LEDGER_TABLE)
        stores = StatementStores(table, snapshots, StatementBucket(lambda: client, "bucket"))
        runs = StatementRunTable(dynamodb, LEDGER_TABLE)

        def publish(hours: int) -> None:
            now = ledger.mail.now + timedelta(hours=hours)
            outcome = publish_alone(runs, stores, _PLAN, StatementStart(f"{hours}", lambda: now))
            if not outcome.published or outcome.failed:
                raise AssertionError(f"not published: {outcome}")

        first = _measured(ledger, asked, lambda: publish(0))
        second = _measured(ledger, asked, lambda: publish(1))
        return replace(second, seconds=first.seconds)


def measure_digests(mail: YearOfMail) -> ReportingRun:
    """Send a week's digests."""
    settings = DigestSettings(LEDGER_TABLE, "bucket", OWNER, "reputation", "topic")
    with _assessed(mail) as (ledger, asked, snapshots):
        table = DigestTable(boto3.client("dynamodb"), LEDGER_TABLE)

        def send() -> None:
            now = ledger.mail.now
            outcome = send_digests(
                table, lambda: read_list_sizes(snapshots), _Nobody(), settings, now, lambda: now
            )
            if not outcome.sent or outcome.failed:
                raise AssertionError(f"not sent: {outcome}")

        return _measured(ledger, asked, send)


@contextmanager
def _assessed(mail: YearOfMail) -> Iterator[tuple[MeteredLedger, list[str], CountedSnapshots]]:
    """Give a ledger that was just assessed, what S3 is asked for, and the snapshots of 13 weeks."""
    ledger, snapshots = MeteredLedger(mail), CountedSnapshots()
    keep_year(ledger, NOW - EVERY)
    for day in range(SNAPSHOT_DAYS):
        run = SnapshotRun(Target(OWNER, "us-east-1"), name_run(NOW - timedelta(days=day)))
        publish_manifest(snapshots, describe_snapshot(run, 10_000))
    snapshots.asked.clear()
    with function_environment(), stubbed_http(ledger):
        assess_once(ledger, HistoryMemory())
        yield ledger, snapshots.asked, snapshots


def _measured(ledger: MeteredLedger, asked: list[str], run: Callable[[], None]) -> ReportingRun:
    ledger.metered, ledger.seconds = {kind: Metered() for kind in KINDS}, 0
    asked.clear()
    began = time.process_time()
    run()
    seconds = time.process_time() - began - ledger.seconds
    metered, puts = ledger.metered.values(), sum(each in _BILLED_AS_PUT for each in asked)
    return ReportingRun(
        sum(each.read_units for each in metered),
        sum(each.write_units for each in metered),
        sum(each.reads + each.writes for each in metered),
        seconds,
        puts,
        len(asked) - puts,
    )
