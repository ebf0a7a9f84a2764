"""Waiting ends when all is quiet, and when nothing moves any more."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import cast

import pytest

from console.errors import UnpostedError
from console.local_aws.waiting import Backlog
from console.local_stack import await_idle
from console.local_stack.await_idle import await_quiet
from console.local_stack.stack import LocalStack

LOCAL = cast(
    "LocalStack",
    SimpleNamespace(aws=None, stack=SimpleNamespace(outputs={"PostBalancesFunctionName": "post"})),
)
NO_DEAD_LETTERS = {
    "FeedbackDeadLetterQueue": 0,
    "PostingDeadLetterQueue": 0,
    "PostponedHoursDeadLetterQueue": 0,
}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Wait over backlogs that are seen a minute apart; the last one stays as it is, if it is not empty."""

    def await_over(*backlogs: Backlog, **dead: int) -> int:
        minutes = iter(range(10_000))
        monkeypatch.setattr(await_idle, "settle", lambda _a, _s, watch, _t: _settle(watch, backlogs))
        monkeypatch.setattr(await_idle, "count_dead_letters", lambda _aws, _stack: NO_DEAD_LETTERS | dead)
        monkeypatch.setattr(await_idle, "read_function_log", lambda _aws, name, _last: [f"{name}: no table"])
        seen: list[Backlog] = []
        return await_quiet(LOCAL, seen.append, lambda: 60.0 * next(minutes))

    return await_over


def _settle(watch: Callable[[Backlog], None], backlogs: tuple[Backlog, ...]) -> None:
    for backlog in _repeat_last(backlogs):
        watch(backlog)
        if backlog.is_empty:
            return
    raise AssertionError("nobody gave up")


def _repeat_last(backlogs: tuple[Backlog, ...]) -> Iterator[Backlog]:
    yield from backlogs
    yield from [backlogs[-1]] * 100


def test_nothing_failed_where_everything_is_quiet(run: Callable[..., int]) -> None:
    assert run(Backlog(10, 0, 0), Backlog(0, 3, 0), Backlog(0, 0, 0)) == 0


def test_dead_letters_failed(run: Callable[..., int]) -> None:
    assert run(Backlog(0, 0, 0), FeedbackDeadLetterQueue=2) == 2


def test_messages_that_move_no_more_failed_too(run: Callable[..., int]) -> None:
    assert run(Backlog(10, 0, 0), Backlog(4, 0, 0), FeedbackDeadLetterQueue=1) == 5


def test_postponed_hours_are_waited_for(run: Callable[..., int]) -> None:
    waiting = [Backlog(0, 0, 1)] * 20

    assert run(*waiting, Backlog(0, 0, 0)) == 0


@pytest.mark.parametrize(
    ("backlog", "dead"),
    [
        (Backlog(0, 5, 0), {}),
        (Backlog(0, 0, 0), {"PostingDeadLetterQueue": 1}),
        (Backlog(0, 0, 0), {"PostponedHoursDeadLetterQueue": 1}),
    ],
)
def test_hours_that_could_not_be_posted_are_an_error(
    run: Callable[..., int], backlog: Backlog, dead: dict[str, int]
) -> None:
    with pytest.raises(UnpostedError, match=r"could be posted.*\n.*no table"):
        run(backlog, **dead)
