"""What SES tells of an hour's mail over the weeks after it, as the library would have read it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from benchmarks.traffic import events
from benchmarks.traffic import lives as told
from benchmarks.traffic.observed import observed_of
from ses_reputation.feedback.reading import Observed

REGION = events.REGION


class ReportedEvent(NamedTuple):
    """An observed event, and when it reaches the queue, in seconds since the hour began."""

    at: float
    observed: Observed


def lives(mails: int, several: bool, seed: int = 1) -> Iterator[Sequence[ReportedEvent]]:
    """Yield for each mail of the hour, in the order of sending, all that is told of it."""
    for life in told.lives(mails, several, seed):
        yield [ReportedEvent(event.at, observed_of(event)) for event in life]
