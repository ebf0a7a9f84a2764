"""A small fuzz at each run of the tests; `make fuzz` takes a million messages."""

from random import Random
from typing import Any

import pytest
from rich.console import Console

from benchmarks.fuzz import FuzzOutcome, damaged, example_bodies, main, read_batch
from ses_reputation.feedback.provenance import Reason

QUIET = Console(quiet=True)


def test_no_damaged_message_is_lost_raises_or_is_quoted() -> None:
    outcome = main(QUIET, messages=3_000, seed=1)

    assert (outcome.messages, outcome.ended.total(), outcome.faults.total()) == (3_000, 3_000, 0)
    # The damage is of every kind: some messages stay whole enough, others lose a part, or all sense.
    assert outcome.ended["observed"] > 300
    assert outcome.mended > 30
    reasons = {f"quarantined: {reason}" for reason in Reason} - {"quarantined: defect"}
    assert len(reasons & set(outcome.ended)) >= 6


def test_a_seed_makes_the_same_messages_each_time() -> None:
    bodies = example_bodies()

    first, second, other = ([damaged(random, bodies) for _ in range(50)] for random in map(Random, (1, 1, 2)))
    assert first == second != other


def test_a_defect_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise KeyError("recipient-1@gmail.com")

    monkeypatch.setattr("ses_reputation.feedback.reading.observe", fail)
    with pytest.raises(AssertionError, match="a defect of this version"):
        main(QUIET, messages=100, seed=1)


def test_a_name_that_nobody_checked_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ses_reputation.feedback.reading._checked_set", lambda name: f"{name};\x1b")
    outcome = FuzzOutcome()
    read_batch(Random(1), example_bodies(), 100, outcome)

    assert outcome.faults["a name that is kept holds what none may"] > 10
