"""The day balances that entities are judged by, read as far back as each needs and no further."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime

from ses_reputation.errors import UnavailableError
from ses_reputation.hours import ONE_DAY, Day, day_of
from ses_reputation.rates.thresholds import StandingRules
from ses_reputation.rates.windows import History, find_crossing
from ses_reputation.rollup.day_balance import DayBalance
from ses_reputation.rollup.entities import ReputationEntity, SenderIdentity
from ses_reputation.rollup.rolling_up import DayStore
from ses_reputation.tallies import group_by

# The last 24 hours and the 30 days before them touch 32 days: what an entity needs even if it has its volume
# sooner.
_HORIZONS = (32, 123)


@dataclass(frozen=True, slots=True)
class Histories:
    """Day balances by sender, in no order, and the senders whose balances could not all be read, with why."""

    days: Mapping[SenderIdentity, Sequence[DayBalance]]
    failed: Mapping[SenderIdentity, str]


def read_histories(
    store: DayStore,
    entities: Mapping[ReputationEntity, Sequence[SenderIdentity]],
    recent: Iterable[DayBalance],
    now: datetime,
    rules: StandingRules,
    pool: Executor,
) -> Histories:
    """Return the day balances of all senders in `entities`: `recent`, and the stored ones of the days before.

    A sender is read back to 32 days, then to 123, then as far as a window may reach, as long as an entity
    that it stands in has fewer eligible sends than the volume window holds."""
    days: dict[SenderIdentity, list[DayBalance]] = {
        sender: [] for senders in entities.values() for sender in senders
    } | group_by(recent, lambda balance: balance.sender)
    failed: dict[SenderIdentity, str] = {}
    unread, wanted = list(_periods(now, rules)), set(days)
    while unread and wanted:
        for sender, read in _read(store, sorted(wanted - failed.keys()), *unread.pop(0), pool):
            if isinstance(read, str):
                failed[sender] = read
            else:
                days[sender] += read
        wanted = set(_lacking(entities, days, now, rules)) if unread else set()
    return Histories(days, failed)


def gather(
    days: Mapping[SenderIdentity, Sequence[DayBalance]], senders: Iterable[SenderIdentity]
) -> list[DayBalance]:
    """Return the day balances of several senders together."""
    return [balance for sender in senders for balance in days[sender]]


def _periods(now: datetime, rules: StandingRules) -> Iterator[tuple[Day, Day]]:
    """Yield first and last day of what is read at a time, latest first; the recent days are known."""
    days_read = 2
    for horizon in (*_HORIZONS, rules.most_days + 1):
        yield day_of(now - (horizon - 1) * ONE_DAY), day_of(now - days_read * ONE_DAY)
        days_read = horizon


def _read(
    store: DayStore, senders: Sequence[SenderIdentity], first_day: str, last_day: str, pool: Executor
) -> Iterator[tuple[SenderIdentity, list[DayBalance] | str]]:
    def read_one(sender: SenderIdentity) -> list[DayBalance] | str:
        try:
            return store.read_days(sender, first_day, last_day)
        except UnavailableError as error:
            return str(error)

    return zip(senders, pool.map(read_one, senders), strict=True)


def _lacking(
    entities: Mapping[ReputationEntity, Sequence[SenderIdentity]],
    days: Mapping[SenderIdentity, Sequence[DayBalance]],
    now: datetime,
    rules: StandingRules,
) -> Iterator[SenderIdentity]:
    for entity, senders in entities.items():
        history = History(entity, gather(days, senders), now)
        if find_crossing(history, "", lambda figures: figures.sends, rules.volume) is None:
            yield from senders
