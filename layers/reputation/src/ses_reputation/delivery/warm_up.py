"""How sending addresses warm up: volume, delays and bounces by configuration set, provider and day.

SES warms managed dedicated IPs up for each mailbox provider by itself (Amazon SES developer guide, "Dedicated
IP addresses (managed)"); a configuration set that sends through them shows here how far it got.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from ses_reputation.delivery.delays import delay_cells
from ses_reputation.delivery.ends import count_bounced
from ses_reputation.ledger.balance import BalanceCounts
from ses_reputation.rates.rates import Rate, plain_value, rate_of
from ses_reputation.rollup.day_balance import DayBalance
from ses_reputation.tallies import total_by_key


class Stream(NamedTuple):
    """What warms up by itself: one configuration set's mail to one provider."""

    account: str
    region: str
    configuration_set: str
    provider: str


@dataclass(frozen=True, slots=True)
class WarmUpDay:
    """A stream's mail of one UTC day, in dispatches.

    delayed: at least once. bounced: hard or soft, for SES gives up on what stays deferred with a soft bounce;
    without what a suppression list stopped.
    """

    stream: Stream
    day: str
    sends: int
    delayed: int
    bounced: int

    @property
    def delay_share(self) -> Rate | None:
        """Delayed of sends; None where no send is known."""
        return rate_of(self.delayed, self.sends)

    @property
    def bounce_share(self) -> Rate | None:
        """Bounced of sends; None where no send is known."""
        return rate_of(self.bounced, self.sends)

    def to_json(self) -> dict[str, Any]:
        """Return the stream's fields, day and numbers by name, and both shares (0..1, or null)."""
        return {
            **self.stream._asdict(),
            "day": self.day,
            "sends": self.sends,
            "delayed": self.delayed,
            "bounced": self.bounced,
            "delay_share": plain_value(self.delay_share),
            "bounce_share": plain_value(self.bounce_share),
        }


def view_warm_up(days: Iterable[DayBalance]) -> list[WarmUpDay]:
    """Return the days of each stream, oldest first, streams sorted; all identities of an account together.

    Without the mailbox simulator and own domains.
    """
    numbers = total_by_key(
        ((Stream(day.sender.account, day.sender.region, name, provider), day.day), each)
        for day in days
        for name, provider, each in _cells(day.figures)
    )
    return [WarmUpDay(stream, day, *numbers[stream, day]) for stream, day in sorted(numbers)]


def _cells(figures: BalanceCounts) -> Iterator[tuple[str, str, tuple[int, int, int]]]:
    for name, provider, delays in delay_cells(figures):
        bounced = count_bounced(figures.counts[name][provider])
        yield name, provider, (delays.sends, delays.delayed, bounced)
