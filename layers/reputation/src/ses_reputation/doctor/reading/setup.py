"""Reads all that the doctor looks at: the accounts at the same time, then the way to the ledger's queue."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime

from ses_reputation.doctor.facts.listing import Listing, Unread
from ses_reputation.doctor.facts.messaging import EncryptionKey, Queue, Topic, key_name
from ses_reputation.doctor.facts.sending import AccountState, Place
from ses_reputation.doctor.facts.setup import SeenSender, Setup
from ses_reputation.doctor.flows import flows_by_topic
from ses_reputation.doctor.reading.asking import Asker, CallPace
from ses_reputation.doctor.reading.messaging import ConnectTo, read_key, read_queue, read_topic
from ses_reputation.doctor.reading.places import PlaceReader
from ses_reputation.doctor.reading.scope import SetupScope

_AT_ONCE = 8
Advance = Callable[[str], None]
"""Called when a part was read, with what it was."""


@dataclass(frozen=True, slots=True)
class SetupReader:
    """Reads a setup. connect: makes clients of any registered account; make_pace: one for each place.
    states: of accounts by place, as far as they were just read.
    """

    scope: SetupScope
    connect: ConnectTo
    make_pace: Callable[[], CallPace]
    advance: Advance = lambda _part: None
    states: Mapping[tuple[str, str], AccountState] = field(default_factory=dict)

    def read(self, read_at: datetime, senders: Iterable[SeenSender] = ()) -> Setup:
        """Return the setup at an aware UTC time. Nothing raises: what fails is in `unread`."""
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            read = list(threads.map(self._read_place, self.scope.places))
        places = tuple(place for place, _ in read if place)
        unread = [each for _, failed in read for each in failed]
        asker = self._asker(self.scope.ledger_account, paced=False)
        queue = self._read_queue(asker)
        setup = Setup(
            read_at=read_at,
            ledger_account=self.scope.ledger_account,
            owners=self.scope.owners,
            delegates=self.scope.delegates,
            places=places,
            queue_arn=self.scope.queue_arn,
            queue=queue,
            senders=tuple(senders),
            role=self.scope.role,
            stack=self.scope.stack,
        )
        topics, failed = self._read_topics(setup)
        keys = self._read_keys(asker, topics, queue)
        return replace(setup, topics=topics, keys=keys, unread=(*unread, *failed, *asker.unread))

    def _asker(self, account: str, *, paced: bool = True) -> Asker:
        is_other = account != self.scope.ledger_account and self.scope.role
        title = f"role {self.scope.role} of {account}" if is_other else f"your role in {account}"
        return Asker(title, self.make_pace() if paced else CallPace(lambda _seconds: None, 0.0))

    def _read_place(self, where: tuple[str, str]) -> tuple[Place | None, list[Unread]]:
        account, region = where
        asker = self._asker(account)
        clients = asker.ask(
            "sts:AssumeRole",
            f"{account} in {region}",
            lambda: [self.connect(account, "sesv2", region), self.connect(account, "ses", region)],
        )
        resume_after = self.scope.resume_after.get(where, "")
        place = None
        if clients:
            reader = PlaceReader(asker, account, region, *clients)
            place = replace(reader, state=self.states.get(where)).read(resume_after)
        self.advance(f"account {account} in {region}")
        return place, asker.unread

    def _read_queue(self, asker: Asker) -> Queue | None:
        region = self.scope.region
        sqs = asker.ask(
            "sts:AssumeRole", region, lambda: self.connect(self.scope.ledger_account, "sqs", region)
        )
        return read_queue(asker, sqs, self.scope.queue_url) if sqs else None

    def _read_topics(self, setup: Setup) -> tuple[Listing[Topic], list[Unread]]:
        """Return the topics that flows lead to, of registered accounts: there is no way into others."""
        arns = [arn for arn in sorted(flows_by_topic(setup)) if arn.split(":")[4] in setup.accounts]
        askers = {arn: self._asker(arn.split(":")[4], paced=False) for arn in arns}

        def read(arn: str) -> tuple[Topic | None, bool]:
            return read_topic(askers[arn], self.connect, arn, self.scope.queue_arn)

        with ThreadPoolExecutor(_AT_ONCE) as threads:
            facts = dict(zip(arns, threads.map(read, arns), strict=True))
        self.advance("topics")
        found = {arn: topic for arn, (topic, _) in facts.items() if topic}
        unread = frozenset(arn for arn, (topic, is_absent) in facts.items() if not topic and not is_absent)
        return Listing(found, unread), [each for asker in askers.values() for each in asker.unread]

    def _read_keys(self, asker: Asker, topics: Listing[Topic], queue: Queue | None) -> Listing[EncryptionKey]:
        used = [(topic.arn, topic.key) for topic in topics if topic.key]
        used += [(queue.arn, queue.key)] if queue and queue.key else []
        facts = {key_name(*each): self._read_key(asker, *each) for each in used}
        found = {name: key for name, key in facts.items() if key}
        return Listing(found, frozenset(facts.keys() - found.keys()))

    def _read_key(self, asker: Asker, resource: str, key: str) -> EncryptionKey | None:
        own = replace(asker, title=self._asker(resource.split(":")[4]).title)
        return read_key(own, self.connect, resource, key)
