"""One day of mail, told by both feeds, with the facts that a ledger must end up with."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from console.demo_traffic.chance import Chance
from console.demo_traffic.fates import Happening, life_of
from console.demo_traffic.noise import greetings, strays
from console.demo_traffic.notifications import Mail, identity_notification, published_event
from console.demo_traffic.parties import REGION, SENDERS, Recipient, draw_neighbours, draw_recipient

_HOUR_WEIGHTS = (2, 1, 1, 1, 1, 2, 4, 7, 10, 11, 11, 10, 9, 10, 11, 10, 9, 8, 7, 6, 6, 5, 4, 3)
_DAY = timedelta(days=1)
_IGNORED = {"Open": "open", "Click": "click", "Subscription": "subscription"}
_LOST_PER_MILLE = 4
_DUPLICATED_PER_MILLE = 30
_STRAY_MAILS = 3


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
    """

    topic_account: str
    message: str
    fate: str


@dataclass(frozen=True, slots=True)
class DayOfTraffic:
    """What to publish, in the order of arrival, and the oracle: what must be known of it afterwards.

    `told_by` names the feeds (`owner`, `sender`) that told of each distinct fact. `duplicates` publications
    repeat another; `lost` tellings of facts, by feed, were never published.
    """

    publications: tuple[Publication, ...]
    told_by: Mapping[Fact, frozenset[str]]
    mails: int
    dispatches: int
    duplicates: int
    lost: Mapping[str, int]

    @property
    def facts(self) -> frozenset[Fact]:
        """The distinct facts that at least one feed told."""
        return frozenset(self.told_by)

    @property
    def fates(self) -> Mapping[str, int]:
        """How many publications there are of each fate."""
        return Counter(publication.fate for publication in self.publications)

    @property
    def coverage(self) -> Mapping[str, int]:
        """How many facts the owner's feed alone told, the sender's alone, and both."""
        names = {
            frozenset({"owner"}): "owner_only",
            frozenset({"sender"}): "sender_only",
            frozenset({"owner", "sender"}): "both",
        }
        return Counter(names[feeds] for feeds in self.told_by.values())


@dataclass(frozen=True, slots=True)
class _Telling:
    told_at: datetime
    publication: Publication
    feed: str = ""
    facts: tuple[Fact, ...] = ()


def generate_day(seed: int, ends_at: datetime, mails: int = 5_000) -> DayOfTraffic:
    """Return the day that ends with the hour in which `ends_at` (aware) lies, cut off where that hour begins.

    What would be told later is not told: some mail is still on its way. The same arguments give the same day.
    """
    chance = Chance(seed)
    day_ends_at = ends_at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    sent = list(_send(chance, day_ends_at - _DAY, mails))
    tellings = [telling for mail in sent for telling in _tell(mail, chance) if telling.told_at < day_ends_at]
    published = [telling for telling in tellings if not _is_lost(telling, chance)]
    repeated = [_repeat(telling, chance) for telling in published if chance.happens(_DUPLICATED_PER_MILLE)]
    noise = list(_make_noise(sent, day_ends_at - _DAY))
    arrived = _disorder([*published, *repeated, *noise], chance)
    return DayOfTraffic(
        tuple(telling.publication for telling in arrived),
        _feeds_by_fact(published),
        mails=len(sent),
        dispatches=sum(len(mail.recipients) for mail in sent),
        duplicates=len(repeated),
        lost=Counter(t.feed for t in tellings) - Counter(t.feed for t in published),
    )


def _send(chance: Chance, begins_at: datetime, mails: int) -> Iterator[Mail]:
    hours = tuple((_HOUR_WEIGHTS[(begins_at.hour + hour) % 24], hour) for hour in range(24))
    for number in range(mails):
        sender = chance.pick(SENDERS)
        into_hour = timedelta(milliseconds=chance.between(0, 3_599_999))
        sent_at = begins_at + timedelta(hours=chance.pick(hours)) + into_hour
        yield Mail(
            f"0100{round(sent_at.timestamp() * 1000):012x}-{chance.identifier()}-000000",
            sender,
            chance.pick(sender.configuration_sets),
            sent_at,
            _draw_recipients(chance, number * 10),
        )


def _draw_recipients(chance: Chance, first: int) -> tuple[Recipient, ...]:
    company = chance.pick(((965, "one"), (25, "neighbours"), (10, "strangers")))
    if company == "one":
        return (draw_recipient(chance, first),)
    count = chance.between(2, 5)
    if company == "neighbours":
        return draw_neighbours(chance, first, count)
    return tuple(draw_recipient(chance, number) for number in range(first, first + count))


def _tell(mail: Mail, chance: Chance) -> Iterator[_Telling]:
    """Yield what each feed tells of a mail: the sender's of everything, the owner's of what it asked for."""
    for happening in life_of(mail, chance):
        event_type, block = happening.event_type, happening.block
        is_ignored = event_type in _IGNORED
        fate = f"ignored/{_IGNORED[event_type]}" if is_ignored else "journaled"
        facts = tuple(_facts(mail, happening))
        message = published_event(mail, event_type, block)
        publication = Publication(mail.sender.account, message, fate)
        yield _Telling(happening.happened_at, publication, "sender", facts)
        if event_type in mail.sender.identity.notifications:
            message = identity_notification(mail, event_type, block)
            publication = Publication(mail.sender.identity.owner, message, fate)
            yield _Telling(happening.happened_at, publication, "owner", facts)


def _facts(mail: Mail, happening: Happening) -> Iterator[Fact]:
    sender, hour = mail.sender, f"{mail.sent_at:%Y-%m-%dT%H}"
    for recipient, outcome in happening.outcomes:
        yield Fact(sender.account, REGION, sender.identity.domain, hour, mail.message_id, recipient, outcome)


def _is_lost(telling: _Telling, chance: Chance) -> bool:
    return bool(telling.facts) and chance.happens(_LOST_PER_MILLE)


def _repeat(telling: _Telling, chance: Chance) -> _Telling:
    return replace(telling, told_at=telling.told_at + timedelta(seconds=chance.between(1, 300)))


def _make_noise(sent: list[Mail], begins_at: datetime) -> Iterator[_Telling]:
    for topic_account, message, fate in greetings():
        yield _Telling(begins_at, Publication(topic_account, message, fate))
    lone = [mail for mail in sent if len(mail.recipients) == 1 and mail.sender.is_delegated]
    for mail in lone[:_STRAY_MAILS]:
        for topic_account, message, fate in strays(mail):
            yield _Telling(mail.sent_at, Publication(topic_account, message, fate))


def _disorder(tellings: list[_Telling], chance: Chance) -> list[_Telling]:
    """Order tellings by when they arrive: within a minute for most, up to an hour late for some."""

    def arrives_at(telling: _Telling) -> datetime:
        longest = 3_600_000 if chance.happens(10) else 45_000
        return telling.told_at + timedelta(milliseconds=chance.between(0, longest))

    return sorted(tellings, key=arrives_at)


def _feeds_by_fact(published: list[_Telling]) -> dict[Fact, frozenset[str]]:
    feeds: dict[Fact, frozenset[str]] = {}
    for telling in published:
        for fact in telling.facts:
            feeds[fact] = feeds.get(fact, frozenset()) | {telling.feed}
    return feeds
