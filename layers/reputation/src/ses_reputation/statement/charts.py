"""Where the marks of small charts lie, which need no script: bars, whiskers, sparklines and heat maps.

Places are fractions of a chart's width. The charts over time are drawn by assets/charts.js.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby, pairwise
from typing import NamedTuple

from ses_reputation import wording
from ses_reputation.rates.thresholds import Measure
from ses_reputation.statement.view.mail import MailSeries, ProviderLine, RateColumns, Sparkline, WarmUpRow
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
_SECONDS = {"s": 1, "min": 60, "h": 3_600}
FEW_DAYS = 4
"""A sparkline of so few days with mail is drawn as points: their line would be a stub."""


class RateCells(NamedTuple):
    """A rate in words: `6.41 %`, `236 / 3,680`, and the ends of its interval in percent, `5.66 to 7.24`."""

    rate: str
    made_of: str
    interval: str


class HeatMap(NamedTuple):
    """What a warm-up's table has: days as (`26`, `Nov`, whether its month is to be said), and rows by set.

    span: first and end of these days among all days of the rows.
    """

    days: list[tuple[str, str, bool]]
    sets: list[tuple[str, list[WarmUpRow]]]
    span: tuple[int, int]


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


def last_with_mail(series: MailSeries) -> str:
    """Return the last period with mail; "" without any."""
    pairs = zip(reversed(series.periods), reversed(series.sends), strict=True)
    return next((period for period, sends in pairs if sends), "")


def _cells(columns: RateColumns, place: int, measure: Measure) -> RateCells:
    value, low, high = columns.values[place], columns.lows[place], columns.highs[place]
    made_of = f"{wording.count(columns.events[place])} / {wording.count(columns.sends[place])}"
    if value is None or low is None or high is None:
        return RateCells(NONE, made_of, NONE)
    ends = (wording.rate_percent(measure, end).removesuffix(" %") for end in (low, high))
    return RateCells(wording.rate_percent(measure, value), made_of, " to ".join(ends))


def outcomes(line: ProviderLine) -> list[tuple[str, float, float]]:
    """Return what became of a provider's mail as name, start and width of each part of a bar of all sends.

    Mail that was delivered and bounced later is both: where parts are more than all, the bounces show.
    """
    parts, end = [], 1.0
    for name, mails in (("bounced", line.bounced), ("waiting", line.waiting), ("delivered", line.delivered)):
        width = min(mails / line.sends, end) if line.sends else 0.0
        parts.append((name, end - width, width))
        end -= width
    return parts


def time_order(words: str) -> str:
    """Return what sorts a time of `DeliveryTime`, such as `within 10 min`, by its seconds."""
    amount, _, unit = words.partition(" ")[2].partition(" ")
    is_over = not words.startswith("within")
    return str(int(amount) * _SECONDS[unit] + is_over) if unit else NONE


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

    A day is 1 wide; the chart is 100 high. Days without mail are gaps. A line (`l`) goes on by
    so much from day to day (SVG 2, 9.3.4); one of no length is a point, since its caps are round (13.5.5).
    """
    pieces, rates = [], _daily(spark)
    are_points = sum(rate is not None for rate in rates) <= FEW_DAYS
    for is_gap, days in groupby(enumerate(rates), key=lambda day: day[1] is None):
        if not is_gap:
            places = [(day, _down(rate or 0.0, highest)) for day, rate in days]
            pieces += [f"M{day} {down}h0" for day, down in places] if are_points else [_line(places)]
    return "".join(pieces)


def _line(places: Sequence[tuple[int, int]]) -> str:
    (day, down), *_ = places
    steps = " ".join(f"1 {after - before}" for (_, before), (_, after) in pairwise(places))
    return f"M{day} {down}l{steps or '0 0'}"


def _down(rate: float, highest: float) -> int:
    return round(_SPARK_BOTTOM - (_SPARK_BOTTOM - _SPARK_TOP) * min(1.0, rate / highest))


def heat_map(warm_up: Sequence[WarmUpRow]) -> HeatMap:
    """Return the warm-up of sets as a table has it, from the first day with mail of any to the last."""
    days = warm_up[0].days
    sent = [place for place in range(len(days)) if any(row.sends[place] for row in warm_up)]
    first, end = (sent[0], sent[-1] + 1) if sent else (0, 0)
    named = [f"{date.fromisoformat(day):%-d %b}".split() for day in days[first:end]]
    months = ["", *(month for _, month in named)]
    heads = [(day, month, month != before) for (day, month), before in zip(named, months, strict=False)]
    sets = [(title, list(rows)) for title, rows in groupby(warm_up, key=lambda row: row.title)]
    return HeatMap(heads, sets, (first, end))


def tint(delayed: int, sends: int) -> int:
    """Return the step of a heat map's cell, 1 to 5 by the share that was delayed; 0 without mail."""
    if not sends:
        return 0
    return 1 + sum(delayed / sends >= bound for bound in _TINTS)
