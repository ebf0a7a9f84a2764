"""The keys of what the rollup keeps in the ledger's table, written and read in one place."""

from typing import NamedTuple

from ses_reputation.hours import Day
from ses_reputation.rollup.entities import SenderIdentity

DAY = "DAY"
WATERMARK = ("ASSESSMENT", "watermark")


class AccountDay(NamedTuple):
    """All mail of one account in one Region on one day, whatever identity it came from."""

    account: str
    region: str
    day: Day


def day_partition(sender: SenderIdentity) -> str:
    """Return the partition key of a sender's day balances; their sort key is the day."""
    return f"{DAY}#{sender_key(sender)}"


def sender_of_day(partition: str) -> SenderIdentity:
    """Return the sender whose day balances are under a partition key. Raises ValueError where it is none."""
    kind, _, sender = partition.partition("#")
    if kind != DAY:
        raise ValueError(f"not a day balance's key: it begins with {partition[:20]!r}")
    return sender_of_key(sender)


def sender_key(sender: SenderIdentity) -> str:
    """Return a sender's sort key in the registry of known senders: `account#region#identity`."""
    return "#".join(sender)


def sender_of_key(key: str) -> SenderIdentity:
    """Return the sender that a key of the registry names. Raises ValueError where it names none."""
    account, region, identity = key.split("#", 2)
    return SenderIdentity(account, region, identity)
