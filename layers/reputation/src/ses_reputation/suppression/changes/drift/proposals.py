"""What `sync` proposes: whom to add to which account's list, and where a complaint outranks a bounce.

Nothing is ever removed, and no reason weakened: a put replaces an entry (SES v2 API reference,
PutSuppressedDestination), so an entry for a complaint is left alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from ses_reputation.suppression.changes.drift.book import DriftBook
from ses_reputation.suppression.targets import Target


@dataclass(frozen=True, slots=True)
class Proposal:
    """An address to put on an account's own list.

    previous_reason: that of the entry which it replaces, "" where there is none.
    """

    target: Target
    address: str
    reason: str
    previous_reason: str


# Of each recipient, who has it on a list because of mail of an identity.
_OF_THE_IDENTITY = """SELECT DISTINCT r.identity, r.recipient, r.account, r.region FROM reported r
    WHERE r.kind IN ('BOUNCE', 'COMPLAINT')"""
# Or of whatever mail.
_WHOLE_LISTS = """SELECT s.identity, l.recipient, list.account, list.region FROM listed l
    JOIN list ON list.id = l.list JOIN sender s ON s.account = list.account AND s.region = list.region"""
_QUERY = """
    WITH suppressed AS ({basis}),
    strongest AS (
        SELECT s.identity, s.recipient, max(l.reason) AS reason, min(l.address) AS address
        FROM suppressed s JOIN listed l ON l.recipient = s.recipient
        JOIN list ON list.id = l.list AND list.account = s.account AND list.region = s.region
        WHERE l.reason IN ('BOUNCE', 'COMPLAINT') AND (:identity = '' OR s.identity = :identity)
        GROUP BY s.identity, s.recipient),
    wanted AS (
        SELECT other.account, other.region, g.recipient, max(g.reason) AS reason, min(g.address) AS address
        FROM strongest g JOIN sender other ON other.identity = g.identity
        GROUP BY other.account, other.region, g.recipient)
    SELECT w.account, w.region, coalesce(own.address, w.address), w.reason, coalesce(own.reason, '')
    FROM wanted w
    JOIN list target ON target.account = w.account AND target.region = w.region AND target.tenant = ''
    LEFT JOIN listed own ON own.list = target.id AND own.recipient = w.recipient
    WHERE own.reason IS NULL OR (own.reason = 'BOUNCE' AND w.reason = 'COMPLAINT')
    ORDER BY w.account, w.region, w.recipient, own.address"""


def propose(book: DriftBook, identity: str = "", *, whole_lists: bool = False) -> Iterator[Proposal]:
    """Yield what senders of the same identity have not got of each other, by account and Region.

    identity: only of this one; "" for all. By default a recipient is proposed where mail of the identity
    itself bounced hard or was complained about; with `whole_lists`, wherever a sender has it on a list.
    Senders whose list is not known get no proposals, nor do tenants' lists: each is of one tenant's mail.
    """
    query = _QUERY.format(basis=_WHOLE_LISTS if whole_lists else _OF_THE_IDENTITY)
    for account, region, *rest in book.ask(query, identity=identity):
        yield Proposal(Target(account, region), *rest)
