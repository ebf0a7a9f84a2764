"""How long posting puts a big hour off, by the library's own rule."""

from datetime import timedelta

from benchmarks.capacity import read_units
from benchmarks.sender_hour import HOUR
from ses_reputation.feedback.origins import AccountHour
from ses_reputation.hours import hour_of
from ses_reputation.ledger.balance_store import LastPosting
from ses_reputation.ledger.fingerprint import FINGERPRINT_BYTES
from ses_reputation.ledger.posting import due_after
from ses_reputation.ledger.segments import Segment


def longest_wait(rate: int) -> float:
    """Return how many seconds posting puts off, at most, bounces of the present hour of such a rate.

    A fact is at least its fingerprint; each minute of the hour, and of the one after it, is tried: a bounce
    comes within minutes of its mail.
    """
    segment, waits = Segment(AccountHour("account", "region", hour_of(HOUR))), []
    for minute in range(1, 121):
        now = HOUR + timedelta(minutes=minute)
        units = read_units(rate * min(minute, 60) * 60 * FINGERPRINT_BYTES)
        due_at = due_after(LastPosting(1, units, now), segment, now, is_urgent=True)
        waits.append(due_at - now)
    return max(waits).total_seconds()
