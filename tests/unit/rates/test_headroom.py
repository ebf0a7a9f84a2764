"""How far it is to the next threshold, up and down: worked by hand."""

from collections.abc import Sequence
from fractions import Fraction

import pytest

from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rates.headroom import Headroom, find_headroom
from ses_reputation.rates.thresholds import Measure, Standing, StandingRules, Thresholds
from ses_reputation.rates.windows import volume_window
from tests.support.mail import history_of, mail

RULES = StandingRules()


def headroom_of(
    hours: Sequence[HourBalance], measure: Measure = Measure.BOUNCES, rules: StandingRules = RULES
) -> tuple[Headroom, ...]:
    history = history_of(hours)
    return find_headroom(history, volume_window(history, rules), measure, rules)


def numbers_of(headroom: Sequence[Headroom]) -> list[tuple[str, int, int]]:
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
    assert numbers_of(headroom) == [
        (name, *numbers) for name, numbers in zip(standings, expected, strict=True)
    ]


def test_headroom_of_complaints_is_to_their_thresholds() -> None:
    # 0.05 %, 0.1 % and 0.5 % of 10,000 are 5, 10 and 50; 7 / 0.0005 = 14,000.
    headroom = headroom_of([mail(0, 10_000, complaints=7)], Measure.COMPLAINTS)

    assert numbers_of(headroom) == [("watch", 0, 4_001), ("review", 3, 0), ("pause", 43, 0)]
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
