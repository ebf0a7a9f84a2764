"""Why mail bounced, and what people complained of, in the last 30 days."""

from collections.abc import Iterable, Iterator

from ses_reputation.rollup.day_balance import DayBalance
from ses_reputation.rollup.rate_counts import Breakdown, Dimension, total_counts
from ses_reputation.statement.naming import shown
from ses_reputation.statement.view.rates import NO_SENDS, SliceView, view_rate
from ses_reputation.wording import slice_title

_KINDS = (Dimension.BOUNCE, Dimension.COMPLAINT)


def view_reasons(days: Iterable[DayBalance]) -> tuple[SliceView, ...]:
    """Return the kinds of hard bounces, then those of complaints, most first."""
    totals = total_counts(
        (mail_slice, counts)
        for day in days
        for mail_slice, counts in day.totals.items()
        if mail_slice.kind in _KINDS
    )
    return tuple(each for kind in _KINDS for each in _of_kind(totals, kind))


def _of_kind(totals: Breakdown, kind: Dimension) -> Iterator[SliceView]:
    events = {
        each: counts.hard_bounces + counts.complaints for each, counts in totals.items() if each.kind is kind
    }
    of = sum(events.values())
    for each in sorted(events, key=lambda mail_slice: (-events[mail_slice], mail_slice.name)):
        rate = view_rate(None, NO_SENDS)
        yield SliceView(str(kind), shown(each.name), slice_title(each), 0, events[each], of, rate, None)
