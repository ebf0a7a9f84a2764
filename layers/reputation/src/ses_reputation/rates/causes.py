"""Where the events of a rate come from: the parts of the mail that hold most of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ses_reputation.rates.measures import COUNT_OF, SENDS_OF
from ses_reputation.rates.rates import Rate, rate_of_figures
from ses_reputation.rates.thresholds import Measure
from ses_reputation.rollup.rate_counts import EVERYTHING, Breakdown, Dimension, Slice

DIVIDING = (Dimension.SENDING_ACCOUNT, Dimension.IDENTITY, Dimension.CONFIGURATION_SET, Dimension.PROVIDER)
"""Kinds of parts that each divide all of an entity's mail, in the order in which they are shown."""
SHOWN = (*DIVIDING, Dimension.TAG)
"""Kinds of parts that have rates of their own."""
MOST_PER_KIND = 2
# The second part of a kind is shown where it holds at least this share of the events.
_WORTH_SHOWING = Fraction(1, 4)
# Whom to talk to and what to pause is shown even if there is only one.
_ALWAYS_SHOWN = frozenset(
    {Dimension.SENDING_ACCOUNT, Dimension.CONFIGURATION_SET, Dimension.BOUNCE, Dimension.COMPLAINT}
)
_KIND_OF_EVENT = {Measure.BOUNCES: Dimension.BOUNCE, Measure.COMPLAINTS: Dimension.COMPLAINT}


@dataclass(frozen=True, slots=True)
class Cause:
    """A part of the mail that many of a rate's events come from.

    events: hard bounces (complaints) of this part; of: those of all mail. rate: the part's own; None for a
    bounce subtype or complaint type, which has no sends, and else as `rate_of_slice` says.
    """

    mail_slice: Slice
    events: int
    of: int
    rate: Rate | None

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON: kind, name, events, of, and the rate as `Rate.to_json` says it, or null."""
        return {
            "kind": self.mail_slice.kind.value,
            "name": self.mail_slice.name,
            "events": self.events,
            "of": self.of,
            "rate": self.rate.to_json() if self.rate else None,
        }


def find_causes(table: Breakdown, measure: Measure, tolerated: Fraction) -> tuple[Cause, ...]:
    """Return the one or two parts of each kind that cause most events; none where there is no event.

    They are ranked by how many events they have beyond the rate that is tolerated, then by events: a big
    healthy newsletter may have more bounces than the small import that is the cause of a rate. Kinds are the
    delegate (or identity), the configuration set, the provider, the tag, and the bounce subtype (or
    complaint type), in this order. A kind with a single part explains nothing, and is left out unless it
    names whom to talk to or what to pause.
    """
    count = COUNT_OF[measure]
    of = count(table[EVERYTHING]) if EVERYTHING in table else 0
    causes: list[Cause] = []
    for kind in (*SHOWN, _KIND_OF_EVENT[measure]):
        slices = slices_of(table, kind, measure)
        if len(slices) > 1 or kind in _ALWAYS_SHOWN:
            ranked = [
                Cause(mail_slice, count(table[mail_slice]), of, rate_of_slice(table, mail_slice, measure))
                for mail_slice in slices
            ]
            # Sorting keeps the order of equals, which is by events.
            ranked.sort(key=lambda cause: _beyond(cause, table, measure, tolerated), reverse=True)
            causes += _most(ranked)
    return tuple(causes)


def slices_of(table: Breakdown, kind: Dimension, measure: Measure) -> list[Slice]:
    """Return the parts of a kind that enter rates, by events, then by sends, most first."""
    count = COUNT_OF[measure]
    return sorted(
        (
            mail_slice
            for mail_slice, figures in table.items()
            if mail_slice.kind is kind and (figures.sends or count(figures))
        ),
        key=lambda mail_slice: (-count(table[mail_slice]), -table[mail_slice].sends, mail_slice.name),
    )


def _beyond(cause: Cause, table: Breakdown, measure: Measure, tolerated: Fraction) -> Fraction:
    return max(Fraction(0), cause.events - tolerated * SENDS_OF[measure](table[cause.mail_slice]))


def _most(ranked: Sequence[Cause]) -> list[Cause]:
    return [
        cause
        for place, cause in enumerate(ranked[:MOST_PER_KIND])
        if cause.events and (not place or Fraction(cause.events, cause.of) >= _WORTH_SHOWING)
    ]


def rate_of_slice(table: Breakdown, mail_slice: Slice, measure: Measure) -> Rate | None:
    """Return a part's own rate; None where no send is known, or nobody would report a complaint."""
    return rate_of_figures(table[mail_slice], measure)
