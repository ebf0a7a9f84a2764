"""The day balances that books are judged by, read as far back as each needs and no further."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ses_reputation.errors import UnavailableError
from ses_reputation.rates.thresholds import StandingRules
from ses_reputation.rates.windows import History, find_crossing
from ses_reputation.rollup.day_balance import DayBalance
from ses_reputation.rollup.entities import Book, Sender
from ses_reputation.rollup.rolling_up import DayStore

# The last 24 hours and the 30 days before them touch 32 days: what a book needs even if it has its volume
# sooner.
_HORIZONS = (32, 123)


@dataclass(frozen=True, slots=True)
class Histories:
    """Day balances by sender, in no order, and the senders whose balances could not all be read, with why."""

    days: Mapping[Sender, Sequence[DayBalance]]
    failed: Mapping[Sender, str]


def read_histories(
    store: DayStore,
    books: Mapping[Book, Sequence[Sender]],
    recent: Iterable[DayBalance],
    now: datetime,
    rules: StandingRules,
    pool: Executor,
) -> Histories:
    """Return the day balances of all senders in `books`: `recent`, and the stored ones of the days before.

    A sender is read back to 32 days, then to 123, then as far as a window may reach, as long as a book that
    it stands in has fewer eligible sends than the volume window holds.
    """
    days: dict[Sender, list[DayBalance]] = {sender: [] for senders in books.values() for sender in senders}
    for balance in recent:
        days.setdefault(balance.sender, []).append(balance)
    failed: dict[Sender, str] = {}
    unread, wanted = list(_stretches(now, rules)), set(days)
    while unread and wanted:
        for sender, read in _read(store, sorted(wanted - failed.keys()), *unread.pop(0), pool):
            if isinstance(read, str):
                failed[sender] = read
            else:
                days[sender] += read
        wanted = set(_lacking(books, days, now, rules)) if unread else set()
    return Histories(days, failed)


def gather(days: Mapping[Sender, Sequence[DayBalance]], senders: Iterable[Sender]) -> list[DayBalance]:
    """Return the day balances of several senders together."""
    return [balance for sender in senders for balance in days[sender]]


def _stretches(now: datetime, rules: StandingRules) -> Iterator[tuple[str, str]]:
    """Yield first and last day of what is read at a time, latest first; the recent days are known."""
    today = now.astimezone(UTC).date()
    last = today - timedelta(days=2)
    for horizon in (*_HORIZONS, rules.most_days + 1):
        first = today - timedelta(days=horizon - 1)
        yield first.isoformat(), last.isoformat()
        last = first - timedelta(days=1)


def _read(
    store: DayStore, senders: Sequence[Sender], first_day: str, last_day: str, pool: Executor
) -> Iterator[tuple[Sender, list[DayBalance] | str]]:
    def read_one(sender: Sender) -> list[DayBalance] | str:
        try:
            return store.read_days(sender, first_day, last_day)
        except UnavailableError as error:
            return str(error)

    return zip(senders, pool.map(read_one, senders), strict=True)


def _lacking(
    books: Mapping[Book, Sequence[Sender]],
    days: Mapping[Sender, Sequence[DayBalance]],
    now: datetime,
    rules: StandingRules,
) -> Iterator[Sender]:
    for book, senders in books.items():
        history = History(book, gather(days, senders), now)
        if find_crossing(history, "", lambda figures: figures.sends, rules.volume) is None:
            yield from senders
