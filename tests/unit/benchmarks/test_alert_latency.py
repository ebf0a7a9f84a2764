"""The simulated way from the queue to the alert, against sums worked out by hand."""

import pytest

from benchmarks import alert_latency
from benchmarks.alert_latency import Runs, latency, worst
from benchmarks.posting_waits import longest_wait
from benchmarks.simulated_windows import Windows

WINDOWS = Windows(journal_seconds=60, batch_size=1_000, posting_seconds=150)
RUNS = Runs(journal=2, posting=10, assessment=50)


def test_the_worst_is_every_window_in_full_after_a_run_that_just_began() -> None:
    # 60 and 2 to the page, 1 in the stream, 10 and 150 and 10 to the balance, 300 and 50 to the alert.
    assert worst(WINDOWS, RUNS) == 583


def test_a_short_journal_window_may_take_as_long_as_a_poll_of_the_queue() -> None:
    short, shorter = (Windows(seconds, 1_000, 60) for seconds in (20, 1))
    assert worst(shorter, RUNS) == worst(short, RUNS)


def test_putting_an_hour_off_counts_where_it_takes_longer_than_the_window() -> None:
    assert worst(WINDOWS, RUNS, held=100) == 583
    assert worst(WINDOWS, RUNS, held=900) == 583 - 160 + 900


def test_no_phase_takes_longer_than_the_worst_nor_is_the_worst_far_from_the_longest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(alert_latency, "TRIALS", 5_000)
    measured = latency(WINDOWS, RUNS)
    # Half of 60, 2, 1, 10, 300 and 50, and half of a cycle of 155.
    assert measured.median == pytest.approx(30 + 1 + 0.5 + 5 + 150 + 25 + 80, rel=0.05)
    assert measured.median < measured.nineteen_of_twenty < measured.worst
    assert measured.worst - measured.may_hold == 583 - 177


def test_a_fuller_hour_is_never_put_off_for_less() -> None:
    waits = [longest_wait(rate) for rate in (1, 10, 100)]
    assert waits == sorted(waits)
