"""Where an entity stands by each measure, with the figures that say so."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial

from ses_reputation.rates.basis import RateBasis, basis_of
from ses_reputation.rates.causes import SHOWN, Cause, find_causes, rate_of_slice, slices_of
from ses_reputation.rates.evidence import is_beyond_chance, is_shown, latest_periods
from ses_reputation.rates.headroom import Headroom, find_headroom
from ses_reputation.rates.history import History
from ses_reputation.rates.measures import COUNT_OF, SENDS_OF
from ses_reputation.rates.official import OfficialRate
from ses_reputation.rates.rates import Rate, rate_in, rate_of
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

    sends: of the mail that is measured. rate, standing: None where none of it is known.
    """

    mail_slice: Slice
    sends: int
    events: int
    rate: Rate | None
    standing: Standing | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Where an entity stands by one measure.

    sends, events: eligible sends (complaints: those to providers with feedback loops) and hard bounces
    (complaints) in the volume window. rate, standing: None where no such send is known; the rate's numerator
    and denominator are those of the newer hours where the window's first hour dilutes it. headroom: to each
    standing, mildest first; empty without a rate. all_mail_rate: complaints over all eligible mail of the
    window; None of bounces. causes, slices: of the mail that the rate counts; slices of each kind, those with
    most events first. by_senders: the same by what the senders' own feeds reported, without hysteresis,
    headroom and causes; None where the owner's feed alone reported nothing that the rate counts.
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
    all_mail_rate: Rate | None = None
    causes: tuple[Cause, ...] = ()
    slices: tuple[SliceStanding, ...] = ()
    by_senders: "Evaluation | None" = None
    official: OfficialRate | None = None

    @property
    def basis(self) -> RateBasis:
        """What the rate is over, and what is in no rate."""
        return basis_of(self.window.table, self.measure)

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
    return {measure: _evaluate(history, measure, previous.get(measure), rules) for measure in Measure}


Evidence = Callable[[Fraction], bool]
"""Whether mail shows that its true rate is beyond a threshold."""


def classify(
    rate: Fraction,
    previous: Standing | None,
    thresholds: Thresholds,
    hysteresis: Fraction,
    is_shown: Evidence,
) -> Standing:
    """Return where a rate stands: at the highest threshold that it reaches, if chance does not explain it.

    A rate that falls keeps the previous standing until it is below that one's threshold by the fraction
    `hysteresis`: with 1/10, `review` at 5 % is left below 4.5 %.
    """
    reached = _highest(
        standing for standing, threshold in thresholds.items() if rate >= threshold and is_shown(threshold)
    )
    if previous is None or reached.severity >= previous.severity:
        return reached
    held = _highest(
        standing for standing, threshold in thresholds.items() if rate >= threshold * (1 - hysteresis)
    )
    return min(previous, held, key=lambda standing: standing.severity)


def _highest(standings: Iterable[Standing]) -> Standing:
    return max(standings, key=lambda standing: standing.severity, default=Standing.HEALTHY)


def _evaluate(
    history: History, measure: Measure, previous: Standing | None, rules: StandingRules
) -> Evaluation:
    window = volume_window(history, rules, measure)
    everything = window.table.get(EVERYTHING, NO_COUNTS)
    rate, counted = rate_in(window, measure, rules)
    thresholds = rules.thresholds[measure]
    evaluation = Evaluation(
        measure,
        window,
        SENDS_OF[measure](everything),
        COUNT_OF[measure](everything),
        rate,
        None,
        all_mail_rate=rate_of(everything.complaints, everything.sends)
        if measure is Measure.COMPLAINTS
        else None,
        causes=find_causes(counted, measure, thresholds.watch),
        slices=_slice_standings(counted, measure, rules),
        by_senders=_evaluate_by_senders(window, measure, rules)
        if _has_owner_only(window.table, measure)
        else None,
    )
    return evaluation if rate is None else _with_standing(evaluation, rate, counted, history, previous, rules)


def _with_standing(
    evaluation: Evaluation,
    rate: Rate,
    counted: Breakdown,
    history: History,
    previous: Standing | None,
    rules: StandingRules,
) -> Evaluation:
    """Return an evaluation with where it stands by its rate, which is of the figures `counted`."""
    measure, thresholds = evaluation.measure, rules.thresholds[evaluation.measure]
    periods = latest_periods(history, evaluation.window, measure, rules)

    def shown(threshold: Fraction) -> bool:
        return is_shown(periods, threshold)

    standing = classify(rate.value, previous, thresholds, rules.hysteresis, shown)
    alone = classify(rate.value, None, thresholds, rules.hysteresis, shown)
    return replace(
        evaluation,
        standing=standing,
        headroom=find_headroom(history, evaluation.window, measure, rules, standing, periods),
        slices=_with_all_of_it(evaluation.slices, counted, measure, alone),
    )


def _with_all_of_it(
    slices: Iterable[SliceStanding], counted: Breakdown, measure: Measure, alone: Standing
) -> tuple[SliceStanding, ...]:
    """Return slices, of which those that are all the mail stand where it does."""
    everything = counted.get(EVERYTHING, NO_COUNTS)
    sends, events = SENDS_OF[measure](everything), COUNT_OF[measure](everything)
    return tuple(
        replace(each, standing=alone) if (each.sends, each.events) == (sends, events) else each
        for each in slices
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
    sends, events = SENDS_OF[measure](everything), COUNT_OF[measure](everything)
    standing = _plain_standing(rate, measure, rules)
    return Evaluation(measure, window, sends, events, rate, standing, slices=slices)


def _slice_standings(table: Breakdown, measure: Measure, rules: StandingRules) -> tuple[SliceStanding, ...]:
    slices = (mail_slice for kind in SHOWN for mail_slice in slices_of(table, kind, measure))
    return tuple(_slice_standing(table, mail_slice, measure, rules) for mail_slice in slices)


def _slice_standing(
    table: Breakdown, mail_slice: Slice, measure: Measure, rules: StandingRules
) -> SliceStanding:
    figures, rate = table[mail_slice], rate_of_slice(table, mail_slice, measure)
    sends, events = SENDS_OF[measure](figures), COUNT_OF[measure](figures)
    return SliceStanding(mail_slice, sends, events, rate, _plain_standing(rate, measure, rules))


def _plain_standing(rate: Rate | None, measure: Measure, rules: StandingRules) -> Standing | None:
    """Return where mail stands of which no more is known than a rate."""
    if rate is None:
        return None
    shown = partial(is_beyond_chance, rate.numerator, rate.denominator)
    return classify(rate.value, None, rules.thresholds[measure], rules.hysteresis, shown)
