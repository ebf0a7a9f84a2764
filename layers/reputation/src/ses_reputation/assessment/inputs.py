"""All that one assessment reads of the table before it evaluates the entities."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Protocol

from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rates.history import History
from ses_reputation.rates.reading import Account, HistoryMemory, read_histories
from ses_reputation.rates.thresholds import StandingRules
from ses_reputation.rollup.day_balance import sender_of
from ses_reputation.rollup.day_store import DayStore
from ses_reputation.rollup.entities import (
    ReputationEntity,
    SenderIdentity,
    account_entity,
    both_entities,
    entities_of,
)
from ses_reputation.rollup.rolling_up import RollupProgress, read_recent
from ses_reputation.statistics.diagnoses import PlaceDiagnoses
from ses_reputation.statistics.send_statistics import SendStatistics
from ses_reputation.tallies import group_pairs


class InputStore(DayStore, Protocol):
    """What is read of the table; see ses_reputation.assessment.store.AssessmentTable."""

    def read_statistics(self) -> list[SendStatistics]:
        """Return what SES counted, of each account and Region that was read."""

    def read_diagnoses(self) -> list[PlaceDiagnoses]:
        """Return what the doctor last found, of each account and Region that it looked at."""


@dataclass(frozen=True, slots=True)
class AssessmentInputs:
    """All that an assessment has read, by entity.

    senders: whose mail stands in each entity that is to be assessed. histories: of the same entities. hours:
    of today and yesterday (UTC). diagnoses: of all accounts, whomever they concern. failed: entities of which
    something could not be read, and why: they are left as they are."""

    senders: Mapping[ReputationEntity, Sequence[SenderIdentity]]
    histories: Mapping[ReputationEntity, History]
    hours: Mapping[ReputationEntity, Sequence[HourBalance]]
    statistics: Mapping[ReputationEntity, SendStatistics]
    diagnoses: Sequence[PlaceDiagnoses]
    failed: Mapping[ReputationEntity, str]


def read_inputs(
    store: InputStore,
    memory: HistoryMemory,
    rollup: RollupProgress,
    is_due: Callable[[ReputationEntity], bool],
    rules: StandingRules,
    pool: Executor,
) -> AssessmentInputs:
    """Read what is needed of all entities that are due, after a rollup that caught up."""
    read_recent(store, rollup, pool)
    entities = {entity: senders for entity, senders in entities_of(rollup.senders).items() if is_due(entity)}
    histories = read_histories(store, memory, entities, rollup, rules, pool)
    statistics = {account_entity(each.account, each.region): each for each in store.read_statistics()}
    hours = group_pairs(
        (entity, hour)
        for read in rollup.recent.values()
        for hour in read.hours
        for entity in both_entities(sender_of(hour))
    )
    failed = dict(_failed(entities, histories.failed))
    return AssessmentInputs(entities, histories.of, hours, statistics, store.read_diagnoses(), failed)


def _failed(
    entities: Mapping[ReputationEntity, Sequence[SenderIdentity]], accounts: Mapping[Account, str]
) -> Iterator[tuple[ReputationEntity, str]]:
    for account, cause in accounts.items():
        yield account_entity(*account), cause
    for entity, senders in entities.items():
        for sender in senders:
            if cause := accounts.get((sender.account, sender.region), ""):
                yield entity, cause
