"""What one assessment knows, and what it sees of a book in it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from ses_reputation.findings.deferrals import find_deferrals
from ses_reputation.findings.feed_coverage.feed_health import find_feed_faults
from ses_reputation.findings.finding import Sighting
from ses_reputation.findings.rate_spikes import find_rises
from ses_reputation.findings.reconciliation import find_reconciliation_gap
from ses_reputation.ledger.hour_balance import SenderHour
from ses_reputation.rates.history import gather, read_histories
from ses_reputation.rates.thresholds import Measure, Standing, StandingRules
from ses_reputation.rates.windows import History
from ses_reputation.rollup.day_balance import DayBalance
from ses_reputation.rollup.entities import Book, Sender, account_book, books_of, identity_book
from ses_reputation.rollup.rolling_up import DayStore, Fold, read_recent
from ses_reputation.standing.evaluation import Judgement, judge_book
from ses_reputation.standing.evaluation_json import show_judgements
from ses_reputation.standing.state_machine import Seen
from ses_reputation.statistics.send_statistics import SendStatistics

_KEPT_BY_SES = timedelta(days=15)


class SightStore(DayStore, Protocol):
    """What is read of the table; see ses_reputation.standing.store.AssessmentTable."""

    def read_statistics(self) -> list[SendStatistics]:
        """Return what SES counted, of each account and Region that was read."""


@dataclass(frozen=True, slots=True)
class Known:
    """All that an assessment has read, by book.

    senders: of the books that are to be assessed. hours: of today and yesterday (UTC). failed: books of which
    something could not be read, and why: they are left as they are.
    """

    senders: Mapping[Book, Sequence[Sender]]
    days: Mapping[Sender, Sequence[DayBalance]]
    hours: Mapping[Book, Sequence[SenderHour]]
    statistics: Mapping[Book, SendStatistics]
    failed: Mapping[Book, str]


def read_known(
    store: SightStore,
    fold: Fold,
    is_due: Callable[[Book], bool],
    now: datetime,
    rules: StandingRules,
    pool: Executor,
) -> Known:
    """Read what is needed of all books that are due, after a fold that caught up."""
    read_recent(store, fold, pool)
    books = {book: senders for book, senders in books_of(fold.senders).items() if is_due(book)}
    recent = [day for read in fold.recent.values() for day in read.days if day.sender in fold.senders]
    histories = read_histories(store, books, recent, now, rules, pool)
    statistics = {account_book(each.account, each.region): each for each in store.read_statistics()}
    hours = _by_book(hour for read in fold.recent.values() for hour in read.hours)
    return Known(books, histories.days, hours, statistics, dict(_failed(books, fold, histories.failed)))


def _failed(
    books: Mapping[Book, Sequence[Sender]], fold: Fold, unread: Mapping[Sender, str]
) -> Iterator[tuple[Book, str]]:
    unfolded = {account_book(day.account, day.region): code for day, code in fold.unfolded.items()}
    yield from unfolded.items()
    for book, senders in books.items():
        for sender in senders:
            code = unfolded.get(account_book(sender.account, sender.region)) or unread.get(sender)
            if code:
                yield book, code


def _by_book(hours: Iterable[SenderHour]) -> dict[Book, list[SenderHour]]:
    by_book: dict[Book, list[SenderHour]] = {}
    for hour in hours:
        origin = hour.origin
        for book in (account_book(origin.sending_account, origin.region), identity_book(origin.identity)):
            by_book.setdefault(book, []).append(hour)
    return by_book


def see_book(
    book: Book, known: Known, held: Mapping[Measure, Standing], now: datetime, rules: StandingRules
) -> Seen:
    """Return what is to be seen of a book: judgements, possible findings, and what is shown of it."""
    history = History(book, gather(known.days, known.senders[book]), now)
    judgements = judge_book(history, held, rules)
    sightings = list(_sightings(history, known, rules))
    shown = show_book(judgements, history, known.statistics.get(book), known.hours.get(book, ()))
    return Seen(book, judgements, sightings, shown)


def _sightings(history: History, known: Known, rules: StandingRules) -> Iterator[Sighting]:
    book, days, now = history.book, history.days, history.now
    hours = known.hours.get(book, ())
    yield from find_rises(history, rules)
    yield from find_deferrals(book, hours, days, now)
    yield from find_feed_faults(book, hours, days, now)
    if statistics := known.statistics.get(book):
        # Each day that is given is unpacked: a year of them would be compared with two weeks.
        first = f"{statistics.read_at - _KEPT_BY_SES:%Y-%m-%d}"
        yield from find_reconciliation_gap(book, statistics, [day for day in days if day.day >= first], now)


def show_book(
    judgements: Mapping[Measure, Judgement],
    history: History,
    statistics: SendStatistics | None,
    hours: Iterable[SenderHour],
) -> dict[str, Any]:
    """Return what `standing --json` prints of a book, as plain JSON: BookState.shown.

    measures    by measure, see ses_reputation.standing.evaluation_json.show_judgements
    ses         what SES publishes itself: {bounce_rate, complaint_rate, rates_at}, rates as fractions of
                1, each null where SES publishes none; null for an identity, and for an account whose
                statistics were not read
    open        mail of today and yesterday (UTC) whose end is not known: {delayed, without_outcome}, in
                dispatches; those without outcome may be on their way yet
    """
    return {
        "measures": show_judgements(judgements, history),
        "ses": _show_statistics(statistics) if statistics else None,
        "open": _show_open(hours),
    }


def _show_statistics(statistics: SendStatistics) -> dict[str, Any]:
    return {
        "bounce_rate": statistics.bounce_rate,
        "complaint_rate": statistics.complaint_rate,
        "rates_at": statistics.rates_at.isoformat() if statistics.rates_at else None,
    }


def _show_open(hours: Iterable[SenderHour]) -> dict[str, int]:
    names = {"delayed": "delayed_still_open", "without_outcome": "sent_without_outcome"}
    shown = dict.fromkeys(names, 0)
    for hour in hours:
        for providers in hour.followed.values():
            for figures in providers.values():
                for name, figure in names.items():
                    shown[name] += figures.get(figure, 0)
    return shown
