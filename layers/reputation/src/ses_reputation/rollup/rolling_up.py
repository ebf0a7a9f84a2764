"""The rollup: the days of all hours posted since the last assessment are recomputed, and stored once over.

The index of postings says which balances are new; what their days add up to is always read in full. So a
rollup may be cut off anywhere and done again, and the watermark moves on only after what lies before it is
written. Today and yesterday are read from their hours by whoever needs them: a day is written when it is
over for a day, and again when late feedback comes.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple, TypeVar

from ses_reputation.errors import UnavailableError
from ses_reputation.hours import ONE_DAY, Day, day_of, next_period
from ses_reputation.ledger.hour_balance import HourBalance, gather_hours
from ses_reputation.rollup.day_balance import (
    AccountDayBalance,
    CountedDay,
    account_day_balance,
    day_balances_of,
)
from ses_reputation.rollup.day_store import DayMemory, DayStore, DayWrite
from ses_reputation.rollup.entities import SenderIdentity
from ses_reputation.rollup.keys import AccountDay

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")

SETTLING = timedelta(minutes=10)
"""How long a posting may take to be seen: two minutes of posting after its balance is dated, the index, which
is eventually consistent, and clocks."""
FIRST_REACH = timedelta(days=400)
"""How far back the first rollup begins: the longest window and a month."""


@dataclass(frozen=True, slots=True)
class ReadDay:
    """The sender-hours of an account-day, the day balances that they add up to, and the pages of all."""

    hours: Sequence[HourBalance]
    days: Sequence[CountedDay]
    pages: int


@dataclass(slots=True)
class RollupProgress:
    """How far a rollup came, while it goes on and after.

    now: the assessed time. stored_before: the first day that is not stored yet. senders: all that are known.
    written: account-days that changed in the table. not_rolled_up: account-days that could not be read or
    written, and why. recent: account-days of today and yesterday, as far as they were read. is_caught_up: all
    that was posted is rolled up, but for `not_rolled_up`."""

    now: datetime
    stored_before: Day
    senders: set[SenderIdentity]
    written: int = 0
    not_rolled_up: dict[AccountDay, str] = field(default_factory=dict)
    recent: dict[AccountDay, ReadDay] = field(default_factory=dict)
    is_caught_up: bool = False

    @property
    def recent_days(self) -> tuple[Day, Day]:
        """Yesterday and today."""
        return recent_days(self.now)

    @property
    def recent_balances(self) -> list[CountedDay]:
        """The day balances of today and yesterday, as far as they were read."""
        return [day for read in self.recent.values() for day in read.days]

    @property
    def accounts(self) -> set[tuple[str, str]]:
        """The known accounts, each with a Region."""
        return {(sender.account, sender.region) for sender in self.senders}


def recent_days(now: datetime) -> tuple[Day, Day]:
    """Return yesterday and today, whose hours are read in full by every assessment."""
    return day_of(now - ONE_DAY), day_of(now)


def roll_up_postings(
    store: DayStore,
    memory: DayMemory,
    now: datetime,
    clock: Callable[[], datetime],
    has_time: Callable[[], bool],
    pool: Executor,
) -> RollupProgress:
    """Recompute the days of whatever was posted since the watermark, page by page of the index.

    Balances are dated by the posting function's clock, so it is `clock` that says what is settled, not `now`.
    An account-day that fails is in `not_rolled_up`, and holds the watermark back until it is rolled up.
    """
    started_at = clock()
    known_at = memory.begin_rollup(started_at)
    stored_before = max(recent_days(now)[0], recent_days(started_at)[0])
    rollup = RollupProgress(now, stored_before, set(store.senders()))
    watermark = store.read_watermark() or started_at - FIRST_REACH
    done = _store_ended_days(store, memory, rollup, has_time, pool)
    if done is None:
        return rollup
    # Whatever was posted since then may be unknown to the table, or to memory.
    since = min(watermark, known_at - SETTLING)
    for page in store.postings_since(since, started_at):
        if not has_time():
            return rollup
        roll_up_account_days(store, memory, page.account_days - done, rollup, pool)
        done |= page.account_days
        watermark = _advance(store, rollup, watermark, min(page.last_posted_at, started_at - SETTLING))
    _advance(store, rollup, watermark, started_at - SETTLING)
    memory.finish_rollup(started_at)
    rollup.is_caught_up = True
    return rollup


def _store_ended_days(
    store: DayStore, memory: DayMemory, rollup: RollupProgress, has_time: Callable[[], bool], pool: Executor
) -> set[AccountDay] | None:
    """Store the days that the last rollup left out as recent, and that are no more; return them.

    None where there was no time for all. A day that fails holds up those after it.
    """
    day, done = store.read_stored_before(), set[AccountDay]()
    if day is None:
        store.advance_stored_before(rollup.stored_before)
        return done
    while day < rollup.stored_before:
        if not has_time():
            return None
        of_day = frozenset(AccountDay(*account, day) for account in rollup.accounts)
        roll_up_account_days(store, memory, of_day, rollup, pool)
        done |= of_day
        day = next_period(day)
        if not rollup.not_rolled_up:
            store.advance_stored_before(day)
    return done


def _advance(
    store: DayStore, rollup: RollupProgress, watermark: datetime, rolled_up_to: datetime
) -> datetime:
    if rollup.not_rolled_up or rolled_up_to <= watermark:
        return watermark
    store.advance_watermark(rolled_up_to)
    return rolled_up_to


def roll_up_account_days(
    store: DayStore,
    memory: DayMemory,
    account_days: frozenset[AccountDay],
    rollup: RollupProgress,
    pool: Executor,
) -> None:
    """Recompute the day balances of account-days, and note in `rollup` what became of each."""
    roll_up = partial(_roll_up_account_day, store, rollup)
    for account_day, rolled_up in ask_each(pool, sorted(account_days), roll_up):
        if isinstance(rolled_up, str):
            rollup.not_rolled_up[account_day] = rolled_up
            memory.forget(account_day)
            continue
        rollup.written += rolled_up.outcome is DayWrite.WRITTEN
        if rolled_up.stored:
            memory.learn(rolled_up.stored, rolled_up.outcome)
        if rolled_up.recent:
            rollup.recent[account_day] = rolled_up.recent


def ask_each(
    pool: Executor, items: Sequence[Asked], ask: Callable[[Asked], Answer]
) -> Iterator[tuple[Asked, Answer | str]]:
    """Yield each item with its answer, or with the cause where AWS was unavailable."""

    def answer(item: Asked) -> Answer | str:
        try:
            return ask(item)
        except UnavailableError as error:
            return str(error)

    return zip(items, pool.map(answer, items), strict=True)


class _RolledUp(NamedTuple):
    """A recent day as it was read, for the assessment, or one that is over, for the table."""

    recent: ReadDay | None
    stored: AccountDayBalance | None
    outcome: DayWrite


def _roll_up_account_day(store: DayStore, rollup: RollupProgress, account_day: AccountDay) -> _RolledUp:
    read = read_day(store, account_day)
    recent = read if account_day.day in rollup.recent_days else None
    stored, outcome = None, DayWrite.UNCHANGED
    if account_day.day < rollup.stored_before:
        stored = account_day_balance(account_day, read.pages, read.days)
        outcome = store.write_day(stored) if stored.days else DayWrite.OUTDATED
    _register(store, rollup, read)
    return _RolledUp(recent, stored, outcome)


def _register(store: DayStore, rollup: RollupProgress, read: ReadDay) -> None:
    """Make the senders of a day known that are not."""
    for sender in {day.sender for day in read.days} - rollup.senders:
        store.register(sender)
        rollup.senders.add(sender)


def roll_up_again(store: DayStore, account_day: AccountDay) -> None:
    """Write an account-day anew that was found half written, whatever the table holds of it."""
    read = read_day(store, account_day)
    store.write_day(account_day_balance(account_day, read.pages, read.days), is_whole=False)


def read_day(store: DayStore, account_day: AccountDay) -> ReadDay:
    """Return the hours of an account-day, and what they add up to."""
    account, region, day = account_day
    balances = store.read_hours(account, region, day, day)
    hours = gather_hours(balances)
    return ReadDay(hours, day_balances_of(hours), sum(balance.pages for balance in balances))


def read_recent(store: DayStore, rollup: RollupProgress, pool: Executor) -> None:
    """Read today and yesterday of all accounts, if the rollup did not; failures are `not_rolled_up`.

    Of today's hours only the first posting of each is named, so a sender may be met here for the first time.
    """

    def read_recent_day(account_day: AccountDay) -> ReadDay:
        read = read_day(store, account_day)
        _register(store, rollup, read)
        return read

    wanted = {AccountDay(*account, day) for account in rollup.accounts for day in rollup.recent_days}
    unread = sorted(wanted - rollup.recent.keys() - rollup.not_rolled_up.keys())
    for account_day, read in ask_each(pool, unread, read_recent_day):
        if isinstance(read, str):
            rollup.not_rolled_up[account_day] = read
        else:
            rollup.recent[account_day] = read
