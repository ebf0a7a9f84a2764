"""One batch of queue messages, journaled: every message ends as exactly one of four things."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from ses_reputation.feedback.provenance import Registry
from ses_reputation.feedback.reading import (
    Ignored,
    Observed,
    Quarantined,
    Reading,
    SubscriptionRequest,
    read_wire,
)
from ses_reputation.ledger.journal import JournalDraft, JournalRow
from ses_reputation.quarantine.record import QuarantineRecord, record_of


class Journal(Protocol):
    """Where pages and entries go."""

    def write(self, rows: Sequence[JournalRow]) -> set[int]:
        """Put all rows; return the places of those that could not be stored."""


class Quarantine(Protocol):
    """Where messages go that are not booked."""

    def keep(self, record: QuarantineRecord) -> bool:
        """Store a record; tell whether that worked."""


class Confirming(Protocol):
    """Who confirms subscriptions."""

    def confirm(self, request: SubscriptionRequest) -> Ignored | Quarantined | None:
        """Confirm a subscription; None where the message must come again."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Who is believed, whose domains are one's own, and how long entries are kept."""

    registry: Registry
    own_domains: frozenset[str] = frozenset()
    entry_retention: timedelta = timedelta(days=400)


@dataclass(slots=True)
class BatchOutcome:
    """What became of a batch: received = journaled + ignored + quarantined + failed.

    `failed` names the queue messages that have to come again; `refused` the quarantine records, for the log.
    """

    received: int = 0
    journaled: int = 0
    ignored: Counter[str] = field(default_factory=Counter)
    quarantined: list[QuarantineRecord] = field(default_factory=list)
    failed: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Journaling:
    """The service: reads messages, writes what they say, and tells what became of each."""

    rules: Rules
    journal: Journal
    quarantine: Quarantine
    subscriptions: Confirming

    def journal_batch(self, records: Sequence[Mapping[str, Any]], now: datetime) -> BatchOutcome:
        """Journal the records of an SQS event (`messageId`, `body`, `attributes`), arrived by `now`
        (aware)."""
        outcome = BatchOutcome(received=len(records))
        draft = JournalDraft(now, self.rules.entry_retention)
        journaled: list[str] = []
        for record in records:
            reading = self._read(record["body"])
            if isinstance(reading, Observed):
                draft.add(record["messageId"], reading)
                journaled.append(record["messageId"])
            elif isinstance(reading, Ignored):
                outcome.ignored[reading.kind] += 1
            elif reading is None or not self._keep(reading, record, outcome):
                outcome.failed.add(record["messageId"])
        unstored = self._write(draft)
        outcome.failed |= unstored
        outcome.journaled = sum(message not in unstored for message in journaled)
        return outcome

    def _read(self, body: str) -> Observed | Ignored | Quarantined | None:
        reading: Reading = read_wire(body, self.rules.registry, self.rules.own_domains)
        if isinstance(reading, SubscriptionRequest):
            return self.subscriptions.confirm(reading)
        return reading

    def _keep(self, reading: Quarantined, record: Mapping[str, Any], outcome: BatchOutcome) -> bool:
        kept = record_of(reading, record["messageId"], _received_at(record), record["body"])
        if not self.quarantine.keep(kept):
            return False
        outcome.quarantined.append(kept)
        return True

    def _write(self, draft: JournalDraft) -> set[str]:
        rows = list(draft.rows())
        unstored = self.journal.write([row for row, _ in rows]) if rows else set()
        return {message for place in unstored for message in rows[place][1]}


def _received_at(record: Mapping[str, Any]) -> datetime:
    """When the queue took a message: the same on every delivery of it, so that its key is too."""
    return datetime.fromtimestamp(int(record["attributes"]["SentTimestamp"]) / 1000, UTC)
