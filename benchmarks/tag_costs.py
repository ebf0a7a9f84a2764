"""What counting by tags costs: bytes of pages a fact, and units all in, for no, one and three tags of a mail.

Realistic traffic; each identity sends three campaigns with ten templates, and is a tenant of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from benchmarks.capacity import READS_PER_WRITE
from benchmarks.pipeline import Scenario, journal_and_post
from benchmarks.traffic.events import Mail, SesEvent
from benchmarks.traffic.observed import observed_of
from benchmarks.traffic.shapes import Shape
from ses_reputation.feedback.reading import Observed
from ses_reputation.feedback.tags import TENANT, tag_of

RATE = 10
TAGS = (0, 1, 3)


@dataclass(frozen=True, slots=True)
class TagCost:
    """Bytes of pages for each fact, and units for 1,000 events, in all and of balances."""

    tags: int
    page_bytes: float
    balance_units: float
    units: float


def tags_of(mail: Mail, number: int) -> tuple[str, ...]:
    """Return the first so many tags of a mail, sorted."""
    identity = mail.sender.identity.partition(".")[0]
    mailing = int(mail.recipient.partition("@")[0].rpartition("-")[2])
    tags = (
        tag_of("campaign", f"{identity}-{mailing % 3}"),
        tag_of("template", f"template-{mailing % 10}"),
        tag_of(TENANT, identity),
    )
    return tuple(sorted(tags[:number]))


def measure(number: int) -> TagCost:
    """Journal and post an hour whose mail has so many tags."""

    def observe(event: SesEvent) -> Observed:
        return observed_of(event)._replace(tags=tags_of(event.mail, number))

    journal, posting, pages = journal_and_post(Scenario(Shape.REALISTIC, RATE), observe)
    store, thousands = posting.store, journal.events / 1_000
    balances = store.balances.write_units.total()
    writes = sum(page.write_units for page in pages) + journal.entries.write_units.total() + balances
    reads = (store.query_units + store.lookup_units) / READS_PER_WRITE
    size = sum(page.size for page in pages) / journal.events
    return TagCost(number, size, balances / thousands, (writes + reads) / thousands)


def main(console: Console) -> list[TagCost]:
    """Measure and print."""
    console.rule("Counting by tags: realistic traffic, 10 events a second")
    table = Table("tags", "page bytes / fact", "balances, WU / 1,000", "all in / 1,000")
    measured = [measure(number) for number in TAGS]
    for each in measured:
        table.add_row(*_figures(each))
    console.print(table)
    return measured


def _figures(cost: TagCost) -> Iterator[str]:
    yield f"{cost.tags}"
    yield f"{cost.page_bytes:,.1f}"
    yield f"{cost.balance_units:,.1f}"
    yield f"{cost.units:,.1f}"
