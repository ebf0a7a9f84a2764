"""Items of the ledger's table, as DynamoDB's low-level API writes them."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from ses_reputation.aws.dynamodb import Row, time_text
from ses_reputation.errors import PageError, UnavailableError
from ses_reputation.hours import Day, day_of
from ses_reputation.ledger.balance_store import Balance, LastPosting
from ses_reputation.ledger.delays import DelayPage
from ses_reputation.ledger.entries import INDEXED, Entry, pack_attributes, unpack_attributes
from ses_reputation.ledger.journal import JournalRow
from ses_reputation.ledger.keys import (
    balance_key,
    delays_partition,
    journal_key,
    message_partition,
    postings_partition,
    shard_of_balance,
)
from ses_reputation.ledger.pages import PAGE_VERSION, FactRun, Page, unpack_page
from ses_reputation.ledger.pieces import DIGEST_BYTES, Piece
from ses_reputation.ledger.segments import Segment
from ses_reputation.ledger.shards import Shard


class BalanceBeingWrittenError(UnavailableError):
    """A balance of several items was read while it was being written."""

    def __init__(self) -> None:
        super().__init__("BalanceBeingWritten")


FROM_NO_FEWER_PAGES = "attribute_not_exists(pages) OR pages <= :most"
"""The condition of what is computed from pages: never less than what is stored."""
WHOLE_FROM_NO_FEWER_PAGES = f"attribute_not_exists(parts) AND ({FROM_NO_FEWER_PAGES})"
"""The condition of a balance: neither is it divided."""
# An assessment that begins anew reads the runs of posting of 400 days.
_RUNS_ARE_KEPT = timedelta(days=430)
# Of 50 bytes each, in an item of 400 KB.
_ACCOUNT_DAYS_OF_A_RUN = 5_000
_HOUR_CHARACTERS = len("2026-11-22T10")


def key_of(row: JournalRow) -> tuple[str, str]:
    """Return partition and sort key of what is journaled."""
    if isinstance(row, Page):
        return journal_key(row.shard), row.sort_key
    if isinstance(row, Entry):
        return message_partition(row.message_id), row.sort_key
    return delays_partition(row.sending_account, row.region, row.day), row.digest


def row_of(row: JournalRow) -> dict[str, Any]:
    """Return what is journaled as an item."""
    pk, sk = key_of(row)
    return {"pk": {"S": pk}, "sk": {"S": sk}, **_attributes_of(row)}


def _attributes_of(row: JournalRow) -> dict[str, Any]:
    if isinstance(row, Page):
        version, expires_at = {"N": str(PAGE_VERSION)}, {"N": str(row.shard.segment.expires_at)}
        return {"page": {"B": row.content}, "version": version, "expires_at": expires_at}
    expires_at = {"N": str(row.expires_at)}
    if isinstance(row, DelayPage):
        return {"delays": {"B": row.content}, "expires_at": expires_at}
    indexed = {name: {"S": row.attributes[name]} for name in INDEXED}
    return {**indexed, "entry": {"B": pack_attributes(row.attributes)}, "expires_at": expires_at}


def runs_of_row(row: Row) -> Iterable[FactRun]:
    """Return the runs of a page. Raises PageError where it cannot be decoded."""
    try:
        content, version = bytes(row["page"]["B"]), int(row["version"]["N"])
    except (KeyError, TypeError, ValueError) as error:
        raise PageError("an item among an hour's pages is no page of this release") from error
    return unpack_page(content, version)


def entry_of_row(row: Row) -> dict[str, str]:
    """Return an entry's names and text, with `message_id`, without keys of the table's own."""
    indexed = {name: row[name]["S"] for name in INDEXED}
    packed = unpack_attributes(bytes(row["entry"]["B"]))
    return {"message_id": row["pk"]["S"].partition("#")[2], **indexed, **packed}


def values_of_balance(balance: Balance) -> dict[str, Any]:
    """Return the attributes of a balance's own item, which has the first piece.

    It names the digests of all pieces: a reader finds out where it has pieces of two postings. `due_at` is
    not among them: a message that is waiting goes on to wait.
    """
    return {
        "figures": {"B": balance.pieces[0].content},
        "digests": {"B": b"".join(balance.digests)},
        "pages": {"N": str(balance.pages)},
        "read_units": {"N": str(balance.read_units)},
        "posted_at": {"S": time_text(balance.posted_at)},
    }


def changed_pieces(balance: Balance, before: LastPosting | None) -> list[dict[str, Any]]:
    """Return the pieces but the first, as items, that are not stored as they are."""
    known = before.digests if before and len(before.digests) == len(balance.pieces) else ()
    return [
        {
            **_key(balance.shard, place),
            "figures": {"B": piece.content},
            "digest": {"B": piece.digest},
        }
        for place, piece in enumerate(balance.pieces)
        if place and (not known or known[place] != piece.digest)
    ]


def _key(shard: Shard, piece: int = 0) -> dict[str, Any]:
    pk, sk = balance_key(shard, piece)
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def last_posting_of_row(row: Row) -> LastPosting:
    """Return what posting has to know of a balance's own item."""
    due_at = row.get("due_at")
    return LastPosting(
        int(row["pages"]["N"]),
        float(row["read_units"]["N"]),
        datetime.fromisoformat(row["posted_at"]["S"]),
        _digests(row),
        datetime.fromisoformat(due_at["S"]) if due_at else None,
        frozenset(row.get("parts", {}).get("SS", ())),
    )


def balances_of_rows(rows: Iterable[Row]) -> Iterator[Balance]:
    """Return the balances in items that are in the order of their keys: of each hour, all or none.

    Raises BalanceBeingWrittenError where an hour was read while it was being written.
    """
    for _, of_hour in groupby(rows, key=lambda row: (row["pk"]["S"], row["sk"]["S"][:_HOUR_CHARACTERS])):
        by_shard: dict[Shard, dict[int, Row]] = {}
        for row in of_hour:
            shard, piece = shard_of_balance(row["pk"]["S"], row["sk"]["S"])
            by_shard.setdefault(shard, {})[piece] = row
        for shard in [shard for shard in by_shard if not shard.prefix]:
            yield from _standing(shard, by_shard)


def _standing(shard: Shard, by_shard: Mapping[Shard, Mapping[int, Row]]) -> Iterator[Balance]:
    """Yield the balances that stand for a shard: its own, or those of its parts."""
    pieces = by_shard.get(shard, {})
    if 0 not in pieces:
        raise BalanceBeingWrittenError
    own = pieces[0]
    if "parts" in own:
        for digit in sorted(own["parts"]["SS"]):
            yield from _standing(shard.part(digit), by_shard)
        return
    last = last_posting_of_row(own)
    kept = tuple(_pieces_of(own, pieces, last.digests))
    yield Balance(shard, kept, last.pages, last.read_units, last.posted_at)


def _pieces_of(own: Row, pieces: Mapping[int, Row], digests: Sequence[bytes]) -> Iterator[Piece]:
    yield Piece(bytes(own["figures"]["B"]), digests[0])
    for place, digest in enumerate(digests[1:], start=1):
        piece = pieces.get(place)
        if piece is None or bytes(piece["digest"]["B"]) != digest:
            raise BalanceBeingWrittenError
        yield Piece(bytes(piece["figures"]["B"]), digest)


def _digests(row: Row) -> tuple[bytes, ...]:
    together = bytes(row["digests"]["B"]) if "digests" in row else b""
    return tuple(together[at : at + DIGEST_BYTES] for at in range(0, len(together), DIGEST_BYTES))


def rows_of_run(segments: Iterable[Segment], begun_at: datetime, name: str) -> Iterator[dict[str, Any]]:
    """Yield the items that say of which account-days a run of posting changes balances; `name` is unique."""
    hours = (segment.account_hour for segment in segments)
    account_days = sorted({(hour.sending_account, hour.region, day_of(hour.send_hour)) for hour in hours})
    for start in range(0, len(account_days), _ACCOUNT_DAYS_OF_A_RUN):
        named = account_days[start : start + _ACCOUNT_DAYS_OF_A_RUN]
        yield {
            "pk": {"S": postings_partition(day_of(begun_at.astimezone(UTC)))},
            "sk": {"S": f"{time_text(begun_at)}#{name}{start or ''}"},
            "account_days": {"S": json.dumps(named, separators=(",", ":"))},
            "expires_at": {"N": str(int((begun_at + _RUNS_ARE_KEPT).timestamp()))},
        }


def account_days_of_row(row: Row) -> list[tuple[str, str, Day]]:
    """Return the account, Region and day of each account-day that a run of posting names."""
    return [(account, region, day) for account, region, day in json.loads(row["account_days"]["S"])]
