"""Whether the ledger holds what must come of marker mail: read from the journal's pages, fact by fact.

Balances come later and hold sums; entries are of adverse outcomes only. The pages hold each fact of each
feed: sender, hour, identity, configuration set, outcome, and the fingerprint of message and recipient.
"""

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from ses_reputation.feedback.addresses import normalise_address
from ses_reputation.feedback.origins import AccountHour
from ses_reputation.feedback.outcomes import Outcome
from ses_reputation.feedback.provenance import Feed
from ses_reputation.hours import hour_of
from ses_reputation.ledger.balance_store import PagesRead
from ses_reputation.ledger.pages import FactRun
from ses_reputation.ledger.segments import Segment
from ses_reputation.ledger.shards import DIGITS, Shard, bucket_of, fingerprint
from ses_reputation.verification.expectation import Expectation
from ses_reputation.verification.sending import AcceptedMail

# SES dates a mail by its own clock, perhaps in the hour before or after ours.
_CLOCKS_DIFFER = timedelta(minutes=5)
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 1.0, 10.0


class JournalPages(Protocol):
    """The journal, as far as it is read here."""

    def read_pages(self, shard: Shard) -> PagesRead:
        """Read all pages of a shard itself. Raises UnavailableError, or PageError where one is damaged."""


@dataclass(frozen=True, slots=True)
class JournaledFact:
    """A fact of a marker mail in the journal. configuration_set: "" where its feed names none."""

    accepted: AcceptedMail
    feed: Feed
    outcome: Outcome
    identity: str
    configuration_set: str

    @property
    def is_of_its_identity(self) -> bool:
        """Whether it counts to the identity that the mail was sent with."""
        return self.identity == self.accepted.mail.party.identity.name.lower()

    def meets(self, expectation: Expectation) -> bool:
        """Return whether it is what was expected, counted to the right identity."""
        return (
            (self.accepted, self.feed) == (expectation.accepted, expectation.feed)
            and self.outcome in expectation.outcomes
            and self.is_of_its_identity
        )


@dataclass(slots=True)
class Watch:
    """What of the expected has come, after which time, and every fact of the mails that was seen."""

    came: dict[Expectation, timedelta] = field(default_factory=dict)
    facts: set[JournaledFact] = field(default_factory=set)

    def add(self, facts: Collection[JournaledFact], expected: Iterable[Expectation], now: datetime) -> None:
        """Take the facts that were found at a time."""
        self.facts.update(facts)
        for each in expected:
            if each not in self.came and any(fact.meets(each) for fact in facts):
                self.came[each] = now - each.accepted.accepted_at


@dataclass(frozen=True, slots=True)
class Patience:
    """How long is waited after the last mail, and how: `clock` gives aware times, `sleep` takes seconds."""

    longest: timedelta
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]


def watch(
    journal: JournalPages,
    expected: Collection[Expectation],
    patience: Patience,
    on_progress: Callable[[int], None] = lambda _came: None,
) -> Watch:
    """Look until everything expected is in the journal, or patience is at its end.

    on_progress: is called with how much of it has come. Raises what reading pages raises.
    """
    seen, pause = Watch(), _FIRST_PAUSE_SECONDS
    ends_at = patience.clock() + patience.longest
    while True:
        open_mails = {each.accepted for each in expected if each not in seen.came}
        seen.add(find_facts(journal, open_mails), expected, now := patience.clock())
        on_progress(len(seen.came))
        if len(seen.came) == len(expected) or now >= ends_at:
            return seen
        patience.sleep(min(pause, (ends_at - now).total_seconds()))
        pause = min(pause * 1.5, _LONGEST_PAUSE_SECONDS)


def find_facts(journal: JournalPages, mails: Iterable[AcceptedMail]) -> set[JournaledFact]:
    """Return all facts of some mails that the journal holds, read consistently."""
    by_fingerprint = {_number_of(mail): mail for mail in mails}
    shards = {shard for mail in by_fingerprint.values() for shard in _shards_of(mail)}
    return {
        fact
        for shard in sorted(shards, key=repr)
        for run in journal.read_pages(shard).runs
        for fact in _facts_of(run, shard.segment.account_hour, by_fingerprint)
    }


def _facts_of(run: FactRun, hour: AccountHour, mails: dict[int, AcceptedMail]) -> Iterator[JournaledFact]:
    source = run.source
    feed = Feed.OWNER if source.is_owners else Feed.SENDER
    for number, mail in mails.items():
        party = mail.mail.party
        if (party.account, party.region) == hour[:2] and _holds(run, number):
            yield JournaledFact(mail, feed, Outcome(run.outcome), source.identity, source.configuration_set)


def _holds(run: FactRun, number: int) -> bool:
    place = bisect_left(run.fingerprints, number)
    return place < len(run.fingerprints) and run.fingerprints[place] == number


def _shards_of(accepted: AcceptedMail) -> Iterator[Shard]:
    """Yield where a mail's facts may stand: on pages of its hour, or of that part of a busy one.

    Busy hours are divided by the From domain, then by the fingerprint (see ledger/shards.py).
    """
    party, at = accepted.mail.party, accepted.accepted_at
    bucket = DIGITS[bucket_of(party.from_address.rpartition("@")[2].lower())]
    digit = _fingerprint_of(accepted).hex()[0]
    for hour in sorted({hour_of(at - _CLOCKS_DIFFER), hour_of(at + _CLOCKS_DIFFER)}):
        whole = Shard(Segment(AccountHour(party.account, party.region, hour)))
        yield from (whole, whole.part(bucket), whole.part(bucket).part(digit))


def _fingerprint_of(accepted: AcceptedMail) -> bytes:
    return fingerprint(accepted.message_id, normalise_address(accepted.mail.recipient))


def _number_of(accepted: AcceptedMail) -> int:
    return int.from_bytes(_fingerprint_of(accepted), "big")
