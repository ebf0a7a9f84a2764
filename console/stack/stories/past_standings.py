"""Where entities stood at times gone by, computed again from the days that the ledger keeps."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from console.stack.stories.past_mail import PastTable, read_past_days, sum_days
from ses_reputation.environment import read_volumes
from ses_reputation.hours import ONE_DAY, Day, day_of, days_between, start_of
from ses_reputation.rates.closed_days import ClosedDays
from ses_reputation.rates.history import History
from ses_reputation.rates.measures import COUNT_OF, SENDS_OF
from ses_reputation.rates.thresholds import Measure, Standing, StandingRules, Thresholds
from ses_reputation.rollup.entities import ReputationEntity, SenderIdentity, entities_of
from ses_reputation.rollup.rate_counts import NO_COUNTS, RateCounts
from ses_reputation.standing.evaluation import Evaluation, evaluate_standing
from ses_reputation.standing.evaluation_json import evaluation_to_json
from ses_reputation.standing.state import EntityState, MeasureState

_RATE_PARAMETERS: Mapping[Measure, str] = {
    Measure.BOUNCES: "BounceRate",
    Measure.COMPLAINTS: "ComplaintRate",
}
_LAST_MOMENT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class DayStanding:
    """A day of an entity: its own sends and events by measure, and where the entity stood when it ended.

    evaluations: of all its mail together, so without causes and parts.
    """

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
    table: PastTable, senders: Iterable[SenderIdentity], rules: StandingRules, at: datetime
) -> dict[ReputationEntity, EntityState]:
    """Return where the entities of some senders stood at an aware time gone by, by what is known today.

    Each measure is rated as if for the first time, so without hysteresis. Findings, protection and what SES
    decided are not computed again. Entities without mail until then are left out.
    """
    states: dict[ReputationEntity, EntityState] = {}
    for entity, days in read_past_days(table, entities_of(senders), rules, at, at).items():
        history = History(entity, (), at, days)
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
    table: PastTable, entity: ReputationEntity, rules: StandingRules, days: int, now: datetime
) -> list[DayStanding]:
    """Return the last `days` days (UTC, with today) of an entity, oldest first; `now` is an aware time.

    Standings are those of each day's end, today's of now: each follows from the one before, so with
    hysteresis. Days before the first mail are left out.
    """
    ends = [
        min(now, start_of(day) + ONE_DAY - _LAST_MOMENT)
        for day in days_between(now - (days - 1) * ONE_DAY, now)
    ]
    senders = entities_of(table.senders()).get(entity, [])
    found = read_past_days(table, {entity: senders}, rules, ends[0], now)
    return list(_follow(entity, sum_days(found[entity].days), rules.of(entity), ends))


def _follow(
    entity: ReputationEntity, days: ClosedDays, rules: StandingRules, ends: Iterable[datetime]
) -> Iterator[DayStanding]:
    previous: dict[Measure, Standing] = {}
    for end in ends:
        history, day = History(entity, (), end, days), day_of(end)
        evaluations = evaluate_standing(history, previous, rules)
        previous = {each.measure: each.standing for each in evaluations.values() if each.standing}
        if previous or day in history.totals:
            yield DayStanding(day, *_count(history.totals.get(day, NO_COUNTS)), evaluations)


def _count(counts: RateCounts) -> tuple[dict[Measure, int], dict[Measure, int]]:
    return (
        {measure: SENDS_OF[measure](counts) for measure in Measure},
        {measure: COUNT_OF[measure](counts) for measure in Measure},
    )
