"""The keys of the ledger's table, written and read in one place."""

from datetime import datetime

from ses_reputation.feedback.origins import AccountHour
from ses_reputation.hours import Day, hour_of, start_of
from ses_reputation.ledger.segments import Segment
from ses_reputation.ledger.shards import DIGITS, MOST_DIGITS, Shard

JOURNAL = "JOURNAL"
BALANCE = "BALANCE"
MESSAGE = "MESSAGE"
DELAYS = "DELAYS"
POSTINGS = "POSTINGS"


def journal_key(shard: Shard) -> str:
    """Return the partition key of a shard's pages: `JOURNAL#account#region#hour`.

    After the hour comes `+n` in a late segment, and `/digits` of a shard that is not the whole.
    """
    hour = shard.segment.account_hour
    return f"{JOURNAL}#{hour.sending_account}#{hour.region}#{_dated(shard)}"


def shard_of_key(key: str) -> Shard:
    """Return the shard that a journal partition key names. Raises ValueError where it is no such key."""
    kind, account, region, dated = _split(key, 4)
    if kind != JOURNAL:
        raise ValueError(f"not a journal key: it begins with {key[:20]!r}")
    return _shard(account, region, dated)


def balance_partition(sending_account: str, region: str) -> str:
    """Return the partition key of an account's balances in one Region."""
    return f"{BALANCE}#{sending_account}#{region}"


def balance_key(shard: Shard, piece: int = 0) -> tuple[str, str]:
    """Return partition and sort key of a piece of a shard's balance; the sort key begins with the hour."""
    hour = shard.segment.account_hour
    sort = f"{_dated(shard)}#{piece:02}" if piece else _dated(shard)
    return balance_partition(hour.sending_account, hour.region), sort


def shard_of_balance(partition: str, sort: str) -> tuple[Shard, int]:
    """Return the shard and the piece that a balance's keys name. Raises ValueError where they name none."""
    kind, account, region = _split(partition, 3)
    if kind != BALANCE:
        raise ValueError(f"not a balance's key: it begins with {partition[:20]!r}")
    dated, _, piece = sort.partition("#")
    return _shard(account, region, dated), int(piece or 0)


def message_partition(message_id: str) -> str:
    """Return the partition key of the entries of one message."""
    return f"{MESSAGE}#{message_id}"


def delays_partition(sending_account: str, region: str, day: Day) -> str:
    """Return the partition key of the delays of an account that arrived on a day (UTC)."""
    return f"{DELAYS}#{sending_account}#{region}#{day}"


def postings_partition(day: Day) -> str:
    """Return the partition key of the runs of posting of a day (UTC); their sort keys begin with the time."""
    return f"{POSTINGS}#{day}"


def time_of_posting(sort: str) -> datetime:
    """Return when a run of posting was begun, by its sort key."""
    return datetime.fromisoformat(sort.partition("#")[0])


def _split(key: str, count: int) -> list[str]:
    parts = key.split("#", count - 1)
    if len(parts) < count:
        raise ValueError(f"a key has {len(parts)} parts in place of {count}")
    return parts


def _shard(account: str, region: str, dated: str) -> Shard:
    dated, slash, prefix = dated.partition("/")
    hour, plus, number = dated.partition("+")
    if hour_of(start_of(hour)) != hour:
        raise ValueError("a key names no hour")
    if not (account and region):
        raise ValueError("a key lacks its account or Region")
    if plus and not (number.isascii() and number.isdecimal() and number[0] != "0"):
        raise ValueError("a key's segment is no number above 0")
    if slash and not (0 < len(prefix) <= MOST_DIGITS and set(prefix) <= set(DIGITS)):
        raise ValueError("a key's shard is not of hexadecimal digits")
    return Shard(Segment(AccountHour(account, region, hour), int(number or 0)), prefix)


def _dated(shard: Shard) -> str:
    segment = shard.segment
    hour = segment.account_hour.send_hour
    late = f"+{segment.number}" if segment.number else ""
    return f"{hour}{late}/{shard.prefix}" if shard.prefix else f"{hour}{late}"
