"""Items of the ledger's table, as DynamoDB's low-level API writes them."""

import json
import zlib
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from ses_reputation.aws.dynamodb import Row
from ses_reputation.hours import day_of
from ses_reputation.ledger.balance import BalanceCounts
from ses_reputation.ledger.entries import Entry
from ses_reputation.ledger.journal import JournalRow
from ses_reputation.ledger.keys import balance_key, journal_key, message_partition, segment_of_balance
from ses_reputation.ledger.pages import PAGE_VERSION, FactRun, Page, unpack_page
from ses_reputation.ledger.posting import Balance

# The index `by_identity` is the owner's entity of balances: an entry that had its attribute would stand there
# too, at the price of a write, and of the index's throughput when an identity's mail bounces in thousands.
_IDENTITY_OF_ENTRY = "sent_from"
# An hour in which some hundred configuration sets send (a set per tenant, say) has more figures than an item
# of 400 KB holds as maps, and each post would cost hundreds of write units: from here on they are packed.
MOST_PLAIN_FIGURES_BYTES = 100_000


FROM_NO_FEWER_PAGES = "attribute_not_exists(pages) OR pages <= :pages"
"""The condition of what is computed from pages: never less than what is stored."""


def key_of(row: JournalRow) -> tuple[str, str]:
    """Return partition and sort key of a page or an entry."""
    if isinstance(row, Entry):
        return message_partition(row.message_id), row.sort_key
    return journal_key(row.segment), row.digest


def row_of(row: JournalRow) -> dict[str, Any]:
    """Return a page or an entry as an item."""
    return _row_of_entry(row) if isinstance(row, Entry) else _row_of_page(row)


def _row_of_entry(entry: Entry) -> dict[str, Any]:
    pk, sk = key_of(entry)
    named = {name: {"S": value} for name, value in entry.attributes.items()}
    if "identity" in named:
        named[_IDENTITY_OF_ENTRY] = named.pop("identity")
    return {"pk": {"S": pk}, "sk": {"S": sk}, **named, "expires_at": {"N": str(entry.expires_at)}}


def _row_of_page(page: Page) -> dict[str, Any]:
    row: dict[str, Any] = {
        "pk": {"S": journal_key(page.segment)},
        "sk": {"S": page.digest},
        "page": {"B": page.content},
        "version": {"N": str(PAGE_VERSION)},
        "expires_at": {"N": str(page.segment.expires_at)},
    }
    if page.configuration_sets:
        row["configuration_sets"] = {"L": [{"S": name} for name in page.configuration_sets]}
    return row


def runs_of_row(row: Row) -> Iterable[FactRun]:
    """Return the runs of a page. Raises PageError where it cannot be decoded."""
    names = tuple(name["S"] for name in row.get("configuration_sets", {}).get("L", ()))
    return unpack_page(bytes(row["page"]["B"]), int(row["version"]["N"]), names)


def row_of_balance(balance: Balance) -> dict[str, Any]:
    """Return a balance as an item; `late` is its segment's number where that is above 0.

    BalanceCounts are maps, readable as they are, or together zlib-packed JSON in `figures` where they are
    many. `posted_on` and `posted_at` (UTC) are the keys of the index `by_posting`."""
    pk, sk = balance_key(balance.segment)
    posted_at = balance.posted_at.astimezone(UTC).isoformat()
    row: dict[str, Any] = {
        "pk": {"S": pk},
        "sk": {"S": sk},
        "identity": {"S": balance.segment.sender_hour.identity},
        **_written(balance.figures),
        "pages": {"N": str(balance.pages)},
        "read_units": {"N": str(balance.read_units)},
        "posted_on": {"S": day_of(balance.posted_at)},
        "posted_at": {"S": posted_at},
    }
    if balance.segment.number:
        row["late"] = {"N": str(balance.segment.number)}
    return row


def _written(figures: BalanceCounts) -> Row:
    parts = asdict(figures)
    packed = json.dumps(parts, separators=(",", ":")).encode()
    if len(packed) > MOST_PLAIN_FIGURES_BYTES:
        return {"figures": {"B": zlib.compress(packed)}}
    return {name: _nested(part) for name, part in parts.items()}


def _nested(counts: Any) -> Row:
    """Return maps of numbers, however deep, as an item writes them."""
    if isinstance(counts, int):
        return {"N": str(counts)}
    return {"M": {name: _nested(each) for name, each in counts.items()}}


def balance_of_row(row: Row) -> Balance:
    """Return the balance in an item."""
    return Balance(
        segment_of_balance(row["pk"]["S"], row["sk"]["S"]),
        _read(row),
        int(row["pages"]["N"]),
        float(row["read_units"]["N"]),
        datetime.fromisoformat(row["posted_at"]["S"]),
    )


def _read(row: Row) -> BalanceCounts:
    if "figures" in row:
        return BalanceCounts(**json.loads(zlib.decompress(bytes(row["figures"]["B"]))))
    return BalanceCounts(_flat(row["counts"]), _flat(row["followed"]), _flat(row["coverage"]))


def _flat(nested: Row) -> Any:
    """Return what `_nested` wrote."""
    if "N" in nested:
        return int(nested["N"])
    return {name: _flat(each) for name, each in nested["M"].items()}


def entry_of_row(row: Row) -> dict[str, str]:
    """Return an entry's names and text, with `message_id`, without keys of the table's own."""
    entry = {name: value["S"] for name, value in row.items() if "S" in value}
    message_id = entry.pop("pk").partition("#")[2]
    if _IDENTITY_OF_ENTRY in entry:
        entry["identity"] = entry.pop(_IDENTITY_OF_ENTRY)
    return {"message_id": message_id} | {
        name: value for name, value in entry.items() if name not in ("sk", "account_day")
    }
