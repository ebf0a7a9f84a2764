"""A function's start: what is made in it, and that garbage is looked for after it however it ends."""

import gc
from collections.abc import Iterator

import pytest

from ses_reputation.starting import make_ready

LAMBDA = {"AWS_LAMBDA_FUNCTION_NAME": "f"}


@pytest.fixture(autouse=True)
def collecting_as_before() -> Iterator[None]:
    yield
    gc.unfreeze()
    gc.enable()


def test_where_lambda_starts_a_function_everything_is_made_at_once() -> None:
    made: list[str] = []

    make_ready(LAMBDA, lambda: made.append("table"), lambda: made.append("queue"))

    assert made == ["table", "queue"]


@pytest.mark.parametrize("environment", [{}, {"AWS_LAMBDA_FUNCTION_NAME": ""}])
def test_where_lambda_does_not_nothing_is_made_before_its_first_use(environment: dict[str, str]) -> None:
    made: list[str] = []

    make_ready(environment, lambda: made.append("table"))

    assert made == []


def test_what_is_made_at_the_start_is_made_without_looking_for_garbage() -> None:
    collecting: list[bool] = []
    gc.disable()

    make_ready(LAMBDA, lambda: collecting.append(gc.isenabled()))

    assert collecting == [False]
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0


def test_garbage_is_looked_for_after_a_start_that_fails() -> None:
    def fail() -> None:
        raise ValueError("no setting")

    gc.disable()

    with pytest.raises(ValueError, match="no setting"):
        make_ready(LAMBDA, fail)
    assert gc.isenabled()
