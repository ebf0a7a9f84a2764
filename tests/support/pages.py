"""Journal pages of an account-hour, made from the few facts that a test is about."""

from ses_reputation.feedback.origins import AccountHour
from ses_reputation.feedback.outcomes import Outcome
from ses_reputation.feedback.providers import Provider
from ses_reputation.ledger.pages import Page, Source, pack_page
from ses_reputation.ledger.segments import Segment
from ses_reputation.ledger.shards import Shard
from tests.support.notifications import DELEGATE

ACCOUNT_HOUR = AccountHour(DELEGATE, "us-east-1", "2026-11-20T14")
SEGMENT = Segment(ACCOUNT_HOUR)
WHOLE = Shard(SEGMENT)
# 7 is the bucket of example.com, by tests/unit/ledger/test_shards.py.
SOURCE = Source(7, "example.com", False, "newsletter", False)


def page_of(
    *dispatches: int,
    shard: Shard = WHOLE,
    source: Source = SOURCE,
    outcome: Outcome = Outcome.SENT,
    provider: Provider = Provider.GMAIL,
) -> Page:
    """A page on which these dispatches, which are numbers of 8 bytes, have one outcome."""
    return pack_page(shard, {source: {(outcome, provider): [each.to_bytes(8) for each in dispatches]}})
