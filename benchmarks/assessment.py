"""What assessments read of a year of hourly balances of a thousand identities, and what they cost.

A new container assesses, and reads all days once; then it assesses again, five minutes later, as it does all
day long. docs/benchmarks.md says what is assumed.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import boto3
from rich.console import Console
from rich.table import Table

from benchmarks.capacity import (
    DOLLARS_PER_MILLION_READS,
    DOLLARS_PER_MILLION_WRITES,
)
from benchmarks.http_stub import stubbed_http
from benchmarks.lambda_calls import function_environment
from benchmarks.metered_queries import (
    KINDS,
    Metered,
    MeteredLedger,
    registered,
    watermark,
)
from benchmarks.metered_tables import LEDGER_TABLE
from benchmarks.sender_hour import OWNER
from benchmarks.year_of_mail import PACES_OF_A_VENDOR, YearOfMail
from ses_reputation.assessment.assessment import AssessmentOutcome, AssessmentRun, assess_reputation
from ses_reputation.assessment.settings import AssessmentSettings
from ses_reputation.assessment.store import AssessmentTable
from ses_reputation.hours import ONE_DAY, day_of
from ses_reputation.notifications.channel import Channel
from ses_reputation.protection.mode import ProtectionMode
from ses_reputation.rates.reading import HistoryMemory
from ses_reputation.rates.thresholds import StandingRules
from ses_reputation.rollup.day_rows import pieces_of
from ses_reputation.rollup.keys import sender_key
from ses_reputation.rollup.rolling_up import SETTLING
from ses_reputation.standing.state import Transition

# A complaint about a mail of six days before came some minutes ago: that day, too, is read again.
NOW = datetime(2026, 11, 22, 18, 35, tzinfo=UTC)
EVERY = timedelta(minutes=5)
_ASSESSMENTS_A_MONTH = timedelta(days=30) // EVERY


class Deaf:
    """Takes what is told, in place of the topics and the bus."""

    channels = tuple(Channel)

    def publish(self, transition: Transition, channel: Channel) -> None:
        """Do nothing with a transition."""


class _NoPausing:
    def pause(self, account: str, region: str, configuration_set: str) -> None:
        raise AssertionError(f"{configuration_set} of {account} in {region} is paused with protection off")


@dataclass(frozen=True, slots=True)
class AssessmentCost:
    """What one assessment cost, by what was read or written; cpu_seconds are those of the function's side."""

    outcome: AssessmentOutcome
    metered: Mapping[str, Metered]
    cpu_seconds: float

    @property
    def read_units(self) -> float:
        """All that was read."""
        return sum(each.read_units for each in self.metered.values())

    @property
    def write_units(self) -> int:
        """All that was written."""
        return sum(each.write_units for each in self.metered.values())


class Costs(NamedTuple):
    """What the first assessment of a container cost, and the next one."""

    first: AssessmentCost
    following: AssessmentCost


def main(console: Console) -> None:
    """Measure and print."""
    console.rule("An assessment of a year of mail")
    mail = YearOfMail(NOW, paces=PACES_OF_A_VENDOR)
    with function_environment():
        costs = measure(mail)
    senders = list(mail.senders())
    hours = sum(1 for _ in mail.hours("2000-01-01", "2200-01-01"))
    sends = sum(sum(pace.mails.values()) for _, pace in senders)
    console.print(
        f"{len(senders):,} identities of {len(mail.accounts)} accounts, {sends:,} sends an hour, "
        f"{len(senders) * hours:,} hourly balances; {len(costs.following.outcome.evaluations):,} entities "
        "assessed"
    )
    for title, cost in zip(("The first of a container", "The next, each time"), costs, strict=True):
        console.print(f"[bold]{title}[/]", _table(cost), sep="\n")
        console.print(*_verdicts(cost, len(senders)), sep="\n")


def measure(mail: YearOfMail) -> Costs:
    """Assess five minutes before the mail's time in a new container, and then at that time."""
    ledger, memory = MeteredLedger(mail), HistoryMemory()
    keep_year(ledger, mail.now - EVERY)
    with stubbed_http(ledger):
        first, following = (
            _measured(ledger, each, memory) for each in (_as_of(mail, mail.now - EVERY), mail)
        )
        return Costs(first, following)


def _measured(ledger: MeteredLedger, mail: YearOfMail, memory: HistoryMemory) -> AssessmentCost:
    ledger.mail = mail
    ledger.metered = {kind: Metered() for kind in KINDS}
    ledger.seconds = 0
    # Threads read at once, and the fake answers in them: its seconds are not the function's.
    began = time.process_time()
    outcome = assess_once(ledger, memory)
    seconds = time.process_time() - began - ledger.seconds
    if outcome.failed or not outcome.is_caught_up:
        raise AssertionError(f"the assessment failed: {outcome.failed}")
    return AssessmentCost(outcome, ledger.metered, seconds)


def _as_of(mail: YearOfMail, now: datetime) -> YearOfMail:
    return YearOfMail(now, mail.accounts, mail.paces, mail.days)


def keep_year(ledger: MeteredLedger, now: datetime) -> None:
    """Keep what an assessment before `now` has left: day balances, senders, and the watermark."""
    mail = _as_of(ledger.mail, now - EVERY)
    for balance in mail.account_days(day_of(now - 2 * ONE_DAY)):
        pieces = pieces_of(balance, None)
        for row in (*pieces.rows_unlike(None), pieces.head.to_row()):
            ledger.keep(row)
    for known in registered(sender_key(sender) for sender, _ in mail.senders()):
        ledger.keep(known)
    ledger.keep(watermark((now - EVERY - SETTLING).isoformat()))


def assess_once(ledger: MeteredLedger, memory: HistoryMemory) -> AssessmentOutcome:
    """Assess the ledger's mail as of its time."""
    now = ledger.mail.now
    settings = AssessmentSettings(
        LEDGER_TABLE, OWNER, "bench", "topic", "default", ProtectionMode.REPORT, "", StandingRules()
    )
    table = AssessmentTable(boto3.client("dynamodb"), LEDGER_TABLE)
    run = AssessmentRun(now, lambda: now)
    return assess_reputation(table, Deaf(), _NoPausing(), settings, run, memory)


def _table(cost: AssessmentCost) -> Table:
    table = Table()
    for heading in ("", "requests", "items", "KB", "read units", "puts", "write units"):
        table.add_column(heading, justify="right" if heading else "left")
    for kind, metered in cost.metered.items():
        table.add_row(kind, *_figures(metered))
    total = Metered(
        sum(each.reads for each in cost.metered.values()),
        sum(each.items for each in cost.metered.values()),
        sum(each.bytes_read for each in cost.metered.values()),
        cost.read_units,
        sum(each.writes for each in cost.metered.values()),
        cost.write_units,
    )
    table.add_section()
    table.add_row("all", *_figures(total))
    return table


def _figures(metered: Metered) -> Iterator[str]:
    yield f"{metered.reads:,}"
    yield f"{metered.items:,}"
    yield f"{metered.bytes_read / 1e3:,.0f}"
    yield f"{metered.read_units:,.1f}"
    yield f"{metered.writes:,}"
    yield f"{metered.write_units:,}"


def _verdicts(cost: AssessmentCost, identities: int) -> Iterator[str]:
    millis = cost.cpu_seconds / identities * 1_000
    yield f"CPU: {cost.cpu_seconds:.1f} s, {millis:.1f} ms an identity, with botocore's but for the network"
    reads = cost.read_units * DOLLARS_PER_MILLION_READS / 1e6 * _ASSESSMENTS_A_MONTH
    writes = cost.write_units * DOLLARS_PER_MILLION_WRITES / 1e6 * _ASSESSMENTS_A_MONTH
    yield f"each {EVERY.seconds // 60} minutes, reads are $ {reads:.2f} a month, writes $ {writes:.2f}"
