"""One message's whole story: what entries and the journal know of each of its recipients, put together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from console.stack.connection import Connection
from ses_reputation.feedback.origins import AccountHour
from ses_reputation.feedback.outcomes import DELAYED, DELIVERED, OUTCOMES, Outcome
from ses_reputation.hours import Hour
from ses_reputation.ledger.lookup.message_facts import MessageFact, MessagePages, find_facts
from ses_reputation.tallies import group_by

Entry = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StoryFact:
    """One thing that became of the message for one recipient.

    occurred_at: the earliest that an entry says, "" where no entry is kept, as of sends and deliveries.
    entries: what each feed said of it, one of each report.
    """

    recipient: str
    outcome: Outcome
    feeds: tuple[str, ...]
    occurred_at: str = ""
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class MessageStory:
    """A message. facts: by recipient, each in the order in which they happen.

    origins: who sent it, and when; one, unless two senders' ids are alike. unknown: recipients that were
    asked about, of whom nothing is known.
    """

    message_id: str
    origins: tuple[Mapping[str, str], ...]
    facts: tuple[StoryFact, ...]
    unknown: tuple[str, ...]


def tell_story(
    journal: MessagePages,
    message_id: str,
    entries: Sequence[Entry],
    asked: Sequence[str],
    hours: Iterable[AccountHour],
    now: datetime,
) -> MessageStory:
    """Put a message's entries and the journal's facts together.

    asked: recipients to look for besides those that have entries, normalised. hours: where it may have been
    sent, where no entry says so. now: an aware time; what was kept until then is looked for.
    """
    known = {AccountHour(each["sending_account"], each["region"], each["send_hour"]) for each in entries}
    recipients = sorted({each["recipient"] for each in entries} | set(asked))
    journaled = [
        fact
        for hour in sorted(known or hours)
        for fact in find_facts(journal, hour, message_id, recipients, now)
    ]
    facts = _merge(entries, journaled)
    found = {fact.recipient for fact in facts}
    origins = {_origin_of_entry(each): None for each in entries} | {
        _origin_of_fact(each): None for each in journaled
    }
    return MessageStory(
        message_id,
        tuple(dict(zip(_ORIGIN, origin, strict=True)) for origin in sorted(origins)),
        tuple(sorted(facts, key=_order)),
        tuple(recipient for recipient in recipients if recipient not in found),
    )


_ORIGIN = ("sending_account", "region", "send_hour", "identity")


def _origin_of_entry(entry: Entry) -> tuple[str, ...]:
    return tuple(entry[name] for name in _ORIGIN)


def _origin_of_fact(fact: MessageFact) -> tuple[str, ...]:
    return (*fact.account_hour, fact.identity)


def _merge(entries: Iterable[Entry], journaled: Iterable[MessageFact]) -> list[StoryFact]:
    of_entries = group_by(entries, lambda entry: (entry["recipient"], OUTCOMES[entry["outcome"]]))
    of_journal = {(fact.recipient, fact.outcome): fact.feeds for fact in journaled}
    return [
        StoryFact(
            *key,
            tuple(sorted({*(entry["feed"] for entry in of_entries.get(key, ())), *of_journal.get(key, ())})),
            min((entry["occurred_at"] for entry in of_entries.get(key, ())), default=""),
            tuple(sorted(of_entries.get(key, ()), key=lambda entry: (entry["occurred_at"], entry["feed"]))),
        )
        for key in of_entries.keys() | of_journal.keys()
    ]


def _order(fact: StoryFact) -> tuple[str, int, str, Outcome]:
    """Sort by recipient: sent, then delayed, delivered, and what came after."""
    ranks = ((0, {Outcome.SENT}), (1, DELAYED), (2, DELIVERED))
    rank = next((rank for rank, outcomes in ranks if fact.outcome in outcomes), 3)
    return fact.recipient, rank, fact.occurred_at, fact.outcome


def hours_to_search(connection: Connection, sent: Hour) -> list[AccountHour]:
    """Return where a message that was sent in an hour may be: with every sender that the ledger knows."""
    known = sorted({sender[:2] for sender in connection.assessments.senders()})
    return [AccountHour(account, region, sent) for account, region in known]
