"""How long posting puts a big hour off, by the library's own rule."""

from datetime import timedelta

from benchmarks.capacity import read_units
from benchmarks.sender_hour import HOUR
from ses_reputation.feedback.origins import AccountHour
from ses_reputation.hours import hour_of
from ses_reputation.ledger.balance_store import LastPosting, due_after
from ses_reputation.ledger.segments import Segment
from ses_reputation.ledger.shards import FINGERPRINT_BYTES, Shard

# Of a sharp rise, bounces come as soon after their mail. What SES gives up after hours waits longer.
BOUNCED_WITHIN_MINUTES = 15


def longest_wait(rate: int) -> float:
    """Return how many seconds posting puts off, at most, bounces of an account's hour of such a rate.

    A fact is at least its fingerprint. Each minute is tried from the hour's first to the last in which a
    bounce of a sharp rise comes.
    """
    shard, waits = Shard(Segment(AccountHour("account", "region", hour_of(HOUR)))), []
    for minute in range(1, 60 + BOUNCED_WITHIN_MINUTES + 1):
        now = HOUR + timedelta(minutes=minute)
        units = read_units(rate * min(minute, 60) * 60 * FINGERPRINT_BYTES)
        due_at = due_after(LastPosting(1, units, now), shard, now, is_urgent=True)
        waits.append(due_at - now)
    return max(waits).total_seconds()
