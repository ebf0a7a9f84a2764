"""Calls are made again until they are answered, and later after each refusal."""

import pytest

from ses_reputation.suppression.errors import (
    AddressRefusedError,
    ListRefusedError,
    ListThrottledError,
    ListUnavailableError,
)
from ses_reputation.suppression.listing.pace import Pace
from ses_reputation.suppression.restore.paced_calls import PacedCalls


class Calls:
    """A call whose first attempts end in errors, and the pauses before its attempts."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.pauses: list[float] = []
        self.attempts = 0
        self.paced = PacedCalls(Pace(sleep=self.pauses.append, clock=lambda: sum(self.pauses)))

    def make(self) -> str:
        return self.paced.make(self._answer)

    def _answer(self) -> str:
        self.attempts += 1
        if self.errors:
            raise self.errors.pop(0)
        return "answer"


@pytest.mark.parametrize("error", [ListThrottledError(), ListUnavailableError("500")])
def test_each_refusal_is_followed_by_a_longer_pause(error: Exception) -> None:
    calls = Calls(error, error, error)

    assert calls.make() == "answer"
    assert len(calls.pauses) == 3
    assert calls.pauses == sorted(set(calls.pauses))


def test_throttling_alone_never_ends_a_call() -> None:
    assert Calls(*[ListThrottledError()] * 200).make() == "answer"


def test_five_failures_in_a_row_end_it() -> None:
    calls = Calls(*[ListUnavailableError("500")] * 5)

    with pytest.raises(ListUnavailableError):
        calls.make()
    assert calls.attempts == 5


@pytest.mark.parametrize("error", [AddressRefusedError("BadRequestException"), ListRefusedError("denied")])
def test_a_refusal_that_stays_one_is_not_asked_again(error: Exception) -> None:
    calls = Calls(error)

    with pytest.raises(type(error)):
        calls.make()
    assert calls.attempts == 1
