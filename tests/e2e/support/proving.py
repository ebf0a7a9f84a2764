"""The proof of a permission: its work is done with every statement, and refused without that one."""

from collections.abc import Callable

from tests.e2e.support.permissions import Statement, removed
from tests.e2e.support.trials import Trial
from tests.e2e.support.work import Check
from tests.support.waiting import await_that

Work = Callable[[Trial], Check]
"""Begins something on a stack that is tried out; what it returns says whether that is done, or refused."""


def prove_needed(statement: Statement, trial: Trial, do: Work, sign: Work) -> None:
    """Assert that work is done with the statement, and without it is refused and not done.

    sign: says whether it was refused, from when it was called on.
    """
    await_that(do(trial), "it was done with every statement")
    # Watched from before the removal: the emulator reports a denial only once.
    is_refused = sign(trial)
    with removed(trial.aws, trial.stack, statement):
        is_done = do(trial)
        await_that(lambda: is_refused() or is_done(), "it was refused")
        assert is_refused()
        assert not is_done()
