"""What an assessment reads of a year of hourly balances of fifty identities, and what it costs.

A first assessment remembers where all stand; the second, five minutes later, is measured.
docs/benchmarks.md says what is assumed.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import ceil

import boto3
from rich.console import Console
from rich.table import Table

from benchmarks.capacity import (
    DOLLARS_PER_MILLION_READS,
    DOLLARS_PER_MILLION_WRITES,
    READ_UNIT_BYTES,
    size_of_item,
)
from benchmarks.http_stub import stubbed_http
from benchmarks.lambda_calls import function_environment
from benchmarks.metered_queries import (
    EARLIER_HOURS,
    RECENT_HOURS,
    Metered,
    MeteredLedger,
    registered,
    watermark,
)
from benchmarks.metered_tables import LEDGER_TABLE
from benchmarks.sender_hour import OWNER
from benchmarks.year_of_mail import YearOfMail
from ses_reputation.assessment.assessment import AssessmentOutcome, AssessmentRun, assess_reputation
from ses_reputation.assessment.settings import AssessmentSettings
from ses_reputation.assessment.store import AssessmentTable
from ses_reputation.hours import ONE_DAY, day_of
from ses_reputation.ledger.rows import row_of_balance
from ses_reputation.protection.mode import ProtectionMode
from ses_reputation.rates.thresholds import StandingRules
from ses_reputation.rollup.day_rows import rows_of_day
from ses_reputation.rollup.keys import sender_key
from ses_reputation.rollup.rolling_up import SETTLING
from ses_reputation.standing.state import Transition

# A complaint about a mail of six days before came some minutes ago: that day, too, is read again.
NOW = datetime(2026, 11, 22, 18, 35, tzinfo=UTC)
EVERY = timedelta(minutes=5)
_ASSESSMENTS_A_MONTH = timedelta(days=30) // EVERY


@dataclass(slots=True)
class Announced:
    """Takes what is told, in place of the topic and the bus."""

    transitions: list[Transition] = field(default_factory=list)

    def publish(self, transition: Transition) -> None:
        """Remember a transition."""
        self.transitions.append(transition)


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


def main(console: Console) -> None:
    """Measure and print."""
    console.rule("An assessment of a year of mail")
    mail = YearOfMail(NOW)
    with function_environment():
        cost = measure(mail)
    senders = list(mail.senders())
    hours = sum(1 for _ in mail.hours("2000-01-01", "2200-01-01"))
    sends = sum(sum(pace.mails.values()) for _, pace in senders)
    console.print(
        f"{len(senders)} identities of {len(mail.accounts)} accounts, {sends:,} sends an hour, "
        f"{len(senders) * hours:,} hourly balances; {len(cost.outcome.evaluations)} entities assessed"
    )
    console.print(_table(cost))
    console.print(*_verdicts(cost, mail, len(senders) * hours), sep="\n")


def measure(mail: YearOfMail) -> AssessmentCost:
    """Assess five minutes before the mail's time, and meter the assessment of that time."""
    ledger = MeteredLedger(mail)
    _keep(ledger, mail.now - EVERY)
    with stubbed_http(ledger):
        ledger.mail = _as_of(mail, mail.now - EVERY)
        _assess(ledger)
        ledger.mail = mail
        ledger.metered = {kind: Metered() for kind in ledger.metered}
        ledger.seconds = 0
        # Threads read at once, and the fake answers in them: its seconds are not the function's.
        began = time.process_time()
        outcome = _assess(ledger)
        seconds = time.process_time() - began - ledger.seconds
    if outcome.failed or not outcome.is_caught_up:
        raise AssertionError(f"the assessment failed: {outcome.failed}")
    return AssessmentCost(outcome, ledger.metered, seconds)


def _as_of(mail: YearOfMail, now: datetime) -> YearOfMail:
    return YearOfMail(now, mail.accounts, mail.paces, mail.days)


def _keep(ledger: MeteredLedger, now: datetime) -> None:
    """Keep what an assessment before `now` has left: day balances, senders, and the watermark."""
    mail = _as_of(ledger.mail, now - EVERY)
    for day in mail.day_balances(day_of(now)):
        for row in rows_of_day(day):
            ledger.keep(row)
    for known in registered(sender_key(sender) for sender, _ in mail.senders()):
        ledger.keep(known)
    ledger.keep(watermark((now - EVERY - SETTLING).isoformat()))


def _assess(ledger: MeteredLedger) -> AssessmentOutcome:
    now = ledger.mail.now
    settings = AssessmentSettings(
        LEDGER_TABLE, OWNER, "bench", "topic", "default", ProtectionMode.REPORT, "", StandingRules()
    )
    table = AssessmentTable(boto3.client("dynamodb"), LEDGER_TABLE)
    return assess_reputation(table, Announced(), _NoPausing(), settings, AssessmentRun(now, lambda: now))


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


def _verdicts(cost: AssessmentCost, mail: YearOfMail, hours: int) -> Iterator[str]:
    read = cost.metered[RECENT_HOURS].items + cost.metered[EARLIER_HOURS].items
    yield f"{read:,} of the hourly balances were read; all would be {_units_of_all(mail, hours):,} read units"
    yield f"CPU: {cost.cpu_seconds:.1f} s, with botocore's but for the network"
    reads = cost.read_units * DOLLARS_PER_MILLION_READS / 1e6 * _ASSESSMENTS_A_MONTH
    writes = cost.write_units * DOLLARS_PER_MILLION_WRITES / 1e6 * _ASSESSMENTS_A_MONTH
    yield f"each {EVERY.seconds // 60} minutes, reads are $ {reads:.2f} a month, writes $ {writes:.2f}"


def _units_of_all(mail: YearOfMail, hours: int) -> int:
    """Return what reading each balance takes, eventually consistent, by the size of three days' balances."""
    first_day, last_day = (day_of(mail.now - back * ONE_DAY) for back in (32, 30))
    sizes = [
        size_of_item(row_of_balance(balance))
        for account in mail.accounts
        for balance in mail.balances(account, first_day, last_day)
    ]
    return ceil(sum(sizes) / len(sizes) * hours / READ_UNIT_BYTES / 2)
