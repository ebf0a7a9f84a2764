"""What SES tells of an hour's mail over the weeks after it, for the demo's senders.

One recipient a mail. Deliveries and delays have the odds of the demo's day; complaints come over days. The
sender's feed tells everything; the owner's, of delegated mail, bounces and complaints.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import accumulate
from random import Random

from benchmarks.sender_hour import OWNER
from benchmarks.traffic.events import SECONDS_OF_AN_HOUR, Life, Mail, Sender, SesEvent, draw_mail
from console.demo.traffic.probabilities import DELAYED_AFTER, GIVES_UP_AFTER, LATE, PROMPT, Speed
from console.demo.traffic.senders import SENDERS
from ses_reputation.feedback.outcomes import Outcome
from ses_reputation.feedback.provenance import Feed

# Of a thousand mails.
BOUNCED, DELAYED, OUT_OF_OFFICE, COMPLAINED = 20, 30, 5, 0.8
# Of a thousand delayed mails, those that SES gives up after 14 hours.
GIVEN_UP = 120
MEAN_TIME_TO_COMPLAIN, LONGEST_TIME_TO_COMPLAIN = timedelta(days=1.5), timedelta(days=21)

_Happening = tuple[float, Outcome, bool]
"""Seconds after sending, what happened, and whether the owner's feed tells it too."""


def senders(several: bool) -> Sequence[tuple[int, Sender]]:
    """Return the demo's five senders with their weights, each with its first set, or the first alone."""
    return [
        (weight, Sender(sender.account, sender.identity.domain, sender.configuration_sets[0][1]))
        for weight, sender in (SENDERS if several else SENDERS[:1])
    ]


def lives(mails: int, several: bool, seed: int = 1) -> Iterator[Life]:
    """Yield for each mail of the hour, in the order of sending, all that is told of it."""
    random = Random(seed)
    weights = list(accumulate(weight for weight, _ in senders(several)))
    chosen = [sender for _, sender in senders(several)]
    for number in range(mails):
        (sender,) = random.choices(chosen, cum_weights=weights)
        mail = draw_mail(random, number, sender, SECONDS_OF_AN_HOUR * number / mails)
        yield [event for happening in _life(random) for event in _report(mail, happening)]


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


def _report(mail: Mail, happening: _Happening) -> Iterator[SesEvent]:
    seconds, outcome, is_told_twice = happening
    at = mail.sent_at + seconds
    yield SesEvent(mail, outcome, Feed.SENDER, at)
    if is_told_twice and mail.sender.account != OWNER:
        yield SesEvent(mail, outcome, Feed.OWNER, at + 0.2)
