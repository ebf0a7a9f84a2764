"""Balances and day balances computed again from the journal's pages, while the pipeline goes on.

Nothing is deleted: what is stored is replaced, so nobody meets an hour or a day that is missing. What the
pipeline writes meanwhile is of more pages, and stays (docs/adr/0029-short-chains-of-postings.md).
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from ses_reputation.hours import Day, day_of
from ses_reputation.ledger.balance_store import BalanceStore
from ses_reputation.ledger.keys import journal_key
from ses_reputation.ledger.posting import Posted, PostingOutcome, PostingRun, post_requested
from ses_reputation.ledger.posting_requests import PostingRequest
from ses_reputation.ledger.segments import Segment
from ses_reputation.ledger.shards import Shard
from ses_reputation.rollup.day_balance import AccountDayBalance, account_day_balance
from ses_reputation.rollup.day_store import DayStore, DayWrite
from ses_reputation.rollup.entities import SenderIdentity
from ses_reputation.rollup.keys import AccountDay
from ses_reputation.rollup.rolling_up import ask_each, read_day
from ses_reputation.tallies import group_by

_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Scope:
    """Which account-hours: of these accounts, empty for all; `first` and `last` are included, "" is open."""

    accounts: frozenset[str] = frozenset()
    first: str = ""
    last: str = ""

    def has(self, shard: Shard) -> bool:
        """Return whether a shard is of such an account-hour."""
        account, _, hour = shard.segment.account_hour
        is_within = self.first <= hour and (not self.last or hour[: len(self.last)] <= self.last)
        return is_within and (not self.accounts or account in self.accounts)


class ShardStore(Protocol):
    """Where shards are found."""

    def shards(self) -> Iterator[tuple[Sequence[Shard], Sequence[Shard]]]:
        """Yield those that have pages, and those that have a balance, as they are come across."""


class RebuiltDays(DayStore, Protocol):
    """What rebuilding needs of the table beside."""

    def pages_of_day(self, account_day: AccountDay) -> int:
        """Return of how many pages the stored balance of an account-day is; 0 where there is none."""

    def write_day(
        self, balance: AccountDayBalance, *, is_whole: bool = True, replaced_pages: int = 0
    ) -> DayWrite:
        """Write an account-day; `replaced_pages`: of how many pages the stored one may be."""


@dataclass(frozen=True, slots=True)
class Found:
    """The shards of a scope by segment, and the segments whose pages expire or are gone."""

    shards: Mapping[Segment, Sequence[Shard]]
    expired: frozenset[Segment] = frozenset()

    @property
    def account_days(self) -> frozenset[AccountDay]:
        """The days of all segments, also of those whose pages are gone: their balances are still there."""
        hours = (segment.account_hour for segment in (*self.shards, *self.expired))
        return frozenset(
            AccountDay(hour.sending_account, hour.region, day_of(hour.send_hour)) for hour in hours
        )


@dataclass(slots=True)
class RebuildOutcome:
    """How shards ended; days that changed; and what failed, an hour or a day, and why."""

    ended: Counter[Posted] = field(default_factory=Counter)
    days_written: int = 0
    failed: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON: shards by how they ended, days, and what failed."""
        ended = {each.value: count for each, count in sorted(self.ended.items())}
        return {"ended": ended, "days_written": self.days_written, "failed": self.failed}


class _NothingPostponed:
    """Nothing is put off: whoever asks is there, and sees what fails."""

    def put_off(self, shard: Shard, due_at: datetime, now: datetime) -> None:
        """Never called: each shard is asked for by what makes up for a failure."""

    def hide(self, message: PostingRequest, now: datetime) -> None:
        """Never called."""

    def make_up(self, missed: Sequence[PostingRequest]) -> Sequence[Shard]:
        """Never called: no request is of the stream."""
        return [request.shard for request in missed]


def find_shards(
    store: ShardStore, scope: Scope, now: datetime, *, is_rebuild: bool, on_read: Callable[[int], None]
) -> Found:
    """Find what is to be posted: all that has pages; to rebuild, whole hours that have a balance only, too.

    A segment is left out once its pages may be deleted: what is left of them is not what was counted.
    """
    found: set[Shard] = set()
    for read, (paged, balanced) in enumerate(store.shards(), start=1):
        whole = [shard for shard in balanced if is_rebuild and not shard.prefix]
        found.update(filter(scope.has, (*paged, *whole)))
        on_read(read)
    by_segment = group_by(sorted(found, key=journal_key), lambda shard: shard.segment)
    expired = frozenset(each for each in by_segment if each.expires_at <= now.timestamp())
    kept = {segment: shards for segment, shards in by_segment.items() if segment not in expired}
    return Found(kept, expired)


def post_again(
    store: BalanceStore,
    found: Found,
    pool: Executor,
    *,
    is_rebuild: bool,
    on_segment: Callable[[int], None],
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> RebuildOutcome:
    """Compute the balances of shards from their pages; a segment that fails spares the others."""
    outcome = RebuildOutcome()

    def post(shards: Sequence[Shard]) -> tuple[Counter[Posted], Mapping[str, str]]:
        posted = _post(store, shards, PostingRun(clock, timedelta(), is_rebuild=is_rebuild))
        if is_rebuild and not posted.failed:
            # A balance of too many pages refused what the pipeline posted until it was replaced.
            posted = replace(posted, failed=_post(store, shards, PostingRun(clock, timedelta())).failed)
        return posted.ended, posted.failed

    for number, (ended, failed) in enumerate(pool.map(post, found.shards.values()), start=1):
        outcome.ended += ended
        outcome.failed.update(failed)
        on_segment(number)
    return outcome


def _post(store: BalanceStore, shards: Sequence[Shard], run: PostingRun) -> PostingOutcome:
    """Post shards of one segment, again where the pipeline posts or divides the same at the same time."""
    asked_at = run.clock()
    requests = [PostingRequest(shard, asked_at, journal_key(shard), is_missed=True) for shard in shards]
    for _ in range(_ATTEMPTS - 1):
        posted = post_requested(store, _NothingPostponed(), requests, run)
        if not posted.failed:
            return posted
    return post_requested(store, _NothingPostponed(), requests, run)


def roll_up_days_again(
    store: RebuiltDays,
    found: Found,
    outcome: RebuildOutcome,
    pool: Executor,
    *,
    is_rebuild: bool,
) -> None:
    """Compute the stored days of what was found from their hours, and note in `outcome` what became of them.

    The latest days have none yet: the first assessment after they are over stores them.
    """
    stored_before = store.read_stored_before() or ""
    known = set(store.senders())

    def roll_up(account_day: AccountDay) -> DayWrite:
        return _roll_up(store, account_day, known, is_rebuild=is_rebuild)

    days = sorted(each for each in found.account_days if _is_over(each, stored_before))
    for account_day, written in ask_each(pool, days, roll_up):
        if isinstance(written, str):
            outcome.failed["#".join(account_day)] = written
        else:
            outcome.days_written += written is DayWrite.WRITTEN


def _is_over(account_day: AccountDay, stored_before: Day) -> bool:
    return account_day.day < stored_before


def _roll_up(
    store: RebuiltDays, account_day: AccountDay, known: set[SenderIdentity], *, is_rebuild: bool
) -> DayWrite:
    """Write one day, unless what is stored since it was read is of more pages."""
    replaced = store.pages_of_day(account_day) if is_rebuild else 0
    read = read_day(store, account_day)
    for sender in {day.sender for day in read.days} - known:
        store.register(sender)
    balance = account_day_balance(account_day, read.pages, read.days)
    if not balance.days and not replaced:
        return DayWrite.UNCHANGED
    return store.write_day(balance, is_whole=not is_rebuild, replaced_pages=replaced)
