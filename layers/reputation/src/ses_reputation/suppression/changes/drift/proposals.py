"""What `sync` proposes: whom to add to which account's list, and where a complaint outranks a bounce.

Nothing is ever removed, and no reason weakened: a put replaces an entry (SES v2 API reference,
PutSuppressedDestination), so an entry for a complaint is left alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from ses_reputation.suppression.changes.drift.book import DriftBook
from ses_reputation.suppression.changes.drift.conditions import ADDING, IS_LISTED, IS_REMOVED
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


# Of each recipient, who has it on a list because of mail of an identity, and when that was last reported.
_OF_THE_IDENTITY = f"""SELECT r.identity, r.recipient, r.account, r.region, max(r.occurred_at) AS reported_at
    FROM reported r WHERE r.kind IN {ADDING} GROUP BY r.identity, r.recipient, r.account, r.region"""  # noqa: S608
# Or of whatever mail. A restore dates entries anew, so their own times say nothing of when that was.
_WHOLE_LISTS = f"""SELECT s.identity, l.recipient, list.account, list.region,
        (SELECT coalesce(max(r.occurred_at), '') FROM reported r WHERE r.recipient = l.recipient
         AND r.account = list.account AND r.region = list.region AND r.kind IN {ADDING}) AS reported_at
    FROM listed l JOIN list ON list.id = l.list
    JOIN sender s ON s.account = list.account AND s.region = list.region"""  # noqa: S608
_QUERY = f"""
    WITH suppressed AS ({{basis}}),
    strongest AS (
        SELECT s.identity, s.recipient, s.account, s.region, max(l.reason) AS reason,
            min(l.address) AS address, max(s.reported_at) AS reported_at
        FROM suppressed s JOIN listed l ON l.recipient = s.recipient
        JOIN list ON list.id = l.list AND list.account = s.account AND list.region = s.region
        WHERE l.reason IN {ADDING} AND (:identity = '' OR s.identity = :identity)
        GROUP BY s.identity, s.recipient, s.account, s.region),
    wanted AS (
        SELECT other.account, other.region, g.recipient, max(g.reason) AS reason, min(g.address) AS address,
            max(g.reported_at) AS reported_at
        FROM strongest g JOIN sender other ON other.identity = g.identity
            AND (other.account, other.region) <> (g.account, g.region)
        GROUP BY other.account, other.region, g.recipient)
    SELECT w.account, w.region, coalesce(own.address, w.address), w.reason, coalesce(own.reason, '')
    FROM wanted w
    JOIN list target ON target.account = w.account AND target.region = w.region AND target.tenant = ''
    LEFT JOIN listed own ON own.list = target.id AND own.recipient = w.recipient
    WHERE (own.reason = 'BOUNCE' AND w.reason = 'COMPLAINT')
        OR NOT ({IS_LISTED.format("w", "w")} OR {IS_REMOVED.format("w", "w", "w.reported_at")})
    ORDER BY w.account, w.region, w.recipient, own.address"""  # noqa: S608


def propose(book: DriftBook, identity: str = "", *, whole_lists: bool = False) -> Iterator[Proposal]:
    """Yield what senders of the same identity have not got of each other, by account and Region.

    identity: only of this one; "" for all. By default recipients are added whom findings.find_unsuppressed
    finds, but for those taken off on purpose since; with `whole_lists`, whoever's mail it was. Senders whose
    list is not known get no proposals, nor do tenants' lists: each is of one tenant's mail.
    """
    query = _QUERY.format(basis=_WHOLE_LISTS if whole_lists else _OF_THE_IDENTITY)
    for account, region, *rest in book.ask(query, identity=identity):
        yield Proposal(Target(account, region), *rest)
