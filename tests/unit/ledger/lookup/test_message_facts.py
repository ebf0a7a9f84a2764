"""What became of a message is found in the journal by its recipients, in whichever shard and feed."""

from datetime import UTC, datetime, timedelta

import pytest

from ses_reputation.feedback.origins import AccountHour
from ses_reputation.feedback.outcomes import Outcome
from ses_reputation.feedback.providers import Provider
from ses_reputation.ledger.balance_store import PagesRead
from ses_reputation.ledger.lookup.message_facts import MessageFact, find_facts
from ses_reputation.ledger.pages import Source
from ses_reputation.ledger.segments import Segment
from ses_reputation.ledger.shards import Shard, fingerprint
from tests.support.in_memory.ledger import Ledger
from tests.support.pages import page_of

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
HOUR = AccountHour("444455556666", "eu-west-1", "2026-11-27T06")
ANN = int.from_bytes(fingerprint("m-1", "ann@example.com"))
SENDERS = Source(7, "example.com", False, "newsletter", False, ("campaign=spring",))
OWNERS = Source(7, "example.com", False, "", True)


@pytest.mark.parametrize("prefix", ["", "7", f"7{ANN:016x}"[:2]])
def test_a_fact_that_both_feeds_report_is_one_with_the_senders_set_and_tags(prefix: str) -> None:
    ledger, shard = Ledger(datetime(2026, 11, 27, 12, tzinfo=UTC)), Shard(Segment(HOUR), prefix)
    ledger.journal(page_of(ANN, shard=shard, source=SENDERS))
    for source in (OWNERS, SENDERS):
        ledger.journal(page_of(ANN, shard=shard, source=source, outcome=Outcome.COMPLAINED_ABUSE))

    origin = (HOUR, "example.com", "ann@example.com")
    named = ("newsletter", ("campaign=spring",))
    assert find_facts(ledger.store, HOUR, "m-1", ["ann@example.com"], NOW) == [
        MessageFact(*origin, Outcome.SENT, Provider.GMAIL, ("sender",), *named),
        MessageFact(*origin, Outcome.COMPLAINED_ABUSE, Provider.GMAIL, ("owner", "sender"), *named),
    ]


def test_facts_of_other_messages_and_recipients_are_left_out() -> None:
    ledger = Ledger(datetime(2026, 11, 27, 12, tzinfo=UTC))
    ledger.journal(page_of(ANN, shard=Shard(Segment(HOUR)), source=SENDERS))

    assert find_facts(ledger.store, HOUR, "m-2", ["ann@example.com"], NOW) == []
    assert find_facts(ledger.store, HOUR, "m-1", ["bob@example.com"], NOW) == []
    assert (
        find_facts(ledger.store, HOUR._replace(send_hour="2026-11-27T07"), "m-1", ["ann@example.com"], NOW)
        == []
    )


def test_what_arrived_more_than_90_days_after_the_mail_is_found_too() -> None:
    sent_at = datetime(2026, 11, 27, 6, tzinfo=UTC)
    ledger = Ledger(sent_at + timedelta(days=100))
    in_time, late = Shard(Segment(HOUR)), Shard(Segment(HOUR, 1))
    ledger.journal(page_of(ANN, shard=in_time, source=SENDERS))
    ledger.journal(page_of(ANN, shard=late, source=OWNERS, outcome=Outcome.COMPLAINED_ABUSE))

    def outcomes_after(days: int) -> list[Outcome]:
        now = sent_at + timedelta(days=days)
        return [fact.outcome for fact in find_facts(ledger.store, HOUR, "m-1", ["ann@example.com"], now)]

    assert outcomes_after(100) == [Outcome.SENT, Outcome.COMPLAINED_ABUSE]
    # Pages of segment 1 are kept until 285 days after the mail, those in time until 195.
    assert outcomes_after(250) == [Outcome.COMPLAINED_ABUSE]
    assert outcomes_after(89) == [Outcome.SENT]


def test_a_message_of_the_last_90_days_costs_one_search() -> None:
    asked: list[Shard] = []

    class Journal:
        """Holds nothing, and notes what is asked."""

        def read_pages(self, shard: Shard) -> PagesRead:
            asked.append(shard)
            return Ledger(NOW).store.read_pages(shard)

    find_facts(Journal(), HOUR, "m-1", ["ann@example.com"], NOW)

    # The whole, the sixteen digits of From domains, and in each the recipient's digit (docs/command-line.md).
    assert len(asked) == 1 + 16 + 16
