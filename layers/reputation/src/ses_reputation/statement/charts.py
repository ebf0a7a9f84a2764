"""Where the marks of small charts lie, which need no script: bars, whiskers, sparklines and heat maps.

Places are fractions of a chart's width. The charts over time are drawn by assets/charts.js.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ses_reputation import wording
from ses_reputation.rates.thresholds import Measure
from ses_reputation.statement.view.mail import MailSeries, ProviderLine, RateColumns, Sparkline
from ses_reputation.statement.view.rates import MeasureView, ThresholdView
from ses_reputation.statement.view.statement import DelegateView, Statement

NONE = "\u2013"
"""A dash in place of a figure that there is none of."""
# Tints of a heat map: shares of delayed mail below these.
_TINTS = (0.01, 0.05, 0.10, 0.25)
TINTS = ((1, "below 1 %"), (2, "1 to 5 %"), (3, "5 to 10 %"), (4, "10 to 25 %"), (5, "25 % or more"))
# A scale that ends where the highest rate lies would hide its marker.
_ROOM = 1.1
# Whole numbers draw a sparkline: a day is a unit wide, and its scale lies between these.
_SPARK_BOTTOM, _SPARK_TOP = 96, 4


class RateCells(NamedTuple):
    """A rate in words: `6.41 %`, `236 / 3,680`, and the ends of its interval in percent, `5.66 to 7.24`."""

    rate: str
    made_of: str
    interval: str


class Scales(NamedTuple):
    """What all rows of delegates are drawn to: marks, and the ends of rates' and of sparklines' scales."""

    marks: tuple[ThresholdView, ...]
    top: float
    highest: float


def rows(series: MailSeries) -> Iterator[tuple[str, int, RateCells, RateCells]]:
    """Yield each period with something to show: `2026-11-22` or `2026-11-22 10:00`, sends, both rates.

    Those before the first mail are left out.
    """
    first = next((place for place, sends in enumerate(series.sends) if sends), len(series.sends) - 1)
    for place in range(first, len(series.periods)):
        yield (
            wording.moment_of(series.periods[place]).removesuffix(" UTC"),
            series.sends[place],
            _cells(series.bounces, place, Measure.BOUNCES),
            _cells(series.complaints, place, Measure.COMPLAINTS),
        )


def _cells(columns: RateColumns, place: int, measure: Measure) -> RateCells:
    value, low, high = columns.values[place], columns.lows[place], columns.highs[place]
    made_of = f"{wording.count(columns.events[place])} / {wording.count(columns.sends[place])}"
    if value is None or low is None or high is None:
        return RateCells(NONE, made_of, NONE)
    ends = (wording.rate_percent(measure, end).removesuffix(" %") for end in (low, high))
    return RateCells(wording.rate_percent(measure, value), made_of, " to ".join(ends))


def outcomes(line: ProviderLine) -> list[tuple[str, float, float]]:
    """Return what became of a provider's mail as name, start and width of each part of a bar of all sends."""
    parts, start = [], 0.0
    for name, mails in (("delivered", line.delivered), ("waiting", line.waiting), ("bounced", line.bounced)):
        width = min(mails / line.sends, 1 - start) if line.sends else 0.0
        parts.append((name, start, width))
        start += width
    return parts


def scale_top(view: MeasureView) -> float:
    """Return where the scale of a rate's whisker ends: over its interval and the next mark above it."""
    return _top([view.rate.high or 0.0], view.rate.value or 0.0, view.thresholds)


def delegate_scales(statement: Statement) -> Scales:
    """Return what the rows of an owner's delegates are drawn to."""
    lead = statement.entity(statement.lead)
    marks = lead.bounces.thresholds if lead else ()
    values = [each.bounces.value or 0.0 for each in statement.delegates]
    # A handful of mails has an interval that would press all others against the axis.
    ends = [
        end
        for each in statement.delegates
        for end in (each.bounces.value, each.bounces.high if (each.bounces.denominator > 100) else None)
        if end is not None
    ]
    return Scales(marks, _top(ends, max(values, default=0.0), marks), _highest(statement.delegates))


def _top(ends: Sequence[float], rate: float, marks: Sequence[ThresholdView]) -> float:
    following = next((mark.rate for mark in marks if mark.rate > rate), 0.0)
    return min(1.0, _ROOM * max(*ends, following, 0.001)) if ends else 1.0


def _highest(delegates: Sequence[DelegateView]) -> float:
    rates = [rate for each in delegates for rate in _daily(each.sparkline) if rate is not None]
    return max(rates, default=0.0) or 0.001


def _daily(spark: Sparkline) -> list[float | None]:
    return [
        bounced / sends if sends else None
        for sends, bounced in zip(spark.sends, spark.hard_bounces, strict=True)
    ]


def spark_path(spark: Sparkline, highest: float) -> str:
    """Return the path of a sparkline of hard bounces per send by day, whose scale ends at `highest`.

    A day is 1 wide; the chart is 100 high. Days without mail are gaps. Pairs after those of an `M` are lines
    (SVG 2, 9.3.3).
    """
    pieces, is_drawing = [], False
    for day, rate in enumerate(_daily(spark)):
        if rate is not None:
            down = _SPARK_BOTTOM - (_SPARK_BOTTOM - _SPARK_TOP) * min(1.0, rate / highest)
            pieces.append(f"{' ' if is_drawing else 'M'}{day} {down:.0f}")
        is_drawing = rate is not None
    return "".join(pieces) + ("h.1" if pieces else "")


def tint(delayed: int, sends: int) -> int:
    """Return the step of a heat map's cell, 1 to 5 by the share that was delayed; 0 without mail."""
    if not sends:
        return 0
    return 1 + sum(delayed / sends >= bound for bound in _TINTS)
