"""Mail as it is invented: what is published of it, and what a ledger must hold of it in the end."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple


class Fact(NamedTuple):
    """One outcome of one dispatch. `send_hour` is UTC, as `2026-11-22T10`."""

    sending_account: str
    region: str
    identity: str
    send_hour: str
    message_id: str
    recipient: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Publication:
    """A message to publish to a topic of an account.

    `fate` is what the product must do with it: `journaled`, `ignored/{kind}` or `quarantined/{reason}`.
    `facts` are what it reports, if anything, through `feed` (`owner` or `sender`). `arrives_at` is None where
    the arrival is not known.
    """

    topic_account: str
    message: str
    fate: str
    feed: str = ""
    facts: tuple[Fact, ...] = ()
    arrives_at: datetime | None = None


class SesTotals(NamedTuple):
    """What SES counts in a quarter of an hour: recipients, but each complaint once."""

    attempts: int = 0
    bounces: int = 0
    complaints: int = 0
    rejects: int = 0

    def plus(self, other: "SesTotals") -> "SesTotals":
        """Return the sums."""
        return SesTotals(*map(int.__add__, self, other))


@dataclass(frozen=True, slots=True)
class InventedTraffic:
    """What to publish, in the order of arrival, and what a ledger must hold of it afterwards.

    `reported_by` names the feeds (`owner`, `sender`) that report each distinct fact. `duplicates` counts the
    publications that repeat another one. `lost` notifications, by feed, are never published.
    `configuration_sets` has that of each mail, by message id. `counted_by_ses` is what SES counts itself,
    reported or not, by account and the beginning of the quarter of an hour.
    """

    publications: tuple[Publication, ...]
    reported_by: Mapping[Fact, frozenset[str]]
    mails: int
    dispatches: int
    duplicates: int
    lost: Mapping[str, int]
    configuration_sets: Mapping[str, str] = field(default_factory=dict)
    counted_by_ses: Mapping[tuple[str, datetime], SesTotals] = field(default_factory=dict)

    @property
    def facts(self) -> frozenset[Fact]:
        """The distinct facts that at least one feed reports."""
        return frozenset(self.reported_by)

    @property
    def fates(self) -> Mapping[str, int]:
        """How many publications there are of each fate."""
        return Counter(publication.fate for publication in self.publications)

    @property
    def coverage(self) -> Mapping[str, int]:
        """How many facts only the owner's feed reports, only the sender's, and both."""
        names = {
            frozenset({"owner"}): "owner_only",
            frozenset({"sender"}): "sender_only",
            frozenset({"owner", "sender"}): "both",
        }
        return Counter(names[feeds] for feeds in self.reported_by.values())

    def arriving_by(self, moment: datetime) -> tuple[Publication, ...]:
        """Return what arrives before an aware time, in order, without what has no `arrives_at`."""
        return tuple(each for each in self.publications if each.arrives_at and each.arrives_at < moment)


def join(first: InventedTraffic, second: InventedTraffic) -> InventedTraffic:
    """Return both as one, in the order of arrival; they have no mail in common."""
    counted = dict(first.counted_by_ses)
    for quarter, totals in second.counted_by_ses.items():
        counted[quarter] = counted.get(quarter, SesTotals()).plus(totals)
    return InventedTraffic(
        tuple(sorted((*first.publications, *second.publications), key=_arrival)),
        {**first.reported_by, **second.reported_by},
        first.mails + second.mails,
        first.dispatches + second.dispatches,
        first.duplicates + second.duplicates,
        Counter(first.lost) + Counter(second.lost),
        {**first.configuration_sets, **second.configuration_sets},
        counted,
    )


def _arrival(publication: Publication) -> datetime:
    return publication.arrives_at or datetime.max.replace(tzinfo=UTC)


def feeds_by_fact(publications: tuple[Publication, ...]) -> dict[Fact, frozenset[str]]:
    """Return the distinct facts that messages report, each with the feeds that report it."""
    feeds: dict[Fact, frozenset[str]] = {}
    for publication in publications:
        for fact in publication.facts:
            feeds[fact] = feeds.get(fact, frozenset()) | {publication.feed}
    return feeds
