"""What lists and ledger disagree on. Each finding is a query of the book.

Its rows are in a stable order; those of one recipient and of lists of one account and Region come together.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from ses_reputation.suppression.changes.drift.book import DriftBook
from ses_reputation.suppression.changes.drift.conditions import ADDING, IS_KNOWN, IS_LISTED, IS_REMOVED


@dataclass(frozen=True, slots=True)
class UnsuppressedElsewhere:
    """A recipient whom mail of an identity put on one sender's list, and whom another sender may still mail.

    mailed_at: the latest mail of that other sender to it, of which the ledger knows something, after that; ""
    where it knows of none. is_removed: since the latest bounce or complaint, somebody took it off a list of
    that other sender, on purpose.
    """

    identity: str
    recipient: str
    reason: str
    suppressed_account: str
    suppressed_region: str
    suppressed_at: str
    account: str
    region: str
    mailed_at: str
    is_removed: bool


@dataclass(frozen=True, slots=True)
class MissingFromList:
    """A recipient with a hard bounce or a complaint in an account that has it on none of its lists.

    is_removed: somebody took it off a list there since, on purpose.
    """

    account: str
    region: str
    recipient: str
    reason: str
    occurred_at: str
    message_id: str
    identity: str
    configuration_set: str
    is_removed: bool


@dataclass(frozen=True, slots=True)
class DeliveredSince:
    """An entry for a bounce whose recipient got mail that was sent later: perhaps it need not be there.

    evidence: `complaint` (who complains has got the mail), or `delivery`.
    """

    account: str
    region: str
    tenant: str
    address: str
    reason: str
    updated_at: str
    delivered_at: str
    delivered_by: str
    message_id: str
    evidence: str


@dataclass(frozen=True, slots=True)
class RepeatedSoftBounces:
    """A recipient who is on none of an account's lists, and whose mail bounced softly on several days."""

    account: str
    region: str
    recipient: str
    days: int
    messages: int
    first_day: str
    last_day: str
    outcomes: str


@dataclass(frozen=True, slots=True)
class SendersCompared:
    """Recipients on the lists of two senders of an identity, counted: all of them, whoever's mail it was."""

    identity: str
    account: str
    region: str
    other_account: str
    other_region: str
    only_here: int
    only_there: int
    on_both: int
    reasons_differ: int


def find_lists(book: DriftBook) -> Iterator[tuple[str, str]]:
    """Yield the accounts and Regions whose own list is known: of others nothing is missing that one knows."""
    query = "SELECT DISTINCT account, region FROM list WHERE tenant = '' ORDER BY account, region"
    return ((account, region) for account, region in book.ask(query))


def find_unsuppressed(book: DriftBook) -> Iterator[UnsuppressedElsewhere]:
    """Yield whom mail of an identity put on one sender's list, while another sender has not got them.

    A sender that has the recipient on any list of its account and Region, a tenant's too, has it.
    """
    query = f"""
        WITH suppressed AS (
            SELECT r.identity, r.recipient, max(l.reason) AS reason, r.account, r.region,
                max(l.updated_at) AS updated_at, max(r.occurred_at) AS reported_at
            FROM reported r JOIN listed l ON l.recipient = r.recipient
            JOIN list ON list.id = l.list AND list.account = r.account AND list.region = r.region
            WHERE r.kind IN {ADDING} GROUP BY r.identity, r.recipient, r.account, r.region)
        SELECT s.identity, s.recipient, s.reason, s.account, s.region, s.updated_at,
            other.account, other.region,
            (SELECT coalesce(max(m.occurred_at), '') FROM reported m
             WHERE m.recipient = s.recipient AND m.account = other.account AND m.region = other.region
                AND m.identity = s.identity AND m.occurred_at > s.updated_at),
            {IS_REMOVED.format("s", "other", "s.reported_at")}
        FROM suppressed s JOIN sender other ON other.identity = s.identity
        WHERE (other.account, other.region) <> (s.account, s.region)
            AND {IS_KNOWN.format("other")} AND NOT {IS_LISTED.format("s", "other")}
        ORDER BY other.account, other.region, s.recipient, s.identity, s.account, s.region"""  # noqa: S608
    for *found, is_removed in book.ask(query):
        yield UnsuppressedElsewhere(*(*found, bool(is_removed)))


def find_missing(book: DriftBook) -> Iterator[MissingFromList]:
    """Yield recipients that SES should have put on a list by when it was read, with the latest cause."""
    query = f"""
        SELECT r.account, r.region, r.recipient, r.kind, max(r.occurred_at), r.message_id, r.identity,
            r.configuration_set, {IS_REMOVED.format("r", "r", "r.occurred_at")}
        FROM reported r JOIN list l ON l.account = r.account AND l.region = r.region AND l.tenant = ''
        WHERE r.kind IN {ADDING} AND r.occurred_at <= l.settled_at AND NOT {IS_LISTED.format("r", "r")}
        GROUP BY r.account, r.region, r.recipient, r.kind
        ORDER BY r.account, r.region, r.recipient, r.kind"""  # noqa: S608
    for *cause, is_removed in book.ask(query):
        yield MissingFromList(*(*cause, bool(is_removed)))


def find_delivered(book: DriftBook) -> Iterator[DeliveredSince]:
    """Yield entries for a bounce with mail that was sent after the entry was written, and arrived.

    The mail went out from another account or Region, or with a set that overrides the list. Entries for a
    complaint are left out: who complains can be reached, and does not want to be.
    """
    query = """
        SELECT list.account, list.region, list.tenant, l.address, l.reason, l.updated_at, max(r.send_hour),
            r.account, r.message_id, CASE r.kind WHEN 'COMPLAINT' THEN 'complaint' ELSE 'delivery' END
        FROM listed l JOIN list ON list.id = l.list JOIN reported r ON r.recipient = l.recipient
        WHERE l.reason = 'BOUNCE' AND r.kind IN ('COMPLAINT', 'delivered') AND r.send_hour > l.updated_at
        GROUP BY list.id, l.address
        ORDER BY list.account, list.region, l.recipient, list.tenant, l.address"""
    return (DeliveredSince(*row) for row in book.ask(query))


def find_soft_bounces(book: DriftBook, least_days: int = 3) -> Iterator[RepeatedSoftBounces]:
    """Yield recipients whose mail bounced softly on several days of sending (UTC), most days first.

    The ledger's entries name no campaign: a day stands for one.
    """
    query = f"""
        SELECT r.account, r.region, r.recipient, count(DISTINCT substr(r.send_hour, 1, 10)) AS days,
            count(DISTINCT r.message_id), substr(min(r.send_hour), 1, 10), substr(max(r.send_hour), 1, 10),
            group_concat(DISTINCT r.outcome)
        FROM reported r
        WHERE r.kind = 'soft' AND {IS_KNOWN.format("r")} AND NOT {IS_LISTED.format("r", "r")}
        GROUP BY r.account, r.region, r.recipient HAVING days >= :least_days
        ORDER BY days DESC, r.account, r.region, r.recipient"""  # noqa: S608
    for *counts, outcomes in book.ask(query, least_days=least_days):
        yield RepeatedSoftBounces(*(*counts, " ".join(sorted(outcomes.split(",")))))


def compare_senders(book: DriftBook) -> Iterator[SendersCompared]:
    """Yield, for each two senders of an identity whose lists are known, how their lists differ."""
    pairs = f"""
        SELECT a.identity, a.account, a.region, b.account, b.region FROM sender a JOIN sender b
            ON b.identity = a.identity AND (a.account, a.region) < (b.account, b.region)
        WHERE {IS_KNOWN.format("a")} AND {IS_KNOWN.format("b")}
        ORDER BY a.identity, a.account, a.region, b.account, b.region"""  # noqa: S608
    compared: dict[tuple[str, ...], tuple[int, ...]] = {}
    for identity, *pair in book.ask(pairs):
        places = tuple(pair)
        if places not in compared:
            compared[places] = _compare_lists(book, *places)
        yield SendersCompared(identity, *places, *compared[places])


def _compare_lists(book: DriftBook, *places: str) -> tuple[int, ...]:
    """Return how many recipients are here only, there only, on both, and on both with other reasons."""
    of_place = """SELECT listed.recipient, max(listed.reason) AS reason FROM listed
        JOIN list ON list.id = listed.list
        WHERE list.account = :{0}_account AND list.region = :{0}_region GROUP BY listed.recipient"""
    query = f"""
        WITH here AS ({of_place.format("here")}), there AS ({of_place.format("there")})
        SELECT (SELECT count(*) FROM here), (SELECT count(*) FROM there), count(*),
            coalesce(sum(here.reason <> there.reason), 0)
        FROM here JOIN there ON there.recipient = here.recipient"""  # noqa: S608
    names = ("here_account", "here_region", "there_account", "there_region")
    ((here, there, both, differ),) = book.ask(query, **dict(zip(names, places, strict=True)))
    return here - both, there - both, both, differ
