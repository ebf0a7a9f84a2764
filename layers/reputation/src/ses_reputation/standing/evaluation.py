"""Where a book stands by each measure, with the figures that say so."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from ses_reputation.rates.causes import DIVIDING, Cause, find_causes, parts_of, rate_of_part
from ses_reputation.rates.rates import COUNT_OF, Headroom, Rate, find_headroom, rate_in, rate_of
from ses_reputation.rates.thresholds import Measure, Standing, StandingRules, Thresholds
from ses_reputation.rates.windows import NO_FIGURES, History, Window, volume_window
from ses_reputation.rollup.rate_counts import EVERYTHING, Part, RateTable


@dataclass(frozen=True, slots=True)
class PartStanding:
    """One part of a book's mail in its window, and where it would stand by itself.

    rate: None where none of its sends is known; standing: None too where it has less than the minimum volume.
    """

    part: Part
    sends: int
    events: int
    rate: Rate | None
    standing: Standing | None


@dataclass(frozen=True, slots=True)
class Judgement:
    """Where a book stands by one measure.

    sends, events: eligible sends and hard bounces (complaints) in the volume window. rate: None where no send
    is known; its numerator and denominator are those of the newer hours where the window's first hour dilutes
    it. standing: None below the minimum volume. headroom: to each threshold, mildest first; empty without a
    rate. beside: complaints over mail to providers with feedback loops, and the standing that it would mean.
    causes, parts: of the mail that the rate counts; parts of each kind, those with most events first.
    """

    measure: Measure
    window: Window
    sends: int
    events: int
    rate: Rate | None
    standing: Standing | None
    headroom: tuple[Headroom, ...] = ()
    beside: Rate | None = None
    beside_standing: Standing | None = None
    causes: tuple[Cause, ...] = ()
    parts: tuple[PartStanding, ...] = ()


def judge_book(
    history: History, held: Mapping[Measure, Standing], rules: StandingRules
) -> dict[Measure, Judgement]:
    """Return where a book stands by each measure; `held` is where it stood, empty if it was never rated."""
    window = volume_window(history, rules)
    return {measure: _judge(history, window, measure, held.get(measure), rules) for measure in Measure}


def standing_at(
    rate: Fraction, held: Standing | None, thresholds: Thresholds, easing: Fraction = Fraction(0)
) -> Standing:
    """Return where a rate stands: at the highest threshold reached, or the standing held before where the
    rate is not yet below that one's threshold by the fraction `easing`."""
    reached = _highest(rate, thresholds, Fraction(1))
    if held is None or reached.severity >= held.severity:
        return reached
    eased = _highest(rate, thresholds, 1 - easing)
    return min(held, eased, key=lambda standing: standing.severity)


def _highest(rate: Fraction, thresholds: Thresholds, scale: Fraction) -> Standing:
    reached = (standing for standing, threshold in thresholds.items() if rate >= threshold * scale)
    return max(reached, key=lambda standing: standing.severity, default=Standing.HEALTHY)


def _judge(
    history: History, window: Window, measure: Measure, held: Standing | None, rules: StandingRules
) -> Judgement:
    everything = window.table.get(EVERYTHING, NO_FIGURES)
    rate, counted = rate_in(window, measure, rules)
    # A book that is rated stays so until it has half the minimum, or one at the minimum would come and go.
    fewest = rules.minimum_volume if held is None else Fraction(rules.minimum_volume, 2)
    is_rated = rate is not None and everything.sends >= min(fewest, rules.volume)
    beside = _beside(window) if measure is Measure.COMPLAINTS else None
    thresholds = rules.thresholds[measure]
    return Judgement(
        measure,
        window,
        everything.sends,
        COUNT_OF[measure](everything),
        rate,
        standing_at(rate.value, held, thresholds, rules.easing) if rate and is_rated else None,
        find_headroom(history, window, measure, rules),
        beside,
        _plain_standing(beside, everything.fbl_sends, measure, rules),
        find_causes(counted, measure, thresholds.watch),
        _parts(counted, measure, rules),
    )


def _beside(window: Window) -> Rate | None:
    everything = window.table.get(EVERYTHING, NO_FIGURES)
    return rate_of(everything.fbl_complaints, everything.fbl_sends)


def _parts(table: RateTable, measure: Measure, rules: StandingRules) -> tuple[PartStanding, ...]:
    parts = (part for kind in DIVIDING for part in parts_of(table, kind, measure))
    return tuple(_part_standing(table, part, measure, rules) for part in parts)


def _part_standing(table: RateTable, part: Part, measure: Measure, rules: StandingRules) -> PartStanding:
    figures, rate = table[part], rate_of_part(table, part, measure)
    standing = _plain_standing(rate, figures.sends, measure, rules)
    return PartStanding(part, figures.sends, COUNT_OF[measure](figures), rate, standing)


def _plain_standing(rate: Rate | None, sends: int, measure: Measure, rules: StandingRules) -> Standing | None:
    if rate is None or sends < rules.minimum_volume:
        return None
    return standing_at(rate.value, None, rules.thresholds[measure])
