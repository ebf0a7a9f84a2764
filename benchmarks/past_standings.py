"""What standings of times gone by cost an operator: `standing --at` of everybody, `standing history` of one.

The ledger holds a year of mail of a thousand identities: two hundred of each of five accounts, or all of one
vendor's. Each command is one that has just started, and remembers nothing.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

import boto3
from rich.console import Console
from rich.table import Table

from benchmarks.assessment import EVERY, NOW, keep_year
from benchmarks.capacity import DOLLARS_PER_MILLION_READS
from benchmarks.http_stub import stubbed_http
from benchmarks.lambda_calls import function_environment
from benchmarks.metered_queries import KINDS, Metered, MeteredLedger
from benchmarks.metered_tables import LEDGER_TABLE
from benchmarks.peak_memory import begin_peak, peak_bytes
from benchmarks.year_of_mail import ACCOUNTS, PACES_OF_A_VENDOR, YearOfMail
from console.stack.stories.past_standings import history_of, states_at
from ses_reputation.assessment.store import AssessmentTable
from ses_reputation.rates.thresholds import StandingRules
from ses_reputation.rollup.entities import account_entity, identity_entity

_RULES = StandingRules()
_ALL_OF_ONE = tuple(replace(pace, identities=len(ACCOUNTS) * pace.identities) for pace in PACES_OF_A_VENDOR)
SHAPES: Mapping[str, YearOfMail] = {
    "five accounts": YearOfMail(NOW, paces=PACES_OF_A_VENDOR),
    "one vendor": YearOfMail(NOW, ACCOUNTS[:1], _ALL_OF_ONE),
}
Ask = Callable[[AssessmentTable], object]


def main(console: Console) -> None:
    """Measure and print."""
    console.rule("Standings of times gone by, of a thousand identities with a year of mail")
    table = Table("mail of", "command", "requests", "read units", "$", "CPU s", "MB more")
    with function_environment():
        for shape, mail in SHAPES.items():
            ledger = MeteredLedger(mail)
            keep_year(ledger, mail.now - EVERY)
            for command, ask in asked_of(mail).items():
                table.add_row(shape, command, *row_of(ledger, ask))
    console.print(table)


def asked_of(mail: YearOfMail) -> Mapping[str, Ask]:
    """Return commands by what a person types."""
    (first, _), now = next(mail.senders()), mail.now
    of_account, of_identity = account_entity(*first[:2]), identity_entity(first.identity)
    return {
        "--at, yesterday": lambda table: states_at(table, table.senders(), _RULES, now - timedelta(days=1)),
        "--at, a month ago": lambda table: states_at(
            table, table.senders(), _RULES, now - timedelta(days=30)
        ),
        "history of an account": lambda table: history_of(table, of_account, _RULES, 30, now),
        "history of an identity": lambda table: history_of(table, of_identity, _RULES, 30, now),
    }


def measure(ledger: MeteredLedger, ask: Ask) -> float:
    """Return the CPU seconds of a command, without those of the ledger, which meters what was read."""
    ledger.metered, ledger.seconds = {kind: Metered() for kind in KINDS}, 0
    with stubbed_http(ledger):
        began = time.process_time()
        ask(AssessmentTable(boto3.client("dynamodb"), LEDGER_TABLE))
        return time.process_time() - began - ledger.seconds


def row_of(ledger: MeteredLedger, ask: Ask) -> Iterator[str]:
    """Yield what a command cost: requests, read units, dollars, CPU seconds, and by how much memory grew."""
    before = begin_peak()
    seconds = measure(ledger, ask)
    units = sum(each.read_units for each in ledger.metered.values())
    yield f"{sum(each.reads for each in ledger.metered.values()):,}"
    yield f"{units:,.0f}"
    yield f"{units * DOLLARS_PER_MILLION_READS / 1_000_000:.4f}"
    yield f"{seconds:.1f}"
    yield f"{(peak_bytes() - before) / 1e6:,.0f}"
