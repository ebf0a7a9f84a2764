"""How long the chains of calls are that late facts of an hour make, and what Lambda would stop of them.

A call that sends a message which makes another call is one chain to Lambda, which stops it after about 16
calls unless the function allows it (Lambda developer guide, recursive loop detection). A message that came
early was sent anew before; now it is hidden. The library posts, in simulated time; the hour's first mail is
one page of its size.
"""

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush

from rich.console import Console
from rich.table import Table

from benchmarks.sender_hour import HOUR
from benchmarks.simulated_ledger import SimulatedBalances, StoredPage
from ses_reputation.feedback.origins import AccountHour
from ses_reputation.feedback.outcomes import Outcome
from ses_reputation.hours import hour_of
from ses_reputation.ledger.pages import FactRun, Source
from ses_reputation.ledger.posting import PostingRun, post_requested
from ses_reputation.ledger.posting_requests import EVERY_DIGIT, PostingRequest
from ses_reputation.ledger.postponed_hours import MOST_DELAY, MOST_HIDING
from ses_reputation.ledger.segments import Segment
from ses_reputation.ledger.shards import FINGERPRINT_BYTES, Shard

EVENTS = (10_000, 100_000, 714_000, 3_600_000)
LONGEST_WAITS = (timedelta(hours=2), timedelta(hours=24))
"""The default of LongestWaitMinutes, and the longest that it may be."""
MOST_CALLS = 16
_SHARD = Shard(Segment(AccountHour("444455556666", "us-east-1", hour_of(HOUR))))
_SOURCE = Source(7, "example.com", False, "newsletter", False)
_WINDOW = timedelta(seconds=90)
_FIRST_AGE, _LAST_AGE = timedelta(hours=2), timedelta(days=21)
_FACTS = 200


@dataclass(frozen=True, slots=True)
class Chains:
    """Of late facts of an hour: calls of the longest chain, calls that were dropped, facts never posted."""

    events: int
    longest_wait: timedelta
    is_hidden: bool
    calls: int
    dropped: int
    unposted: int


@dataclass(slots=True)
class _Queue:
    """Postponed hours; each message knows how many calls its chain has when it comes."""

    is_hidden: bool
    calls: int = 1
    longest: int = 1
    messages: int = 0
    waiting: list[tuple[datetime, int, Shard, datetime, int]] = field(default_factory=list)

    def put_off(self, shard: Shard, due_at: datetime, now: datetime) -> None:
        self.messages += 1
        delay = min(timedelta(seconds=MOST_DELAY), due_at - now)
        heappush(self.waiting, (now + delay, self.messages, shard, due_at, self.calls + 1))

    def hide(self, message: PostingRequest, now: datetime) -> None:
        if not self.is_hidden:
            self.put_off(message.shard, message.changed_at, now)
            return
        hiding = min(timedelta(seconds=MOST_HIDING), message.changed_at - now)
        heappush(
            self.waiting, (now + hiding, int(message.record), message.shard, message.changed_at, self.calls)
        )

    def make_up(self, missed: Sequence[PostingRequest]) -> Sequence[Shard]:
        return [request.shard for request in missed]


def measure(events: int, longest_wait: timedelta, *, is_hidden: bool, is_stopped: bool) -> Chains:
    """Post an hour and its late facts. is_stopped: whether Lambda drops calls above the 16th of a chain."""
    store, queue, dropped = SimulatedBalances(is_sampled=False), _Queue(is_hidden), 0

    def post(now: datetime, request: PostingRequest) -> None:
        run = PostingRun(lambda: now, _WINDOW, longest_wait)
        if post_requested(store, queue, [request], run).failed:
            raise AssertionError("posting failed")

    for at, page in _pages(events):
        dropped += _take(queue, at, is_stopped, post)
        store.store(page)
        queue.calls = 1
        post(at, PostingRequest(_SHARD, page.at, "", page.touched, page.is_urgent))
    dropped += _take(queue, HOUR + 2 * _LAST_AGE, is_stopped, post)
    posted = store.last_posting(_SHARD)
    unposted = _FACTS + 1 - (posted.pages if posted else 0)
    return Chains(events, longest_wait, is_hidden, queue.longest, dropped, unposted)


def _take(
    queue: _Queue, until: datetime, is_stopped: bool, post: Callable[[datetime, PostingRequest], None]
) -> int:
    """Post what comes until then; return how many calls Lambda drops: their messages end as dead letters."""
    dropped = 0
    while queue.waiting and queue.waiting[0][0] <= until:
        comes_at, number, shard, due_at, calls = heappop(queue.waiting)
        queue.longest = max(queue.longest, calls)
        if is_stopped and calls > MOST_CALLS:
            dropped += 1
            continue
        queue.calls = calls
        post(comes_at, PostingRequest(shard, due_at, str(number), is_waiting=True))
    return dropped


def _pages(events: int) -> Iterator[tuple[datetime, StoredPage]]:
    """Yield the hour's mail as one page, then late facts, ever more seldom; every tenth is a complaint."""
    yield HOUR, _page(HOUR, Outcome.SENT, 0, events * FINGERPRINT_BYTES)
    for number in range(_FACTS):
        age = _FIRST_AGE * (_LAST_AGE / _FIRST_AGE) ** (number / (_FACTS - 1))
        outcome = Outcome.SENT if (number + 1) % 10 else Outcome.COMPLAINED_ABUSE
        yield HOUR + age, _page(HOUR + age, outcome, number + 1, FINGERPRINT_BYTES)


def _page(at: datetime, outcome: Outcome, dispatch: int, size: int) -> StoredPage:
    run = FactRun(_SOURCE, outcome, 3, array("Q", [dispatch]))
    return StoredPage(at, _SHARD, EVERY_DIGIT, outcome is not Outcome.SENT, size, (run,))


def main(console: Console) -> list[Chains]:
    """Measure and print: sent anew and stopped by Lambda, sent anew and allowed, hidden and stopped."""
    console.rule("Chains of calls that late facts make")
    table = Table(
        "events of the hour", "longest wait", "early messages", "Lambda", "calls", "dropped", "unposted"
    )
    measured = []
    for events in EVENTS:
        for wait in LONGEST_WAITS:
            for is_hidden, is_stopped in ((False, True), (False, False), (True, True)):
                each = measure(events, wait, is_hidden=is_hidden, is_stopped=is_stopped)
                measured.append(each)
                table.add_row(
                    f"{events:,}",
                    f"{wait.total_seconds() / 3600:.0f} h",
                    "hidden" if is_hidden else "sent anew",
                    "stops" if is_stopped else "allows",
                    f"{each.calls}",
                    f"{each.dropped}",
                    f"{each.unposted}",
                )
    console.print(table)
    return measured
