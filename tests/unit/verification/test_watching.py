"""What must come of marker mail is found in the journal, fact by fact: by sender, hour, feed and identity."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

import pytest

from ses_reputation.feedback.origins import AccountHour
from ses_reputation.feedback.outcomes import Outcome
from ses_reputation.feedback.provenance import Feed
from ses_reputation.feedback.providers import Provider
from ses_reputation.ledger.balance_store import PagesRead
from ses_reputation.ledger.pages import PAGE_VERSION, GatheredRuns, Source, pack_page, unpack_page
from ses_reputation.ledger.segments import Segment
from ses_reputation.ledger.shards import Shard, bucket_of
from ses_reputation.verification.expectation import Expectation, expectations_of
from ses_reputation.verification.feed_setup import FeedbackKind
from ses_reputation.verification.marker_mail import SimulatedOutcome
from ses_reputation.verification.sending import AcceptedMail
from ses_reputation.verification.watching import Patience, Watch, find_facts, watch
from tests.support.marker_mail import (
    AS_COURIER,
    COURIER,
    OWNER_SETUP,
    REGION,
    SENDER_SETUP,
    SENT_AT,
    accepted,
)

BOUNCE = SimulatedOutcome.BOUNCE
HOUR = Shard(Segment(AccountHour(COURIER, REGION, "2026-11-22T10")))


@dataclass
class FakeJournal:
    """Pages by shard, packed and unpacked as the ledger's are."""

    pages: dict[Shard, GatheredRuns] = field(default_factory=dict)
    read: list[Shard] = field(default_factory=list)

    def add(
        self,
        mail: AcceptedMail,
        outcome: Outcome,
        feed: Feed,
        shard: Shard = HOUR,
        identity: str = "orchard.example",
    ) -> None:
        bucket = bucket_of("orchard.example")
        source = Source(bucket, identity, False, "" if feed is Feed.OWNER else "courier", feed is Feed.OWNER)
        dispatch = blake2b(f"{mail.message_id}|{mail.mail.recipient}".encode(), digest_size=8).digest()
        page = pack_page(shard, {source: {(outcome, Provider.OTHER): [dispatch, b"\x00" * 8, b"\xff" * 8]}})
        self.pages.setdefault(shard, GatheredRuns()).add(unpack_page(page.content, PAGE_VERSION))

    def read_pages(self, shard: Shard) -> PagesRead:
        self.read.append(shard)
        found = self.pages.get(shard)
        return PagesRead(1, found.runs()) if found else PagesRead()


@dataclass
class Clock:
    """Time that passes only while somebody sleeps."""

    now: datetime = SENT_AT
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)

    def patience(self, seconds: int) -> Patience:
        return Patience(timedelta(seconds=seconds), lambda: self.now, self.sleep)


def names(facts: Iterable[object]) -> set[tuple[str, str]]:
    return {(str(fact.feed), fact.outcome.wire_name) for fact in facts}  # type: ignore[attr-defined]


def test_facts_are_found_by_message_recipient_feed_and_outcome() -> None:
    journal, mail, other = FakeJournal(), accepted(BOUNCE), accepted(BOUNCE, message_id="another")
    journal.add(mail, Outcome.SENT, Feed.SENDER)
    journal.add(mail, Outcome.BOUNCED_PERMANENT_GENERAL, Feed.OWNER)
    journal.add(other, Outcome.COMPLAINED_ABUSE, Feed.SENDER)

    assert names(find_facts(journal, [mail])) == {("sender", "sent"), ("owner", "bounced_permanent_general")}


@pytest.mark.parametrize("digits", [0, 1, 2])
def test_facts_of_busy_hours_are_found_where_these_are_divided(digits: int) -> None:
    journal, mail = FakeJournal(), accepted(BOUNCE)
    dispatch = blake2b(f"{mail.message_id}|{mail.mail.recipient}".encode(), digest_size=8).hexdigest()
    prefix = f"{bucket_of('orchard.example'):x}{dispatch[0]}"[:digits]
    journal.add(mail, Outcome.SENT, Feed.SENDER, Shard(HOUR.segment, prefix))

    assert names(find_facts(journal, [mail])) == {("sender", "sent")}


@pytest.mark.parametrize(
    ("accepted_at", "hours"),
    [
        ("10:30:00", {"2026-11-22T10"}),
        ("10:58:00", {"2026-11-22T10", "2026-11-22T11"}),
        ("11:02:00", {"2026-11-22T10", "2026-11-22T11"}),
    ],
)
def test_near_a_full_hour_both_hours_are_looked_through(accepted_at: str, hours: set[str]) -> None:
    journal = FakeJournal()
    at = datetime.fromisoformat(f"2026-11-22T{accepted_at}").replace(tzinfo=UTC)

    find_facts(journal, [accepted(at=at)])

    assert {shard.segment.account_hour for shard in journal.read} == {
        AccountHour(COURIER, REGION, hour) for hour in hours
    }


def test_another_accounts_hour_is_never_looked_through() -> None:
    journal, mail = FakeJournal(), accepted(BOUNCE)
    others = Shard(Segment(AccountHour("333333333333", REGION, "2026-11-22T10")))
    journal.add(mail, Outcome.SENT, Feed.SENDER, others)

    assert find_facts(journal, [mail]) == set()


def test_watching_ends_when_everything_is_there() -> None:
    journal, mail, clock = FakeJournal(), accepted(BOUNCE), Clock()
    expected = list(expectations_of([mail], [SENDER_SETUP, OWNER_SETUP]))
    journal.add(mail, Outcome.SENT, Feed.SENDER)

    def deliver_the_rest(seconds: float) -> None:
        clock.sleep(seconds)
        if len(clock.slept) == 2:
            journal.add(mail, Outcome.BOUNCED_PERMANENT_GENERAL, Feed.SENDER)
            journal.add(mail, Outcome.BOUNCED_PERMANENT_GENERAL, Feed.OWNER)

    progress: list[int] = []
    patience = Patience(timedelta(minutes=5), lambda: clock.now, deliver_the_rest)
    seen = watch(journal, expected, patience, progress.append)

    assert len(clock.slept) == 2
    assert progress == [1, 1, 3]
    passed = timedelta(seconds=sum(clock.slept))
    assert seen.came == {
        Expectation(mail, Feed.SENDER, FeedbackKind.SEND): timedelta(0),
        Expectation(mail, Feed.SENDER, FeedbackKind.BOUNCE): passed,
        Expectation(mail, Feed.OWNER, FeedbackKind.BOUNCE): passed,
    }


def test_watching_ends_with_patience_and_never_sleeps_longer() -> None:
    clock = Clock()
    expected = list(expectations_of([accepted(BOUNCE)], [SENDER_SETUP]))

    seen = watch(FakeJournal(), expected, clock.patience(60))

    assert seen.came == {}
    assert clock.now == SENT_AT + timedelta(seconds=60)
    assert max(clock.slept) <= 10


def test_without_patience_it_is_looked_once() -> None:
    journal, clock = FakeJournal(), Clock()

    watch(journal, list(expectations_of([accepted(BOUNCE)], [SENDER_SETUP])), clock.patience(0))

    assert (len(set(journal.read)), len(journal.read), clock.slept) == (3, 3, [])


def test_nothing_expected_is_not_waited_for() -> None:
    clock = Clock()

    assert watch(FakeJournal(), [], clock.patience(60)) == Watch()
    assert clock.slept == []


@pytest.mark.parametrize(
    ("outcome", "feed", "identity"),
    [
        (Outcome.BOUNCED_TRANSIENT_GENERAL, Feed.SENDER, "orchard.example"),
        (Outcome.BOUNCED_PERMANENT_GENERAL, Feed.OWNER, "orchard.example"),
        (Outcome.BOUNCED_PERMANENT_GENERAL, Feed.SENDER, "news@orchard.example"),
    ],
)
def test_another_outcome_feed_or_identity_does_not_meet_an_expectation(
    outcome: Outcome, feed: Feed, identity: str
) -> None:
    journal, mail = FakeJournal(), accepted(BOUNCE)
    journal.add(mail, outcome, feed, identity=identity)
    expected = [Expectation(mail, Feed.SENDER, FeedbackKind.BOUNCE)]

    seen = watch(journal, expected, Clock().patience(0))

    assert seen.came == {}
    assert len(seen.facts) == 1


def test_an_identity_is_compared_without_its_capitals() -> None:
    identity = AS_COURIER.identity
    party = type(AS_COURIER)(
        COURIER,
        type(identity)("aws", REGION, identity.account, "Orchard.example"),
        "a@Orchard.example",
        "courier",
    )
    journal, mail = FakeJournal(), accepted(BOUNCE, party)
    journal.add(mail, Outcome.SENT, Feed.SENDER)

    seen = watch(journal, [Expectation(mail, Feed.SENDER, FeedbackKind.SEND)], Clock().patience(0))

    assert len(seen.came) == 1
