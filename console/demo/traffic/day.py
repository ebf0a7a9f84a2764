"""One day of mail as both feeds report it, and the facts that a ledger must end up with."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from operator import itemgetter

from console.demo.traffic.expected_facts import DayOfTraffic, Fact, Publication, SesTotals, feeds_by_fact
from console.demo.traffic.incident import TO_THE_IMPORTED_LIST
from console.demo.traffic.lifecycles import Happening, life_of
from console.demo.traffic.notifications import InventedMail, identity_notification, published_event
from console.demo.traffic.seeded_random import Chance
from console.demo.traffic.senders import REGION, SENDERS, InventedRecipient, draw_neighbours, draw_recipient
from console.demo.traffic.stray_messages import greetings, strays

_DAY = timedelta(days=1)
_QUARTER = timedelta(minutes=15)
_IGNORED = {"Open": "open", "Click": "click", "Subscription": "subscription"}
_LOST_PER_MILLE = 4
_DUPLICATED_PER_MILLE = 30
_STRAY_MAILS = 3


@dataclass(frozen=True, slots=True)
class _Notification:
    notified_at: datetime
    publication: Publication


def generate_day(seed: int, ends_at: datetime, mails: int = 6_000) -> DayOfTraffic:
    """Return the 24 hours that end where the hour of `ends_at` (aware) begins.

    What SES would report after that is left out, so some mail is still on its way. The same arguments give
    the same day; with another hour of `ends_at` it is the same day, moved.
    """
    chance = Chance(seed)
    day_ends_at = ends_at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    sent = list(_send(chance, day_ends_at - _DAY, mails))
    lives = ((mail, happening) for mail in sent for happening in life_of(mail, chance))
    happened = [(mail, happening) for mail, happening in lives if happening.happened_at < day_ends_at]
    notifications = [
        notification for mail, happening in happened for notification in _notify(mail, happening)
    ]
    published = [notification for notification in notifications if not _is_lost(notification, chance)]
    repeated = [
        _repeat(notification, chance) for notification in published if chance.happens(_DUPLICATED_PER_MILLE)
    ]
    extra = list(_make_extra(sent, day_ends_at - _DAY))
    publications = _disorder([*published, *repeated, *extra], chance)
    return DayOfTraffic(
        publications,
        feeds_by_fact(publications),
        mails=len(sent),
        dispatches=sum(len(mail.recipients) for mail in sent),
        duplicates=len(repeated),
        lost=_count_by_feed(notifications) - _count_by_feed(published),
        configuration_sets={mail.message_id: mail.configuration_set for mail in sent},
        counted_by_ses=_count_as_ses(happened),
    )


def _send(chance: Chance, begins_at: datetime, mails: int) -> Iterator[InventedMail]:
    senders = (*SENDERS, TO_THE_IMPORTED_LIST)
    for number in range(mails):
        sender = chance.pick(senders)
        hour = chance.pick([(weight, hour) for hour, weight in enumerate(sender.hours)])
        into_day = timedelta(hours=hour, milliseconds=chance.between(0, 3_599_999))
        sent_at = begins_at + into_day
        yield InventedMail(
            f"0100{round(sent_at.timestamp() * 1000):012x}-{chance.identifier()}-000000",
            sender,
            chance.pick(sender.configuration_sets),
            sent_at,
            _draw_recipients(chance, number * 10),
            into_day,
        )


def _draw_recipients(chance: Chance, first: int) -> tuple[InventedRecipient, ...]:
    company = chance.pick(((965, "one"), (25, "neighbours"), (10, "strangers")))
    if company == "one":
        return (draw_recipient(chance, first),)
    count = chance.between(2, 5)
    if company == "neighbours":
        return draw_neighbours(chance, first, count)
    return tuple(draw_recipient(chance, number) for number in range(first, first + count))


def _notify(mail: InventedMail, happening: Happening) -> Iterator[_Notification]:
    """Yield what each feed reports: the sender's every event, the owner's only what it asked for."""
    event_type, block, at = happening.event_type, happening.block, happening.happened_at
    sender, identity = mail.sender, mail.sender.identity
    fate = f"ignored/{_IGNORED[event_type]}" if event_type in _IGNORED else "journaled"
    facts = tuple(_facts(mail, happening))
    message = published_event(mail, event_type, block)
    yield _Notification(at, Publication(sender.account, message, fate, "sender", facts))
    if event_type in identity.notifications:
        message = identity_notification(mail, event_type, block)
        yield _Notification(at, Publication(identity.owner, message, fate, "owner", facts))


def _facts(mail: InventedMail, happening: Happening) -> Iterator[Fact]:
    sender, hour = mail.sender, f"{mail.sent_at:%Y-%m-%dT%H}"
    for recipient, outcome in happening.outcomes:
        yield Fact(sender.account, REGION, sender.identity.domain, hour, mail.message_id, recipient, outcome)


def _is_lost(notification: _Notification, chance: Chance) -> bool:
    return bool(notification.publication.facts) and chance.happens(_LOST_PER_MILLE)


def _repeat(notification: _Notification, chance: Chance) -> _Notification:
    return replace(
        notification, notified_at=notification.notified_at + timedelta(seconds=chance.between(1, 300))
    )


def _make_extra(sent: list[InventedMail], begins_at: datetime) -> Iterator[_Notification]:
    for topic_account, message, fate in greetings():
        yield _Notification(begins_at, Publication(topic_account, message, fate))
    lone = [mail for mail in sent if len(mail.recipients) == 1 and mail.sender.is_delegated]
    for mail in lone[:_STRAY_MAILS]:
        for topic_account, message, fate in strays(mail):
            yield _Notification(mail.sent_at, Publication(topic_account, message, fate))


def _disorder(notifications: list[_Notification], chance: Chance) -> tuple[Publication, ...]:
    """Order notifications by arrival: most within a minute, one in a hundred up to an hour late."""

    def arrives_at(notification: _Notification) -> datetime:
        longest = 3_600_000 if chance.happens(10) else 45_000
        return notification.notified_at + timedelta(milliseconds=chance.between(0, longest))

    arrivals = [(arrives_at(notification), notification.publication) for notification in notifications]
    arrivals.sort(key=itemgetter(0))
    return tuple(replace(publication, arrives_at=at) for at, publication in arrivals)


def _count_by_feed(notifications: list[_Notification]) -> Counter[str]:
    return Counter(notification.publication.feed for notification in notifications)


def _count_as_ses(happened: list[tuple[InventedMail, Happening]]) -> dict[tuple[str, datetime], SesTotals]:
    """Count as `GetSendStatistics` does: all that happened, whether or not a feed reported it."""
    counted: dict[tuple[str, datetime], SesTotals] = {}
    for mail, happening in happened:
        at = happening.happened_at
        quarter = (mail.sender.account, at - (at - datetime.min.replace(tzinfo=UTC)) % _QUARTER)
        counted[quarter] = counted.get(quarter, SesTotals()).plus(_totals_of(happening))
    return counted


def _totals_of(happening: Happening) -> SesTotals:
    recipients = len(happening.outcomes)
    match happening.event_type:
        case "Send":
            return SesTotals(attempts=recipients)
        case "Bounce":
            return SesTotals(bounces=recipients)
        case "Reject":
            return SesTotals(rejects=recipients)
        case "Complaint" if happening.block["complaintSubType"] is None:
            return SesTotals(complaints=1)
        case _:
            return SesTotals()
