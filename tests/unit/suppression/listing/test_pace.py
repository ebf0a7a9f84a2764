"""The pace that the reader learns: no rate is published, so it is found out."""

from dataclasses import dataclass

import pytest

from ses_reputation.suppression.listing.pace import FIRST_BACKOFF_SECONDS, LONGEST_BACKOFF_SECONDS, Pace

CALL_SECONDS = 0.05


@dataclass(slots=True)
class TokenBucket:
    """A service that allows a rate of requests; time passes only when it is made to."""

    requests_per_second: float
    burst: float = 1.0
    allowance: float = 1.0

    def wait(self, seconds: float) -> None:
        self.allowance = min(self.burst, self.allowance + seconds * self.requests_per_second)

    def ask(self) -> bool:
        if self.allowance < 1:
            return False
        self.allowance -= 1
        return True


def read_for(pace: Pace, bucket: TokenBucket, seconds: float) -> tuple[int, int]:
    """Ask at the pace for so long; how often it was answered, and how often refused."""
    answered = refused = 0
    while seconds > 0:
        pause = pace.pause_seconds + CALL_SECONDS
        seconds -= pause
        bucket.wait(pause)
        if bucket.ask():
            answered += 1
            pace.speed_up()
        else:
            refused += 1
            pace.slow_down()
    return answered, refused


def test_nobody_waits_before_anything_was_refused() -> None:
    pace = Pace()
    for _ in range(3):
        pace.speed_up()
    assert pace.pause_seconds == 0


def test_each_refusal_in_a_row_doubles_the_pause_up_to_a_limit() -> None:
    pace, pauses = Pace(), []
    for _ in range(12):
        pace.slow_down()
        pauses.append(pace.pause_seconds)
    assert pauses[:4] == [FIRST_BACKOFF_SECONDS * factor for factor in (1, 2, 4, 8)]
    assert pauses[-1] == LONGEST_BACKOFF_SECONDS


def test_a_million_refusals_are_still_a_finite_pause() -> None:
    pace = Pace()
    for _ in range(1_000_000):
        pace.slow_down()
    assert pace.pause_seconds == LONGEST_BACKOFF_SECONDS
    pace.speed_up()
    assert 0 < pace.pause_seconds <= LONGEST_BACKOFF_SECONDS


@pytest.mark.parametrize("rate", [0.2, 1.0, 5.0])
def test_the_reader_gets_most_of_the_rate_there_is(rate: float) -> None:
    answered, _ = read_for(Pace(), TokenBucket(rate), seconds=600)
    assert answered > 0.7 * rate * 600


def test_the_pace_is_learnt_so_that_most_calls_are_not_wasted() -> None:
    answered, refused = read_for(Pace(), TokenBucket(1.0), seconds=600)
    assert refused < 2 * answered


def test_the_reader_speeds_up_again_when_it_may() -> None:
    pace = Pace()
    read_for(pace, TokenBucket(0.5), seconds=60)
    assert pace.gap_seconds > 0.5
    for _ in range(40):
        pace.speed_up()
    assert pace.gap_seconds == 0


def test_a_pace_goes_on_from_the_gap_of_the_call_before() -> None:
    learnt = Pace()
    read_for(learnt, TokenBucket(1.0), seconds=60)
    answered, refused = read_for(Pace(learnt.gap_seconds), TokenBucket(1.0), seconds=5)
    assert answered >= 3
    assert refused < 10
