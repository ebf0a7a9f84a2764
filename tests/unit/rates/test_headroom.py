"""How far it is to the next threshold, up and down: worked by hand."""

from collections.abc import Sequence
from fractions import Fraction

import pytest

from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rates.headroom import Headroom
from ses_reputation.rates.thresholds import Measure, Standing, StandingRules, Thresholds
from ses_reputation.standing.evaluation import evaluate_standing
from tests.support.mail import history_of, mail

RULES = StandingRules()


def headroom_of(
    hours: Sequence[HourBalance], measure: Measure = Measure.BOUNCES, rules: StandingRules = RULES
) -> tuple[Headroom, ...]:
    return evaluate_standing(history_of(hours), {}, rules)[measure].headroom


def numbers_of(headroom: Sequence[Headroom]) -> list[tuple[str, int, int]]:
    return [(each.standing.value, each.more_events, each.clean_sends) for each in headroom]


# Hours, latest first, as (sends, hard bounces); then for watch, review and pause the hard bounces that are
# missing, and the clean sends that end it. Counted in a program that shares no code with this one: it tries
# one bounce (one clean send) more after the other.
HEADROOM = [
    # 2 %, 5 % and 10 % of 10,000 are 200, 500 and 1,000; chance explains 254, 583 and 1,113 of them.
    ([(10_000, 0)], [(255, 0), (584, 0), (1_114, 0)]),
    # At the threshold it is still chance.
    ([(10_000, 200)], [(55, 0), (384, 0), (914, 0)]),
    # `watch` ends below 1.8 %: 260 / 0.018 = 14,444.4, so 14,445.
    ([(10_000, 260)], [(0, 4_445), (324, 0), (854, 0)]),
    # 600 / 0.045 = 13,333.3; for 1.8 % it would take more than 10,000, which push everything out.
    ([(10_000, 600)], [(0, 10_000), (0, 3_334), (514, 0)]),
    # 5 % of 10,010 are 500.5.
    ([(10_010, 0)], [(255, 0), (584, 0), (1_115, 0)]),
    # Not full: of 3,000 sends 91, 197 and 363 are beyond chance.
    ([(3_000, 90)], [(1, 0), (107, 0), (273, 0)]),
    # 250 / 0.045 = 5,555.6 and 250 / 0.09 = 2,777.8.
    ([(1_000, 250)], [(0, 10_000), (0, 4_556), (0, 1_778)]),
    # Full, diluted: 20,000 clean sends in the oldest hour. The latest 5,000 alone show more than 5 % with
    # 310; with 500 the newer hours are at 5 % of the volume.
    ([(5_000, 400), (20_000, 0)], [(0, 10_000), (100, 0), (600, 0)]),
    # The newest 900 sends, all bounced, are 9 % of the volume; a tenth of it they cannot reach: the 1,000th
    # bounce must come from the oldest hour, where it takes 2,090 of the 20,900 sends.
    ([(900, 900), (20_000, 0)], [(0, 10_000), (0, 10_000), (1_190, 0)]),
    # Bounces that lie a bit back leave sooner: 5,000 clean sends push the older hour out, and 100 of 10,000
    # are left.
    ([(5_000, 100), (5_000, 600)], [(0, 5_000), (0, 5_000), (414, 0)]),
    # 600 and 500: 600 / 0.045 - 5,000 = 8,333.3, and 1,100 / 0.09 - 10,000 = 2,222.2.
    ([(5_000, 600), (5_000, 500)], [(0, 10_000), (0, 8_334), (0, 2_223)]),
    # 5 of 40 are more than chance brings of 2 %, 8 more than of 5 %.
    ([(40, 1)], [(5, 0), (8, 0), (12, 0)]),
    # Five bounces show something at the least, and only two mails were sent.
    ([(2, 0)], [(5, 0), (5, 0), (5, 0)]),
]


@pytest.mark.parametrize(("hours", "expected"), HEADROOM)
def test_headroom_is_what_reaches_a_threshold_and_what_leads_back(
    hours: list[tuple[int, int]], expected: list[tuple[int, int]]
) -> None:
    headroom = headroom_of([mail(ago, *figures) for ago, figures in enumerate(hours)])

    standings = ("watch", "review", "pause")
    assert numbers_of(headroom) == [
        (name, *numbers) for name, numbers in zip(standings, expected, strict=True)
    ]


def test_headroom_of_complaints_is_to_their_thresholds() -> None:
    # 0.05 %, 0.1 % and 0.5 % of 10,000 are 5, 10 and 50; beyond chance are 16, 24 and 79.
    headroom = headroom_of([mail(0, 10_000, complaints=7)], Measure.COMPLAINTS)

    assert numbers_of(headroom) == [("watch", 9, 0), ("review", 17, 0), ("pause", 72, 0)]
    assert [each.threshold for each in headroom] == [Fraction(1, 2_000), Fraction(1, 1_000), Fraction(1, 200)]


def test_without_a_rate_there_is_no_headroom() -> None:
    assert headroom_of([]) == ()
    assert headroom_of([mail(0, 0, 5)]) == ()


def test_thresholds_need_not_be_round() -> None:
    # 3.7 % of 7,777 are 287.749, and 352 are beyond chance. 380 / 0.0333 = 11,411.4.
    odd = Thresholds(Fraction(37, 1_000), Fraction(1, 2), Fraction(1))
    rules = StandingRules(thresholds=dict.fromkeys(Measure, odd))

    assert headroom_of([mail(0, 7_777, 287)], rules=rules)[0] == Headroom(
        Standing.WATCH, Fraction(37, 1_000), 65, 0
    )
    assert headroom_of([mail(0, 7_777, 380)], rules=rules)[0] == Headroom(
        Standing.WATCH, Fraction(37, 1_000), 0, 3_635
    )


def test_of_too_little_mail_no_number_of_events_begins_a_standing() -> None:
    # All 5 mails bounced. Chernoff's bound for 30 % is 0.3 ^ 5 = 0.0024: more than one in a thousand, so
    # chance explains it, and no mail is left to bounce. 5 / 0.045 = 111.1 and 5 / 0.09 = 55.6.
    high = Thresholds(Fraction(5, 100), Fraction(10, 100), Fraction(30, 100))
    headroom = headroom_of([mail(0, 5, 5)], rules=StandingRules(thresholds=dict.fromkeys(Measure, high)))

    assert numbers_of(headroom) == [("watch", 0, 107), ("review", 0, 51), ("pause", 0, 0)]
    assert [each.is_known for each in headroom] == [True, True, False]
