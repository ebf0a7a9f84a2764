"""The window that SES goes by is found from its own rate, and where it cannot be told, none is proposed.

SES is a list of mails here, of which the latest are counted one by one; the fit knows hours only.
"""

from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice
from random import Random

import pytest

from ses_reputation.hours import hours_later
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rates.window_fit import FEWEST_POINTS, NoFit, WindowFit, fit_window
from tests.support.mail import days_of, mail

FIRST, DAYS, A_HOUR = "2026-10-01T00", 50, 80
RatesByHour = dict[str, float]
"""What SES publishes, by the hour of which it is the mean."""


def wandering(draw: Random) -> Iterator[float]:
    """A bounce rate by the day, between 0.5 % and 4 %."""
    rate = 0.02
    while True:
        yield rate
        rate = min(0.04, max(0.005, rate * draw.choice([0.7, 0.9, 1.1, 1.4])))


def send(
    volume: int,
    rates: Iterator[float] | None = None,
    counts: Callable[[int, Random], bool] = lambda _day, _draw: True,
    seed: int = 1,
) -> tuple[list[HourBalance], RatesByHour]:
    """80 mails an hour on 50 days, and the share of bounces that SES counts among the latest `volume`."""
    draw = Random(seed)
    latest: deque[bool] = deque(maxlen=volume)
    hours, published = [], {}
    for day, rate in enumerate(islice(rates or wandering(draw), DAYS)):
        for hour in (hours_later(FIRST, 24 * day + number) for number in range(24)):
            bounced = [draw.random() < rate for _ in range(A_HOUR)]
            counted = [each and counts(day, draw) for each in bounced]
            latest.extend(counted[: A_HOUR // 2])
            if day >= DAYS - 28 and hour.endswith(("T00", "T06", "T12", "T18")):
                # Its mean is about the rate in its middle.
                published[hour] = round(sum(latest) / len(latest), 6)
            latest.extend(counted[A_HOUR // 2 :])
            hours.append(mail(hour, A_HOUR, sum(bounced)))
    return hours, published


def fit(hours: list[HourBalance], published: RatesByHour) -> WindowFit | NoFit:
    return fit_window(days_of(hours), published)


@pytest.mark.parametrize("volume", [1_000, 4_000, 12_378, 25_000])
def test_the_window_that_ses_goes_by_is_found(volume: int) -> None:
    found = fit(*send(volume))

    assert isinstance(found, WindowFit)
    assert found.low <= volume <= found.high
    assert abs(found.volume / volume - 1) < 0.06
    assert found.share == pytest.approx(1, abs=0.02)
    assert found.misfit < 0.03
    assert found.points == 112


def test_it_is_found_where_ses_counts_fewer_bounces_and_the_share_says_how_many() -> None:
    found = fit(*send(12_378, counts=lambda _day, draw: draw.random() < 0.9))

    assert isinstance(found, WindowFit)
    assert found.low <= 12_378 <= found.high
    assert found.share == pytest.approx(0.9, abs=0.03)


def test_the_misfit_is_how_far_the_rates_lie_apart_as_a_part_of_them() -> None:
    """SES's rates are a fiftieth too high and too low, in turns: that is its root of the mean square."""
    hours, published = send(12_378)
    uneven = {
        hour: rate * (1.02 if number % 2 else 0.98) for number, (hour, rate) in enumerate(published.items())
    }

    found = fit(hours, uneven)

    assert isinstance(found, WindowFit)
    assert found.misfit == pytest.approx(0.02, abs=0.005)


def test_none_is_proposed_where_the_rate_does_not_move() -> None:
    hours = [mail(hours_later(FIRST, at), 100, 1) for at in range(24 * DAYS)]
    published = {hours_later(FIRST, at): 0.01 for at in range(24 * 22, 24 * DAYS, 6)}

    assert fit(hours, published) in {NoFit.FLAT, NoFit.BEYOND}


def test_none_is_proposed_where_ses_leaves_out_whole_days_of_bounces() -> None:
    found = fit(*send(12_378, counts=lambda day, _draw: day not in {35, 36, 37}))

    assert isinstance(found, NoFit)


def test_none_is_proposed_where_the_published_rates_are_of_other_mail() -> None:
    hours, _ = send(12_378, seed=1)
    _, published = send(12_378, seed=2)

    assert isinstance(fit(hours, published), NoFit)


def test_none_is_proposed_where_the_window_may_hold_more_than_the_ledger_knows() -> None:
    hours, published = send(40_000)

    # Mail of the last 21 days, 40,320, and not of 50.
    assert fit(hours[-24 * 21 :], published) is NoFit.BEYOND


def test_too_few_rates_tell_nothing() -> None:
    hours, published = send(4_000)

    assert fit(hours, dict(islice(published.items(), FEWEST_POINTS - 1))) is NoFit.FEW_RATES
    assert fit(hours, {}) is NoFit.FEW_RATES
    assert fit([], published) is NoFit.FEW_RATES
    assert isinstance(fit(hours, dict(islice(published.items(), FEWEST_POINTS))), WindowFit | NoFit)


def test_rates_of_an_account_without_bounces_tell_nothing() -> None:
    hours = [mail(hours_later(FIRST, at), 100) for at in range(24 * DAYS)]

    assert fit(hours, {hours_later(FIRST, at): 0.01 for at in range(24 * 22, 24 * DAYS, 6)}) is NoFit.UNLIKE
