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
    due_after,
)
from ses_reputation.ledger.pieces import fit_a_transaction, pack_figures
from ses_reputation.ledger.posting_requests import PostingRequest, Postponing, Task, UnreadRecord, tasks_of
from ses_reputation.ledger.segment_pages import SegmentPages
from ses_reputation.ledger.segments import Segment
from ses_reputation.ledger.shards import DIGITS, MOST_DIGITS, Shard
from ses_reputation.tallies import group_by
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
    """How the shards of a batch ended, and what becomes of records that were not posted.

    failed: why which records have to come again. waiting: messages that came early, and stay in their queue
    until their time. handed_on: why which records of the stream were not posted; messages ask for their
    shards now, so the stream need not keep them.
    """

    ended: Counter[Posted]
    failed: Mapping[str, str]
    waiting: Collection[str] = frozenset()
    handed_on: Mapping[str, str] = field(default_factory=dict)

    @property
    def undone(self) -> Sequence[str]:
        """The records that their source has to keep."""
        return list(dict.fromkeys((*self.failed, *self.waiting)))

    def with_unread(self, unread: Iterable[UnreadRecord], refused: Collection[str]) -> "PostingOutcome":
        """Add records that name no hour: one of the stream is done with where a message keeps its key."""
        failed, handed_on = dict(self.failed), dict(self.handed_on)
        for each in unread:
            is_kept = each.key and each.key not in refused
            (handed_on if is_kept else failed)[each.record] = each.cause
        return replace(self, failed=failed, handed_on=handed_on)


@dataclass(frozen=True, slots=True)
class PostingRun:
    """One call of posting.

    clock: what time it is, aware. window: how long the stream gathers; what is due before it ends is posted
    at once. longest_wait: how long a late fact may wait at most. has_time: whether to begin another shard.
    is_rebuild: whether what is computed replaces what is stored, also if that is of more pages.
    """

    clock: Callable[[], datetime]
    window: timedelta
    longest_wait: timedelta = LONGEST_WAIT
    has_time: HasTime = always
    is_rebuild: bool = False


def post_requested(
    store: BalanceStore, postponed: Postponing, requests: Iterable[PostingRequest], run: PostingRun
) -> PostingOutcome:
    """Post each requested shard once; a segment that fails does not keep the others from being posted.

    Without time the records of what is left fail as OUT_OF_TIME. What was posted of their segments is not
    read again when they come again. Of what fails, messages stay in their queue, and end in its dead-letter
    queue; a stream keeps no single record back, so messages take the place of its records.
    """
    batch = _Batch(store, postponed, run, group_by(requests, lambda request: request.shard.segment))
    batch.run_all()
    failed, handed_on = batch.hand_on()
    return PostingOutcome(batch.ended, failed, frozenset(batch.waiting), handed_on)


@dataclass(slots=True)
class _Batch:
    """The requests of one call, by segment, and what becomes of them."""

    store: BalanceStore
    postponed: Postponing
    run: PostingRun
    requests: Mapping[Segment, Sequence[PostingRequest]]
    ended: Counter[Posted] = field(default_factory=Counter)
    failed: dict[PostingRequest, str] = field(default_factory=dict)
    waiting: set[str] = field(default_factory=set)

    def run_all(self) -> None:
        """Find out what is due, write down that it is about to change, and post it."""
        due: dict[Segment, list[Task]] = {}
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

    def _is_named(self, segment: Segment, tasks: Sequence[Task]) -> bool:
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
        self.failed.update(dict.fromkeys(self.requests[segment], cause))

    def hand_on(self) -> tuple[dict[str, str], dict[str, str]]:
        """Ask by message for what failed of the stream; return why which records failed, and were handed on.

        A message that came early and whose segment fails stays hidden until its time.
        """
        of_stream = [request for request in self.failed if not request.is_message]
        refused = self.postponed.make_up(of_stream) if of_stream else ()
        failed, handed_on = dict[str, str](), dict[str, str]()
        for request, cause in self.failed.items():
            is_kept = request.is_message or request.shard in refused
            (failed if is_kept else handed_on)[request.record] = cause
        return failed, handed_on

    def _require_time(self) -> None:
        if not self.run.has_time():
            raise UnavailableError(OUT_OF_TIME)

    def _plan(self, segment: Segment) -> list[Task]:
        """Return what is due of a segment; put off what is not."""
        self._require_time()
        tasks = tasks_of(self.store, Shard(segment), self.requests[segment])
        return [task for task in tasks if self._is_due(task)]

    def _is_due(self, task: Task) -> bool:
        stored, now = task.stored, self.run.clock()
        if stored is None or task.is_divided or task.is_new_part:
            return True
        if stored.posted_at >= task.changed_at + CLOCK_TOLERANCE:
            self.ended[Posted.UNCHANGED] += 1
            return False
        pages = [request for request in task.requests if not request.is_message]
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

    def _is_message_due(self, task: Task, stored: LastPosting, now: datetime) -> bool:
        """Return whether a message came that makes up for a failure, or was put off until now.

        One that came early stays in its queue. Sent anew, it would be one more link of a chain of calls, and
        Lambda stops a chain at the 17th (docs/adr/0029-short-chains-of-postings.md).

        Of the latter only the message counts that the balance is marked with. Another was sent in its place,
        or its mark was never set: then the record that sent it came again. One for a wider shard, divided
        since, counts always.
        """
        for message in task.requests:
            if message.is_missed or (message.is_waiting and message.shard != task.shard):
                return True
            if message.is_waiting and message.changed_at == stored.due_at:
                if message.changed_at <= now:
                    return True
                self.postponed.hide(message, now)
                self.waiting.add(message.record)
                self.ended[Posted.POSTPONED] += 1
        return False

    def _post_all(self, tasks: Sequence[Task], segment: Segment) -> None:
        pages = SegmentPages(self.store, segment, self.run.clock())
        for task in tasks:
            self._require_time()
            if task.is_divided:
                if self.run.is_rebuild and task.stored:
                    # Of too many pages, it would not let parts stand for it.
                    self._recompute(task.shard, task.stored, pages)
                has_balance = self._divide(task.shard, task.requests, pages)
                self.ended[Posted.POSTED] += has_balance
            else:
                has_balance = self._post(task, pages)
            if task.is_new_part and has_balance:
                self._let_stand(task.shard.wider[-1], {task.shard.prefix[-1]}, pages)

    def _post(self, task: Task, pages: SegmentPages) -> bool:
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
        read, is_rebuild = pages.read(shard), self.run.is_rebuild
        if stored and read.pages < stored.pages and not is_rebuild:
            return Posted.OUTRUN
        earlier = pages.of_previous_segment(shard)
        figures = tally(read.runs, earlier.runs, pages.counted_from_pages_gone())
        pieces = pack_figures(figures, at_least=len(stored.digests) if stored else 1)
        if not fit_a_transaction(pieces) and len(shard.prefix) < MOST_DIGITS:
            return Posted.POSTED if self._divide(shard, (), pages) else Posted.UNCHANGED
        balance = Balance(shard, pieces, read.pages, read.read_units + earlier.read_units, pages.began_at)
        if not (is_rebuild and stored) and not _is_worth_writing(balance, stored, figures):
            return Posted.UNCHANGED
        if self.store.write_balance(balance, stored, replaces=is_rebuild):
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
