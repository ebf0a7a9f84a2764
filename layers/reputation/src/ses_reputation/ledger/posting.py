"""Posting: recompute the balance of an hour that got a page from all of its pages."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from ses_reputation.errors import PageError, UnavailableError
from ses_reputation.hours import day_of
from ses_reputation.ledger.balance import FiguresByIdentity, tally
from ses_reputation.ledger.balance_store import (
    LONGEST_WAIT,
    Balance,
    BalanceStore,
    LastPosting,
    Postponing,
    due_after,
)
from ses_reputation.ledger.pieces import fit_a_transaction, pack_figures
from ses_reputation.ledger.posting_requests import PostingRequest
from ses_reputation.ledger.segment_pages import SegmentPages
from ses_reputation.ledger.segments import Segment
from ses_reputation.ledger.shards import DIGITS, MOST_DIGITS, Shard
from ses_reputation.tallies import group_by, group_pairs
from ses_reputation.time_left import OUT_OF_TIME, HasTime, always

# What the clocks of two functions may disagree by.
CLOCK_TOLERANCE = timedelta(seconds=5)
# A balance of 3 KB costs three write units, the price of fifteen read units.
READ_UNITS_OF_A_WRITE = 15


class Posted(StrEnum):
    """How the posting of a shard ended."""

    POSTED = "posted"
    UNCHANGED = "unchanged"
    OUTRUN = "outrun"
    POSTPONED = "postponed"


@dataclass(frozen=True, slots=True)
class PostingOutcome:
    """How the shards of a batch ended, and why which records have to come again."""

    ended: Counter[Posted]
    failed: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PostingRun:
    """One call of posting.

    clock: what time it is, aware. window: how long the stream gathers; what is due before it ends is posted
    at once. longest_wait: how long a late fact may wait at most. has_time: whether to begin another shard.
    """

    clock: Callable[[], datetime]
    window: timedelta
    longest_wait: timedelta = LONGEST_WAIT
    has_time: HasTime = always


def post_requested(
    store: BalanceStore, postponed: Postponing, requests: Iterable[PostingRequest], run: PostingRun
) -> PostingOutcome:
    """Post each requested shard once; a segment that fails does not keep the others from being posted.

    Without time the records of what is left fail as OUT_OF_TIME. They come again; what was posted of their
    segments is not read again.
    """
    batch = _Batch(store, postponed, run, group_by(requests, lambda request: request.shard.segment))
    batch.run_all()
    return PostingOutcome(batch.ended, batch.failed)


@dataclass(frozen=True, slots=True)
class _Task:
    """A shard that is named, what is stored of it, and whether it is to be divided, or is a new part."""

    shard: Shard
    stored: LastPosting | None
    requests: Sequence[PostingRequest]
    is_divided: bool = False
    is_new_part: bool = False

    @property
    def changed_at(self) -> datetime:
        return max(request.changed_at for request in self.requests)


@dataclass(slots=True)
class _Batch:
    """The requests of one call, by segment, and what becomes of them."""

    store: BalanceStore
    postponed: Postponing
    run: PostingRun
    requests: Mapping[Segment, Sequence[PostingRequest]]
    ended: Counter[Posted] = field(default_factory=Counter)
    failed: dict[str, str] = field(default_factory=dict)

    def run_all(self) -> None:
        """Find out what is due, write down that it is about to change, and post it."""
        due: dict[Segment, list[_Task]] = {}
        for segment in self.requests:
            with self._failing_alone(segment):
                if tasks := self._plan(segment):
                    due[segment] = tasks
        try:
            if named := [segment for segment, tasks in due.items() if self._is_named(segment, tasks)]:
                self.store.begin_run(named, self.run.clock())
        except UnavailableError as error:
            for segment in due:
                self._fail(segment, error)
            return
        for segment, tasks in due.items():
            with self._failing_alone(segment):
                self._post_all(tasks, segment)

    def _is_named(self, segment: Segment, tasks: Sequence[_Task]) -> bool:
        """Return whether those who sum balances up have to hear of a segment.

        They read today's hours each time, of all accounts that they know: those that had a first posting.
        """
        is_of_today = day_of(segment.account_hour.send_hour) == day_of(self.run.clock())
        return not is_of_today or any(task.stored is None for task in tasks)

    @contextmanager
    def _failing_alone(self, segment: Segment) -> Iterator[None]:
        """Note a failure of a segment, so that it does not keep the others from being posted."""
        try:
            yield
        except (UnavailableError, PageError) as error:
            self._fail(segment, error)

    def _fail(self, segment: Segment, error: Exception) -> None:
        cause = f"{type(error).__name__}: {error}"
        self.failed.update((request.record, cause) for request in self.requests[segment])

    def _require_time(self) -> None:
        if not self.run.has_time():
            raise UnavailableError(OUT_OF_TIME)

    def _plan(self, segment: Segment) -> list[_Task]:
        """Return what is due of a segment; put off what is not."""
        self._require_time()
        tasks = _tasks(self.store, Shard(segment), self.requests[segment])
        return [task for task in tasks if self._is_due(task)]

    def _is_due(self, task: _Task) -> bool:
        stored, now = task.stored, self.run.clock()
        if stored is None or task.is_divided or task.is_new_part:
            return True
        if stored.posted_at >= task.changed_at + CLOCK_TOLERANCE:
            self.ended[Posted.UNCHANGED] += 1
            return False
        pages = [request for request in task.requests if not request.is_waiting]
        if self._is_message_due(task, stored, now):
            return True
        if not pages:
            return False
        is_urgent = any(request.is_urgent for request in pages)
        due_at = due_after(stored, task.shard, now, is_urgent, self.run.longest_wait)
        if due_at - now <= self.run.window:
            return True
        self.ended[Posted.POSTPONED] += 1
        # By another clock a message may have been taken already, and these pages not read for it.
        if stored.due_at is None or not now + CLOCK_TOLERANCE < stored.due_at <= due_at:
            # The message first: were it lost after the mark, nobody would post the hour.
            self.postponed.put_off(task.shard, due_at, now)
            self.store.set_due(task.shard, due_at)
        return False

    def _is_message_due(self, task: _Task, stored: LastPosting, now: datetime) -> bool:
        """Return whether a message came that was put off until now; put it off again if it came early.

        Only the message counts that the balance is marked with. Another was sent in its place, or its mark
        was never set: then the record that sent it came again. One for a wider shard, divided since, counts
        always.
        """
        for message in task.requests:
            if message.is_waiting and message.shard != task.shard:
                return True
            if message.is_waiting and message.changed_at == stored.due_at:
                if message.changed_at <= now:
                    return True
                self.postponed.put_off(task.shard, message.changed_at, now)
                self.ended[Posted.POSTPONED] += 1
        return False

    def _post_all(self, tasks: Sequence[_Task], segment: Segment) -> None:
        pages = SegmentPages(self.store, segment, self.run.clock())
        for task in tasks:
            self._require_time()
            if task.is_divided:
                has_balance = self._divide(task.shard, task.requests, pages)
                self.ended[Posted.POSTED] += has_balance
            else:
                has_balance = self._post(task, pages)
            if task.is_new_part and has_balance:
                self._let_stand(task.shard.wider[-1], {task.shard.prefix[-1]}, pages)

    def _post(self, task: _Task, pages: SegmentPages) -> bool:
        """Post a shard that is whole; return whether it has a balance now."""
        ended = self._recompute(task.shard, task.stored, pages)
        self.ended[ended] += 1
        return ended is Posted.POSTED or task.stored is not None

    def _let_stand(self, shard: Shard, digits: Collection[str], pages: SegmentPages) -> None:
        if not self.store.divide(shard, digits, pages.count(shard), pages.began_at):
            raise UnavailableError("AnotherPostingIsAhead")

    def _divide(self, shard: Shard, requests: Sequence[PostingRequest], pages: SegmentPages) -> bool:
        """Post the parts of a shard, then let them stand for it; return whether it has any.

        While they are written, readers see the balance of the whole.
        """
        digits = {digit for digit in DIGITS if self._post_part(shard.part(digit), requests, pages)}
        if digits:
            self._let_stand(shard, digits, pages)
        return bool(digits)

    def _post_part(self, part: Shard, requests: Sequence[PostingRequest], pages: SegmentPages) -> bool:
        """Post a part of a shard that is being divided; return whether it has a balance."""
        self._require_time()
        stored, depth = self.store.last_posting(part), len(part.prefix)
        narrower = [
            request
            for request in requests
            if len(request.shard.prefix) > depth and request.shard.prefix.startswith(part.prefix)
        ]
        if narrower or (stored and stored.parts):
            return self._divide(part, narrower, pages)
        return self._recompute(part, stored, pages) is Posted.POSTED or stored is not None

    def _recompute(self, shard: Shard, stored: LastPosting | None, pages: SegmentPages) -> Posted:
        read = pages.read(shard)
        if stored and read.pages < stored.pages:
            return Posted.OUTRUN
        earlier = pages.of_previous_segment(shard)
        figures = tally(read.runs, earlier.runs, pages.counted_from_pages_gone())
        pieces = pack_figures(figures, at_least=len(stored.digests) if stored else 1)
        if not fit_a_transaction(pieces) and len(shard.prefix) < MOST_DIGITS:
            return Posted.POSTED if self._divide(shard, (), pages) else Posted.UNCHANGED
        balance = Balance(shard, pieces, read.pages, read.read_units + earlier.read_units, pages.began_at)
        if not _is_worth_writing(balance, stored, figures):
            return Posted.UNCHANGED
        if self.store.write_balance(balance, stored):
            return Posted.POSTED
        ahead = self.store.last_posting(shard)
        if ahead and ahead.parts:
            raise UnavailableError("AnotherPostingDividesIt")
        return Posted.OUTRUN


def _is_worth_writing(balance: Balance, stored: LastPosting | None, figures: FiguresByIdentity) -> bool:
    """Return whether a balance says something new, or that more pages of a big hour were read.

    The latter lets it stand longer, which spares a big read.
    """
    if stored is None:
        return bool(figures)
    is_dated = balance.pages > stored.pages and balance.read_units >= READ_UNITS_OF_A_WRITE
    return is_dated or balance.digests != stored.digests


def _tasks(store: BalanceStore, shard: Shard, requests: Sequence[PostingRequest]) -> Iterator[_Task]:
    """Yield the shards that requests name, as deep as this one is divided."""
    stored = store.last_posting(shard)
    if stored is None or not stored.parts:
        is_divided = any(len(request.shard.prefix) > len(shard.prefix) for request in requests)
        yield _Task(shard, stored, requests, is_divided)
        return
    by_digit = group_pairs(
        (digit, request) for request in requests for digit in _digits_below(shard, request)
    )
    for digit, of_part in sorted(by_digit.items()):
        part = shard.part(digit)
        for task in _tasks(store, part, of_part):
            is_new_part = task.is_new_part or (task.shard == part and digit not in stored.parts)
            yield replace(task, is_new_part=is_new_part)


def _digits_below(shard: Shard, request: PostingRequest) -> Iterable[str]:
    """Return which parts of a shard a request names; that of a wider shard may name any."""
    depth, prefix = len(shard.prefix), request.shard.prefix
    if len(prefix) > depth:
        return prefix[depth]
    return request.touched if len(prefix) == depth else DIGITS
