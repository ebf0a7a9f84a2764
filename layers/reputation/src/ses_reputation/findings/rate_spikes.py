"""Spikes: the rates of the last 24 hours against those of the 30 days before.

A standing is evaluated over thousands of mails, so a list that was imported this morning shows there late or
not at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ses_reputation.findings.entity_mail import EntityMail
from ses_reputation.findings.finding import Detection, DetectionState, FindingKind
from ses_reputation.rates.causes import Cause, find_causes
from ses_reputation.rates.history import History, figures_by_hour
from ses_reputation.rates.measures import COUNT_OF, SENDS_OF
from ses_reputation.rates.rates import Rate, rate_of_figures
from ses_reputation.rates.thresholds import Measure
from ses_reputation.rates.windows import Window, earlier_window, time_window
from ses_reputation.rollup.rate_counts import EVERYTHING, NO_COUNTS

RECENT_HOURS = 24
USUAL_HOURS = 30 * 24
FEWEST_EVENTS = 5
"""Hard bounces (complaints) of the last 24 hours below which there is no spike, however few the mails."""
CONFIDENCE = 0.999
"""Of the intervals that may not overlap. Every entity is assessed all day long: at 95 % an entity with 120
mails a day, of which 2 % bounce, would have a spike by chance some times a year."""
# A spike fires at twice the usual rate and at the threshold of `watch`. Below these parts of both it is
# clear.
_TIMES = 2
_ROOM = Fraction(3, 4)

_KINDS: Mapping[Measure, FindingKind] = {
    Measure.BOUNCES: FindingKind.BOUNCE_SPIKE,
    Measure.COMPLAINTS: FindingKind.COMPLAINT_SPIKE,
}


@dataclass(frozen=True, slots=True)
class RateSpikeEvidence:
    """A measure's rate of the last 24 hours and that of the 30 days before."""

    measure: Measure
    recent: Rate
    usual: Rate
    causes: tuple[Cause, ...]

    @property
    def times(self) -> Fraction | None:
        """How many times the usual rate the recent one is; None where the usual one is 0."""
        return self.recent.value / self.usual.value if self.usual.numerator else None

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON: measure, last_24_hours, 30_days_before (rates), times (or null), causes."""
        return {
            "measure": self.measure.value,
            "last_24_hours": self.recent.to_json(),
            "30_days_before": self.usual.to_json(),
            "times": round(float(self.times), 2) if self.times is not None else None,
            "causes": [cause.to_json() for cause in self.causes],
        }


def detect(mail: EntityMail) -> list[Detection]:
    """Return a detection of a spike by each measure.

    FIRING: at least 5 hard bounces (complaints), the threshold of `watch` is reached, the rate is at least
    twice the usual one, and the intervals of the two do not overlap, so that a few bounces of little mail
    are no spike. CLEAR: the rate is below three quarters of either, or there is nothing to compare.
    INCONCLUSIVE: all between.
    """
    recent = time_window(mail.history, RECENT_HOURS, "24h")
    usual = earlier_window(mail.history, USUAL_HOURS, recent)
    return [_detect_by(measure, mail, recent, usual) for measure in Measure]


def _detect_by(measure: Measure, mail: EntityMail, recent: Window, usual: Window) -> Detection:
    recent_rate, usual_rate = _rate(recent, measure), _rate(usual, measure)
    if recent_rate is None or usual_rate is None:
        return Detection(_KINDS[measure], "", DetectionState.CLEAR)
    causes = find_causes(recent.table, measure, usual_rate.value)
    spike = RateSpikeEvidence(measure, recent_rate, usual_rate, causes)
    state = _classify(spike, mail.rules.thresholds[measure].watch)
    since = "" if state is DetectionState.CLEAR else _since(mail.history, recent, spike)
    return Detection(_KINDS[measure], "", state, since, spike)


def _rate(window: Window, measure: Measure) -> Rate | None:
    return rate_of_figures(window.table.get(EVERYTHING, NO_COUNTS), measure)


def _classify(spike: RateSpikeEvidence, watch: Fraction) -> DetectionState:
    recent, usual = spike.recent, spike.usual
    sharp = max(watch, _TIMES * usual.value)
    is_distinct = recent.interval_at(CONFIDENCE)[0] > usual.interval_at(CONFIDENCE)[1]
    if recent.value >= sharp and is_distinct and recent.numerator >= FEWEST_EVENTS:
        return DetectionState.FIRING
    return DetectionState.CLEAR if recent.value < sharp * _ROOM else DetectionState.INCONCLUSIVE


def _since(history: History, recent: Window, spike: RateSpikeEvidence) -> str:
    """Return the hour since which most events came in excess of a rate halfway between usual and recent."""
    halfway = (spike.recent.value + spike.usual.value) / 2
    count_of, sends_of = COUNT_OF[spike.measure], SENDS_OF[spike.measure]
    began, most, excess = "", Fraction(0), Fraction(0)
    for day in history.totals:
        for hour, figures in figures_by_hour(history, day, recent.first_hour):
            excess += count_of(figures) - halfway * sends_of(figures)
            if excess > most:
                began, most = hour, excess
    return began
