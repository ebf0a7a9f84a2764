"""The service of functions/send_digest: each party's digest of a week, sent once."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Protocol

from ses_reputation.digest.facts import Digest, DigestFigures, compose
from ses_reputation.digest.list_sizes import ListTotal
from ses_reputation.digest.party import DigestParty, parties_of
from ses_reputation.digest.settings import DigestSettings
from ses_reputation.digest.text import alert_of_digest
from ses_reputation.errors import SesReputationError, UnavailableError
from ses_reputation.notifications.channel import Channel
from ses_reputation.notifications.chat import ChatNotification
from ses_reputation.notifications.texts.layout import Alert
from ses_reputation.rollup.entities import ReputationEntity
from ses_reputation.standing.state import EntityState
from ses_reputation.visible_text import shorten_addresses

LEASE = timedelta(minutes=2)
"""How long a run that claimed a digest has to send it: longer than the function may run. The second time that
Lambda repeats a failed call is three minutes after it (Lambda developer guide, "Asynchronous invocation")."""


class DigestStore(Protocol):
    """What digests need of the table; see ses_reputation.digest.store.DigestTable."""

    def read_states(self) -> dict[ReputationEntity, EntityState]:
        """Return where each entity stands."""

    def claim_digest(
        self, party: DigestParty, week: str, at: datetime, lease: timedelta
    ) -> Collection[Channel] | None:
        """Return the channels that have a digest, to the run that may send it to the others."""

    def is_digest_sent(self, party: DigestParty, week: str) -> bool:
        """Return whether every channel has a party's digest of a week."""

    def mark_sent_to(self, party: DigestParty, week: str, channel: Channel, at: datetime) -> None:
        """Remember that a channel has a digest."""

    def finish_digest(self, party: DigestParty, week: str, figures: DigestFigures, at: datetime) -> None:
        """Remember that every channel has it, and its figures."""

    def figures_before(self, party: DigestParty, week: str) -> DigestFigures | None:
        """Return the figures of the digest before."""


class DigestTopics(Protocol):
    """Where digests are sent; see ses_reputation.notifications.topics.NotificationTopics."""

    @property
    def has_chat(self) -> bool:
        """Whether there is a chat topic."""

    def publish_alert(self, subject: str, text: str, attributes: Mapping[str, str]) -> None:
        """Publish an alert. Raises UnavailableError."""

    def publish_chat(self, notification: ChatNotification) -> None:
        """Publish a notification for a chat. Raises UnavailableError."""


@dataclass(frozen=True, slots=True)
class DigestOutcome:
    """How many digests a run sent, and by party why others were not sent, without an address."""

    sent: int
    failed: Mapping[str, str]


def send_digests(
    store: DigestStore,
    read_sizes: Callable[[], Sequence[ListTotal]],
    topics: DigestTopics,
    settings: DigestSettings,
    at: datetime,
    clock: Callable[[], datetime],
) -> DigestOutcome:
    """Send every party's digest of the week in which `at`, an aware time, lies.

    At least once, as the outbox publishes: a run that is cut off between sending and recording it leaves a
    claim, and after its lease the next run sends again. A party that fails keeps no other from its digest.

    Raises an ExceptionGroup of unforeseen errors, after all other parties were sent theirs.
    """
    states, sizes = list(store.read_states().values()), read_sizes()
    sent, failed, defects = 0, dict[str, str](), list[Exception]()
    for party in parties_of(states):
        try:
            sending = _Sending(store, topics, settings, party, week_of(at), clock)
            sent += sending.send(partial(compose, party, states, sizes, at))
        except SesReputationError as error:
            failed[party.key] = shorten_addresses(str(error))
        except Exception as error:
            error.add_note(f"while making the digest of {shorten_addresses(party.key)}")
            defects.append(error)
    if defects:
        raise ExceptionGroup("digests could not be made", defects)
    return DigestOutcome(sent, failed)


def week_of(at: datetime) -> str:
    """Return the ISO week of an aware time, in UTC: `2026-W48`, which sorts as text."""
    year, week, _ = at.astimezone(UTC).isocalendar()
    return f"{year}-W{week:02}"


@dataclass(frozen=True, slots=True)
class _Sending:
    store: DigestStore
    topics: DigestTopics
    settings: DigestSettings
    party: DigestParty
    week: str
    clock: Callable[[], datetime]

    def send(self, composed: Callable[[DigestFigures | None], Digest]) -> bool:
        """Return whether this run sent what was left of the party's digest."""
        done = self.store.claim_digest(self.party, self.week, self.clock(), LEASE)
        if done is None:
            if self.store.is_digest_sent(self.party, self.week):
                return False
            # Another run is sending it, or failed to: only a later repeat of this call can tell.
            raise UnavailableError("another run has claimed it")
        digest = composed(self.store.figures_before(self.party, self.week))
        ownership = self.settings.ownership
        # The owners together have the statement of the ledger's own account.
        shown = ownership.party_of_account(self.party.account or ownership.ledger_account)
        alert = alert_of_digest(digest, shown, self.settings.stack_name, self.settings.statement_base_url)
        for channel in self._channels():
            if channel not in done:
                self._publish(alert, channel)
                self.store.mark_sent_to(self.party, self.week, channel, self.clock())
        self.store.finish_digest(self.party, self.week, digest.figures, self.clock())
        return True

    def _channels(self) -> Iterator[Channel]:
        yield Channel.ALERT
        # A channel is a place of the owners' people; a hundred delegates' digests would bury it.
        if self.topics.has_chat and not self.party.account:
            yield Channel.CHAT

    def _publish(self, alert: Alert, channel: Channel) -> None:
        attributes = self.party.attributes
        if channel is Channel.ALERT:
            self.topics.publish_alert(alert.subject, alert.text, attributes)
        else:
            thread = f"digest of {self.party.key}"
            self.topics.publish_chat(ChatNotification(alert.subject, alert.text, (), thread, attributes))
