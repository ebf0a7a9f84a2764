"""Where entities stood at times gone by, computed again from the days that the ledger keeps."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from console.stack.account_window import LedgerTable
from ses_reputation.environment import read_volumes
from ses_reputation.hours import ONE_DAY, Day, day_of, days_between, start_of
from ses_reputation.rates.history import History
from ses_reputation.rates.measures import COUNT_OF, SENDS_OF
from ses_reputation.rates.thresholds import Measure, Standing, StandingRules, Thresholds
from ses_reputation.rollup.day_balance import DayBalance
from ses_reputation.rollup.entities import ReputationEntity, SenderIdentity, entities_of
from ses_reputation.rollup.rate_counts import NO_COUNTS, RateCounts
from ses_reputation.rollup.sender_mail import read_mail
from ses_reputation.standing.evaluation import Evaluation, evaluate_standing
from ses_reputation.standing.evaluation_json import evaluation_to_json
from ses_reputation.standing.state import EntityState, MeasureState
from ses_reputation.tallies import group_pairs

_RATE_PARAMETERS: Mapping[Measure, str] = {
    Measure.BOUNCES: "BounceRate",
    Measure.COMPLAINTS: "ComplaintRate",
}
_LAST_MOMENT = timedelta(seconds=1)
_Days = Mapping[ReputationEntity, Sequence[DayBalance]]


@dataclass(frozen=True, slots=True)
class DayStanding:
    """A day of an entity: its own sends and events by measure, and where the entity stood when it ended."""

    day: Day
    sends: Mapping[Measure, int]
    events: Mapping[Measure, int]
    evaluations: Mapping[Measure, Evaluation]

    @property
    def standing(self) -> Standing | None:
        """The worst of its measures; None where none was rated."""
        found = [each.standing for each in self.evaluations.values() if each.standing]
        return max(found, key=lambda each: each.severity, default=None)


def read_rules(parameters: Mapping[str, str]) -> StandingRules:
    """Return the rules that a stack's parameters say; those that are missing are SES's.

    Raises SettingsError where AccountVolumeWindows is malformed.
    """
    usual = StandingRules()
    return StandingRules(
        thresholds={each: _thresholds(parameters, each, usual.thresholds[each]) for each in Measure},
        volume=int(parameters.get("VolumeWindow", usual.volume)),
        account_volumes=read_volumes(parameters, "AccountVolumeWindows"),
    )


def _thresholds(parameters: Mapping[str, str], measure: Measure, usual: Thresholds) -> Thresholds:
    def read(standing: Standing, rate: Fraction) -> Fraction:
        text = parameters.get(f"{standing.title()}{_RATE_PARAMETERS[measure]}")
        return Fraction(text) / 100 if text else rate

    return Thresholds(*(read(standing, rate) for standing, rate in usual.items()))


def states_at(
    table: LedgerTable, senders: Iterable[SenderIdentity], rules: StandingRules, at: datetime, now: datetime
) -> dict[ReputationEntity, EntityState]:
    """Return where the entities of some senders stood at an aware time gone by, by what is known today.

    Each measure is rated as if for the first time, so without hysteresis. Findings, protection and what SES
    decided are not computed again. Entities without mail until then are left out.
    """
    days = _read_days(table, senders, now - at, rules, now)
    states: dict[ReputationEntity, EntityState] = {}
    for entity, balances in days.items():
        history = History(entity, balances, at)
        evaluations = evaluate_standing(history, {}, rules.of(entity))
        if any(each.has_mail for each in evaluations.values()):
            measures = {
                each.measure: MeasureState(each.standing, at)
                for each in evaluations.values()
                if each.standing
            }
            view = {"measures": evaluation_to_json(evaluations, history)}
            states[entity] = EntityState(entity, 1, at, measures, view=view)
    return states


def history_of(
    table: LedgerTable,
    entity: ReputationEntity,
    rules: StandingRules,
    days: int,
    now: datetime,
) -> list[DayStanding]:
    """Return the last `days` days (UTC, with today) of an entity, oldest first; `now` is an aware time.

    Standings are those of each day's end, today's of now: each follows from the one before, so with
    hysteresis. Days before the first mail are left out.
    """
    first = start_of(day_of(now - (days - 1) * ONE_DAY))
    senders = [sender for sender in table.senders() if entity in entities_of([sender])]
    balances = _read_days(table, senders, now - first, rules, now).get(entity, ())
    return list(_follow(entity, balances, rules.of(entity), list(days_between(first, now)), now))


def _follow(
    entity: ReputationEntity,
    balances: Sequence[DayBalance],
    rules: StandingRules,
    days: Iterable[Day],
    now: datetime,
) -> Iterator[DayStanding]:
    previous: dict[Measure, Standing] = {}
    totals = History(entity, balances, now).totals
    for day in days:
        end = min(now, start_of(day) + ONE_DAY - _LAST_MOMENT)
        evaluations = evaluate_standing(History(entity, balances, end), previous, rules)
        previous = {each.measure: each.standing for each in evaluations.values() if each.standing}
        if previous or day in totals:
            yield DayStanding(day, *_count(totals.get(day, NO_COUNTS)), evaluations)


def _count(counts: RateCounts) -> tuple[dict[Measure, int], dict[Measure, int]]:
    return (
        {measure: SENDS_OF[measure](counts) for measure in Measure},
        {measure: COUNT_OF[measure](counts) for measure in Measure},
    )


def _read_days(
    table: LedgerTable,
    senders: Iterable[SenderIdentity],
    back: timedelta,
    rules: StandingRules,
    now: datetime,
) -> _Days:
    """Read the days of some senders, by entity: as far back as a window reaches that ended `back` ago."""
    mail = read_mail(table, list(senders), now, back.days + 1 + rules.most_days)
    return group_pairs((entity, day) for day in mail.days for entity in entities_of([day.sender]))
