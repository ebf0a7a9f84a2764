"""What SES tells of an hour's mail over the weeks after it: invented, as the library would have read it.

One recipient a mail. Deliveries and delays have the odds of the demo's day; complaints come over days. The
sender's feed tells everything; the owner's, of delegated mail, bounces and complaints.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import accumulate, islice
from random import Random
from typing import NamedTuple

from benchmarks.sender_hour import HOUR, OWNER
from console.demo.traffic.probabilities import DELAYED_AFTER, GIVES_UP_AFTER, LATE, PROMPT, Speed
from console.demo.traffic.senders import DOMAINS, SENDERS
from ses_reputation.feedback.observations import Details, Observation, SenderHour
from ses_reputation.feedback.outcomes import Outcome
from ses_reputation.feedback.provenance import Dialect, Feed
from ses_reputation.feedback.providers import provider_of
from ses_reputation.feedback.reading import Observed
from ses_reputation.hours import format_timestamp, hour_of

SEND_HOUR = hour_of(HOUR)
REGION = "us-east-1"
# Of a thousand mails.
BOUNCED, DELAYED, OUT_OF_OFFICE, COMPLAINED = 20, 30, 5, 0.8
# Of a thousand delayed mails, those that SES gives up after 14 hours.
GIVEN_UP = 120
MEAN_TIME_TO_COMPLAIN, LONGEST_TIME_TO_COMPLAIN = timedelta(days=1.5), timedelta(days=21)

_PROVIDERS = [(domain, provider_of(f"@{domain}")) for _, (_, domain) in DOMAINS]
_PROVIDER_ODDS = list(accumulate(odds for odds, _ in DOMAINS))
_DETAILS: Mapping[str, str] = {
    "bounce_type": "Permanent",
    "bounce_subtype": "General",
    "feedback_id": "010001a202c3180d-89eb2f1e-7bd5-447e-946f-cec2a3d81173-000000",
    "reporting_mta": "dns; a8-50.smtp-out.amazonses.com",
    "remote_mta_ip": "203.0.113.17",
    "action": "failed",
    "status": "5.1.1",
    "diagnostic_code": "smtp; 550 5.1.1 The email account that you tried to reach does not exist.",
}


class ReportedEvent(NamedTuple):
    """An observed event, and when it reaches the queue, in seconds since the hour began."""

    at: float
    observed: Observed


class _Mail(NamedTuple):
    message_id: str
    sender_hour: SenderHour
    configuration_set: str
    recipient: str
    provider: int
    sent_at: float


_Happening = tuple[float, Outcome, bool]
"""Seconds after sending, what happened, and whether the owner's feed tells it too."""


def sender_hours(several: bool) -> Sequence[tuple[int, SenderHour, str]]:
    """Return the demo's five senders with their weights and a configuration set each, or the first alone."""
    senders = SENDERS if several else SENDERS[:1]
    return [
        (
            weight,
            SenderHour(sender.account, REGION, sender.identity.domain, SEND_HOUR),
            sender.configuration_sets[0][1],
        )
        for weight, sender in senders
    ]


def lives(mails: int, several: bool, seed: int = 1) -> Iterator[Sequence[ReportedEvent]]:
    """Yield for each mail of the hour, in the order of sending, all that is told of it."""
    random = Random(seed)
    weights = list(accumulate(weight for weight, _, _ in sender_hours(several)))
    senders = [(sender_hour, name) for _, sender_hour, name in sender_hours(several)]
    for number in range(mails):
        (sender_hour, name), *_ = random.choices(senders, cum_weights=weights)
        (domain, provider), *_ = random.choices(_PROVIDERS, cum_weights=_PROVIDER_ODDS)
        sent_at = 3600 * number / mails
        message_id = f"010001a202c3180d-{random.getrandbits(128):036x}-000000"
        mail = _Mail(message_id, sender_hour, name, f"recipient-{number}@{domain}", provider, sent_at)
        yield [reported for happening in _life(random) for reported in _report(mail, happening)]


def events_a_mail() -> float:
    """Return how many events a mail makes, on average over 20,000."""
    return sum(map(len, islice(lives(20_000, several=False), 20_000))) / 20_000


def _life(random: Random) -> Iterator[_Happening]:
    yield 0.5, Outcome.SENT, False
    fate = random.random() * 1000
    if fate < BOUNCED:
        yield random.uniform(0.4, 9), Outcome.BOUNCED_PERMANENT_GENERAL, True
    elif fate < BOUNCED + DELAYED:
        yield from _delayed_life(random)
    else:
        yield from _delivered(random, PROMPT)


def _delayed_life(random: Random) -> Iterator[_Happening]:
    is_given_up = random.random() * 1000 < GIVEN_UP
    ending = [] if is_given_up else list(_delivered(random, LATE))
    if is_given_up:
        ending = [(GIVES_UP_AFTER.total_seconds(), Outcome.BOUNCED_TRANSIENT_GENERAL, True)]
    for after in DELAYED_AFTER:
        seconds = after.total_seconds() + random.uniform(0, 30)
        if seconds < ending[0][0]:
            yield seconds, Outcome.DELAYED_TRANSIENT_COMMUNICATION_FAILURE, False
    yield from ending


def _delivered(random: Random, speeds: Sequence[tuple[int, Speed]]) -> Iterator[_Happening]:
    ((fastest, slowest, name),) = random.choices([speed for _, speed in speeds], [odds for odds, _ in speeds])
    seconds = random.uniform(fastest, slowest) / 1000
    yield seconds, Outcome[name.upper()], False
    if random.random() * 1000 < OUT_OF_OFFICE:
        yield seconds + 4, Outcome.BOUNCED_TRANSIENT_GENERAL, True
    if random.random() * 1000 < COMPLAINED:
        later = random.expovariate(1 / MEAN_TIME_TO_COMPLAIN.total_seconds())
        longest = LONGEST_TIME_TO_COMPLAIN.total_seconds()
        yield seconds + min(later, longest), Outcome.COMPLAINED_ABUSE, True


def _report(mail: _Mail, happening: _Happening) -> Iterator[ReportedEvent]:
    seconds, outcome, is_told_twice = happening
    at = mail.sent_at + seconds
    is_plain = outcome is Outcome.SENT or outcome < Outcome.BOUNCED_PERMANENT_GENERAL
    details: Details = None if is_plain else _DETAILS
    occurred_at = "" if is_plain else format_timestamp(HOUR + timedelta(seconds=at))
    seen = (Observation(mail.recipient, outcome, mail.provider, occurred_at, details),)  # type: ignore[arg-type]
    yield ReportedEvent(at, _observed(mail, Feed.SENDER, seen))
    if is_told_twice and mail.sender_hour.sending_account != OWNER:
        yield ReportedEvent(at + 0.2, _observed(mail, Feed.OWNER, seen))


def _observed(mail: _Mail, feed: Feed, seen: tuple[Observation, ...]) -> Observed:
    is_senders = feed is Feed.SENDER
    return Observed(
        "",
        Dialect.PUBLISHING if is_senders else Dialect.IDENTITY,
        feed,
        mail.sender_hour,
        OWNER,
        mail.configuration_set if is_senders else None,
        mail.message_id,
        seen,
    )
