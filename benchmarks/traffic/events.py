"""One event that SES reports, before it is written as JSON or read from it."""

from collections.abc import Iterator, Sequence
from itertools import accumulate
from random import Random
from typing import NamedTuple

from benchmarks.sender_hour import HOUR
from console.demo.traffic.senders import DOMAINS
from ses_reputation.feedback.outcomes import Outcome
from ses_reputation.feedback.provenance import Feed
from ses_reputation.feedback.providers import Provider, provider_of

REGION = "us-east-1"
SECONDS_OF_AN_HOUR = 3600
_PROVIDERS = [(domain, provider_of(f"@{domain}")) for _, (_, domain) in DOMAINS]
_PROVIDER_ODDS = list(accumulate(odds for odds, _ in DOMAINS))


class Sender(NamedTuple):
    """Who sends: an account with an identity that another account may own, through a configuration set."""

    account: str
    identity: str
    configuration_set: str


class Mail(NamedTuple):
    """One message to one recipient, sent so many seconds after `HOUR`."""

    sender: Sender
    message_id: str
    recipient: str
    provider: Provider
    sent_at: float


class SesEvent(NamedTuple):
    """What a feed reports of a mail; it reaches the queue `at` seconds after `HOUR`."""

    mail: Mail
    outcome: Outcome
    feed: Feed
    at: float


Life = Sequence[SesEvent]
"""All that is reported of one mail."""


def draw_mail(random: Random, number: int, sender: Sender, sent_at: float) -> Mail:
    """Return the mail of a number: its recipient is its own, its provider drawn by its odds."""
    (domain, provider), *_ = random.choices(_PROVIDERS, cum_weights=_PROVIDER_ODDS)
    digest = random.randbytes(16).hex()
    unique = f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-9{digest[17:20]}-{digest[20:]}"
    millis = round((HOUR.timestamp() + sent_at) * 1000)
    return Mail(sender, f"0100{millis:012x}-{unique}-000000", _address(number, domain), provider, sent_at)


def _address(number: int, domain: str) -> str:
    return f"recipient-{number}@{domain}"


def as_of_this_hour(event: SesEvent) -> SesEvent:
    """Return an event that arrives k hours later as one that arrives now, of mail sent k hours earlier."""
    hours, at = divmod(event.at, SECONDS_OF_AN_HOUR)
    sent_at = event.mail.sent_at - hours * SECONDS_OF_AN_HOUR
    return event._replace(at=at, mail=event.mail._replace(sent_at=sent_at))


def customer(number: int) -> str:
    """Return the identity of a customer."""
    return f"customer-{number:05d}.example.com"


def batched(events: Sequence[SesEvent], size: int) -> Iterator[Sequence[SesEvent]]:
    """Yield the events in batches of a size; what is left over is left out."""
    for start in range(0, len(events) - size + 1, size):
        yield events[start : start + size]
