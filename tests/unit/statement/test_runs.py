"""Whoever runs serves all who ask meanwhile; what fails, or has no time left, lets go and says so."""

from datetime import datetime, timedelta

import pytest

from ses_reputation.errors import UnavailableError
from ses_reputation.statement.runs import StatementStart, run_alone
from tests.support.in_memory.statement_runs import InMemoryStatementRuns
from tests.support.mail import NOW

MINUTE = timedelta(minutes=1)


class Clock:
    """A minute passes with each look."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        self.at += MINUTE
        return self.at


class Publishing:
    """What a run publishes; while it works, others ask."""

    def __init__(self, runs: InMemoryStatementRuns, *asking: StatementStart) -> None:
        self.runs, self.asking, self.rounds = runs, list(asking), list[datetime]()

    def __call__(self, current: datetime) -> bool:
        self.rounds.append(current)
        if self.asking:
            assert not run_alone(self.runs, self.asking.pop(0), self)
        return True


@pytest.fixture
def runs() -> InMemoryStatementRuns:
    return InMemoryStatementRuns()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_who_is_alone_publishes_once(runs: InMemoryStatementRuns, clock: Clock) -> None:
    publish = Publishing(runs)

    assert run_alone(runs, StatementStart("a", clock), publish)
    assert publish.rounds == [NOW + MINUTE]


def test_each_who_asks_meanwhile_is_served_by_another_round(
    runs: InMemoryStatementRuns, clock: Clock
) -> None:
    first, *others = (StatementStart(name, clock) for name in "abc")
    publish = Publishing(runs, *others)

    assert run_alone(runs, first, publish)
    assert len(publish.rounds) == 3
    assert run_alone(runs, StatementStart("after", clock), publish)


def test_all_who_ask_during_a_round_are_served_by_the_next_one(
    runs: InMemoryStatementRuns, clock: Clock
) -> None:
    rounds: list[datetime] = []

    def publish(began_at: datetime) -> bool:
        if not rounds:
            asking = [StatementStart(f"event {number}", clock) for number in range(4)]
            assert not any(run_alone(runs, start, publish) for start in asking)
        rounds.append(began_at)
        return True

    assert run_alone(runs, StatementStart("event 4", clock), publish)
    # A minute for each look at the clock: one of who begins, two of each other, who tries, then asks.
    assert rounds == [NOW + MINUTE, NOW + 10 * MINUTE]


def test_who_asks_one_that_has_just_ended_runs_itself(runs: InMemoryStatementRuns, clock: Clock) -> None:
    class Ending(InMemoryStatementRuns):
        """The other ends between being in the way and being asked."""

        def ask(self, start: StatementStart) -> bool:
            assert self.finish(other)
            return super().ask(start)

    ending = Ending()
    ending.take(other := StatementStart("other", clock))
    publish = Publishing(ending)

    assert run_alone(ending, StatementStart("a", clock), publish)
    assert len(publish.rounds) == 1


def test_a_failure_lets_the_next_one_begin(runs: InMemoryStatementRuns, clock: Clock) -> None:
    def fail(_: datetime) -> bool:
        raise UnavailableError("Query ThrottlingException")

    with pytest.raises(UnavailableError, match="Query ThrottlingException"):
        run_alone(runs, StatementStart("a", clock), fail)
    assert run_alone(runs, StatementStart("b", clock), Publishing(runs))


def test_who_has_no_time_for_what_was_asked_fails_and_lets_the_next_one_begin(
    runs: InMemoryStatementRuns, clock: Clock
) -> None:
    publish = Publishing(runs, StatementStart("b", clock))

    with pytest.raises(UnavailableError, match="asked for again: OutOfTime"):
        run_alone(runs, StatementStart("a", clock, has_time=lambda: False), publish)
    assert len(publish.rounds) == 1
    assert run_alone(runs, StatementStart("a", clock), publish)


def test_who_finds_later_pages_and_runs_still_begins_another_round(
    runs: InMemoryStatementRuns, clock: Clock
) -> None:
    # Its clock was behind: with a newer time it goes through.
    answers = iter([False, True])

    assert run_alone(runs, StatementStart("a", clock), lambda _: next(answers))
    assert list(answers) == []


def test_who_finds_later_pages_because_another_took_over_ends(
    runs: InMemoryStatementRuns, clock: Clock
) -> None:
    def overtaken(_: datetime) -> bool:
        clock.at += timedelta(minutes=12)
        assert runs.take(StatementStart("b", clock))
        return False

    assert run_alone(runs, StatementStart("a", clock), overtaken)
    assert runs.take(StatementStart("c", clock)) is None
