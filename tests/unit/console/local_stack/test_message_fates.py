"""A message ends as its traces say: facts in the journal, an object in quarantine, or a kind to ignore."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from console.local_aws.ministack.consumed_record import ConsumedMessage
from console.local_stack.journaled_facts import JournaledFacts
from console.local_stack.message_fates import Fate, Traces, reasons_by_message
from ses_reputation.feedback.provenance import Registry
from ses_reputation.feedback.reading import Observed, read_wire
from ses_reputation.ledger.journal import JournalDraft
from ses_reputation.ledger.pages import Page
from ses_reputation.ledger.rows import row_of, runs_of_row
from tests.support.notifications import DELEGATE, OWNER, envelope, mail, notified, published

REGISTRY = Registry(frozenset({OWNER}), frozenset({DELEGATE}))
RECIPIENTS = ["recipient-1@gmail.com", "recipient-2@yahoo.com"]
SEND = envelope(json.dumps(published("Send", mail_fields={"destination": RECIPIENTS})))


def journal_of(*bodies: str, kept: slice = slice(None)) -> JournaledFacts:
    """The journal after these messages; `kept` of the first message's observations."""
    draft = JournalDraft(datetime(2026, 11, 20, 15, tzinfo=UTC), timedelta(days=400))
    for body in bodies:
        reading = read_wire(body, REGISTRY)
        assert isinstance(reading, Observed)
        draft.add("any", reading._replace(observations=reading.observations[kept]))
    pages = [row for row, _ in draft.rows() if isinstance(row, Page)]
    return JournaledFacts(
        (page.shard.segment.account_hour, run) for page in pages for run in runs_of_row(row_of(page))
    )


def fate_of(body: str, journal: JournaledFacts | None = None, **quarantined: str) -> Fate | None:
    traces = Traces(quarantined, journal or journal_of(), REGISTRY, frozenset())
    return traces.fate_of(ConsumedMessage("arn", "one", body, 1))


def test_a_message_whose_facts_all_stand_in_the_journal_was_journaled() -> None:
    assert fate_of(SEND, journal_of(SEND)) == Fate("journaled")


@pytest.mark.parametrize("journal", [journal_of(), journal_of(SEND, kept=slice(1))])
def test_a_message_that_lacks_a_fact_in_the_journal_has_no_fate(journal: JournaledFacts) -> None:
    assert fate_of(SEND, journal) is None


@pytest.mark.parametrize(
    "other",
    [
        envelope(json.dumps(published("Send", "transactional", mail_fields={"destination": RECIPIENTS}))),
        envelope(
            json.dumps(published("Send", mail_fields={"destination": RECIPIENTS, "messageId": "other"}))
        ),
        envelope(
            json.dumps(
                published(
                    "Send", mail_fields={"destination": RECIPIENTS, "timestamp": "2026-11-20T13:05:45Z"}
                )
            )
        ),
        envelope(json.dumps({"eventType": "Reject", "mail": mail(destination=RECIPIENTS), "reject": {}})),
    ],
    ids=["set", "message", "hour", "outcome"],
)
def test_facts_of_another_message_prove_nothing(other: str) -> None:
    assert fate_of(SEND, journal_of(other)) is None


def test_what_one_feed_reported_does_not_stand_for_the_other() -> None:
    block: dict[str, Any] = {
        "bounceType": "Permanent",
        "bounceSubType": "General",
        "bouncedRecipients": [{"emailAddress": RECIPIENTS[0]}],
        "timestamp": "2026-11-20T14:05:50.000Z",
        "feedbackId": "feedback-1",
    }
    senders = envelope(json.dumps(published("Bounce", None, **block)))
    owners = envelope(json.dumps(notified("Bounce", **block)), OWNER)

    assert fate_of(owners, journal_of(senders)) is None
    assert fate_of(owners, journal_of(owners)) == Fate("journaled")


def test_a_message_in_quarantine_is_counted_there_whatever_it_says() -> None:
    assert fate_of("?", one="unreadable") == Fate("quarantined", "unreadable")
    assert fate_of(SEND, one="foreign_topic") == Fate("quarantined", "foreign_topic")


def test_an_unreadable_message_that_is_not_in_quarantine_has_no_fate() -> None:
    assert fate_of("?", another="unreadable") is None


def test_a_message_that_states_no_fact_was_ignored() -> None:
    assert fate_of(envelope('{"eventType": "Click"}')) == Fate("ignored", "click")


def test_a_subscription_that_was_not_refused_was_confirmed() -> None:
    request = envelope("?", Type="SubscriptionConfirmation", Token="token")  # noqa: S106

    assert fate_of(request) == Fate("ignored", "subscription_confirmation")
    assert fate_of(request, one="subscription_refused") == Fate("quarantined", "subscription_refused")


def test_keys_of_the_quarantine_name_the_message_and_the_reason() -> None:
    keys = ["quarantine/unreadable/2026-11-22/1.json", "quarantine/foreign_topic/2026-11-21/2.json"]

    assert reasons_by_message(keys) == {"1": "unreadable", "2": "foreign_topic"}
