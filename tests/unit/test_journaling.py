"""Every message of a batch ends as one of four things, and only what could not be kept comes again."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from operator import attrgetter
from threading import Barrier
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ses_reputation.errors import UnavailableError
from ses_reputation.feedback.origins import origin_of
from ses_reputation.feedback.provenance import Reason, Registry
from ses_reputation.feedback.set_aside import Ignored, Quarantined, SubscriptionRequest
from ses_reputation.journaling import BatchOutcome, Journaling, Rules, rate_of
from ses_reputation.ledger.delays import DelayPage
from ses_reputation.ledger.entries import Entry
from ses_reputation.ledger.journal import JournalRow
from ses_reputation.ledger.pages import PAGE_VERSION, Page, unpack_page
from ses_reputation.ledger.shards import fingerprint
from ses_reputation.quarantine.record import QuarantineRecord
from tests.support.notifications import DELEGATE, FOREIGN, OWNER, envelope, published, record
from tests.support.signing import signing_certificates

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
REGISTRY = Registry(frozenset({OWNER}), frozenset({DELEGATE}))
NO_ROOM = "DynamoDB: UnprocessedItems"
REFUSED = Quarantined(Reason.SUBSCRIPTION_REFUSED, "SNS refused")


class Parts:
    """Journal, quarantine and SNS, in the order in which they are asked; each fails as the test says."""

    def __init__(self) -> None:
        self.certificates = signing_certificates()
        self.asked: list[str] = []
        self.rows: list[JournalRow] = []
        self.unstored: set[int] = set()
        self.kept: list[QuarantineRecord] = []
        self.unkept: set[str] = set()
        self.answer: Ignored | Quarantined | UnavailableError = Ignored("subscription_confirmation")

    def write(self, rows: Sequence[JournalRow], has_time: Callable[[], bool]) -> dict[int, str]:
        self.asked.append("write")
        self.rows = list(rows)
        return {place: "UnprocessedItems" for place in self.unstored if place < len(rows)}

    def keep(self, record: QuarantineRecord) -> None:
        self.asked.append("keep")
        if record.sqs_message_id in self.unkept:
            raise UnavailableError("SlowDown")
        self.kept.append(record)

    def confirm(self, request: SubscriptionRequest) -> Ignored | Quarantined:
        self.asked.append("confirm")
        if isinstance(self.answer, UnavailableError):
            raise self.answer
        return self.answer

    def journal(self, *bodies: str, has_time: Callable[[], bool] = lambda: True) -> BatchOutcome:
        """Journal the bodies as the messages "0", "1" and so on."""
        records = [record(body, str(number)) for number, body in enumerate(bodies)]
        journaling = Journaling(Rules(REGISTRY), self.certificates, self, self, self)
        return journaling.journal_batch(records, NOW, has_time)


def send(number: int = 1, hour: str = "2026-11-20T14") -> str:
    fields = {"messageId": f"message-{number}", "timestamp": f"{hour}:00:00Z"}
    return envelope(json.dumps(published("Send", "newsletter", fields)))


def reject(number: int = 1) -> str:
    return envelope(json.dumps(published("Reject", None, {"messageId": f"message-{number}"})))


CLICK = envelope(json.dumps(published("Click")))
GREETING = envelope("Successfully validated SNS topic for Amazon SES event publishing.")
FOREIGN_SEND = envelope(json.dumps(published("Send")), FOREIGN)
UNREADABLE = "no JSON"
REQUEST = envelope("You have chosen to subscribe", OWNER, Type="SubscriptionConfirmation")
KINDS = [send(1), send(2, "2026-11-20T15"), reject(), CLICK, GREETING, FOREIGN_SEND, UNREADABLE, REQUEST]


@pytest.mark.parametrize("room", ["journal", "entries"])
def test_a_message_whose_facts_cannot_be_written_down_is_quarantined_alone(
    room: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two recipients are rejected; the second cannot be written down, so nothing is of the first either."""

    def failing(message_id: str, recipient: str) -> bytes:
        if (message_id, recipient) == ("message-1", "second@recipient.example"):
            raise RecursionError(recipient)
        return fingerprint(message_id, recipient)

    monkeypatch.setattr(f"ses_reputation.ledger.{room}.fingerprint", failing)
    to = ["first@recipient.example", "second@recipient.example"]
    bodies = [
        envelope(json.dumps(published("Reject", None, {"messageId": f"message-{number}", "destination": to})))
        for number in range(3)
    ]
    parts = Parts()

    outcome = parts.journal(*bodies)

    assert (outcome.received, outcome.journaled, outcome.failed) == (3, 2, {})
    [kept] = parts.kept
    assert (kept.sqs_message_id, kept.reason) == ("1", Reason.DEFECT)
    assert "RecursionError" in kept.explanation
    assert "second" not in kept.explanation
    assert {row.message_id for row in parts.rows if isinstance(row, Entry)} == {"message-0", "message-2"}
    [page] = [row for row in parts.rows if isinstance(row, Page)]
    assert sum(len(run.fingerprints) for run in unpack_page(page.content, PAGE_VERSION)) == 4


@pytest.fixture
def parts() -> Parts:
    return Parts()


DEEP_ADDRESS = "(" * 600 + ")" * 600 + " <a b@c.example>"
HOSTILE_BOUNCES = [
    envelope(
        json.dumps(
            published(
                "Bounce", None, {"destination": ["b@c.example", "other@c.example"]}, bouncedRecipients=named
            )
        )
    )
    for named in (
        [{"emailAddress": DEEP_ADDRESS}],
        [None, {"emailAddress": "b@c.example", "status": ["[" * 600]}],
    )
]


@pytest.mark.parametrize("hostile", HOSTILE_BOUNCES)
def test_a_hostile_bounce_is_booked_among_its_neighbours(parts: Parts, hostile: str) -> None:
    outcome = parts.journal(send(1), hostile, send(2))

    assert (outcome.received, outcome.journaled) == (3, 3)
    (entry,) = (row for row in parts.rows if isinstance(row, Entry))
    assert entry.attributes["recipient"] == "b@c.example"


def test_a_message_that_our_code_fails_on_is_quarantined_and_its_neighbours_are_booked(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail_on_the_second(mail: Any, topic_arn: str) -> Any:
        if mail["messageId"] == "message-2":
            raise RecursionError("recipient-1@gmail.com")
        return origin_of(mail, topic_arn)

    monkeypatch.setattr("ses_reputation.feedback.reading.origin_of", fail_on_the_second)
    outcome = parts.journal(send(1), send(2), send(3))

    assert (outcome.received, outcome.journaled, outcome.failed) == (3, 2, {})
    (kept,) = outcome.quarantined
    assert (kept.sqs_message_id, kept.reason, kept.body) == ("1", "defect", send(2))
    assert "RecursionError" in kept.explanation
    assert "@" not in kept.explanation


def test_a_batch_is_journaled_ignored_and_quarantined(parts: Parts) -> None:
    outcome = parts.journal(send(), CLICK, UNREADABLE, send(2), GREETING, CLICK, REQUEST)

    assert outcome.received == 7
    assert outcome.journaled == 2
    assert outcome.ignored == {"click": 2, "topic_validation": 1, "subscription_confirmation": 1}
    assert [(each.reason, each.sqs_message_id) for each in outcome.quarantined] == [("unreadable", "2")]
    assert outcome.failed == {}
    assert [type(row) for row in parts.rows] == [Page]


def test_an_empty_batch_asks_nothing_of_anybody(parts: Parts) -> None:
    assert parts.journal() == BatchOutcome()
    assert parts.asked == []


def test_what_cannot_be_read_is_kept_whole_with_when_the_queue_took_it(parts: Parts) -> None:
    parts.journal(FOREIGN_SEND)

    (kept,) = parts.kept
    assert kept.body == FOREIGN_SEND
    assert kept.reason == "foreign_topic"
    assert kept.topic_arn == f"arn:aws:sns:us-east-1:{FOREIGN}:ses-feedback"
    assert kept.received_at == datetime(2026, 11, 20, 14, 5, 48, tzinfo=UTC)


def test_a_page_that_could_not_be_stored_fails_the_messages_on_it_and_no_others(parts: Parts) -> None:
    parts.unstored = {1}
    outcome = parts.journal(send(1), send(2, "2026-11-20T15"), send(3), send(4, "2026-11-20T15"), CLICK)

    assert outcome.failed == dict.fromkeys(["1", "3"], NO_ROOM)
    assert (outcome.journaled, outcome.ignored.total()) == (2, 1)


def test_an_entry_that_could_not_be_stored_fails_the_messages_that_reported_it(parts: Parts) -> None:
    parts.unstored = {0}
    outcome = parts.journal(reject(1), send(5), reject(2), reject(1))

    assert isinstance(parts.rows[0], Entry)
    assert outcome.failed == dict.fromkeys(["0", "3"], NO_ROOM)
    assert outcome.journaled == 2


def test_a_table_that_takes_nothing_fails_what_was_to_be_journaled_only(parts: Parts) -> None:
    parts.unstored = set(range(100))
    outcome = parts.journal(send(), CLICK, reject(), UNREADABLE)

    assert outcome.failed == dict.fromkeys(["0", "2"], NO_ROOM)
    assert (outcome.journaled, outcome.ignored.total(), len(outcome.quarantined)) == (0, 1, 1)


def test_a_message_that_could_not_be_quarantined_comes_again(parts: Parts) -> None:
    parts.unkept = {"1"}
    outcome = parts.journal(send(), UNREADABLE)

    assert outcome.failed == {"1": "S3: SlowDown"}
    assert outcome.quarantined == []
    assert outcome.journaled == 1


def test_facts_are_stored_before_anything_is_asked_of_s3_or_sns(parts: Parts) -> None:
    """An outage there may use up the function's time; it must not keep the facts of the batch out."""
    parts.answer = REFUSED
    parts.journal(REQUEST, UNREADABLE, send(), UNREADABLE)

    assert parts.asked[0] == "write"
    assert sorted(parts.asked[1:]) == ["confirm", "keep", "keep", "keep"]


def test_once_s3_has_failed_the_rest_come_again_without_waiting_for_it(parts: Parts) -> None:
    parts.unkept = {str(number) for number in range(100)}
    outcome = parts.journal(*[UNREADABLE] * 100)

    # Eight are under way when the first fails.
    assert len(parts.asked) <= 8
    assert outcome.failed == dict.fromkeys(parts.unkept, "S3: SlowDown")


def test_messages_are_set_aside_several_at_a_time(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each waits here for seven others."""
    together = Barrier(8, timeout=10)
    monkeypatch.setattr(parts, "keep", lambda _record: together.wait())

    assert len(parts.journal(*[UNREADABLE] * 16).quarantined) == 16


def test_what_there_is_no_time_for_comes_again_and_is_named(parts: Parts) -> None:
    """A function that is killed reports nothing, and its whole batch comes again."""
    moments = iter([True] * 3)
    outcome = parts.journal(send(), *[UNREADABLE] * 9, REQUEST, has_time=lambda: next(moments, False))

    assert outcome.journaled == 1
    assert len(outcome.quarantined) + outcome.ignored.total() == 3
    assert list(outcome.failed.values()) == ["no time was left"] * 7


def test_a_subscription_that_sns_refuses_is_quarantined(parts: Parts) -> None:
    parts.answer = REFUSED
    outcome = parts.journal(REQUEST)

    assert [(each.reason, each.body) for each in parts.kept] == [("subscription_refused", REQUEST)]
    assert (len(outcome.quarantined), outcome.failed, outcome.ignored.total()) == (1, {}, 0)


def test_a_subscription_to_which_sns_does_not_answer_comes_again(parts: Parts) -> None:
    parts.answer = UnavailableError("Throttling")
    outcome = parts.journal(REQUEST, send())

    assert (outcome.failed, outcome.journaled) == ({"0": "SNS: Throttling"}, 1)


def test_a_stranger_is_never_confirmed(parts: Parts) -> None:
    outcome = parts.journal(envelope("Join us", FOREIGN, Type="SubscriptionConfirmation"))

    assert parts.asked == ["keep"]
    assert [each.reason for each in outcome.quarantined] == ["foreign_subscription"]


def records_of(count: int, millis: int) -> list[dict[str, Any]]:
    """So many sends of one hour, all but the first of which the queue took so long after it."""
    return [
        record(send(number), str(number))
        | {"attributes": {"SentTimestamp": str(1_795_183_548_000 + (millis if number else 0))}}
        for number in range(count)
    ]


@pytest.mark.parametrize(
    ("records", "per_second"),
    [
        (records_of(500, 1_000), 500),
        (records_of(500, 1), 500_000),
        (records_of(1_000, 60_000), 1_000 / 60),
        # Too few to tell, and put there all at once.
        (records_of(499, 1_000), 0),
        (records_of(500, 0), 0),
        ([], 0),
    ],
)
def test_a_big_batch_tells_how_fast_its_messages_came(
    records: list[dict[str, Any]], per_second: float
) -> None:
    assert rate_of(records) == pytest.approx(per_second)


@pytest.mark.parametrize(
    ("millis", "prefixes"),
    [
        (30_000, {""}),
        (2_500, {"7"}),
        (500, {f"7{digit}" for digit in "0123456789abcdef"}),
    ],
)
def test_pages_of_mail_that_comes_fast_are_divided(parts: Parts, millis: int, prefixes: set[str]) -> None:
    """500 messages: 17, 200, and 1,000 a second."""
    journaling = Journaling(Rules(REGISTRY), parts.certificates, parts, parts, parts)
    journaling.journal_batch(records_of(500, millis), NOW)

    assert {row.shard.prefix for row in parts.rows if isinstance(row, Page)} == prefixes


def test_a_page_of_dense_mail_that_could_not_be_stored_fails_all_messages_of_its_domain(parts: Parts) -> None:
    other = envelope(json.dumps(published("Send", "newsletter", {"source": "news@example.org"})))
    # The last page is that of the little mail: the first of sixteen pages is not stored.
    parts.unstored = {0}
    records = [*records_of(500, 100), record(other, "other")]
    outcome = Journaling(Rules(REGISTRY), parts.certificates, parts, parts, parts).journal_batch(records, NOW)

    assert outcome.failed == {str(number): NO_ROOM for number in range(500)}
    assert outcome.journaled == 1


def test_delays_that_could_not_be_stored_fail_their_messages(parts: Parts) -> None:
    named, at = [{"emailAddress": "recipient-1@gmail.com"}], "2026-11-20T15:00:00Z"
    event = published("DeliveryDelay", delayType="MailboxFull", delayedRecipients=named, timestamp=at)
    parts.unstored = {0}
    outcome = parts.journal(send(2), envelope(json.dumps(event)))

    assert isinstance(parts.rows[0], DelayPage)
    assert outcome.failed == {"1": NO_ROOM}
    assert outcome.journaled == 1


def test_own_domains_are_a_provider_of_their_own() -> None:
    parts = Parts()
    own = Rules(REGISTRY, own_domains=frozenset({"gmail.com"}))
    Journaling(own, parts.certificates, parts, parts, parts).journal_batch([record(reject())], NOW)

    (entry, _) = parts.rows
    assert isinstance(entry, Entry)
    assert entry.attributes["provider"] == "own_domains"
    assert entry.expires_at == int(NOW.timestamp()) + 400 * 86_400


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(KINDS), max_size=15),
    st.frozensets(st.integers(0, 6)),
    st.frozensets(st.integers(0, 14).map(str)),
    st.sampled_from([Ignored("subscription_confirmation"), REFUSED, UnavailableError("Throttling")]),
)
def test_received_is_journaled_and_ignored_and_quarantined_and_failed(
    bodies: list[str],
    unstored: frozenset[int],
    unkept: frozenset[str],
    answer: Ignored | Quarantined | UnavailableError,
) -> None:
    parts = Parts()
    parts.unstored, parts.unkept, parts.answer = set(unstored), set(unkept), answer
    outcome = parts.journal(*bodies)

    ended = outcome.journaled + outcome.ignored.total() + len(outcome.quarantined) + len(outcome.failed)
    assert outcome.received == len(bodies) == ended
    assert outcome.failed.keys() <= {str(number) for number in range(len(bodies))}
    assert {each.sqs_message_id for each in outcome.quarantined} & outcome.failed.keys() == set()
    by_id = attrgetter("sqs_message_id")
    assert sorted(parts.kept, key=by_id) == sorted(outcome.quarantined, key=by_id)


def test_keys_of_the_record_that_journaling_does_not_need_may_be_anything(parts: Parts) -> None:
    odd: dict[str, Any] = record(send()) | {"md5OfBody": None, "messageAttributes": {"a": 1}}
    outcome = Journaling(Rules(REGISTRY), parts.certificates, parts, parts, parts).journal_batch([odd], NOW)

    assert outcome.journaled == 1
