"""A ledger in memory of two owners' and two delegates' mail, assessed, and what statements are made of it."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from ses_reputation.assessment.assessment import AssessmentRun, assess_reputation
from ses_reputation.assessment.settings import AssessmentSettings
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.parties import Ownership
from ses_reputation.protection.mode import ProtectionMode
from ses_reputation.rates.reading import HistoryMemory
from ses_reputation.rates.thresholds import StandingRules
from ses_reputation.rollup.entities import SenderIdentity
from ses_reputation.statement.inputs import StatementInputs, no_lists, read_inputs
from ses_reputation.statement.making import make_statement
from ses_reputation.statement.naming import Naming
from ses_reputation.statement.scopes import PartyScope, StatementParties
from ses_reputation.statement.view.statement import Statement
from tests.support.in_memory.assessment_table import Announced, InMemoryAssessments
from tests.support.mail import NOW, REGION, balance_of, mail
from tests.support.notifications import DELEGATE, OWNER

RIVAL = "777788889999"
NAMING = Naming("reputation", {DELEGATE: "Agency North", RIVAL: "Agency South"})
PARTIES = StatementParties(Ownership(OWNER), delegates=(DELEGATE, RIVAL))
RULES = StandingRules(volume=1_000)
MINE = SenderIdentity(DELEGATE, REGION, "example.com")
THEIRS = SenderIdentity(RIVAL, REGION, "example.com")
OWNERS = SenderIdentity(OWNER, REGION, "example.org")
_SETTINGS = AssessmentSettings(
    "ledger", OWNER, "reputation", f"arn:aws:sns:us-east-1:{OWNER}:alerts", "default", ProtectionMode.REPORT,
    "", RULES,
)  # fmt: skip


class NobodyPauses:
    """Protection reports only."""

    def pause(self, *_: object) -> None:
        raise AssertionError("protection pauses nothing here")


def daily_mail(
    sender: SenderIdentity, sends: int, bounces: int, days: Iterable[int] = range(40)
) -> list[HourBalance]:
    """The same mail each day at 09:00 UTC, so many days ago."""
    return [
        mail(f"{NOW - timedelta(days=ago):%Y-%m-%d}T09", sends, bounces, sender=sender, provider="gmail")
        for ago in days
    ]


def assessed(hours: Iterable[HourBalance]) -> InMemoryAssessments:
    """A table in which mail was posted, rolled up and assessed."""
    table = InMemoryAssessments()
    for hour in hours:
        table.post(balance_of(hour))
    run = AssessmentRun(NOW, lambda: NOW)
    assess_reputation(table, Announced(), NobodyPauses(), _SETTINGS, run, HistoryMemory())
    return table


def inputs_of(table: InMemoryAssessments) -> StatementInputs:
    """What statements are made of."""
    return read_inputs(table, RULES, NAMING, no_lists, NOW)


def statements_of(hours: Sequence[HourBalance], parties: StatementParties = PARTIES) -> dict[str, Statement]:
    """The statements of all parties, by their name."""
    inputs = inputs_of(assessed(hours))
    return {scope.party.name: make_statement(scope, inputs) for scope in scopes_of(inputs, parties)}


def scopes_of(inputs: StatementInputs, parties: StatementParties = PARTIES) -> list[PartyScope]:
    """Who may see what."""
    return parties.scopes(inputs.senders, inputs.states, NAMING)
