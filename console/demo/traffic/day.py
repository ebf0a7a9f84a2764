"""One day of mail as both feeds report it, and the facts that a ledger must end up with."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from console.demo.traffic.expected_facts import InventedTraffic, Publication
from console.demo.traffic.incident import TO_THE_IMPORTED_LIST
from console.demo.traffic.notifications import InventedMail, new_message_id
from console.demo.traffic.reporting import Notification, report
from console.demo.traffic.seeded_random import Chance
from console.demo.traffic.senders import SENDERS, InventedRecipient, draw_neighbours, draw_recipient
from console.demo.traffic.stray_messages import greetings, strays

_DAY = timedelta(days=1)
_STRAY_MAILS = 3


def generate_day(seed: int, ends_at: datetime, mails: int = 4_000) -> InventedTraffic:
    """Return the 24 hours that end where the hour of `ends_at` (aware) begins.

    What SES would report after that is left out, so some mail is still on its way. The same arguments give
    the same day; with another hour of `ends_at` it is the same day, moved.
    """
    chance = Chance(seed)
    day_ends_at = ends_at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    sent = list(_send(chance, day_ends_at - _DAY, mails))
    extra = _make_extra(sent, day_ends_at - _DAY)
    return report(sent, day_ends_at, chance, extra)


def _send(chance: Chance, begins_at: datetime, mails: int) -> Iterator[InventedMail]:
    senders = (*SENDERS, TO_THE_IMPORTED_LIST)
    for number in range(mails):
        sender = chance.pick(senders)
        hour = chance.pick([(weight, hour) for hour, weight in enumerate(sender.hours)])
        into_day = timedelta(hours=hour, milliseconds=chance.between(0, 3_599_999))
        sent_at = begins_at + into_day
        yield InventedMail(
            new_message_id(sent_at, chance),
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


def _make_extra(sent: list[InventedMail], begins_at: datetime) -> Iterator[Notification]:
    for topic_account, message, fate in greetings():
        yield Notification(begins_at, Publication(topic_account, message, fate))
    lone = [mail for mail in sent if len(mail.recipients) == 1 and mail.sender.is_delegated]
    for mail in lone[:_STRAY_MAILS]:
        for topic_account, message, fate in strays(mail):
            yield Notification(mail.sent_at, Publication(topic_account, message, fate))
