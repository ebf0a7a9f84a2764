"""Stored days as the function's container remembers them between its runs, so that none is read twice.

A day changes only where something of it is posted. So each rollup also reads what was posted since the last
one of this container, whoever rolled it up meanwhile, and what that names is learned anew. No result depends
on what is remembered: an empty memory reads all once.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache, partial

from ses_reputation.hours import Day, Hour, next_period
from ses_reputation.ledger.balance import BalanceCounts
from ses_reputation.rollup.day_balance import AccountDayBalance, DayBalance, PackedDay
from ses_reputation.rollup.day_packing import unpack_totals
from ses_reputation.rollup.day_rows import HalfWrittenError
from ses_reputation.rollup.day_store import DayStore, DayWrite
from ses_reputation.rollup.entities import SenderIdentity
from ses_reputation.rollup.keys import AccountDay
from ses_reputation.rollup.rate_counts import Breakdown
from ses_reputation.rollup.rolling_up import roll_up_again

# What an identity's day takes besides what it packs: an object, its byte strings, its place in a map.
_OVERHEAD_BYTES = 350

ByIdentity = Mapping[str, DayBalance]
ReadRange = Callable[[str, str, Day, Day], list[AccountDayBalance]]


@dataclass(frozen=True, slots=True)
class DistantDay:
    """A day of which only the totals were read; a window that begins within it asks for its hours."""

    sender: SenderIdentity
    day: Day
    packed_totals: bytes
    read_detail: Callable[[AccountDay], Mapping[str, PackedDay]]

    @property
    def totals(self) -> Breakdown:
        """What of the whole day enters rates."""
        return unpack_totals(self.packed_totals)

    @property
    def hours(self) -> Mapping[Hour, Breakdown]:
        """The same of each hour. Raises UnavailableError where they cannot be read."""
        found = self._read()
        return found.hours if found else {}

    @property
    def figures(self) -> BalanceCounts:
        """Counts, what followed what, and coverage. Raises UnavailableError where they cannot be read."""
        found = self._read()
        return found.figures if found else BalanceCounts()

    def _read(self) -> PackedDay | None:
        account, region, identity = self.sender
        return self.read_detail(AccountDay(account, region, self.day)).get(identity)


@dataclass(slots=True)
class KnownDays:
    """Account-days that were read or written, each with the days of all its identities.

    postings_known_at: when the last rollup began that left nothing out, or the first, before which nothing
    was known; whatever was posted later than SETTLING before that may be unknown here. size: what all this
    takes, in bytes.
    """

    postings_known_at: datetime | None = None
    size: int = 0
    _days: dict[AccountDay, ByIdentity] = field(default_factory=dict)
    _detail: dict[AccountDay, Mapping[str, PackedDay]] = field(default_factory=dict)

    def begin_rollup(self, now: datetime) -> datetime:
        """Return up to when postings are known, but for those of SETTLING before."""
        self.postings_known_at = self.postings_known_at or now
        return self.postings_known_at

    def learn(self, balance: AccountDayBalance, outcome: DayWrite) -> None:
        """Take an account-day as stored, if it is."""
        self.forget(balance.account_day)
        if outcome is not DayWrite.OUTDATED:
            self._keep(balance.account_day, _by_identity(balance.days))

    def forget(self, account_day: AccountDay) -> None:
        """Take nothing as known of an account-day."""
        for days in (self._days.pop(account_day, {}), self._detail.pop(account_day, {})):
            self.size -= sum(map(_size_of, days.values()))

    def finish_rollup(self, began_at: datetime) -> None:
        """Take what was posted up to SETTLING before a time as known: a rollup left nothing out."""
        self.postings_known_at = began_at

    def days_of(self, sender: SenderIdentity, first_day: Day, last_day: Day) -> Iterator[DayBalance]:
        """Yield the known days of a sender from one to another."""
        account, region, identity = sender
        for day in days_between(first_day, last_day):
            if found := self._days.get(AccountDay(account, region, day), {}).get(identity):
                yield found

    def read_days(self, store: DayStore, account: tuple[str, str], first_day: Day, last_day: Day) -> None:
        """Read what is unknown of an account's days, whole. Raises UnavailableError."""
        for first, last in self._unknown(account, first_day, last_day):
            balances = _read_whole(store, store.read_days, account, first, last)
            self._take(account, first, last, {each.account_day: _by_identity(each.days) for each in balances})

    def read_totals(self, store: DayStore, account: tuple[str, str], first_day: Day, last_day: Day) -> None:
        """Read the totals of what is unknown of an account's days. Raises UnavailableError."""
        read_detail = partial(self._read_detail, store)
        for first, last in self._unknown(account, first_day, last_day):
            balances = _read_whole(store, store.read_totals, account, first, last)
            distant = {
                each.account_day: _by_identity(
                    DistantDay(day.sender, day.day, day.packed_totals, read_detail) for day in each.days
                )
                for each in balances
            }
            self._take(account, first, last, distant)

    def _unknown(self, account: tuple[str, str], first_day: Day, last_day: Day) -> list[tuple[Day, Day]]:
        """Return the periods of days, from one to another, that nothing is known of."""
        periods: list[tuple[Day, Day]] = []
        before_is_unknown = False
        for day in days_between(first_day, last_day):
            is_unknown = AccountDay(*account, day) not in self._days
            if is_unknown:
                periods.append((periods.pop()[0] if before_is_unknown else day, day))
            before_is_unknown = is_unknown
        return periods

    def _take(
        self, account: tuple[str, str], first_day: Day, last_day: Day, found: Mapping[AccountDay, ByIdentity]
    ) -> None:
        for day in days_between(first_day, last_day):
            account_day = AccountDay(*account, day)
            self._keep(account_day, found.get(account_day, {}))

    def _keep(self, account_day: AccountDay, days: ByIdentity) -> None:
        self._days[account_day] = days
        self.size += sum(map(_size_of, days.values()))

    def _read_detail(self, store: DayStore, account_day: AccountDay) -> Mapping[str, PackedDay]:
        if account_day not in self._detail:
            account, region, day = account_day
            balances = _read_whole(store, store.read_days, (account, region), day, day)
            detail = {each.sender.identity: each for found in balances for each in found.days}
            self._detail[account_day] = detail
            self.size += sum(map(_size_of, detail.values()))
        return self._detail[account_day]


def _read_whole(
    store: DayStore, read: ReadRange, account: tuple[str, str], first_day: Day, last_day: Day
) -> list[AccountDayBalance]:
    """Read days, and write anew those that turn out to be half written: their writer may be gone."""
    written_anew: set[AccountDay] = set()
    while True:
        try:
            return read(*account, first_day, last_day)
        except HalfWrittenError as error:
            if error.account_day in written_anew:
                raise
            roll_up_again(store, error.account_day)
            written_anew.add(error.account_day)


def _by_identity(days: Iterable[DayBalance]) -> dict[str, DayBalance]:
    return {day.sender.identity: day for day in days}


@lru_cache(maxsize=64)
def days_between(first_day: Day, last_day: Day) -> tuple[Day, ...]:
    """Return the days from one to another, both of them included."""
    days = [first_day] if first_day <= last_day else []
    while days and days[-1] < last_day:
        days.append(next_period(days[-1]))
    return tuple(days)


def _size_of(day: DayBalance) -> int:
    packed = len(day.packed_totals) if isinstance(day, PackedDay | DistantDay) else 0
    return _OVERHEAD_BYTES + packed + (len(day.packed_detail) if isinstance(day, PackedDay) else 0)
