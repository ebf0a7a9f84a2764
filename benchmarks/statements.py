"""What the statements of all parties cost: an owner of fifty identities, and one of a thousand.

Five accounts send with the identities, so there are six statements. The ledger holds a year of hourly
balances that were just assessed. A new container makes the statements, and reads all that they need.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import boto3
from rich.console import Console
from rich.table import Table

from benchmarks.assessment import EVERY, NOW, assess_once, keep_year
from benchmarks.capacity import DOLLARS_PER_MILLION_READS
from benchmarks.http_stub import stubbed_http
from benchmarks.lambda_calls import function_environment
from benchmarks.metered_queries import KINDS, Metered, MeteredLedger
from benchmarks.metered_tables import LEDGER_TABLE
from benchmarks.sender_hour import OWNER
from benchmarks.year_of_mail import PACES, PACES_OF_A_VENDOR, YearOfMail
from ses_reputation.assessment.store import AssessmentTable
from ses_reputation.parties import Ownership
from ses_reputation.rates.reading import HistoryMemory
from ses_reputation.rates.thresholds import StandingRules
from ses_reputation.statement.naming import Naming
from ses_reputation.statement.publishing import (
    StatementPlan,
    StatementRun,
    StatementStores,
    publish_statements,
)
from ses_reputation.statement.scopes import StatementParties
from ses_reputation.suppression.store import SnapshotStore

MOST_BYTES = 1_000_000
"""A page shall stay below a megabyte."""
_PLAN = StatementPlan(StatementParties(Ownership(OWNER)), StandingRules(), Naming("bench"))
_RUNS_A_MONTH = 24 * 30


class _NoSnapshots:
    def list_folders(self, _: str) -> Iterator[str]:
        return iter(())

    def fetch(self, _: str) -> None:
        return None


@dataclass(slots=True)
class Sizes:
    """Takes statements, and remembers how many bytes each object has."""

    of: dict[str, int] = field(default_factory=dict)

    def put(self, key: str, text: str, _type: str, _made_at: datetime) -> None:
        """Weigh an object."""
        self.of[key] = len(text.encode())

    def fetch(self, _: str) -> str | None:
        """Return nothing: it is the first run."""
        return None

    def largest(self, suffix: str) -> int:
        """Return the size of the largest object of a kind, the index left out."""
        return max(size for key, size in self.of.items() if key.endswith(f"/statement{suffix}"))


@dataclass(frozen=True, slots=True)
class StatementCost:
    """What a run cost; cpu_seconds are those of the function's side."""

    identities: int
    metered: Mapping[str, Metered]
    cpu_seconds: float
    sizes: Sizes

    @property
    def read_units(self) -> float:
        """All that was read."""
        return sum(each.read_units for each in self.metered.values())


def main(console: Console) -> None:
    """Measure and print."""
    console.rule("The statements of all parties")
    table = Table(
        "identities", "statements", "CPU s", "read units", "$ a month, hourly", "page", "twin", "index"
    )
    with function_environment():
        for paces in (PACES, PACES_OF_A_VENDOR):
            table.add_row(*_row(measure(YearOfMail(NOW, paces=paces))))
    console.print(table)


def measure(mail: YearOfMail) -> StatementCost:
    """Assess the mail, then make all statements in a new container."""
    ledger, sizes = MeteredLedger(mail), Sizes()
    keep_year(ledger, mail.now - EVERY)
    with stubbed_http(ledger):
        assess_once(ledger, HistoryMemory())
        ledger.metered = {kind: Metered() for kind in KINDS}
        ledger.seconds = 0
        snapshots: SnapshotStore = _NoSnapshots()  # type: ignore[assignment]
        table = AssessmentTable(boto3.client("dynamodb"), LEDGER_TABLE)
        began = time.process_time()
        outcome = publish_statements(StatementStores(table, snapshots, sizes), _PLAN, StatementRun(mail.now))
        seconds = time.process_time() - began - ledger.seconds
    if outcome.failed:
        raise AssertionError(f"statements failed: {outcome.failed}")
    return StatementCost(len(list(mail.senders())), ledger.metered, seconds, sizes)


def _row(cost: StatementCost) -> Iterator[str]:
    pages = [key for key in cost.sizes.of if key.endswith("/statement.html")]
    page, twin = cost.sizes.largest(".html"), cost.sizes.largest(".json")
    dollars = _RUNS_A_MONTH * cost.read_units * DOLLARS_PER_MILLION_READS / 1_000_000
    yield f"{cost.identities:,}"
    yield f"{len(pages)}"
    yield f"{cost.cpu_seconds:.1f}"
    yield f"{cost.read_units:,.0f}"
    yield f"{dollars:.2f}"
    yield f"{page:,} B{'' if page < MOST_BYTES else ', too big'}"
    yield f"{twin:,} B"
    yield f"{cost.sizes.of['statements/index.html']:,} B"
