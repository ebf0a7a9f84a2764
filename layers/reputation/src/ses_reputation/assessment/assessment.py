"""An assessment: what was posted is folded into days, each book is judged, and what changed is told."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from ses_reputation.assessment.inputs import Known, SightStore, read_known, see_book
from ses_reputation.assessment.settings import AssessmentSettings
from ses_reputation.errors import SesReputationError, UnavailableError
from ses_reputation.notifications.outbox import Announcer, TransitionStore, tell_untold
from ses_reputation.protection.actions import Pausing, act_on
from ses_reputation.rates.thresholds import Measure
from ses_reputation.rollup.entities import Book
from ses_reputation.rollup.rolling_up import fold_posted
from ses_reputation.standing.evaluation import Judgement
from ses_reputation.standing.rows import is_same_but_for_the_time
from ses_reputation.standing.state import BookState, Transition
from ses_reputation.standing.state_machine import next_state, protection_transition

OUT_OF_TIME = "OutOfTime"
"""Why a book was left for the next assessment, beside the codes of AWS."""


class AssessmentStore(SightStore, TransitionStore, Protocol):
    """What an assessment needs of the table; see ses_reputation.standing.store.AssessmentTable."""

    def read_states(self) -> dict[Book, BookState]:
        """Return what is remembered of each book."""


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Run:
    """One run of an assessment.

    now: the time that is assessed, aware: that of the schedule, so that a repeated run is the same
    assessment. clock: what time it is. has_time: whether to begin another step. readers: how many reads go on
    at once.
    """

    now: datetime
    clock: Callable[[], datetime]
    has_time: Callable[[], bool] = _always
    readers: int = 8


@dataclass(frozen=True, slots=True)
class AssessmentOutcome:
    """What a run did.

    states: of all books that are known, after it. judgements: of the books that were judged and whose state
    is theirs. transitions: what changed. told: how many transitions were published, of this run and of those
    before. failed: by the book's key, why it was not assessed or not told: a code of AWS, OUT_OF_TIME, or an
    error in words. folded_days: day balances that changed. is_caught_up: False while the fold has further to
    go; then no book was assessed.
    """

    states: tuple[BookState, ...]
    judgements: Mapping[Book, Mapping[Measure, Judgement]]
    transitions: tuple[Transition, ...]
    told: int
    failed: Mapping[str, str]
    folded_days: int
    is_caught_up: bool


def assess_reputation(
    store: AssessmentStore,
    announcer: Announcer,
    pausing: Pausing,
    settings: AssessmentSettings,
    run: Run,
) -> AssessmentOutcome:
    """Fold, judge every book, store what changed, and tell it.

    A run may be repeated, overlap another, or be cut off anywhere: days are recomputed, a state is replaced
    by its successor only, and a transition is told until it is known to have been. While the fold has not
    caught up nothing is judged: of a ledger that is half folded the latest mail is missing, and what is
    judged without it would be told as news. A book that fails does not keep the others from being assessed.

    Raises UnavailableError where nothing could be done, and an ExceptionGroup of what was not foreseen, after
    all other books were assessed and told.
    """
    with ThreadPoolExecutor(run.readers) as pool:
        fold = fold_posted(store, run.now, run.clock, run.has_time, pool)
        books = _Books(store, announcer, pausing, settings, run, store.read_states())
        if fold.is_caught_up:
            known = read_known(store, fold, books.is_due, run.now, settings.rules, pool)
            books.assess(known)
    books.tell()
    if books.defects:
        raise ExceptionGroup("books could not be assessed", books.defects)
    return AssessmentOutcome(
        tuple(books.states.values()),
        books.judgements,
        tuple(books.transitions),
        books.told,
        books.failed,
        fold.written,
        fold.is_caught_up,
    )


@dataclass(slots=True)
class _Books:
    """The books of a run, and what becomes of them."""

    store: AssessmentStore
    announcer: Announcer
    pausing: Pausing
    settings: AssessmentSettings
    run: Run
    states: dict[Book, BookState]
    judgements: dict[Book, Mapping[Measure, Judgement]] = field(default_factory=dict)
    transitions: list[Transition] = field(default_factory=list)
    told: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    defects: list[Exception] = field(default_factory=list)

    def is_due(self, book: Book) -> bool:
        """Tell whether a book was not assessed yet at this time."""
        return book not in self.states or self.states[book].assessed_at < self.run.now

    def assess(self, known: Known) -> None:
        """Assess all books, those first that wait longest, whatever becomes of each."""
        self.failed |= {book.key: code for book, code in known.failed.items()}
        for book in sorted((book for book in known.senders if book not in known.failed), key=self._turn):
            try:
                self._assess(book, known)
            except UnavailableError as error:
                self.failed[book.key] = str(error)
            except SesReputationError as error:
                self.failed[book.key] = f"{type(error).__name__}: {error}"
            except Exception as error:
                error.add_note(f"while assessing {book.title}")
                self.defects.append(error)

    def _turn(self, book: Book) -> tuple[str, Book]:
        # Should there be more books than time, none is always the last.
        return self.states[book].assessed_at.isoformat() if book in self.states else "", book

    def _assess(self, book: Book, known: Known) -> None:
        if not self.run.has_time():
            self.failed[book.key] = OUT_OF_TIME
            return
        previous = self.states.get(book)
        held = {measure: each.standing for measure, each in previous.measures.items()} if previous else {}
        seen = see_book(book, known, held, self.run.now, self.settings.rules)
        state, transitions = next_state(previous, seen, self.run.now, self.settings.stack_name)
        state, acts = act_on(state, seen.judgements, self.settings.protection, self.pausing, self.run.now)
        for act in acts:
            transition = protection_transition(book, act, self.run.now, self.settings.stack_name)
            state = replace(state, untold=(*state.untold, transition.id))
            transitions.append(transition)
        if self._is_kept(previous, state, transitions):
            self.judgements[book] = seen.judgements

    def _is_kept(self, previous: BookState | None, state: BookState, transitions: list[Transition]) -> bool:
        """Store a book's next state; tell whether it is the book's, rather than that of another run."""
        if previous and not transitions and is_same_but_for_the_time(previous, state):
            return True
        if not self.store.save(state, transitions):
            return False
        self.states[state.book] = state
        self.transitions += transitions
        return True

    def tell(self) -> None:
        """Announce what is untold, of this run and of those that were cut off."""
        for book, state in self.states.items():
            if not state.untold:
                continue
            if not self.run.has_time():
                self.failed.setdefault(book.key, OUT_OF_TIME)
                continue
            told = tell_untold(self.store, self.announcer, state, self.run.clock)
            self.states[book] = told.state
            self.told += told.number
            if told.failure:
                self.failed[book.key] = told.failure
