"""Rates as a statement shows them: each with what it is made of, its window, and the way to the marks."""

from dataclasses import dataclass
from datetime import datetime

from ses_reputation.rates.rates import Rate
from ses_reputation.rates.thresholds import Measure, Standing

NO_RATE = "no mail of it is known that is in a rate"
NO_SENDS = "bounces and complaints have no sends of their own"


@dataclass(frozen=True, slots=True)
class RateView:
    """A rate never stands alone: numerator of denominator, its 95 % interval, or why there is none.

    value, low, high: fractions of 1, None where there is no rate. reason: "" where there is one.
    """

    numerator: int
    denominator: int
    value: float | None
    low: float | None
    high: float | None
    reason: str = ""


def view_rate(rate: Rate | None, reason: str = NO_RATE) -> RateView:
    """Return a rate as it is shown; reason: why there is none."""
    if rate is None:
        return RateView(0, 0, None, None, None, reason)
    plain = rate.to_json()
    return RateView(rate.numerator, rate.denominator, plain["value"], plain["low"], plain["high"])


@dataclass(frozen=True, slots=True)
class WindowView:
    """The mail that a rate is taken over: the latest hours, that of `first_hour` to that of `last_hour`.

    is_full: whether it holds the volume that is wanted. first_hour, last_hour: "" where there is no mail.
    """

    first_hour: str
    last_hour: str
    hours: int
    is_full: bool
    sends: int
    events: int


@dataclass(frozen=True, slots=True)
class ThresholdView:
    """A mark: the rate, a fraction of 1, at which a standing begins."""

    standing: Standing
    rate: float


@dataclass(frozen=True, slots=True)
class HeadroomView:
    """How far it is to a standing: `132 more hard bounces reach PAUSE (10 %)` in `words`.

    more_events: how many more begin it, 0 where it has begun. clean_sends: how many end it, 0 where it has
    not begun. reason: why it has not begun although the rate is past the threshold, else "".
    """

    standing: Standing
    threshold: float
    more_events: int
    clean_sends: int
    words: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OfficialRateView:
    """SES's own rate of an account, a fraction of 1, as CloudWatch had it at a time.

    decides: whether the standing is by it rather than by the estimate.
    """

    rate: float
    at: datetime | None
    decides: bool


@dataclass(frozen=True, slots=True)
class SliceView:
    """A part of the mail in the window: of a delegate, a set, a provider, a campaign, a kind of bounce.

    kind: `sending_account`, `identity`, `configuration_set`, `provider`, `tag`, `bounce` or `complaint`.
    title: as people name it. name: as SES does. events of events_of_all hard bounces (complaints) are of it.
    rate: its own; without a value for kinds of bounces. standing: where it would stand by itself.
    """

    kind: str
    name: str
    title: str
    sends: int
    events: int
    events_of_all: int
    rate: RateView
    standing: Standing | None


@dataclass(frozen=True, slots=True)
class MeasureView:
    """Where an entity stands by bounces, or by complaints.

    headline: the standing in a sentence. since: when the standing began. all_mail: complaints over all mail,
    that to providers without feedback loops included; None of bounces. basis: what the rate is over, in
    words, where that is not mail with a Send event, else "". causes: where most events come from, worst
    first. slices: parts of each kind, those with most events first. command: shows where all this is from.
    """

    measure: Measure
    headline: str
    standing: Standing | None
    since: datetime | None
    rate: RateView
    window: WindowView
    thresholds: tuple[ThresholdView, ...]
    headroom: tuple[HeadroomView, ...]
    all_mail: RateView | None
    official: OfficialRateView | None
    basis: str
    causes: tuple[SliceView, ...]
    slices: tuple[SliceView, ...]
    slices_left_out: int
    command: str
