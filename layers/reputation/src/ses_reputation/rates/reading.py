"""The histories of entities, read as far back as each needs, and no day of them twice by one container."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from ses_reputation.hours import ONE_DAY, Day, day_of
from ses_reputation.rates.closed_days import ClosedDays
from ses_reputation.rates.history import History, count_all
from ses_reputation.rates.measures import SENDS_OF
from ses_reputation.rates.thresholds import StandingRules
from ses_reputation.rollup.day_balance import DayBalance
from ses_reputation.rollup.day_store import DayStore
from ses_reputation.rollup.entities import ReputationEntity, SenderIdentity
from ses_reputation.rollup.known_days import KnownDays
from ses_reputation.rollup.rolling_up import RollupProgress, ask_each
from ses_reputation.tallies import group_by

# The last 24 hours and the 30 days before them lie in 32 days: what an entity needs even if it has its volume
# sooner, and all of which detectors read hours and figures.
_HORIZONS = (32, 123)
_DAYS_READ_BY_THE_HOUR = 2

MOST_BYTES = 600_000_000
"""What is remembered at most; docs/adr/0015-days-of-accounts.md says how that fits the function's memory."""

Account = tuple[str, str]
"""An account id, and a Region."""


class _Closed(NamedTuple):
    """Days of an entity, and how far back they go."""

    reach: int
    days: ClosedDays


@dataclass(slots=True)
class HistoryMemory:
    """What a container remembers between its assessments: days, and what was computed of each entity's."""

    known: KnownDays = field(default_factory=KnownDays)
    most_bytes: int = MOST_BYTES
    _closed: dict[ReputationEntity, _Closed] = field(default_factory=dict)

    def begin_assessment(self) -> None:
        """Let go of what the last assessment did not use, and of all if it is too much to keep."""
        if self.known.size > self.most_bytes:
            self.known, self._closed = KnownDays(), {}
        for kept in self._closed.values():
            kept.days.begin_again()

    def reach_of(self, entity: ReputationEntity) -> int:
        """Return the horizon, counted from 0, that an entity was last read back to."""
        return self._closed[entity].reach if entity in self._closed else 0

    def closed_days(
        self, entity: ReputationEntity, senders: Sequence[SenderIdentity], reach: int, days: tuple[Day, Day]
    ) -> ClosedDays:
        """Return an entity's days, from one to another, with what was computed of them if none changed."""
        found = tuple(day for sender in senders for day in self.known.days_of(sender, *days))
        kept = self._closed.get(entity)
        if kept is None or kept.days.days != found:
            kept = _Closed(reach, ClosedDays(found))
        self._closed[entity] = kept._replace(reach=reach)
        return kept.days


@dataclass(frozen=True, slots=True)
class Histories:
    """The histories of entities, and the accounts whose days could not all be read or rolled up, with why."""

    of: Mapping[ReputationEntity, History]
    failed: Mapping[Account, str]


@dataclass(slots=True)
class _Reading:
    """How far the reading of the histories of one assessment came."""

    store: DayStore
    memory: HistoryMemory
    recent: Mapping[SenderIdentity, Sequence[DayBalance]]
    now: datetime
    rules: StandingRules
    histories: dict[ReputationEntity, History] = field(default_factory=dict)
    failed: dict[Account, str] = field(default_factory=dict)

    def horizon(self, reach: int) -> Day:
        """Return the first day within a reach."""
        days = (*_HORIZONS, self.rules.most_days + 1)[reach]
        return day_of(self.now - (days - 1) * ONE_DAY)

    @property
    def last_day(self) -> Day:
        """The day before those that are read by the hour."""
        return day_of(self.now - _DAYS_READ_BY_THE_HOUR * ONE_DAY)

    def read_accounts(self, accounts: Iterable[Account], reach: int, pool: Executor) -> None:
        """Read what is unknown of accounts' days: whole within the first horizon, totals before it."""
        first, whole = self.horizon(reach), self.horizon(0)
        before_whole = day_of(self.now - _HORIZONS[0] * ONE_DAY)

        def read(account: Account) -> None:
            self.memory.known.read_days(self.store, account, whole, self.last_day)
            self.memory.known.read_totals(self.store, account, first, before_whole)

        for account, answer in ask_each(pool, sorted(set(accounts) - self.failed.keys()), read):
            if answer:
                self.failed[account] = answer

    def history_of(self, entity: ReputationEntity, senders: Sequence[SenderIdentity], reach: int) -> History:
        """Return an entity's history as far as a reach."""
        closed = self.memory.closed_days(entity, senders, reach, (self.horizon(reach), self.last_day))
        recent = [day for sender in senders for day in self.recent.get(sender, ())]
        return History(entity, recent, self.now, closed)


def read_histories(
    store: DayStore,
    memory: HistoryMemory,
    entities: Mapping[ReputationEntity, Sequence[SenderIdentity]],
    rollup: RollupProgress,
    rules: StandingRules,
    pool: Executor,
) -> Histories:
    """Return the histories of entities: the days of which the rollup has read the hours, and those before.

    An entity is read back to 32 days, then to 123, then as far as a window may reach, as long as it has less
    mail of a measure than its volume window holds; and at once as far as it needed last time."""
    recent = group_by(rollup.recent_balances, lambda day: day.sender)
    # What is stored of these is older than what was posted: it must not be remembered.
    failed = {(day.account, day.region): cause for day, cause in rollup.not_rolled_up.items()}
    reading = _Reading(store, memory, recent, rollup.now, rules, failed=failed)
    reaches = {entity: memory.reach_of(entity) for entity in entities}
    for reach in range(len(_HORIZONS) + 1):
        due = [entity for entity in entities if reaches[entity] == reach]
        reading.read_accounts({_account_of(each) for entity in due for each in entities[entity]}, reach, pool)
        for entity in due:
            history = reading.history_of(entity, entities[entity], reach)
            reading.histories[entity] = history
            if min(count_all(history, sends) for sends in SENDS_OF.values()) < rules.of(entity).volume:
                reaches[entity] = reach + 1
    return Histories(reading.histories, reading.failed)


def _account_of(sender: SenderIdentity) -> Account:
    return sender.account, sender.region
