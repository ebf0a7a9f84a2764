"""The keys of what the rollup keeps in the ledger's table, written and read in one place."""

from typing import NamedTuple

from ses_reputation.hours import Day
from ses_reputation.rollup.entities import SenderIdentity

DAY = "DAY"
WATERMARK = ("ASSESSMENT", "watermark")
STORED_DAYS = ("ASSESSMENT", "stored_days")


class AccountDay(NamedTuple):
    """All mail of one account in one Region on one day, whatever identity it came from."""

    account: str
    region: str
    day: Day


def day_partition(account: str, region: str) -> str:
    """Return the partition key of an account's day balances in one Region; sort keys begin with days."""
    return f"{DAY}#{account}#{region}"


def detail_partition(account: str, region: str) -> str:
    """Return the partition key of the hours and figures of an account's days."""
    return f"{day_partition(account, region)}#detail"


def account_day_of_key(partition: str, day: Day) -> AccountDay:
    """Return the account-day whose head has these keys. Raises ValueError where they are no such keys."""
    kind, account, region = partition.split("#", 2)
    if kind != DAY:
        raise ValueError(f"not a day balance's key: it begins with {partition[:20]!r}")
    return AccountDay(account, region, day)


def sender_key(sender: SenderIdentity) -> str:
    """Return a sender's sort key in the registry of known senders: `account#region#identity`."""
    return "#".join(sender)


def sender_of_key(key: str) -> SenderIdentity:
    """Return the sender that a key of the registry names. Raises ValueError where it names none."""
    account, region, identity = key.split("#", 2)
    return SenderIdentity(account, region, identity)
