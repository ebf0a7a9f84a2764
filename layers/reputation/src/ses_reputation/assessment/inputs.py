"""What one assessment knows, and what it sees of an entity in it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from ses_reputation.findings.deferrals import find_deferrals
from ses_reputation.findings.feed_coverage.feed_health import find_feed_faults
from ses_reputation.findings.finding import Detection
from ses_reputation.findings.rate_spikes import find_rate_spikes
from ses_reputation.findings.reconciliation import find_reconciliation_gap
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rates.history import gather, read_histories
from ses_reputation.rates.thresholds import Measure, Standing, StandingRules
from ses_reputation.rates.windows import History
from ses_reputation.rollup.day_balance import DayBalance
from ses_reputation.rollup.entities import (
    ReputationEntity,
    SenderIdentity,
    account_entity,
    entities_of,
    identity_entity,
)
from ses_reputation.rollup.rolling_up import DayStore, RollupProgress, read_recent
from ses_reputation.standing.evaluation import Evaluation, evaluate_standing
from ses_reputation.standing.evaluation_json import evaluation_to_json
from ses_reputation.standing.state_machine import EntityEvaluation
from ses_reputation.statistics.send_statistics import SendStatistics

_KEPT_BY_SES = timedelta(days=15)


class SightStore(DayStore, Protocol):
    """What is read of the table; see ses_reputation.assessment.store.AssessmentTable."""

    def read_statistics(self) -> list[SendStatistics]:
        """Return what SES counted, of each account and Region that was read."""


@dataclass(frozen=True, slots=True)
class AssessmentInputs:
    """All that an assessment has read, by entity.

    senders: of the entities that are to be assessed. hours: of today and yesterday (UTC). failed: entities of
    which something could not be read, and why: they are left as they are."""

    senders: Mapping[ReputationEntity, Sequence[SenderIdentity]]
    days: Mapping[SenderIdentity, Sequence[DayBalance]]
    hours: Mapping[ReputationEntity, Sequence[HourBalance]]
    statistics: Mapping[ReputationEntity, SendStatistics]
    failed: Mapping[ReputationEntity, str]


def read_inputs(
    store: SightStore,
    rollup: RollupProgress,
    is_due: Callable[[ReputationEntity], bool],
    now: datetime,
    rules: StandingRules,
    pool: Executor,
) -> AssessmentInputs:
    """Read what is needed of all entities that are due, after a rollup that caught up."""
    read_recent(store, rollup, pool)
    entities = {entity: senders for entity, senders in entities_of(rollup.senders).items() if is_due(entity)}
    recent = [day for read in rollup.recent.values() for day in read.days if day.sender in rollup.senders]
    histories = read_histories(store, entities, recent, now, rules, pool)
    statistics = {account_entity(each.account, each.region): each for each in store.read_statistics()}
    hours = _by_entity(hour for read in rollup.recent.values() for hour in read.hours)
    return AssessmentInputs(
        entities, histories.days, hours, statistics, dict(_failed(entities, rollup, histories.failed))
    )


def _failed(
    entities: Mapping[ReputationEntity, Sequence[SenderIdentity]],
    rollup: RollupProgress,
    unread: Mapping[SenderIdentity, str],
) -> Iterator[tuple[ReputationEntity, str]]:
    not_rolled_up = {
        account_entity(day.account, day.region): code for day, code in rollup.not_rolled_up.items()
    }
    yield from not_rolled_up.items()
    for entity, senders in entities.items():
        for sender in senders:
            code = not_rolled_up.get(account_entity(sender.account, sender.region)) or unread.get(sender)
            if code:
                yield entity, code


def _by_entity(hours: Iterable[HourBalance]) -> dict[ReputationEntity, list[HourBalance]]:
    by_book: dict[ReputationEntity, list[HourBalance]] = {}
    for hour in hours:
        sender_hour = hour.sender_hour
        for entity in (
            account_entity(sender_hour.sending_account, sender_hour.region),
            identity_entity(sender_hour.identity),
        ):
            by_book.setdefault(entity, []).append(hour)
    return by_book


def evaluate_entity(
    entity: ReputationEntity,
    known: AssessmentInputs,
    held: Mapping[Measure, Standing],
    now: datetime,
    rules: StandingRules,
) -> EntityEvaluation:
    """Return what is to be seen of an entity: evaluations, possible findings, and what is shown of it."""
    history = History(entity, gather(known.days, known.senders[entity]), now)
    evaluations = evaluate_standing(history, held, rules)
    detections = list(_detections(history, known, rules))
    view = entity_to_json(evaluations, history, known.statistics.get(entity), known.hours.get(entity, ()))
    return EntityEvaluation(entity, evaluations, detections, view)


def _detections(history: History, known: AssessmentInputs, rules: StandingRules) -> Iterator[Detection]:
    entity, days, now = history.entity, history.days, history.now
    hours = known.hours.get(entity, ())
    yield from find_rate_spikes(history, rules)
    yield from find_deferrals(entity, hours, days, now)
    yield from find_feed_faults(entity, hours, days, now)
    if statistics := known.statistics.get(entity):
        # Each day that is given is unpacked: a year of them would be compared with two weeks.
        first = f"{statistics.read_at - _KEPT_BY_SES:%Y-%m-%d}"
        yield from find_reconciliation_gap(entity, statistics, [day for day in days if day.day >= first], now)


def entity_to_json(
    evaluations: Mapping[Measure, Evaluation],
    history: History,
    statistics: SendStatistics | None,
    hours: Iterable[HourBalance],
) -> dict[str, Any]:
    """Return what `standing --json` prints of an entity, as plain JSON: EntityState.view.

    measures    by measure, see ses_reputation.standing.evaluation_json.evaluation_to_json
    ses         what SES publishes itself: {bounce_rate, complaint_rate, rates_at}, rates as fractions of
                1, each null where SES publishes none; null for an identity, and for an account whose
                statistics were not read
    open        mail of today and yesterday (UTC) whose end is not known: {delayed, without_outcome}, in
                dispatches; those without outcome may be on their way yet
    """
    return {
        "measures": evaluation_to_json(evaluations, history),
        "ses": _show_statistics(statistics) if statistics else None,
        "open": _show_open(hours),
    }


def _show_statistics(statistics: SendStatistics) -> dict[str, Any]:
    return {
        "bounce_rate": statistics.bounce_rate,
        "complaint_rate": statistics.complaint_rate,
        "rates_at": statistics.rates_at.isoformat() if statistics.rates_at else None,
    }


def _show_open(hours: Iterable[HourBalance]) -> dict[str, int]:
    names = {"delayed": "delayed_still_open", "without_outcome": "sent_without_outcome"}
    view = dict.fromkeys(names, 0)
    for hour in hours:
        for providers in hour.followed.values():
            for figures in providers.values():
                for name, figure in names.items():
                    view[name] += figures.get(figure, 0)
    return view
