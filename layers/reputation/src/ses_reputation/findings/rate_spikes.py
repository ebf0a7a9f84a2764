"""Sharp rises: the rates of the last 24 hours against those of the 30 days before, a finding of its own.

A standing is told by thousands of mails, so a list import of this morning shows there late or not at all.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ses_reputation.findings.finding import Detection, DetectionState, FindingKind
from ses_reputation.rates.causes import Cause, find_causes
from ses_reputation.rates.rates import COUNT_OF, Rate, rate_of
from ses_reputation.rates.thresholds import Measure, StandingRules
from ses_reputation.rates.windows import (
    NO_COUNTS,
    History,
    Window,
    earlier_window,
    figures_by_hour,
    time_window,
)
from ses_reputation.rollup.rate_counts import EVERYTHING, Dimension
from ses_reputation.wording import count, event_noun, rate_percent, rate_title, slice_title

RECENT_HOURS = 24
USUAL_HOURS = 30 * 24
FEWEST_EVENTS = 5
"""Hard bounces (complaints) of the last 24 hours below which no rise is found, however few the mails."""
CONFIDENCE = 0.999
"""Of the intervals that may not meet. Every entity is looked at all day long: at 95 % one of 120 mails a day,
2 % of which bounce, would have a rise by chance some times a year."""
# A rise is found at twice the usual rate and at the threshold of `watch`; it is over below these parts of
# both.
_TIMES = 2
_ROOM = Fraction(3, 4)

_KINDS = {Measure.BOUNCES: FindingKind.BOUNCE_SPIKE, Measure.COMPLAINTS: FindingKind.COMPLAINT_SPIKE}
_ADVICE = {
    Measure.BOUNCES: (
        "Find out whom {where} was sent to since then that was not sent to before: an import, an old list, "
        "a form that takes any address.",
        "Hold back what is still to be sent to them until addresses that bounced hard are taken out: the "
        "standing follows with the volume.",
    ),
    Measure.COMPLAINTS: (
        "Find out what is new in {where} since then: its list, its content, or how often it comes.",
        "Hold back what is still to be sent of it, and see that one click unsubscribes: complaints keep "
        "coming for days after a mail.",
    ),
}


@dataclass(frozen=True, slots=True)
class _RateSpike:
    """A measure's rate of the last 24 hours and that of the 30 days before; neither is None."""

    measure: Measure
    recent: Rate
    usual: Rate
    causes: tuple[Cause, ...]

    @property
    def times(self) -> Fraction | None:
        """How many times the usual rate the recent one is; None where nothing bounced before."""
        return self.recent.value / self.usual.value if self.usual.numerator else None


def find_rate_spikes(history: History, rules: StandingRules) -> list[Detection]:
    """Return what is seen of a sharp rise, of each measure one detection.

    FIRING: at least 5 hard bounces (complaints), the threshold of `watch` is reached, the rate is at least
    twice the usual one, and the intervals of the two do not meet, so that small numbers do not cry wolf.
    CLEAR: it is below three quarters of either, or there is nothing to compare. INCONCLUSIVE: all between.
    """
    recent = time_window(history, RECENT_HOURS, "24h")
    usual = earlier_window(history, USUAL_HOURS, recent)
    return [_sight(history, measure, recent, usual, rules) for measure in Measure]


def _sight(
    history: History, measure: Measure, recent: Window, usual: Window, rules: StandingRules
) -> Detection:
    recent_rate, usual_rate = _rate(recent, measure), _rate(usual, measure)
    if recent_rate is None or usual_rate is None:
        return Detection(_KINDS[measure], "", DetectionState.CLEAR)
    rise = _RateSpike(measure, recent_rate, usual_rate, find_causes(recent.table, measure, usual_rate.value))
    state = _judge(rise, rules.thresholds[measure].watch)
    return Detection(
        _KINDS[measure],
        "",
        state,
        _began(history, recent, rise) if state is not DetectionState.CLEAR else "",
        _headline(rise),
        _figures(rise),
        _evidence(rise),
        _advice(rise),
    )


def _rate(window: Window, measure: Measure) -> Rate | None:
    everything = window.table.get(EVERYTHING, NO_COUNTS)
    return rate_of(COUNT_OF[measure](everything), everything.sends)


def _judge(rise: _RateSpike, watch: Fraction) -> DetectionState:
    recent, usual = rise.recent, rise.usual
    sharp = max(watch, _TIMES * usual.value)
    is_told_apart = recent.interval_at(CONFIDENCE)[0] > usual.interval_at(CONFIDENCE)[1]
    if recent.value >= sharp and is_told_apart and recent.numerator >= FEWEST_EVENTS:
        return DetectionState.FIRING
    return DetectionState.CLEAR if recent.value < sharp * _ROOM else DetectionState.INCONCLUSIVE


def _began(history: History, recent: Window, rise: _RateSpike) -> str:
    """Return the hour since which most events came in excess of a rate halfway between usual and recent."""
    halfway = (rise.recent.value + rise.usual.value) / 2
    count_of = COUNT_OF[rise.measure]
    began, most, excess = "", Fraction(0), Fraction(0)
    for day in history.by_day:
        for hour, figures in figures_by_hour(history, day, recent.first_hour):
            excess += count_of(figures) - halfway * figures.sends
            if excess > most:
                began, most = hour, excess
    return began


def _headline(rise: _RateSpike) -> str:
    told = (
        f"The {rate_title(rise.measure)} of the last {RECENT_HOURS} hours is "
        f"{rate_percent(rise.measure, rise.recent.value)}"
    )
    if rise.times is None:
        return f"{told}, after 30 days without any {event_noun(rise.measure)}"
    return f"{told}, {float(rise.times):.1f} times that of the 30 days before"


def _figures(rise: _RateSpike) -> tuple[tuple[str, str], ...]:
    return (
        ("last 24 hours", _tell(rise.measure, rise.recent)),
        ("30 days before", _tell(rise.measure, rise.usual)),
        *((slice_title(cause.mail_slice), _tell_cause(rise.measure, cause)) for cause in rise.causes),
    )


def _tell(measure: Measure, rate: Rate) -> str:
    low, high = (rate_percent(measure, end) for end in rate.interval)
    of = f"{count(rate.numerator, event_noun(measure))} of {count(rate.denominator, 'send')}"
    return f"{rate_percent(measure, rate.value)} ({of}; 95 % interval {low} to {high})"


def _tell_cause(measure: Measure, cause: Cause) -> str:
    return f"{count(cause.events)} of {count(cause.of, event_noun(measure))}"


def _evidence(rise: _RateSpike) -> dict[str, Any]:
    return {
        "measure": rise.measure.value,
        "last_24_hours": rise.recent.as_json(),
        "30_days_before": rise.usual.as_json(),
        "times": round(float(rise.times), 2) if rise.times is not None else None,
        "causes": [cause.as_json() for cause in rise.causes],
    }


def _advice(rise: _RateSpike) -> tuple[str, ...]:
    sets = (cause.mail_slice for cause in rise.causes if cause.mail_slice.kind is Dimension.CONFIGURATION_SET)
    where = slice_title(next(sets, EVERYTHING))
    return tuple(sentence.format(where=where) for sentence in _ADVICE[rise.measure])
