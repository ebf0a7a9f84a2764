"""What the journal knows of one message to recipients that are named: pages hold fingerprints alone."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Protocol

from ses_reputation.feedback.origins import AccountHour
from ses_reputation.feedback.outcomes import Outcome
from ses_reputation.feedback.providers import Provider
from ses_reputation.ledger.balance_store import PagesRead
from ses_reputation.ledger.segments import segments_kept
from ses_reputation.ledger.shards import Shard, dispatch_number, shards_that_may_hold


@dataclass(frozen=True, slots=True)
class MessageFact:
    """What became of a message to one recipient, counted once, whichever feeds reported it.

    feeds: `owner`, `sender` or both. configuration_set, tags: as the feeds name them; empty where none does.
    """

    account_hour: AccountHour
    identity: str
    recipient: str
    outcome: Outcome
    provider: Provider
    feeds: tuple[str, ...]
    configuration_set: str = ""
    tags: tuple[str, ...] = ()


class MessagePages(Protocol):
    """What is asked of the journal (ledger/store.py, BalanceTable). Raises UnavailableError and PageError."""

    def read_pages(self, shard: Shard) -> PagesRead:
        """Read all pages of a shard itself."""


def find_facts(
    journal: MessagePages, hour: AccountHour, message_id: str, recipients: Iterable[str], now: datetime
) -> list[MessageFact]:
    """Return the facts of a message to some normalised recipients, by recipient and outcome.

    hour: when it was sent, and by whom. Up to 1 + 16 + 16 queries for each leading digit of a recipient's
    fingerprint, at a mail of the last 90 days; of an older one twice or three times as many, for what may
    have arrived late. `now` is an aware time.
    """
    asked = {dispatch_number(message_id, recipient): recipient for recipient in recipients}
    found: defaultdict[tuple[str, int], list[MessageFact]] = defaultdict(list)
    shards = (shards_that_may_hold(segment, asked) for segment in segments_kept(hour, now))
    for shard in chain.from_iterable(shards):
        for run in journal.read_pages(shard).runs:
            feed = "owner" if run.source.is_owners else "sender"
            for number in asked.keys() & set(run.fingerprints):
                fact = MessageFact(
                    hour,
                    run.source.identity,
                    asked[number],
                    Outcome(run.outcome),
                    Provider(run.provider),
                    (feed,),
                    run.source.configuration_set,
                    run.source.tags,
                )
                found[asked[number], run.outcome].append(fact)
    return [_together(found[key]) for key in sorted(found)]


def _together(facts: Iterable[MessageFact]) -> MessageFact:
    """Return the reports of one fact as one: the sender's feed names configuration set and tags."""
    best, *others = sorted(facts, key=lambda fact: (fact.configuration_set, fact.tags), reverse=True)
    feeds = sorted({feed for fact in (best, *others) for feed in fact.feeds})
    return MessageFact(
        best.account_hour,
        best.identity,
        best.recipient,
        best.outcome,
        best.provider,
        tuple(feeds),
        best.configuration_set,
        best.tags,
    )
