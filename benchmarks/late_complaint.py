"""What a late complaint about a small identity costs in a big hour of its account, and how long it waits.

An hour of fifty identities by Zipf is journaled and posted in simulated time. A day and a half later a
complaint comes about the identity with the least mail: its page alone makes a posting.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from math import inf
from random import Random

from rich.console import Console
from rich.table import Table

from benchmarks.pipeline import Scenario, journal_and_post
from benchmarks.sender_hour import DELEGATE
from benchmarks.simulated_ledger import SimulatedJournal, SimulatedPosting
from benchmarks.traffic.events import Sender, SesEvent, customer, draw_mail
from benchmarks.traffic.observed import observed_of
from benchmarks.traffic.shapes import Shape
from ses_reputation.feedback.outcomes import Outcome
from ses_reputation.feedback.provenance import Feed

RATES = (10, 100, 1_000)
_LATER = timedelta(hours=36)


@dataclass(frozen=True, slots=True)
class LateComplaint:
    """Read units of the whole hour; units read and written to post the complaint; and its wait."""

    rate: float
    shards: int
    units_of_hour: float
    units_read: float
    units_written: int
    wait: timedelta


def measure(rate: int) -> LateComplaint:
    """Journal and post an hour at a rate, then a complaint."""
    scenario = Scenario(Shape.REALISTIC, rate)
    journal, posting, _ = journal_and_post(scenario)
    return _complain(scenario, journal, posting)


def _complain(scenario: Scenario, journal: SimulatedJournal, posting: SimulatedPosting) -> LateComplaint:
    seconds = _LATER.total_seconds()
    sender = Sender(DELEGATE, customer(49), "transactional")
    mail = draw_mail(Random(2), 0, sender, 1_800.0)
    journal.pages.clear()
    journal.add(seconds, observed_of(SesEvent(mail, Outcome.COMPLAINED_ABUSE, Feed.SENDER, seconds)))
    journal.close_until(inf)
    store = posting.store
    units_of_hour = sum(store.read_pages(shard).read_units for shard in store.shards)
    before = (store.query_units, store.balances.write_units.total())
    (page,) = journal.pages
    posting.run(list(journal.pages))
    read, written = store.query_units - before[0], store.balances.write_units.total() - before[1]
    wait = posting.queue.now - page.at
    return LateComplaint(scenario.rate, len(store.shards), units_of_hour, read, written, wait)


def main(console: Console) -> list[LateComplaint]:
    """Measure and print."""
    console.rule("A late complaint about a small identity in a big hour")
    table = Table("events / s", "partitions", "hour, RU", "read, RU", "written, WU", "waits, minutes")
    measured = [measure(rate) for rate in RATES]
    for each in measured:
        table.add_row(*_figures(each))
    console.print(table)
    return measured


def _figures(measured: LateComplaint) -> Iterator[str]:
    yield f"{measured.rate:,}"
    yield f"{measured.shards}"
    yield f"{measured.units_of_hour:,.0f}"
    yield f"{measured.units_read:,.0f}"
    yield f"{measured.units_written:,}"
    yield f"{measured.wait.total_seconds() / 60:,.1f}"
