"""One batch of queue messages, journaled: every message ends as exactly one of four things."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from ses_reputation.errors import UnavailableError
from ses_reputation.feedback.provenance import Registry
from ses_reputation.feedback.reading import Observed, Reading, read_wire
from ses_reputation.feedback.set_aside import Ignored, Quarantined, SubscriptionRequest
from ses_reputation.ledger.journal import JournalDraft, JournalRow
from ses_reputation.quarantine.record import QuarantineRecord, record_of

MESSAGES_THAT_TELL = 500

Record = Mapping[str, Any]
"""A record of an SQS event: `messageId`, `body`, `attributes`."""


class Journal(Protocol):
    """Where pages and entries go."""

    def write(self, rows: Sequence[JournalRow]) -> Mapping[int, str]:
        """Put all rows; return the places of those that could not be stored, and why."""


class Quarantine(Protocol):
    """Where messages go that are not journaled."""

    def keep(self, record: QuarantineRecord) -> None:
        """Store a record. Raises UnavailableError where that fails."""


class Confirming(Protocol):
    """Who confirms subscriptions."""

    def confirm(self, request: SubscriptionRequest) -> Ignored | Quarantined:
        """Confirm a subscription. Raises UnavailableError where the message must come again."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Who is believed, whose domains are one's own, and how long entries are kept."""

    registry: Registry
    own_domains: frozenset[str] = frozenset()
    entry_retention: timedelta = timedelta(days=400)


@dataclass(slots=True)
class BatchOutcome:
    """What became of a batch: received = journaled + ignored + quarantined + failed.

    `failed` names the queue messages that have to come again, and why; `quarantined` holds what was kept, for
    the log.
    """

    received: int = 0
    journaled: int = 0
    ignored: Counter[str] = field(default_factory=Counter)
    quarantined: list[QuarantineRecord] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Journaling:
    """The service: reads messages, writes what they say, and reports what became of each."""

    rules: Rules
    journal: Journal
    quarantine: Quarantine
    subscriptions: Confirming

    def journal_batch(self, records: Sequence[Record], now: datetime) -> BatchOutcome:
        """Journal the records of an SQS event, arrived by `now` (aware)."""
        outcome = BatchOutcome(received=len(records))
        draft = JournalDraft(now, self.rules.entry_retention, messages_per_second=rate_of(records))
        journaled: list[str] = []
        set_aside: list[tuple[Quarantined, Record]] = []
        requests: list[tuple[SubscriptionRequest, Record]] = []
        registry, own_domains = self.rules.registry, self.rules.own_domains
        for record in records:
            reading: Reading = read_wire(record["body"], registry, own_domains)
            if isinstance(reading, Observed):
                draft.add(record["messageId"], reading)
                journaled.append(record["messageId"])
            elif isinstance(reading, Ignored):
                outcome.ignored[reading.kind] += 1
            elif isinstance(reading, Quarantined):
                set_aside.append((reading, record))
            else:
                requests.append((reading, record))
        # Facts first: S3 or SNS out of reach may cost the time that is left, and must not cost the facts.
        unstored = self._write(draft)
        outcome.failed.update(unstored)
        outcome.journaled = sum(message not in unstored for message in journaled)
        self._keep_all(set_aside, outcome)
        self._keep_all(self._confirm_all(requests, outcome), outcome)
        return outcome

    def _confirm_all(
        self, requests: Iterable[tuple[SubscriptionRequest, Record]], outcome: BatchOutcome
    ) -> Iterator[tuple[Quarantined, Record]]:
        """Confirm subscriptions; yield what SNS refused."""
        for request, record in requests:
            try:
                ended = self.subscriptions.confirm(request)
            except UnavailableError as error:
                outcome.failed[record["messageId"]] = f"SNS: {error}"
                continue
            if isinstance(ended, Ignored):
                outcome.ignored[ended.kind] += 1
            else:
                yield ended, record

    def _keep_all(self, readings: Iterable[tuple[Quarantined, Record]], outcome: BatchOutcome) -> None:
        """Keep what is quarantined; once S3 has failed, the rest come again without waiting to learn it."""
        cause = ""
        for reading, record in readings:
            kept = record_of(reading, record["messageId"], _received_at(record), record["body"])
            try:
                if not cause:
                    self.quarantine.keep(kept)
            except UnavailableError as error:
                cause = f"S3: {error}"
            if cause:
                outcome.failed[record["messageId"]] = cause
            else:
                outcome.quarantined.append(kept)

    def _write(self, draft: JournalDraft) -> dict[str, str]:
        rows = list(draft.rows())
        unstored = self.journal.write([row for row, _ in rows]) if rows else {}
        return {
            message: f"DynamoDB: {cause}" for place, cause in unstored.items() for message in rows[place][1]
        }


def rate_of(records: Sequence[Record]) -> float:
    """Return how many messages a second one poller has of a queue, by a batch that is big enough to tell.

    It is 0 for a small batch, and for messages that all came in one millisecond: they were put there
    together.
    """
    if len(records) < MESSAGES_THAT_TELL:
        return 0
    sent = [int(record["attributes"]["SentTimestamp"]) for record in records]
    millis = max(sent) - min(sent)
    return len(records) / millis * 1_000 if millis else 0


def _received_at(record: Record) -> datetime:
    """When the queue took a message: the same on every delivery of it, so that its key is too."""
    return datetime.fromtimestamp(int(record["attributes"]["SentTimestamp"]) / 1000, UTC)
