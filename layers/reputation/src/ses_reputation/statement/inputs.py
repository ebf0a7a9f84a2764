"""What all statements are made of: mail and states as assessments left them, read once for all parties."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Protocol

from ses_reputation.hours import Day
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rates.thresholds import StandingRules
from ses_reputation.rollup.day_balance import DayBalance, sender_of
from ses_reputation.rollup.entities import ReputationEntity, SenderIdentity
from ses_reputation.rollup.rate_counts import EVERYTHING, NO_COUNTS, Dimension, RateCounts, total_counts
from ses_reputation.rollup.sender_mail import DistantMailTable, read_mail, read_totals_before
from ses_reputation.standing.last_assessment import LastAssessment, last_assessment
from ses_reputation.standing.state import EntityState, Transition
from ses_reputation.statement.naming import Naming
from ses_reputation.statement.view.statement import SuppressionListView
from ses_reputation.statistics.diagnoses import PlaceDiagnoses
from ses_reputation.statistics.send_statistics import SendStatistics
from ses_reputation.suppression.changes.drift.kept_counts import DriftCounts
from ses_reputation.tallies import group_by

WHOLE_DAYS = 31
"""Days of which hours and figures are read, today's included; of those before, totals alone."""
DAYS_READ = 90


class StatementTable(DistantMailTable, Protocol):
    """What is read of the table; see ses_reputation.assessment.store.AssessmentTable."""

    def read_watermark(self) -> datetime | None:
        """Return the time up to which all posted balances are rolled up."""

    def senders(self) -> list[SenderIdentity]:
        """Return all known senders."""

    def read_states(self) -> dict[ReputationEntity, EntityState]:
        """Return what is remembered of each entity."""

    def read_statistics(self) -> list[SendStatistics]:
        """Return what SES counted, as last read of each place."""

    def read_diagnoses(self) -> list[PlaceDiagnoses]:
        """Return what the doctor last found."""

    def transitions(self, entity: ReputationEntity, limit: int) -> list[Transition]:
        """Return an entity's transitions, newest first."""


def no_lists(_: str) -> tuple[SuppressionListView, ...]:
    """Return no suppression lists, of any account."""
    return ()


@dataclass(frozen=True, slots=True)
class StatementInputs:
    """What all statements of one time are made of.

    hours: of today and yesterday (UTC). days: the last 31, whole. totals: of the last 90 days. first_days: of
    these, the first on which each configuration set sent. All by sender. assessment: the last; None before
    the first.
    transitions: reads an entity's latest, newest first, at most so many. lists: reads an account's
    suppression lists. Both may raise UnavailableError.
    """

    now: datetime
    rules: StandingRules
    naming: Naming
    senders: Sequence[SenderIdentity]
    states: Mapping[ReputationEntity, EntityState]
    assessment: LastAssessment | None
    watermark: datetime | None
    hours: Mapping[SenderIdentity, Sequence[HourBalance]]
    days: Mapping[SenderIdentity, Sequence[DayBalance]]
    totals: Mapping[SenderIdentity, Mapping[Day, RateCounts]]
    first_days: Mapping[SenderIdentity, Mapping[str, Day]]
    diagnoses: Sequence[PlaceDiagnoses] = ()
    statistics: Sequence[SendStatistics] = ()
    drift: DriftCounts | None = None
    transitions: Callable[[ReputationEntity, int], Sequence[Transition]] = lambda _entity, _limit: ()
    lists: Callable[[str], Sequence[SuppressionListView]] = field(default=no_lists)

    @property
    def assessed_at(self) -> datetime | None:
        """When entities were last assessed; None before the first time."""
        return self.assessment.at if self.assessment else None

    def hours_of(self, senders: Iterable[SenderIdentity]) -> list[HourBalance]:
        """Return the hours of some senders."""
        return list(chain.from_iterable(self.hours.get(sender, ()) for sender in senders))

    def days_of(self, senders: Iterable[SenderIdentity]) -> list[DayBalance]:
        """Return the last 31 days of some senders."""
        return list(chain.from_iterable(self.days.get(sender, ()) for sender in senders))

    def first_day_of(
        self, senders: Iterable[SenderIdentity], account: str, region: str, configuration_set: str
    ) -> Day | None:
        """Return when an account's set first sent with some senders' identities, of the last 90 days."""
        found = (
            self.first_days.get(sender, {}).get(configuration_set)
            for sender in senders
            if (sender.account, sender.region) == (account, region)
        )
        return min(filter(None, found), default=None)

    def totals_of(self, senders: Iterable[SenderIdentity]) -> dict[Day, RateCounts]:
        """Return what the mail of some senders came to by day, for 90 days."""
        return total_counts(chain.from_iterable(self.totals.get(sender, {}).items() for sender in senders))


def read_inputs(
    table: StatementTable,
    rules: StandingRules,
    naming: Naming,
    lists: Callable[[str], Sequence[SuppressionListView]],
    now: datetime,
) -> StatementInputs:
    """Read what statements are made of, as of an aware time.

    The states come first: mail that is counted meanwhile is in the series and not yet in the standings, never
    the other way round. Raises UnavailableError and StateError.
    """
    states, watermark, senders = table.read_states(), table.read_watermark(), sorted(table.senders())
    mail = read_mail(table, senders, now, WHOLE_DAYS)
    accounts = {(sender.account, sender.region) for sender in senders}
    earlier = read_totals_before(table, accounts, now, DAYS_READ, WHOLE_DAYS)
    days = group_by(mail.days, lambda day: day.sender)
    totals, first_days = _totals(chain(earlier, mail.days))
    return StatementInputs(
        now=now,
        rules=rules,
        naming=naming,
        senders=senders,
        states=states,
        assessment=last_assessment(watermark, states.values(), senders) if states else None,
        watermark=watermark,
        hours=group_by(mail.hours, sender_of),
        days=days,
        totals=totals,
        first_days=first_days,
        diagnoses=table.read_diagnoses(),
        statistics=table.read_statistics(),
        transitions=table.transitions,
        lists=lists,
    )


def _totals(
    days: Iterable[DayBalance],
) -> tuple[dict[SenderIdentity, dict[Day, RateCounts]], dict[SenderIdentity, dict[str, Day]]]:
    """Return what mail came to by day, and the first day of each configuration set, unpacking a day once."""
    totals: dict[SenderIdentity, dict[Day, RateCounts]] = {}
    first_days: dict[SenderIdentity, dict[str, Day]] = {}
    for day in days:
        counts, first = day.totals, first_days.setdefault(day.sender, {})
        totals.setdefault(day.sender, {})[day.day] = counts.get(EVERYTHING, NO_COUNTS)
        for kind, name in counts:
            if kind is Dimension.CONFIGURATION_SET:
                first[name] = min(day.day, first.get(name, day.day))
    return totals, first_days
