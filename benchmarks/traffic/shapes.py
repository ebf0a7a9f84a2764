"""The shapes of traffic that are measured, and the mail of an hour in each of them.

In all but the demo's, one delegate account, a vendor, sends with the identities of its customers, and its
feed reports everything.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate, count, islice
from random import Random

from benchmarks.sender_hour import DELEGATE
from benchmarks.traffic.events import (
    SECONDS_OF_AN_HOUR,
    Life,
    Sender,
    SesEvent,
    as_of_this_hour,
    customer,
    draw_mail,
)
from benchmarks.traffic.lives import lives
from console.demo.traffic.probabilities import PROMPT
from ses_reputation.feedback.outcomes import Outcome, delivery_outcome
from ses_reputation.feedback.provenance import Feed


class Shape(StrEnum):
    """What the traffic is like."""

    ONE_HOUR = "one-hour"
    REALISTIC = "realistic"
    TEN_ENTITIES = "ten-entities"
    DAY_OF_FIFTY = "50x24"
    TWO_THOUSAND = "2000-identities"
    ONE_SENDER = "one-sender"
    FIVE_SENDERS = "five-senders"
    OWN_HOUR = "own-hour"
    OWN_IDENTITY = "own-identity"


TITLES: Mapping[Shape, str] = {
    Shape.ONE_HOUR: "one sender-hour, deliveries",
    Shape.REALISTIC: "realistic: 50 identities by Zipf, 10 % late over a day, 5 % adverse",
    Shape.TEN_ENTITIES: "one account and its nine identities by Zipf, 10 % late over a day, 5 % adverse",
    Shape.DAY_OF_FIFTY: "50 identities x 24 hours, uniform, 5 % adverse",
    Shape.TWO_THOUSAND: "2,000 identities, 10 % late over a day, 5 % adverse",
    Shape.ONE_SENDER: "one sender, whole lives of mail",
    Shape.FIVE_SENDERS: "five senders, whole lives of mail",
    Shape.OWN_HOUR: "every event its own hour",
    Shape.OWN_IDENTITY: "every event its own identity",
}
_DAY_SECONDS = 86_400
_SET = "transactional"
_ADVERSE = (
    Outcome.BOUNCED_PERMANENT_GENERAL,
    Outcome.DELAYED_TRANSIENT_COMMUNICATION_FAILURE,
    Outcome.COMPLAINED_ABUSE,
)
_ADVERSE_ODDS = (50, 40, 10)


@dataclass(frozen=True, slots=True)
class _Mixture:
    """Independent events: shares of late and of adverse ones, and of sends among the others.

    With no number of identities, each event has its own. With several hours, events take turns in them.
    """

    identities: int = 1
    is_zipf: bool = False
    late: float = 0.0
    adverse: float = 0.0
    sends: float = 0.5
    different_hours: int = 1


_MIXTURES: Mapping[Shape, _Mixture] = {
    Shape.ONE_HOUR: _Mixture(sends=0),
    Shape.REALISTIC: _Mixture(50, is_zipf=True, late=0.1, adverse=0.05),
    Shape.TEN_ENTITIES: _Mixture(9, is_zipf=True, late=0.1, adverse=0.05),
    Shape.DAY_OF_FIFTY: _Mixture(50, late=1, adverse=0.05),
    Shape.TWO_THOUSAND: _Mixture(2_000, late=0.1, adverse=0.05),
    # Hours are in time (segment 0) for 90 days: after as many, they come again.
    Shape.OWN_HOUR: _Mixture(sends=0, different_hours=2_000),
    Shape.OWN_IDENTITY: _Mixture(identities=0, sends=0),
}


def identities_of(shape: Shape, events: int) -> int:
    """Return how many identities so many events of a shape have at most."""
    return (_MIXTURES[shape].identities or events) if shape in _MIXTURES else 2


def hour_of_mail(shape: Shape, events: int, seed: int = 1) -> Iterator[Life]:
    """Yield, for each mail of an hour that makes about so many events, all that is reported of it.

    The n-th of m lives begins no earlier than n/m of the hour, and nothing of it is reported before. Where
    every event has its own hour, those hours lie before this one, and the events arrive during it.
    """
    if shape in (Shape.ONE_SENDER, Shape.FIVE_SENDERS):
        several = shape is Shape.FIVE_SENDERS
        yield from lives(round(events / events_a_mail()), several, seed)
    else:
        random, mixture = Random(seed), _MIXTURES[shape]
        identities = _identities(mixture, seed)
        for number, identity in zip(range(events), identities, strict=False):
            sender = Sender(DELEGATE, identity, _SET)
            yield (_event(random, mixture, number, sender, SECONDS_OF_AN_HOUR * number / events),)


def busy_hour(events: int, identities: int, seed: int = 1) -> Iterator[SesEvent]:
    """Yield the events of an hour's mail as it is sent: identities by Zipf, 5 % adverse, none late."""
    random, mixture = Random(seed), _Mixture(identities, is_zipf=True, adverse=0.05)
    for number, identity in zip(range(events), _identities(mixture, seed), strict=False):
        sender = Sender(DELEGATE, identity, _SET)
        yield _event(random, mixture, number, sender, SECONDS_OF_AN_HOUR * number / events)


def arrivals(shape: Shape, events: int, seed: int = 1) -> list[SesEvent]:
    """Return so many events of a shape as they arrive within one hour; of one sender-hour, all in that hour.

    What arrives k hours after the hour of its mail stands for the same of mail that was sent k hours earlier.
    """
    # Of late events and of mails' lives, some are left over.
    lives_of_hour = hour_of_mail(shape, round(events * 1.05) + 20, seed)
    reported = [event for life in lives_of_hour for event in life]
    if shape is not Shape.ONE_HOUR:
        reported = [as_of_this_hour(event) for event in reported]
    return sorted(reported, key=lambda event: event.at)[:events]


def _identities(mixture: _Mixture, seed: int) -> Iterator[str]:
    """Yield the identity of one event after the other, without end."""
    if not mixture.identities:
        yield from map(customer, count())
        return
    random, names = Random(seed), list(map(customer, range(mixture.identities)))
    weights = list(accumulate(1 / rank if mixture.is_zipf else 1.0 for rank in range(1, len(names) + 1)))
    while True:
        yield from random.choices(names, cum_weights=weights)


def _event(random: Random, mixture: _Mixture, number: int, sender: Sender, began_at: float) -> SesEvent:
    lag = random.uniform(0, _DAY_SECONDS) if random.random() < mixture.late else 0.0
    sent_at = began_at - SECONDS_OF_AN_HOUR * (number % mixture.different_hours)
    mail = draw_mail(random, number, sender, sent_at)
    if random.random() < mixture.adverse:
        (outcome,) = random.choices(_ADVERSE, _ADVERSE_ODDS)
        return SesEvent(mail, outcome, Feed.SENDER, began_at + (lag or random.uniform(0.4, 9)))
    if random.random() < mixture.sends:
        return SesEvent(mail, Outcome.SENT, Feed.SENDER, began_at + (lag or 0.5))
    at = began_at if mixture.different_hours > 1 else began_at + (lag or _prompt_seconds(random))
    return SesEvent(mail, delivery_outcome(int((at - sent_at) * 1000)), Feed.SENDER, at)


def _prompt_seconds(random: Random) -> float:
    (speed,) = random.choices([speed for _, speed in PROMPT], [odds for odds, _ in PROMPT])
    fastest, slowest, _ = speed
    return random.uniform(fastest, slowest) / 1000


def events_a_mail() -> float:
    """Return how many events a mail of the demo's senders makes, on average over 20,000."""
    return sum(map(len, islice(lives(20_000, several=False), 20_000))) / 20_000
