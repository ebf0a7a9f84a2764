"""Reads the statistics of every account and Region that the ledger knows senders of, one after another."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ses_reputation.errors import UnavailableError
from ses_reputation.statistics.send_statistics import AccountRegion, SendStatistics


class StatisticsStore(Protocol):
    """Where readings are kept, the latest of each account and Region, next to the registry of senders."""

    def known_accounts(self) -> Iterable[AccountRegion]:
        """Return each account and Region that ever sent, once."""

    def put(self, statistics: SendStatistics) -> None:
        """Keep a reading in place of the one before it."""


class StatisticsSource(Protocol):
    """SES and CloudWatch of several accounts."""

    def is_reachable(self, account: str) -> bool:
        """Return whether there is a way into an account at all."""

    def read(self, place: AccountRegion, now: datetime) -> SendStatistics:
        """Read one account and Region at an aware time; raises UnavailableError."""


@dataclass(frozen=True, slots=True)
class ReadingOutcome:
    """What was read; what was skipped, because no role leads there; and what failed, with the causes."""

    read: tuple[AccountRegion, ...]
    skipped: tuple[AccountRegion, ...]
    failed: Mapping[AccountRegion, str]


def read_statistics(
    store: StatisticsStore, source: StatisticsSource, clock: Callable[[], datetime]
) -> ReadingOutcome:
    """Read and keep the statistics of every known account and Region.

    One that fails keeps its previous reading and does not stop the others. Raises UnavailableError where the
    registry of senders cannot be read.
    """
    read: list[AccountRegion] = []
    skipped: list[AccountRegion] = []
    failed: dict[AccountRegion, str] = {}
    for place in store.known_accounts():
        if not source.is_reachable(place.account):
            skipped.append(place)
            continue
        try:
            store.put(source.read(place, clock()))
        except UnavailableError as error:
            failed[place] = str(error)
        else:
            read.append(place)
    return ReadingOutcome(tuple(read), tuple(skipped), failed)
