"""Which pages of an hour are kept together, so that expiry never makes a recomputed balance forget.

The pages of a sender-hour are kept in chapters by the time they arrive: chapter 0 is all that arrives within
90 days of the hour, chapter 1 within the 90 days after that, and so on. A chapter's pages expire together,
one whole chapter after it closes, and each chapter has a balance of its own. So a balance is only ever
recomputed from pages that are all still there, and a late fact adds to what is known instead of replacing it.
Facts of a late chapter are compared with those of the chapter before: only a fact repeated more than 90 days
later can be counted again, and what a late chapter holds is marked late.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ses_reputation.feedback.observations import Origin
from ses_reputation.hours import start_of_hour

CHAPTER = timedelta(days=90)
# For what is posted late: a stream keeps a page's record for a day, a dead-letter queue for two weeks.
GRACE = timedelta(days=15)


@dataclass(frozen=True, slots=True)
class Chapter:
    """The facts of one sender-hour that arrived in one 90-day period; `number` 0 is in time, above is
    late."""

    origin: Origin
    number: int = 0

    @property
    def expires_at(self) -> int:
        """When the chapter's pages may be deleted, in epoch seconds: the same for all of them."""
        return int((start_of_hour(self.origin.send_hour) + (self.number + 2) * CHAPTER + GRACE).timestamp())

    @property
    def before(self) -> "Chapter | None":
        """The chapter whose facts must not be counted again; None for the first."""
        return Chapter(self.origin, self.number - 1) if self.number else None


def chapter_of(origin: Origin, arrived_at: datetime) -> Chapter:
    """Return the chapter of a fact that arrives at an aware time; a mail dated in the future is in time."""
    return Chapter(origin, max(0, (arrived_at - start_of_hour(origin.send_hour)) // CHAPTER))
