"""Entries and journal together: each fact of each recipient once, in the order in which they happen."""

from datetime import UTC, datetime

from console.stack.stories.message_story import StoryFact, tell_story
from ses_reputation.feedback.origins import AccountHour
from ses_reputation.feedback.outcomes import Outcome
from ses_reputation.ledger.pages import Source
from ses_reputation.ledger.segments import Segment
from ses_reputation.ledger.shards import Shard, fingerprint
from tests.support.in_memory.ledger import Ledger
from tests.support.pages import page_of

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
HOUR = AccountHour("444455556666", "eu-west-1", "2026-11-27T06")
SENDERS = Source(7, "example.com", False, "newsletter", False)
BOUNCE = {
    "message_id": "m-1",
    "recipient": "ann@example.com",
    "occurred_at": "2026-11-27T06:10:00.000Z",
    "outcome": "bounced_transient_general",
    "feed": "owner",
    "sending_account": "444455556666",
    "region": "eu-west-1",
    "identity": "example.com",
    "send_hour": "2026-11-27T06",
}
DELAY = {**BOUNCE, "outcome": "delayed_general", "feed": "sender", "occurred_at": "2026-11-27T06:05:00.000Z"}


def ledger_with(*facts: tuple[str, Outcome]) -> Ledger:
    ledger = Ledger(datetime(2026, 11, 27, 12, tzinfo=UTC))
    for recipient, outcome in facts:
        dispatch = int.from_bytes(fingerprint("m-1", recipient))
        ledger.journal(page_of(dispatch, shard=Shard(Segment(HOUR)), source=SENDERS, outcome=outcome))
    return ledger


def test_a_story_is_told_from_the_send_to_the_bounce() -> None:
    ledger = ledger_with(
        ("ann@example.com", Outcome.SENT),
        ("ann@example.com", Outcome.BOUNCED_TRANSIENT_GENERAL),
        ("bob@example.com", Outcome.SENT),
        ("bob@example.com", Outcome.DELIVERED_WITHIN_10S),
    )

    story = tell_story(ledger.store, "m-1", [BOUNCE, DELAY], ["bob@example.com", "eve@example.com"], [], NOW)

    assert [dict(origin) for origin in story.origins] == [
        {**HOUR._asdict(), "identity": "example.com"},
    ]
    ann, bob = "ann@example.com", "bob@example.com"
    at = "2026-11-27T06:10:00.000Z"
    assert list(story.facts) == [
        StoryFact(ann, Outcome.SENT, ("sender",)),
        StoryFact(ann, Outcome.DELAYED_GENERAL, ("sender",), "2026-11-27T06:05:00.000Z", (DELAY,)),
        StoryFact(ann, Outcome.BOUNCED_TRANSIENT_GENERAL, ("owner", "sender"), at, (BOUNCE,)),
        StoryFact(bob, Outcome.SENT, ("sender",)),
        StoryFact(bob, Outcome.DELIVERED_WITHIN_10S, ("sender",)),
    ]
    assert story.unknown == ("eve@example.com",)


def test_of_a_message_without_entries_the_hours_given_are_searched() -> None:
    ledger = ledger_with(("ann@example.com", Outcome.DELIVERED_WITHIN_1M))
    elsewhere = HOUR._replace(region="us-east-1")

    found = tell_story(ledger.store, "m-1", [], ["ann@example.com"], [elsewhere, HOUR], NOW)

    assert [fact.outcome for fact in found.facts] == [Outcome.DELIVERED_WITHIN_1M]
    assert tell_story(ledger.store, "m-1", [], ["ann@example.com"], [elsewhere], NOW).facts == ()
