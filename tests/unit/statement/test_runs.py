"""Whoever runs serves all who ask meanwhile; what fails, or has no time left, lets go and says so."""

from datetime import datetime, timedelta

import pytest

from ses_reputation.errors import UnavailableError
from ses_reputation.statement.runs import Round, StatementStart, run_alone
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
        self.runs, self.asking, self.rounds = runs, list(asking), list[Round]()

    def __call__(self, current: Round) -> bool:
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

    assert run_alone(runs, StatementStart("a", clock, NOW), publish)
    assert publish.rounds == [Round(NOW + MINUTE, NOW)]


def test_each_who_asks_meanwhile_is_served_by_another_round(
    runs: InMemoryStatementRuns, clock: Clock
) -> None:
    changes = [NOW, NOW + MINUTE, NOW + 2 * MINUTE]
    first, *others = (StatementStart(str(at), clock, at) for at in changes)
    publish = Publishing(runs, *others)

    assert run_alone(runs, first, publish)
    assert [each.changed_at for each in publish.rounds] == changes
    assert run_alone(runs, StatementStart("after", clock), publish)


def test_twenty_events_of_one_assessment_are_served_by_one_round(
    runs: InMemoryStatementRuns, clock: Clock
) -> None:
    publish = Publishing(runs, *(StatementStart(f"event {number}", clock, NOW) for number in range(19)))

    assert run_alone(runs, StatementStart("event 19", clock, NOW), publish)
    assert len(publish.rounds) == 1


def test_who_asks_one_that_has_just_ended_runs_itself(runs: InMemoryStatementRuns, clock: Clock) -> None:
    class Ending(InMemoryStatementRuns):
        """The other ends between being in the way and being asked."""

        def ask(self, start: StatementStart) -> bool:
            assert self.finish(other)
            return super().ask(start)

    ending = Ending()
    ending.take(other := StatementStart("other", clock))
    publish = Publishing(ending)

    assert run_alone(ending, StatementStart("a", clock, NOW), publish)
    assert len(publish.rounds) == 1


def test_a_failure_lets_the_next_one_begin(runs: InMemoryStatementRuns, clock: Clock) -> None:
    def fail(_: Round) -> bool:
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
    def overtaken(_: Round) -> bool:
        clock.at += timedelta(minutes=12)
        assert runs.take(StatementStart("b", clock))
        return False

    assert run_alone(runs, StatementStart("a", clock), overtaken)
    assert runs.take(StatementStart("c", clock)) is None
