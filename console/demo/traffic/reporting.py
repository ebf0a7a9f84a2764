"""What both feeds report of mail, in the order of arrival, and what SES counts of it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from operator import itemgetter

from console.demo.traffic.expected_facts import Fact, InventedTraffic, Publication, SesTotals, feeds_by_fact
from console.demo.traffic.lifecycles import Happening, life_of
from console.demo.traffic.notifications import InventedMail, identity_notification, published_event
from console.demo.traffic.seeded_random import Chance
from console.demo.traffic.senders import REGION

_QUARTER = timedelta(minutes=15)
_IGNORED = {"Open": "open", "Click": "click", "Subscription": "subscription"}
_LOST_PER_MILLE = 4
_DUPLICATED_PER_MILLE = 30


@dataclass(frozen=True, slots=True)
class Notification:
    """A publication, and when SES makes it: aware UTC."""

    notified_at: datetime
    publication: Publication


def report(
    sent: Sequence[InventedMail], until: datetime, chance: Chance, extra: Iterable[Notification] = ()
) -> InventedTraffic:
    """Return what is published of mail, and `extra`; what would happen after an aware time is left out."""
    lives = ((mail, happening) for mail in sent for happening in life_of(mail, chance))
    happened = [(mail, happening) for mail, happening in lives if happening.happened_at < until]
    notifications = [
        notification for mail, happening in happened for notification in _notify(mail, happening)
    ]
    published = [notification for notification in notifications if not _is_lost(notification, chance)]
    repeated = [
        _repeat(notification, chance) for notification in published if chance.happens(_DUPLICATED_PER_MILLE)
    ]
    publications = _disorder([*published, *repeated, *extra], chance)
    return InventedTraffic(
        publications,
        feeds_by_fact(publications),
        mails=len(sent),
        dispatches=sum(len(mail.recipients) for mail in sent),
        duplicates=len(repeated),
        lost=_count_by_feed(notifications) - _count_by_feed(published),
        configuration_sets={mail.message_id: mail.configuration_set for mail in sent},
        counted_by_ses=_count_as_ses(happened),
    )


def _notify(mail: InventedMail, happening: Happening) -> Iterator[Notification]:
    """Yield what each feed reports: the sender's every event, the owner's only what it asked for."""
    event_type, block, at = happening.event_type, happening.block, happening.happened_at
    sender, identity = mail.sender, mail.sender.identity
    fate = f"ignored/{_IGNORED[event_type]}" if event_type in _IGNORED else "journaled"
    facts = tuple(_facts(mail, happening))
    message = published_event(mail, event_type, block)
    yield Notification(at, Publication(sender.account, message, fate, "sender", facts))
    if event_type in identity.notifications:
        message = identity_notification(mail, event_type, block)
        yield Notification(at, Publication(identity.owner, message, fate, "owner", facts))


def _facts(mail: InventedMail, happening: Happening) -> Iterator[Fact]:
    sender, hour = mail.sender, f"{mail.sent_at:%Y-%m-%dT%H}"
    for recipient, outcome in happening.outcomes:
        yield Fact(sender.account, REGION, sender.identity.domain, hour, mail.message_id, recipient, outcome)


def _is_lost(notification: Notification, chance: Chance) -> bool:
    return bool(notification.publication.facts) and chance.happens(_LOST_PER_MILLE)


def _repeat(notification: Notification, chance: Chance) -> Notification:
    return replace(
        notification, notified_at=notification.notified_at + timedelta(seconds=chance.between(1, 300))
    )


def _disorder(notifications: list[Notification], chance: Chance) -> tuple[Publication, ...]:
    """Order notifications by arrival: most within a minute, one in a hundred up to an hour late."""

    def arrives_at(notification: Notification) -> datetime:
        longest = 3_600_000 if chance.happens(10) else 45_000
        return notification.notified_at + timedelta(milliseconds=chance.between(0, longest))

    arrivals = [(arrives_at(notification), notification.publication) for notification in notifications]
    arrivals.sort(key=itemgetter(0))
    return tuple(replace(publication, arrives_at=at) for at, publication in arrivals)


def _count_by_feed(notifications: list[Notification]) -> Counter[str]:
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
