"""What became of a message is found in the journal by its recipients, in whichever shard and feed."""

from datetime import UTC, datetime

import pytest

from ses_reputation.feedback.origins import AccountHour
from ses_reputation.feedback.outcomes import Outcome
from ses_reputation.feedback.providers import Provider
from ses_reputation.ledger.lookup.message_facts import MessageFact, find_facts
from ses_reputation.ledger.pages import Source
from ses_reputation.ledger.segments import Segment
from ses_reputation.ledger.shards import Shard, fingerprint
from tests.support.in_memory.ledger import Ledger
from tests.support.pages import page_of

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
    assert find_facts(ledger.store, HOUR, "m-1", ["ann@example.com"]) == [
        MessageFact(*origin, Outcome.SENT, Provider.GMAIL, ("sender",), *named),
        MessageFact(*origin, Outcome.COMPLAINED_ABUSE, Provider.GMAIL, ("owner", "sender"), *named),
    ]


def test_facts_of_other_messages_and_recipients_are_left_out() -> None:
    ledger = Ledger(datetime(2026, 11, 27, 12, tzinfo=UTC))
    ledger.journal(page_of(ANN, shard=Shard(Segment(HOUR)), source=SENDERS))

    assert find_facts(ledger.store, HOUR, "m-2", ["ann@example.com"]) == []
    assert find_facts(ledger.store, HOUR, "m-1", ["bob@example.com"]) == []
    assert (
        find_facts(ledger.store, HOUR._replace(send_hour="2026-11-27T07"), "m-1", ["ann@example.com"]) == []
    )
