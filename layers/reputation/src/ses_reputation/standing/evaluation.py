"""Where an entity stands by each measure, with the figures that say so."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from ses_reputation.rates.causes import SHOWN, Cause, find_causes, rate_of_slice, slices_of
from ses_reputation.rates.headroom import Headroom, find_headroom
from ses_reputation.rates.history import History
from ses_reputation.rates.official import OfficialRate
from ses_reputation.rates.rates import COUNT_OF, Rate, rate_in, rate_of
from ses_reputation.rates.thresholds import Measure, Standing, StandingRules, Thresholds
from ses_reputation.rates.windows import Window, volume_window
from ses_reputation.rollup.rate_counts import (
    EVERYTHING,
    NO_COUNTS,
    Breakdown,
    Dimension,
    Slice,
    without_owner_only,
)


@dataclass(frozen=True, slots=True)
class SliceStanding:
    """One slice of an entity's mail in its window, and where it would stand by itself.

    rate: None where none of its sends is known; standing: None too where it has less than the minimum volume.
    """

    mail_slice: Slice
    sends: int
    events: int
    rate: Rate | None
    standing: Standing | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Where an entity stands by one measure.

    sends, events: eligible sends and hard bounces (complaints) in the volume window. rate: None where no send
    is known; its numerator and denominator are those of the newer hours where the window's first hour dilutes
    it. standing: None below the minimum volume. headroom: to each threshold, mildest first; empty without a
    rate. feedback_loop_rate: complaints over mail to providers with feedback loops; feedback_loop_standing:
    the standing that it would mean. causes, slices: of the mail that the rate counts; slices of each kind,
    those with most events first. by_senders: the same by what the senders' own feeds reported, without
    hysteresis, headroom and causes; None where the owner's feed alone reported nothing that the rate counts.
    official: SES's own rate of an account, if it was read of late; the standing is the worse of what both
    mean.
    """

    measure: Measure
    window: Window
    sends: int
    events: int
    rate: Rate | None
    standing: Standing | None
    headroom: tuple[Headroom, ...] = ()
    feedback_loop_rate: Rate | None = None
    feedback_loop_standing: Standing | None = None
    causes: tuple[Cause, ...] = ()
    slices: tuple[SliceStanding, ...] = ()
    by_senders: "Evaluation | None" = None
    official: OfficialRate | None = None

    @property
    def has_mail(self) -> bool:
        """Return whether anything is known of mail in the window, rated or not."""
        return self.sends > 0 or bool(self.window.table)


def evaluate_standing(
    history: History, previous: Mapping[Measure, Standing], rules: StandingRules
) -> dict[Measure, Evaluation]:
    """Return where an entity stands by each measure.

    previous: where it stood before, empty if it was never rated.
    """
    window = volume_window(history, rules)
    return {measure: _evaluate(history, window, measure, previous.get(measure), rules) for measure in Measure}


def classify(
    rate: Fraction, previous: Standing | None, thresholds: Thresholds, hysteresis: Fraction = Fraction(0)
) -> Standing:
    """Return where a rate stands: at the highest threshold that it reaches.

    A rate that falls keeps the previous standing until it is below that one's threshold by the fraction
    `hysteresis`: with 1/10, `review` at 5 % is left below 4.5 %.
    """
    reached = _highest(rate, thresholds, Fraction(1))
    if previous is None or reached.severity >= previous.severity:
        return reached
    lowered = _highest(rate, thresholds, 1 - hysteresis)
    return min(previous, lowered, key=lambda standing: standing.severity)


def _highest(rate: Fraction, thresholds: Thresholds, scale: Fraction) -> Standing:
    reached = (standing for standing, threshold in thresholds.items() if rate >= threshold * scale)
    return max(reached, key=lambda standing: standing.severity, default=Standing.HEALTHY)


def _evaluate(
    history: History, window: Window, measure: Measure, previous: Standing | None, rules: StandingRules
) -> Evaluation:
    everything = window.table.get(EVERYTHING, NO_COUNTS)
    rate, counted = rate_in(window, measure, rules)
    # An entity that is rated stays so until it has half the minimum, or one at the minimum would come and go.
    fewest = rules.minimum_volume if previous is None else Fraction(rules.minimum_volume, 2)
    is_rated = rate is not None and everything.sends >= min(fewest, rules.volume)
    feedback_loop_rate = None
    if measure is Measure.COMPLAINTS:
        feedback_loop_rate = rate_of(everything.fbl_complaints, everything.fbl_sends)
    thresholds = rules.thresholds[measure]
    return Evaluation(
        measure,
        window,
        everything.sends,
        COUNT_OF[measure](everything),
        rate,
        classify(rate.value, previous, thresholds, rules.hysteresis) if rate and is_rated else None,
        find_headroom(history, window, measure, rules),
        feedback_loop_rate,
        _plain_standing(feedback_loop_rate, everything.fbl_sends, measure, rules),
        find_causes(counted, measure, thresholds.watch),
        _slice_standings(counted, measure, rules),
        _evaluate_by_senders(window, measure, rules) if _has_owner_only(window.table, measure) else None,
    )


def _has_owner_only(table: Breakdown, measure: Measure) -> bool:
    count = COUNT_OF[measure]
    return any(
        mail_slice.kind is Dimension.OWNER_ONLY and (figures.sends or count(figures))
        for mail_slice, figures in table.items()
    )


def _evaluate_by_senders(window: Window, measure: Measure, rules: StandingRules) -> Evaluation:
    newer = None if window.newer is None else without_owner_only(window.newer)
    window = replace(window, table=without_owner_only(window.table), newer=newer)
    rate, counted = rate_in(window, measure, rules)
    everything, slices = window.table[EVERYTHING], _slice_standings(counted, measure, rules)
    standing = _plain_standing(rate, everything.sends, measure, rules)
    events = COUNT_OF[measure](everything)
    return Evaluation(measure, window, everything.sends, events, rate, standing, slices=slices)


def _slice_standings(table: Breakdown, measure: Measure, rules: StandingRules) -> tuple[SliceStanding, ...]:
    slices = (mail_slice for kind in SHOWN for mail_slice in slices_of(table, kind, measure))
    return tuple(_slice_standing(table, mail_slice, measure, rules) for mail_slice in slices)


def _slice_standing(
    table: Breakdown, mail_slice: Slice, measure: Measure, rules: StandingRules
) -> SliceStanding:
    figures, rate = table[mail_slice], rate_of_slice(table, mail_slice, measure)
    standing = _plain_standing(rate, figures.sends, measure, rules)
    return SliceStanding(mail_slice, figures.sends, COUNT_OF[measure](figures), rate, standing)


def _plain_standing(rate: Rate | None, sends: int, measure: Measure, rules: StandingRules) -> Standing | None:
    if rate is None or sends < rules.minimum_volume:
        return None
    return classify(rate.value, None, rules.thresholds[measure])
