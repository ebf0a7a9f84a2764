"""The rollup: the day balances of all hours posted since the last assessment are recomputed.

The index of postings says which balances are new; what their days add up to is always read in full. So a
rollup may be cut off anywhere and done again, and the watermark moves on only after what lies before it is
written.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol, TypeVar

from ses_reputation.errors import UnavailableError
from ses_reputation.hours import ONE_DAY, Day, day_of
from ses_reputation.ledger.balance_store import Balance
from ses_reputation.ledger.hour_balance import HourBalance, gather_hours
from ses_reputation.rollup.day_balance import DayBalance, day_balances_of
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
class PostingsPage:
    """A page of the index of postings: the account-days of its balances, and when the last was posted."""

    account_days: frozenset[AccountDay]
    last_posted_at: datetime


class DayStore(Protocol):
    """What the rollup needs of the table; see ses_reputation.assessment.store.AssessmentTable."""

    def read_watermark(self) -> datetime | None:
        """Return the time up to which all posted balances are rolled up."""

    def advance_watermark(self, rolled_up_to: datetime) -> None:
        """Move the watermark on, never back."""

    def postings_since(self, since: datetime, until: datetime) -> Iterator[PostingsPage]:
        """Yield which account-days got balances, in the order of posting."""

    def senders(self) -> list[SenderIdentity]:
        """Return all known senders."""

    def register(self, sender: SenderIdentity) -> None:
        """Make a sender known."""

    def read_hours(self, account: str, region: str, first_day: str, last_day: str) -> list[Balance]:
        """Return an account's balances of some days."""

    def read_days(self, sender: SenderIdentity, first_day: str, last_day: str) -> list[DayBalance]:
        """Return a sender's day balances of some days."""

    def write_day(self, day: DayBalance) -> bool:
        """Write a day balance where it says something new; return whether it was written."""


@dataclass(frozen=True, slots=True)
class ReadDay:
    """The sender-hours of an account-day, and the day balances that they add up to."""

    hours: Sequence[HourBalance]
    days: Sequence[DayBalance]


@dataclass(slots=True)
class RollupProgress:
    """How far a rollup came, while it goes on and after.

    written: day balances that changed. not_rolled_up: account-days that could not be read or written, and
    why. senders: all that are known by now. recent: account-days of today and yesterday, as far as they were
    read. is_caught_up: all that was posted is rolled up, but for `not_rolled_up`."""

    recent_days: tuple[Day, ...]
    senders: set[SenderIdentity]
    written: int = 0
    not_rolled_up: dict[AccountDay, str] = field(default_factory=dict)
    recent: dict[AccountDay, ReadDay] = field(default_factory=dict)
    is_caught_up: bool = False


def recent_days(now: datetime) -> tuple[Day, Day]:
    """Return yesterday and today, whose hours are read in full by every assessment."""
    return day_of(now - ONE_DAY), day_of(now)


def roll_up_postings(
    store: DayStore,
    now: datetime,
    clock: Callable[[], datetime],
    has_time: Callable[[], bool],
    pool: Executor,
) -> RollupProgress:
    """Recompute the day balances of whatever was posted since the watermark, page by page of the index.

    Balances are dated by the posting function's clock, so it is `clock` that says what is settled, not `now`.
    An account-day that fails is in `not_rolled_up`, and holds the watermark back until it is rolled up.
    """
    rollup = RollupProgress(recent_days(now), set(store.senders()))
    started_at = clock()
    watermark = store.read_watermark() or started_at - FIRST_REACH
    done: set[AccountDay] = set()
    for page in store.postings_since(watermark, started_at):
        if not has_time():
            return rollup
        roll_up_account_days(store, page.account_days - done, rollup, pool)
        done |= page.account_days
        watermark = _advance(store, rollup, watermark, min(page.last_posted_at, started_at - SETTLING))
    _advance(store, rollup, watermark, started_at - SETTLING)
    rollup.is_caught_up = True
    return rollup


def _advance(
    store: DayStore, rollup: RollupProgress, watermark: datetime, rolled_up_to: datetime
) -> datetime:
    if rollup.not_rolled_up or rolled_up_to <= watermark:
        return watermark
    store.advance_watermark(rolled_up_to)
    return rolled_up_to


def roll_up_account_days(
    store: DayStore, account_days: frozenset[AccountDay], rollup: RollupProgress, pool: Executor
) -> None:
    """Recompute the day balances of account-days, and note in `rollup` what became of each."""
    roll_up = partial(_roll_up_account_day, store, rollup)
    for account_day, rolled_up in ask_each(pool, sorted(account_days), roll_up):
        if isinstance(rolled_up, str):
            rollup.not_rolled_up[account_day] = rolled_up
            continue
        written, recent = rolled_up
        rollup.written += written
        if recent:
            rollup.recent[account_day] = recent


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


def _roll_up_account_day(
    store: DayStore, rollup: RollupProgress, account_day: AccountDay
) -> tuple[int, ReadDay | None]:
    """Return how many day balances changed, and a recent day as it was read: a first rollup reads a year."""
    read = _read(store, account_day)
    written = sum(store.write_day(day) for day in read.days)
    for sender in {day.sender for day in read.days} - rollup.senders:
        store.register(sender)
        rollup.senders.add(sender)
    return written, read if account_day.day in rollup.recent_days else None


def _read(store: DayStore, account_day: AccountDay) -> ReadDay:
    account, region, day = account_day
    hours = gather_hours(store.read_hours(account, region, day, day))
    return ReadDay(hours, day_balances_of(hours))


def read_recent(store: DayStore, rollup: RollupProgress, pool: Executor) -> None:
    """Read today and yesterday of all accounts, if the rollup did not; failures are `not_rolled_up`."""
    accounts = {(sender.account, sender.region) for sender in rollup.senders}
    wanted = {AccountDay(*account, day) for account in accounts for day in rollup.recent_days}
    unread = sorted(wanted - rollup.recent.keys() - rollup.not_rolled_up.keys())
    for account_day, read in ask_each(pool, unread, partial(_read, store)):
        if isinstance(read, str):
            rollup.not_rolled_up[account_day] = read
        else:
            rollup.recent[account_day] = read
