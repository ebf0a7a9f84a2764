"""The pace that the reader learns: no rate is published, so it is found out."""

import random
from dataclasses import dataclass, field

import pytest

from ses_reputation.suppression.listing.pace import FIRST_RATE, LARGEST_RATE, LEAST_RATE, Pace

CALL_SECONDS = 0.15


@dataclass(slots=True)
class Service:
    """A service behind a bucket of requests, or without one (rate None), that refuses some at random.

    Its time passes only when it is made to.
    """

    rate: float | None
    burst: float = 1.0
    refused_share: float = 0.0
    now: float = 0.0
    _tokens: float = 1.0
    _filled_at: float = 0.0
    _random: random.Random = field(default_factory=lambda: random.Random(7))

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def ask(self) -> bool:
        is_answered = self._has_token() and self._random.random() >= self.refused_share
        self._tokens -= is_answered
        self.now += CALL_SECONDS
        return is_answered

    def _has_token(self) -> bool:
        if self.rate is None:
            return True
        self._tokens = min(self.burst, self._tokens + (self.now - self._filled_at) * self.rate)
        self._filled_at = self.now
        return self._tokens >= 1


def ask_for(service: Service, seconds: float, first_rate: float = FIRST_RATE) -> tuple[int, int, Pace]:
    """Ask at the pace for so long; how often it was answered, and how often refused."""
    pace = Pace(first_rate, sleep=service.sleep, clock=lambda: service.now)
    answered = refused = 0
    until = service.now + seconds
    while service.now < until:
        pace.wait()
        if service.ask():
            answered += 1
            pace.speed_up()
        else:
            refused += 1
            pace.slow_down()
    return answered, refused, pace


def test_each_answer_adds_to_the_rate_and_each_refusal_takes_a_tenth_of_it() -> None:
    pace = Pace(2.0)
    pace.speed_up()
    assert pace.rate == pytest.approx(2.03)
    pace.slow_down()
    assert pace.rate == pytest.approx(2.03 * 0.9)


def test_the_pause_is_what_is_left_of_the_gap_between_two_requests() -> None:
    now = [100.0]
    pace = Pace(0.5, sleep=lambda seconds: now.__setitem__(0, now[0] + seconds), clock=lambda: now[0])
    assert pace.pause_seconds == 0
    pace.wait()
    now[0] += 0.5
    assert pace.pause_seconds == 1.5
    pace.wait()
    assert now[0] == 102.0


def test_a_million_refusals_or_answers_leave_a_rate_that_can_be_used() -> None:
    pace = Pace()
    for _ in range(1_000_000):
        pace.slow_down()
    assert pace.rate == LEAST_RATE
    for _ in range(1_000_000):
        pace.speed_up()
    assert pace.rate == LARGEST_RATE


# Seen: 0.74, 1.01, 0.72 of what the limiter gives; 23 %, 18 % and 8 % of requests refused.
@pytest.mark.parametrize(("rate", "burst", "least_share"), [(1.0, 1, 0.7), (1.0, 10, 0.95), (5.0, 1, 0.7)])
def test_most_of_the_rate_that_a_limiter_gives_is_used(rate: float, burst: int, least_share: float) -> None:
    answered, refused, _ = ask_for(Service(rate, burst), seconds=3_600)
    assert least_share * rate * 3_600 < answered <= rate * 3_600 + burst
    assert refused < 0.35 * answered


def test_refusals_at_random_do_not_drive_the_rate_to_a_crawl() -> None:
    answered, _, _ = ask_for(Service(1.0, 10, refused_share=0.2), seconds=3_600)
    assert answered > 0.75 * 3_600


def test_a_service_that_refuses_nobody_is_soon_asked_as_fast_as_it_answers() -> None:
    answered, refused, pace = ask_for(Service(None), seconds=600)
    assert refused == 0
    assert pace.rate > 1 / CALL_SECONDS
    assert answered > 0.75 * 600 / CALL_SECONDS


def test_a_pace_goes_on_from_the_rate_of_the_call_before() -> None:
    service = Service(1.0)
    *_, learnt = ask_for(service, seconds=600)
    answered, refused, _ = ask_for(service, 60, learnt.rate)
    assert answered >= 40
    assert refused < 25


def test_a_list_that_gives_more_later_is_asked_faster_again() -> None:
    service = Service(0.2)
    *_, learnt = ask_for(service, seconds=600)
    service.rate, service.burst = 2.0, 4
    answered, *_ = ask_for(service, 600, learnt.rate)
    assert answered > 0.7 * 2.0 * 600
