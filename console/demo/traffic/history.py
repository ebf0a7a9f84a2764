"""The weeks before the demo's day: who sends on any day sends at a few hours of it, and nothing is wrong.

A mail goes to several recipients of one provider, as list servers send it: so four weeks are about as
many notifications as the day itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from console.demo.traffic.day import generate_day
from console.demo.traffic.expected_facts import InventedTraffic, join
from console.demo.traffic.notifications import InventedMail, new_message_id
from console.demo.traffic.reporting import report
from console.demo.traffic.seeded_random import Chance
from console.demo.traffic.senders import (
    AGENCY,
    EXAMPLE_COM,
    EXAMPLE_ORG,
    OWNER,
    PRODUCT,
    SENDERS,
    Identity,
    Sender,
    draw_neighbours,
)

_DAY = timedelta(days=1)
_WEEK, _WORKING_DAYS = 7, 5
_SWING = (85, 115)


@dataclass(frozen=True, slots=True)
class MailingHabit:
    """What a sender mails in the weeks before.

    recipients: of a day, per mille of the mails of the demo's day. hours: into the day, at which it sends.
    together: how many recipients a mail has. is_new: it has just begun, and mails more from day to day, four
    times as much on the last as on the first. weeks: before the demo's day, in which it mails. rests: on two
    days of each week.
    """

    sender: Sender
    recipients: int
    hours: tuple[int, ...]
    together: tuple[int, int]
    weeks: int = 52
    is_new: bool = False
    rests: bool = False


def _usual(account: str, identity: Identity, complaints: int, *sets: tuple[int, str]) -> Sender:
    """Return who sends on any day, with these configuration sets and complaints per mille of mails."""
    sender = next(each for _, each in SENDERS if (each.account, each.identity) == (account, identity))
    return replace(sender, configuration_sets=sets or sender.configuration_sets, complaints=complaints)


_NEWSLETTER, _PROMOTIONS = (
    _usual(AGENCY, EXAMPLE_COM, 0, (1, name)) for name in ("newsletter", "promotions")
)
_HABITS = (
    MailingHabit(_NEWSLETTER, 55, (8,), (8, 16), 4, is_new=True, rests=True),
    MailingHabit(_PROMOTIONS, 20, (8,), (8, 16), 2, is_new=True, rests=True),
    MailingHabit(_usual(AGENCY, EXAMPLE_ORG, 0), 2, (8,), (3, 6), rests=True),
    MailingHabit(_usual(OWNER, EXAMPLE_COM, 0), 150, (8, 14), (8, 16)),
    MailingHabit(_usual(OWNER, EXAMPLE_ORG, 0), 6, (8,), (3, 6)),
    MailingHabit(_usual(PRODUCT, EXAMPLE_ORG, 1), 110, (9, 17), (6, 14)),
)


def generate_traffic(seed: int, ends_at: datetime, mails: int, days: int) -> InventedTraffic:
    """Return a day as `generate_day` does, and so many days before it.

    With the same seed and `mails` the day is the same, however many days are before it.
    """
    day_ends_at = ends_at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    # Other draws and message ids than those of the day.
    chance = Chance(seed + 1)
    sent = [
        mail
        for days_before in range(days, 0, -1)
        for habit in _HABITS
        for mail in _send(chance, habit, day_ends_at - _DAY, days_before, mails)
    ]
    return join(report(sent, day_ends_at, chance), generate_day(seed, ends_at, mails))


def _send(
    chance: Chance, habit: MailingHabit, day_begins_at: datetime, days_before: int, mails: int
) -> Iterator[InventedMail]:
    left = _volume(chance, habit, days_before, mails)
    number = 0
    while left > 0:
        count = min(left, chance.between(*habit.together))
        hour = habit.hours[chance.between(0, len(habit.hours) - 1)]
        into_day = timedelta(hours=hour, milliseconds=chance.between(0, 3_599_999)) - days_before * _DAY
        sent_at = day_begins_at + into_day
        yield InventedMail(
            new_message_id(sent_at, chance),
            habit.sender,
            chance.pick(habit.sender.configuration_sets),
            sent_at,
            draw_neighbours(chance, number, count),
            into_day,
            is_list_mail=True,
        )
        left -= count
        number += count


def _volume(chance: Chance, habit: MailingHabit, days_before: int, mails: int) -> int:
    """Return how many recipients a day has."""
    swing = chance.between(*_SWING)
    days = habit.weeks * _WEEK
    if days_before > days or (habit.rests and days_before % _WEEK >= _WORKING_DAYS):
        return 0
    growth = 160 - 120 * (days_before - 1) // days if habit.is_new else 100
    return mails * habit.recipients * growth * swing // 10_000_000
