"""Rates and their intervals: worked by hand, or as published."""

from collections.abc import Sequence

import pytest

from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rates.rates import Rate, rate_in, rate_of
from ses_reputation.rates.thresholds import Measure, StandingRules
from ses_reputation.rates.windows import volume_window
from ses_reputation.rollup.rate_counts import EVERYTHING
from tests.support.mail import history_of, mail

RULES = StandingRules()


def rate_with(hours: Sequence[HourBalance], measure: Measure = Measure.BOUNCES) -> Rate | None:
    return rate_in(volume_window(history_of(hours), RULES, measure), measure, RULES)[0]


@pytest.mark.parametrize(
    ("events", "sends", "expected"),
    [
        (0, 100, Rate(0, 100)),
        (3, 100, Rate(3, 100)),
        (100, 100, Rate(100, 100)),
        # Send events were lost: as many sends as bounces there must have been.
        (7, 5, Rate(7, 7)),
        # No send is known: there is no rate, rather than one of 0 % or 100 %.
        (0, 0, None),
        (7, 0, None),
    ],
)
def test_a_rate_is_events_of_sends(events: int, sends: int, expected: Rate | None) -> None:
    assert rate_of(events, sends) == expected


@pytest.mark.parametrize(("numerator", "denominator"), [(1, 0), (0, 0), (-1, 5), (6, 5)])
def test_what_is_no_share_is_no_rate(numerator: int, denominator: int) -> None:
    with pytest.raises(ValueError, match=f"{numerator} of {denominator} is no rate"):
        Rate(numerator, denominator)


# The first four: R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in
# Medicine 17 (1998), table I, method 3 (the Wilson score); the fifth mirrors the third. The others by
# hand, with z = 1.959964, z^2 = 3.841459:
#   0 of n: 0 to z^2 / (n + z^2), for 2,000: 3.841459 / 2,003.841459 = 0.001917; n of n the mirror image.
#   500 of 10,000: the centre is (0.05 + 3.841459 / 20,000) / 1.0003841459 = 0.0501728; half its width is
#   1.959964 * sqrt(0.05 * 0.95 / 10,000 + 3.841459 / 400,000,000) / 1.0003841459 = 0.0042743.
INTERVALS = [
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0, 0.1611),
    (1, 29, 0.0061, 0.1718),
    (20, 20, 0.8389, 1.0),
    (0, 2_000, 0.0, 0.001917),
    (2_000, 2_000, 0.998083, 1.0),
    (500, 10_000, 0.045898, 0.054447),
]


@pytest.mark.parametrize(("numerator", "denominator", "low", "high"), INTERVALS)
def test_the_interval_is_wilson_s(numerator: int, denominator: int, low: float, high: float) -> None:
    digits = 0.00005 if denominator < 1_000 else 0.0000005

    assert Rate(numerator, denominator).interval == pytest.approx((low, high), abs=digits)


def test_the_interval_is_wider_at_more_confidence() -> None:
    # z = 3.290527, z^2 = 10.827566.
    assert Rate(0, 50).interval_at(0.999) == pytest.approx((0, 10.827566 / 60.827566), abs=1e-6)
    # (0.1 + 0.0541378) / 1.1082757 = 0.1390789, give or take 3.290527 * sqrt(0.0009 + 0.0002707) / 1.1082757.
    assert Rate(10, 100).interval_at(0.999) == pytest.approx((0.0374922, 0.2406656), abs=1e-6)


def test_the_interval_of_a_rate_of_nothing_begins_with_nothing() -> None:
    assert Rate(0, 3).interval[0] == 0.0
    assert Rate(3, 3).interval[1] == 1.0


def test_a_rate_as_json_is_in_fractions_of_one() -> None:
    assert Rate(500, 10_000).to_json() == {
        "numerator": 500,
        "denominator": 10_000,
        "value": 0.05,
        "low": 0.045898,
        "high": 0.054447,
    }


# Hours, latest first, as (sends, hard bounces), and the rate of the volume window.
DILUTED = [
    # One hour alone: nothing is newer.
    ([(20_000, 50)], Rate(50, 20_000)),
    # The counter-example of ADR 7: 50 of 29,999 would be 0.17 %, but one more clean mail pushes the oldest
    # hour out, and 50 of 10,000 are 0.5 %. So 0.5 % it is before, too.
    ([(9_999, 50), (20_000, 0)], Rate(50, 10_000)),
    ([(1, 0), (9_999, 50), (20_000, 0)], Rate(50, 10_000)),
    # The oldest hour brings its share of bounces: max(600 / 12,000, 300 / 10,000) = max(5 %, 3 %).
    ([(6_000, 300), (6_000, 300)], Rate(600, 12_000)),
    # max(110 / 15,000, 100 / 10,000) = max(0.73 %, 1 %).
    ([(5_000, 100), (10_000, 10)], Rate(100, 10_000)),
    # Equal: max(150 / 15,000, 100 / 10,000); the whole window is taken.
    ([(5_000, 100), (10_000, 50)], Rate(150, 15_000)),
    # Not full: nothing is pushed out yet.
    ([(5_000, 100), (4_999, 0)], Rate(100, 9_999)),
    # More bounces than sends among the newer hours.
    ([(100, 12_000), (10_000, 0)], Rate(12_000, 12_000)),
    ([(0, 0)], None),
    ([(0, 5)], None),
]


@pytest.mark.parametrize(("hours", "expected"), DILUTED)
def test_the_oldest_hour_cannot_dilute_what_is_newer(
    hours: list[tuple[int, int]], expected: Rate | None
) -> None:
    assert rate_with([mail(ago, *figures) for ago, figures in enumerate(hours)]) == expected


def test_the_table_beside_a_rate_is_that_of_the_mail_that_it_counts() -> None:
    diluted = volume_window(history_of([mail(0, 5_000, 100), mail(1, 10_000, 10)]), RULES, Measure.BOUNCES)
    plain = volume_window(history_of([mail(0, 5_000, 100), mail(1, 5_000, 200)]), RULES, Measure.BOUNCES)

    assert rate_in(diluted, Measure.BOUNCES, RULES)[1][EVERYTHING][:2] == (5_000, 100)
    assert rate_in(plain, Measure.BOUNCES, RULES)[1][EVERYTHING][:2] == (10_000, 300)


def test_complaints_have_a_rate_of_their_own() -> None:
    assert rate_with([mail(0, 10_000, 700, 9)], Measure.COMPLAINTS) == Rate(9, 10_000)
