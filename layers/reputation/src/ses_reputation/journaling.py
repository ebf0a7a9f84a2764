"""One batch of queue messages, journaled: every message ends as exactly one of four things."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Protocol

from ses_reputation.errors import ForgedEnvelopeError, UnavailableError
from ses_reputation.feedback.envelope import Envelope, open_envelope
from ses_reputation.feedback.provenance import Registry, account_of_topic
from ses_reputation.feedback.reading import Observed, Reading, read_envelope
from ses_reputation.feedback.set_aside import Ignored, Quarantined, SubscriptionRequest, defect, forged
from ses_reputation.ledger.journal import JournalDraft, JournalRow
from ses_reputation.ledger.store import NO_TIME
from ses_reputation.quarantine.record import CERTIFICATE_ATTRIBUTE, QuarantineRecord, record_of
from ses_reputation.signing.certificates import SigningCertificates
from ses_reputation.time_left import HasTime, always

MESSAGES_THAT_TELL = 500
_AT_ONCE = 8

Record = Mapping[str, Any]
"""A record of an SQS event: `messageId`, `body`, `attributes`, and perhaps `messageAttributes`."""


class Journal(Protocol):
    """Where pages and entries go."""

    def write(self, rows: Sequence[JournalRow], has_time: HasTime) -> Mapping[int, str]:
        """Put all rows for which there is time; return the places of those that were not stored, and why."""


class Quarantine(Protocol):
    """Where messages go that are not journaled."""

    def keep(self, record: QuarantineRecord) -> None:
        """Store a record. Raises UnavailableError where that fails."""


class Confirming(Protocol):
    """Who confirms subscriptions."""

    def confirm(self, request: SubscriptionRequest) -> Ignored | Quarantined:
        """Confirm a subscription. Raises UnavailableError where the message must come again."""


class Registering(Protocol):
    """Who knows which accounts are registered besides those of the rules."""

    def registry_for(self, accounts: Collection[str]) -> Registry:
        """Return whom to believe. Raises UnavailableError where nobody can tell."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Who is believed, whose domains are one's own, how long entries are kept, and which tags are."""

    registry: Registry
    own_domains: frozenset[str] = frozenset()
    entry_retention: timedelta = timedelta(days=400)
    tag_names: frozenset[str] = frozenset()


@dataclass(slots=True)
class BatchOutcome:
    """What became of a batch: received = journaled + ignored + quarantined + failed.

    `failed` names the queue messages that have to come again, and why; `quarantined` holds what was kept, for
    the log. left_out: parts of journaled messages that nobody can use, by name.
    """

    received: int = 0
    journaled: int = 0
    ignored: Counter[str] = field(default_factory=Counter)
    quarantined: list[QuarantineRecord] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)


class _Unjournaled(NamedTuple):
    """A message that is kept or confirmed, and the certificate that its envelope names, as PEM."""

    reading: Quarantined | SubscriptionRequest
    record: Record
    certificate: str


@dataclass(slots=True)
class _SettingAside:
    """Keeps or confirms the messages of one batch; out_of_reach: why S3 takes none, once it took one not."""

    quarantine: Quarantine
    subscriptions: Confirming
    has_time: HasTime
    out_of_reach: str = ""

    def settle(self, each: _Unjournaled) -> QuarantineRecord | Ignored | str:
        """Return what was kept or confirmed, or why the message has to come again."""
        reading: Quarantined | SubscriptionRequest | Ignored = each.reading
        if not self.has_time():
            return NO_TIME
        try:
            if isinstance(reading, SubscriptionRequest):
                reading = self.subscriptions.confirm(reading)
        except UnavailableError as error:
            return f"SNS: {error}"
        return self._keep(reading, each) if isinstance(reading, Quarantined) else reading

    def _keep(self, reading: Quarantined, each: _Unjournaled) -> QuarantineRecord | str:
        """Keep a message; once S3 has failed, the others come again without waiting to learn it."""
        record = each.record
        kept = record_of(reading, record["messageId"], _received_at(record), record["body"], each.certificate)
        if self.out_of_reach:
            return self.out_of_reach
        try:
            self.quarantine.keep(kept)
        except UnavailableError as error:
            self.out_of_reach = f"S3: {error}"
            return self.out_of_reach
        return kept


@dataclass(frozen=True, slots=True)
class Journaling:
    """The service: reads messages, writes what they say, and reports what became of each."""

    rules: Rules
    certificates: SigningCertificates
    journal: Journal
    quarantine: Quarantine
    subscriptions: Confirming
    register: Registering | None = None

    def journal_batch(
        self, records: Sequence[Record], now: datetime, has_time: HasTime = always
    ) -> BatchOutcome:
        """Journal the records of an SQS event, arrived by `now` (aware).

        has_time: whether to begin another write; what there is no time for is named as failed.
        """
        envelopes = [open_envelope(record["body"]) for record in records]
        try:
            settled = self._settled_for(envelopes)
        except UnavailableError as error:
            # Nobody may be taken for a stranger while nobody knows who is none.
            why = f"Parameter Store: {error}"
            return BatchOutcome(len(records), failed={record["messageId"]: why for record in records})
        return settled._journal(records, envelopes, now, has_time)

    def _settled_for(self, envelopes: Iterable[Envelope | None]) -> "Journaling":
        """Return the service that knows whom to believe about these envelopes."""
        if self.register is None:
            return self
        topics = {each["TopicArn"] for each in envelopes if each}
        registry = self.register.registry_for(list(filter(None, map(account_of_topic, topics))))
        return replace(self, rules=replace(self.rules, registry=registry))

    def _journal(
        self,
        records: Sequence[Record],
        envelopes: Sequence[Envelope | None],
        now: datetime,
        has_time: HasTime,
    ) -> BatchOutcome:
        outcome = BatchOutcome(received=len(records))
        draft = JournalDraft(now, self.rules.entry_retention, messages_per_second=rate_of(records))
        journaled: list[str] = []
        unjournaled: list[_Unjournaled] = []
        signatures = self.certificates.of_batch(filter(None, envelopes), _brought(records, envelopes))
        # All signatures one after the other: each takes half as long again where other work comes between.
        problems = list(map(signatures.problem_of, envelopes))
        for record, envelope, problem in zip(records, envelopes, problems, strict=True):
            if isinstance(problem, UnavailableError):
                outcome.failed[record["messageId"]] = f"SNS's certificate: {problem}"
                continue
            reading = self._read(record["body"], envelope, problem)
            if isinstance(reading, Observed):
                reading = _added(draft, record["messageId"], reading)
            if isinstance(reading, Observed):
                if reading.left_out:
                    outcome.left_out.update(reading.left_out)
                journaled.append(record["messageId"])
            elif isinstance(reading, Ignored):
                outcome.ignored[reading.kind] += 1
            else:
                unjournaled.append(_Unjournaled(reading, record, signatures.pem_of(envelope)))
        # Facts first: S3 or SNS out of reach may cost the time that is left, and must not cost the facts.
        unstored = self._write(draft, has_time)
        outcome.failed.update(unstored)
        outcome.journaled = sum(message not in unstored for message in journaled)
        self._set_aside(unjournaled, outcome, has_time)
        return outcome

    def _read(self, body: str, envelope: Envelope | None, problem: ForgedEnvelopeError | None) -> Reading:
        if envelope is not None and problem is not None:
            return forged(envelope["TopicArn"], str(problem))
        rules = self.rules
        return read_envelope(envelope, body, rules.registry, rules.own_domains, rules.tag_names)

    def _set_aside(
        self, unjournaled: Sequence[_Unjournaled], outcome: BatchOutcome, has_time: HasTime
    ) -> None:
        """Keep in the quarantine, or confirm, what is not journaled, several messages at a time."""
        if not unjournaled:
            return
        # Most batches journal everything.
        from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

        setting_aside = _SettingAside(self.quarantine, self.subscriptions, has_time)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            ended = list(pool.map(setting_aside.settle, unjournaled))
        for each, end in zip(unjournaled, ended, strict=True):
            if isinstance(end, QuarantineRecord):
                outcome.quarantined.append(end)
            elif isinstance(end, Ignored):
                outcome.ignored[end.kind] += 1
            else:
                outcome.failed[each.record["messageId"]] = end

    def _write(self, draft: JournalDraft, has_time: HasTime) -> dict[str, str]:
        rows = list(draft.rows())
        unstored = self.journal.write([row for row, _ in rows], has_time) if rows else {}
        return {
            message: f"DynamoDB: {cause}" for place, cause in unstored.items() for message in rows[place][1]
        }


def _added(draft: JournalDraft, queue_message: str, observed: Observed) -> Observed | Quarantined:
    """Add what a message observed; where that fails, the message alone is quarantined."""
    try:
        draft.add(queue_message, observed)
    except Exception as error:
        return defect(error)
    return observed


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


def _brought(records: Iterable[Record], envelopes: Iterable[Envelope | None]) -> dict[str, str]:
    """Return the certificates, as PEM by URL, that messages bring along: whoever puts a quarantined message
    back on the queue sends the certificate that was kept with it, as SNS may not publish it any more.
    """
    return {
        envelope.get("SigningCertURL", ""): str(
            record["messageAttributes"][CERTIFICATE_ATTRIBUTE].get("stringValue", "")
        )
        for record, envelope in zip(records, envelopes, strict=True)
        if envelope and CERTIFICATE_ATTRIBUTE in record.get("messageAttributes", ())
    }


def _received_at(record: Record) -> datetime:
    """When the queue took a message: the same on every delivery of it, so that its key is too."""
    return datetime.fromtimestamp(int(record["attributes"]["SentTimestamp"]) / 1000, UTC)
