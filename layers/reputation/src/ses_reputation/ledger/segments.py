"""Which pages of an account-hour are kept together, so that expiry never makes a recomputed balance forget.

The pages of an account-hour are kept in segments by the time they arrive: segment 0 is all that arrives
within 90 days of the hour, segment 1 within the 90 days after that, and so on. A segment's pages expire
together, one whole segment after it closes, and each segment has a balance of its own. So a balance is only
ever recomputed from pages that are all still there, and a late fact adds to what is known instead of
replacing it. Facts of a late segment, which are marked late, are compared with those of the segment before.
Of earlier segments only the balances are sure to be there: outcomes that those count are not counted again
(docs/adr/0023-facts-half-a-year-late.md).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ses_reputation.feedback.origins import AccountHour
from ses_reputation.hours import start_of

SEGMENT = timedelta(days=90)
# For what is posted late: a stream keeps a page's record for a day, a dead-letter queue for two weeks.
GRACE = timedelta(days=15)


@dataclass(frozen=True, slots=True)
class Segment:
    """The facts of an account-hour that arrived within 90 days; `number` 0 is in time, above is late."""

    account_hour: AccountHour
    number: int = 0

    @property
    def expires_at(self) -> int:
        """When the segment's pages may be deleted, in epoch seconds: the same for all of them."""
        return int((start_of(self.account_hour.send_hour) + (self.number + 2) * SEGMENT + GRACE).timestamp())

    @property
    def previous(self) -> "Segment | None":
        """The segment whose facts must not be counted again; None for the first."""
        return Segment(self.account_hour, self.number - 1) if self.number else None


def segments_kept(account_hour: AccountHour, now: datetime) -> list[Segment]:
    """Return the segments of an hour whose pages may be there at an aware time, those in time first."""
    newest = segment_of(account_hour, now).number
    every = (Segment(account_hour, number) for number in range(newest + 1))
    return [segment for segment in every if segment.expires_at > now.timestamp()]


def segment_of(account_hour: AccountHour, arrived_at: datetime) -> Segment:
    """Return the segment of a fact that arrives at an aware time; a mail dated in the future is in time."""
    return Segment(account_hour, max(0, (arrived_at - start_of(account_hour.send_hour)) // SEGMENT))
