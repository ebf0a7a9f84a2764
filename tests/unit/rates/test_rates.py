"""Rates, their intervals and their headroom: worked by hand, or as published."""

from collections.abc import Sequence
from fractions import Fraction

import pytest

from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rates.rates import Headroom, Rate, find_headroom, rate_in, rate_of
from ses_reputation.rates.thresholds import Measure, Standing, StandingRules, Thresholds
from ses_reputation.rates.windows import volume_window
from ses_reputation.rollup.rate_counts import EVERYTHING
from tests.support.rated_mail import history_of, mail

RULES = StandingRules()


def headroom_of(
    hours: Sequence[HourBalance], measure: Measure = Measure.BOUNCES, rules: StandingRules = RULES
) -> tuple[Headroom, ...]:
    history = history_of(hours)
    return find_headroom(history, volume_window(history, rules), measure, rules)


def rate_with(hours: Sequence[HourBalance], measure: Measure = Measure.BOUNCES) -> Rate | None:
    return rate_in(volume_window(history_of(hours), RULES), measure, RULES)[0]


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
    assert Rate(500, 10_000).as_json() == {
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
    # Equal: max(150 / 15,000, 100 / 10,000); the whole window is told.
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
    diluted = volume_window(history_of([mail(0, 5_000, 100), mail(1, 10_000, 10)]), RULES)
    plain = volume_window(history_of([mail(0, 5_000, 100), mail(1, 5_000, 200)]), RULES)

    assert rate_in(diluted, Measure.BOUNCES, RULES)[1][EVERYTHING][:2] == (5_000, 100)
    assert rate_in(plain, Measure.BOUNCES, RULES)[1][EVERYTHING][:2] == (10_000, 300)


def test_complaints_have_a_rate_of_their_own() -> None:
    assert rate_with([mail(0, 10_000, 700, 9)], Measure.COMPLAINTS) == Rate(9, 10_000)


def told(headroom: Sequence[Headroom]) -> list[tuple[str, int, int]]:
    return [(each.standing.value, each.more_events, each.clean_sends) for each in headroom]


# Hours, latest first, as (sends, hard bounces); then for watch, review and pause the hard bounces that are
# missing, and the clean sends that lead back below.
HEADROOM = [
    # 2 %, 5 % and 10 % of 10,000 are 200, 500 and 1,000.
    ([(10_000, 0)], [(200, 0), (500, 0), (1_000, 0)]),
    ([(10_000, 199)], [(1, 0), (301, 0), (801, 0)]),
    # At the threshold; 200 / 10,001 is below it.
    ([(10_000, 200)], [(0, 1), (300, 0), (800, 0)]),
    # 530 / 0.05 = 10,600: it takes 10,601 sends, 601 more. 530 / 0.02 = 26,500, 16,501 more; but 10,000 fill
    # the window with clean mail.
    ([(10_000, 530)], [(0, 10_000), (0, 601), (470, 0)]),
    # 5 % of 10,010 are 500.5: the 501st reaches it.
    ([(10_010, 0)], [(201, 0), (501, 0), (1_001, 0)]),
    # Not full: of 3,000 sends 60, 150 and 300. 90 / 0.02 = 4,500, so 4,501.
    ([(3_000, 90)], [(0, 1_501), (60, 0), (210, 0)]),
    # Not full, and 250 / 0.02 = 12,500 is more than the volume: 9,000 clean sends and more dilute, but 10,000
    # push everything out, and that many are fewer than 12,501 - 1,000.
    ([(1_000, 250)], [(0, 10_000), (0, 4_001), (0, 1_501)]),
    # Full, diluted: 20,000 clean sends in the oldest hour, 400 of 5,000 bounced since: 4 % of the volume. A
    # hundred bounces more of the newer are 5 % of the volume, and 850 more of all mail are 5 % of 25,000.
    # Going back: 400 / 0.02 = 20,000 takes 20,001 sends with the 5,000, 15,001 more; 10,000 push them out.
    ([(5_000, 400), (20_000, 0)], [(0, 10_000), (100, 0), (600, 0)]),
    # The newest 900 sends, all bounced, are 9 % of the volume; a tenth of it they cannot reach: the 1,000th
    # bounce must come from the oldest hour, where it takes 2,090 of the 20,900 sends.
    ([(900, 900), (20_000, 0)], [(0, 10_000), (0, 10_000), (1_190, 0)]),
    # Bounces that lie a bit back leave sooner: 5,000 clean sends push the older hour out, and its 600 bounces
    # with it; 100 of 10,000 are left. To dilute takes 700 / 0.05 = 14,000 sends, 4,001 more, which is sooner.
    ([(5_000, 100), (5_000, 600)], [(0, 5_000), (0, 4_001), (300, 0)]),
    # 600 and 500: the newer hour's alone are 6 % of the volume; 600 / 0.05 - 5,000 = 7,000 clean sends and
    # one dilute them.
    ([(5_000, 600), (5_000, 500)], [(0, 10_000), (0, 7_001), (0, 1_001)]),
]


@pytest.mark.parametrize(("hours", "expected"), HEADROOM)
def test_headroom_is_what_reaches_a_threshold_and_what_leads_back(
    hours: list[tuple[int, int]], expected: list[tuple[int, int]]
) -> None:
    headroom = headroom_of([mail(ago, *figures) for ago, figures in enumerate(hours)])

    standings = ("watch", "review", "pause")
    assert told(headroom) == [(name, *numbers) for name, numbers in zip(standings, expected, strict=True)]


def test_headroom_of_complaints_is_to_their_thresholds() -> None:
    # 0.05 %, 0.1 % and 0.5 % of 10,000 are 5, 10 and 50; 7 / 0.0005 = 14,000.
    headroom = headroom_of([mail(0, 10_000, complaints=7)], Measure.COMPLAINTS)

    assert told(headroom) == [("watch", 0, 4_001), ("review", 3, 0), ("pause", 43, 0)]
    assert [each.threshold for each in headroom] == [Fraction(1, 2_000), Fraction(1, 1_000), Fraction(1, 200)]


def test_without_a_rate_there_is_no_headroom() -> None:
    assert headroom_of([]) == ()
    assert headroom_of([mail(0, 0, 5)]) == ()


def test_thresholds_need_not_be_round() -> None:
    # 3.7 % of 7,777 are 287.749: 288. 300 / 0.037 = 8,108.1: 8,109 sends.
    odd = Thresholds(Fraction(37, 1_000), Fraction(1, 2), Fraction(1))
    rules = StandingRules(thresholds={Measure.BOUNCES: odd})

    assert headroom_of([mail(0, 7_777, 287)], rules=rules)[0] == Headroom(
        Standing.WATCH, Fraction(37, 1_000), 1, 0
    )
    assert headroom_of([mail(0, 7_777, 300)], rules=rules)[0] == Headroom(
        Standing.WATCH, Fraction(37, 1_000), 0, 332
    )
    # At a threshold of 100 % every mail has to bounce.
    assert headroom_of([mail(0, 7_777, 7_777)], rules=rules)[2].clean_sends == 1
