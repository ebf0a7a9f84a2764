"""The keys of the ledger's table, written and read in one place."""

from ses_reputation.feedback.observations import SenderHour
from ses_reputation.hours import hour_of, start_of
from ses_reputation.ledger.segments import Segment

JOURNAL = "JOURNAL"
BALANCE = "BALANCE"
MESSAGE = "MESSAGE"


def journal_key(segment: Segment) -> str:
    """Return the partition key of a segment's pages: `JOURNAL#account#region#identity#hour`, `+n` if late."""
    hour = segment.sender_hour
    return f"{JOURNAL}#{hour.sending_account}#{hour.region}#{hour.identity}#{_dated(segment)}"


def segment_of_key(key: str) -> Segment:
    """Return the segment that a journal partition key names. Raises ValueError where it is no such key."""
    kind, account, region, rest = _split(key, 4)
    identity, _, dated = rest.rpartition("#")
    if kind != JOURNAL:
        raise ValueError(f"not a journal key: it begins with {key[:20]!r}")
    return _segment(account, region, identity, dated)


def balance_partition(sending_account: str, region: str) -> str:
    """Return the partition key of an account's balances in one Region."""
    return f"{BALANCE}#{sending_account}#{region}"


def balance_key(segment: Segment) -> tuple[str, str]:
    """Return partition and sort key of a segment's balance; the sort key begins with the hour."""
    hour = segment.sender_hour
    return balance_partition(hour.sending_account, hour.region), f"{_dated(segment)}#{hour.identity}"


def segment_of_balance(partition: str, sort: str) -> Segment:
    """Return the segment that a balance's keys name. Raises ValueError where they are no such keys."""
    kind, account, region = _split(partition, 3)
    dated, _, identity = sort.partition("#")
    if kind != BALANCE:
        raise ValueError(f"not a balance's key: it begins with {partition[:20]!r}")
    return _segment(account, region, identity, dated)


def message_partition(message_id: str) -> str:
    """Return the partition key of the entries of one message."""
    return f"{MESSAGE}#{message_id}"


def _split(key: str, count: int) -> list[str]:
    parts = key.split("#", count - 1)
    if len(parts) < count:
        raise ValueError(f"a key has {len(parts)} parts in place of {count}")
    return parts


def _segment(account: str, region: str, identity: str, dated: str) -> Segment:
    hour, plus, number = dated.partition("+")
    if hour_of(start_of(hour)) != hour:
        raise ValueError("a key names no hour")
    if not (account and region and identity):
        raise ValueError("a key lacks its account, Region or identity")
    if plus and not (number.isascii() and number.isdecimal() and number[0] != "0"):
        raise ValueError("a key's segment is no number above 0")
    return Segment(SenderHour(account, region, identity, hour), int(number or 0))


def _dated(segment: Segment) -> str:
    hour = segment.sender_hour.send_hour
    return f"{hour}+{segment.number}" if segment.number else hour
