"""What a rate is over: sends that SES reported, mail with a final outcome, or SES's own count."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ses_reputation.rates.measures import COUNT_OF, SENDS_OF
from ses_reputation.rates.thresholds import Measure
from ses_reputation.rollup.rate_counts import EVERYTHING, NO_COUNTS, Breakdown, Dimension, RateCounts
from ses_reputation.tallies import total


class Basis(StrEnum):
    """What the denominator of a rate is. docs/adr/0043-rates-without-sends.md says how each errs."""

    SENDS = "sends"
    FINAL_OUTCOMES = "final_outcomes"
    SENDS_AND_FINAL_OUTCOMES = "sends_and_final_outcomes"
    SES_COUNT = "ses_count"


@dataclass(frozen=True, slots=True)
class RateBasis:
    """What a rate is over, and what it leaves out.

    kind: None where there is no rate. without_send: of its mail, what is known by its outcome alone. unrated:
    hard bounces (complaints) that are in no rate, as nobody reports how much mail they are of.
    """

    kind: Basis | None
    without_send: int = 0
    unrated: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON, the fields by name."""
        return {"kind": self.kind, "without_send": self.without_send, "unrated": self.unrated}


def basis_of(table: Breakdown, measure: Measure) -> RateBasis:
    """Return what a rate of a window's mail is over."""
    sends_of = SENDS_OF[measure]
    sends = sends_of(table.get(EVERYTHING, NO_COUNTS))
    without_send = sends_of(_total(table, Dimension.WITHOUT_SEND))
    unrated = COUNT_OF[measure](_total(table, Dimension.UNRATED))
    return RateBasis(_kind(table, sends, without_send), without_send, unrated)


def _kind(table: Breakdown, sends: int, without_send: int) -> Basis | None:
    if not sends:
        return None
    if any(mail_slice.kind is Dimension.COUNTED_BY_SES for mail_slice in table):
        return Basis.SES_COUNT
    if not without_send:
        return Basis.SENDS
    return Basis.FINAL_OUTCOMES if without_send == sends else Basis.SENDS_AND_FINAL_OUTCOMES


def _total(table: Breakdown, kind: Dimension) -> RateCounts:
    return total((counts for mail_slice, counts in table.items() if mail_slice.kind is kind), NO_COUNTS)
