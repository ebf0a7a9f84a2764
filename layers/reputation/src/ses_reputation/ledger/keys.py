"""The keys of the ledger's table, written and read in one place."""

from ses_reputation.feedback.observations import Origin
from ses_reputation.hours import start_of_hour
from ses_reputation.ledger.segments import Chapter

JOURNAL = "JOURNAL"
BALANCE = "BALANCE"
MESSAGE = "MESSAGE"


def journal_key(chapter: Chapter) -> str:
    """Return the partition key of a chapter's pages: `JOURNAL#account#region#identity#hour`, `+n` if late."""
    origin = chapter.origin
    return f"{JOURNAL}#{origin.sending_account}#{origin.region}#{origin.identity}#{_dated(chapter)}"


def chapter_of_key(key: str) -> Chapter:
    """Return the chapter that a journal partition key names. Raises ValueError where it is no such key."""
    kind, account, region, rest = _split(key, 4)
    identity, _, dated = rest.rpartition("#")
    if kind != JOURNAL:
        raise ValueError(f"not a journal key: it begins with {key[:20]!r}")
    return _chapter(account, region, identity, dated)


def balance_partition(sending_account: str, region: str) -> str:
    """Return the partition key of an account's balances in one Region."""
    return f"{BALANCE}#{sending_account}#{region}"


def balance_key(chapter: Chapter) -> tuple[str, str]:
    """Return partition and sort key of a chapter's balance; the sort key begins with the hour."""
    origin = chapter.origin
    return balance_partition(origin.sending_account, origin.region), f"{_dated(chapter)}#{origin.identity}"


def chapter_of_balance(partition: str, sort: str) -> Chapter:
    """Return the chapter that a balance's keys name. Raises ValueError where they are no such keys."""
    kind, account, region = _split(partition, 3)
    dated, _, identity = sort.partition("#")
    if kind != BALANCE:
        raise ValueError(f"not a balance's key: it begins with {partition[:20]!r}")
    return _chapter(account, region, identity, dated)


def message_partition(message_id: str) -> str:
    """Return the partition key of the entries of one message."""
    return f"{MESSAGE}#{message_id}"


def _split(key: str, count: int) -> list[str]:
    parts = key.split("#", count - 1)
    if len(parts) < count:
        raise ValueError(f"a key has {len(parts)} parts in place of {count}")
    return parts


def _chapter(account: str, region: str, identity: str, dated: str) -> Chapter:
    hour, plus, number = dated.partition("+")
    start_of_hour(hour)
    if not (account and region and identity):
        raise ValueError("a key lacks its account, Region or identity")
    if plus and not (number.isascii() and number.isdecimal() and number[0] != "0"):
        raise ValueError("a key's chapter is no number above 0")
    return Chapter(Origin(account, region, identity, hour), int(number or 0))


def _dated(chapter: Chapter) -> str:
    return f"{chapter.origin.send_hour}+{chapter.number}" if chapter.number else chapter.origin.send_hour
