"""The simulator's rule, written apart from the product's, gives the product's standings."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pytest

from benchmarks.simulation.histories import SenderMail
from benchmarks.simulation.rules import LatestPeriods, Mail, bare, latest_periods, wilson
from benchmarks.simulation.sending import DAY, Sending, sends_by_hour
from benchmarks.simulation.standings import at_or_above, hours_until, worsenings
from ses_reputation.rates.evidence import fewest_events
from ses_reputation.rates.evidence import latest_periods as latest_product_periods
from ses_reputation.rates.rates import Rate
from ses_reputation.rates.thresholds import Measure, Standing, StandingRules
from ses_reputation.rates.windows import volume_window
from ses_reputation.standing.evaluation import evaluate_standing

RULES = StandingRules()


@dataclass(frozen=True)
class Life:
    """A sender whose rates (bounces, complaints) change every few days."""

    sending: Sending
    a_day: int
    days: int
    rates: tuple[tuple[float, float], ...]


LIVES = (
    # The window is two days, four volumes are eight.
    Life(Sending.RHYTHM, 5_000, 16, ((0.01, 0.0003), (0.06, 0.002), (0.12, 0.0005), (0.015, 0.0))),
    # The window is less than an hour of a campaign.
    Life(Sending.CAMPAIGNS, 40_000, 28, ((0.018, 0.0004), (0.03, 0.0008), (0.055, 0.006), (0.01, 0.0002))),
    # A month holds less than four volumes, and more than one.
    Life(Sending.CAMPAIGNS, 600, 70, ((0.02, 0.0005), (0.09, 0.003), (0.04, 0.0008))),
    # The window is never full.
    Life(Sending.RHYTHM, 60, 90, ((0.2, 0.004), (0.01, 0.0), (0.05, 0.01))),
)


@pytest.mark.parametrize("life", LIVES, ids=lambda life: f"{life.sending} {life.a_day}")
def test_the_simulated_rule_is_the_products_hour_by_hour(life: Life) -> None:
    draw = np.random.default_rng(12)
    sends = sends_by_hour(life.sending, life.a_day, life.days * DAY, draw)
    rates = np.repeat(life.rates, -(-len(sends) // len(life.rates)), axis=0)[: len(sends)]
    bounces, complaints = (draw.binomial(sends, rates[:, column]) for column in (0, 1))
    sender = SenderMail(sends.tolist(), bounces.tolist(), complaints.tolist())
    simulated = {
        Measure.BOUNCES: severities(Mail(sends, bounces[:, None]), Measure.BOUNCES),
        Measure.COMPLAINTS: severities(Mail(sends, complaints[:, None]), Measure.COMPLAINTS),
    }

    for hour in hours_to_compare(simulated, draw):
        previous = {measure: list(Standing)[simulated[measure][hour - 1]] for measure in Measure}
        found = evaluate_standing(sender.history_at(hour), previous, RULES)
        for measure in Measure:
            standing = found[measure].standing or Standing.HEALTHY
            assert standing.severity == simulated[measure][hour], (measure, hour)


@pytest.mark.parametrize("mark", [Fraction(each, 10_000) for each in (5, 10, 50, 200, 500, 1_000)])
def test_as_many_events_are_beyond_chance_as_in_the_product(mark: Fraction) -> None:
    """All small numbers of sends, and some up to four volumes: at 1 in 990 some need an event less."""
    sends = np.concatenate([np.arange(1, 3_000), np.arange(3_000, 40_001, 61)])

    simulated = LatestPeriods().needed(sends, float(mark))

    for number, needed in zip(sends.tolist(), simulated.tolist(), strict=True):
        assert min(needed, number + 1) == fewest_events(number, mark), number


@pytest.mark.parametrize("hour", [0, 23, 30, 24 * 20 + 5, 24 * 31 + 11, 24 * 45, 24 * 69 + 23])
@pytest.mark.parametrize("a_day", [60, 600, 9_000])
def test_the_latest_periods_are_the_products(a_day: int, hour: int) -> None:
    """A month holds less than the window, less than four volumes, or more: each bound is met by some."""
    draw = np.random.default_rng(a_day)
    sends = sends_by_hour(Sending.RHYTHM, a_day, 70 * DAY, draw)
    bounces = draw.binomial(sends, 0.05)
    mail = Mail(sends, bounces[:, None])

    simulated = {
        (int(events[hour, 0]), int(sent[hour]))
        for sent, events in (mail.since(first) for first in latest_periods(mail))
    }
    history = SenderMail(sends.tolist(), bounces.tolist(), [0] * len(sends)).history_at(hour)
    window = volume_window(history, RULES, Measure.BOUNCES)
    product = latest_product_periods(history, window, Measure.BOUNCES, RULES)

    assert simulated - {(0, 0)} == {(each.events, each.sends) for each in product} - {(0, 0)}


def severities(mail: Mail, measure: Measure) -> list[int]:
    """The standing after each hour, as the simulator has it: how many marks it is at or above."""
    marks = [mark for _, mark in RULES.thresholds[measure].items()]
    standings = [at_or_above(mail, mark, LatestPeriods()(mail, mark))[:, 0] for mark in marks]
    return [int(each) for each in np.sum(standings, axis=0)]


def hours_to_compare(simulated: dict[Measure, list[int]], draw: np.random.Generator) -> list[int]:
    """Every hour beside a change of standing, and a hundred others."""
    changes = {
        hour + beside
        for standings in simulated.values()
        for hour in range(1, len(standings))
        if standings[hour] != standings[hour - 1]
        for beside in (-1, 0, 1)
    }
    hours = len(simulated[Measure.BOUNCES])
    assert len(changes) >= 9, "a history in which nothing changes shows nothing"
    return sorted({hour for hour in changes if 0 < hour < hours} | set(draw.integers(1, hours, 100).tolist()))


def flags(*hours: int) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return np.array(hours, bool)[:, None]


def even_mail(*events: int, sends: int = 1_000) -> Mail:
    """Mail of one sender, as many each hour, of which so many bounce."""
    return Mail(np.full(len(events), sends), np.array(events)[:, None])


def test_a_standing_lasts_until_the_rate_is_a_tenth_below_the_mark() -> None:
    """Of 1,000, 2,000 ... sends: 5 %, then 4.75 %, 4.6 %, 4.45 %, and 4.6 % again."""
    mail = even_mail(50, 45, 43, 40, 52)

    standing = at_or_above(mail, Fraction(5, 100), flags(1, 0, 0, 0, 0))

    assert standing[:, 0].tolist() == [True, True, True, False, False]


def test_only_what_becomes_worse_after_the_first_year_is_counted() -> None:
    standing = flags(0, 1, 0, 1, 1, 0, 1)

    assert worsenings(standing, 1).tolist() == [3]
    assert worsenings(standing, 2).tolist() == [2]


def test_hours_are_counted_from_the_change_to_the_end_of_the_hour_that_shows_it() -> None:
    assert hours_until(flags(1, 0, 0, 1, 0), 1).tolist() == [3]
    assert hours_until(flags(1, 0), 1).tolist() == [np.inf]


def test_the_bare_rule_says_nothing_of_fewer_than_2_000_sends() -> None:
    assert bare(even_mail(50, 49, 51), Fraction(5, 100))[:, 0].tolist() == [False, False, True]


@pytest.mark.parametrize(("events", "is_reached"), [(542, False), (543, True), (544, True)])
def test_wilsons_lower_end_is_that_of_the_products_intervals(events: int, is_reached: bool) -> None:
    """95 % in both tails is z = 1.96; both are formulas of one interval, of 10,000 sends at 5 %."""
    reached = wilson(1.959964)(even_mail(events, sends=10_000), Fraction(5, 100))[0, 0]

    assert reached == (Rate(events, 10_000).interval[0] >= 0.05)


def test_a_week_of_campaigns_is_as_much_as_seven_days_without() -> None:
    draw = np.random.default_rng(1)
    for sending in Sending:
        weeks = sends_by_hour(sending, 10_000, 20 * 7 * DAY, draw)
        assert weeks.sum() == pytest.approx(20 * 7 * 10_000, rel=0.01)


def test_campaigns_are_four_fifths_of_the_mail_in_six_hours_of_the_week() -> None:
    week = np.sort(sends_by_hour(Sending.CAMPAIGNS, 10_000, 7 * DAY, np.random.default_rng(1)))

    assert 0.8 < week[-6:].sum() / week.sum() < 0.83
