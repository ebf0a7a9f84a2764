"""Day balances as items of the ledger's table: one each, or several where hundreds of sets sent all day long.

A day of a sender with a configuration set per tenant may be more than an item of 400 KB holds. Then it is
written in pieces next to the day's item, in one transaction.
"""

import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import accumulate, pairwise
from typing import Any

from ses_reputation.aws.dynamodb import Row
from ses_reputation.errors import UnavailableError
from ses_reputation.rollup.day_balance import DayBalance, pack_table, unpack_table
from ses_reputation.rollup.keys import day_partition, sender_of_day
from ses_reputation.stored_json import FORMAT, plain_text, reading

MOST_BYTES = 300_000
"""Of a day's figures in one item; keys and names come on top."""


def rows_of_day(day: DayBalance) -> list[dict[str, Any]]:
    """Return a day balance as items, the day's own first; its totals can be read as they are."""
    totals = plain_text(pack_table(day.totals))
    own: dict[str, Any] = {
        "pk": {"S": day_partition(day.sender)},
        "sk": {"S": day.day},
        "pages": {"N": str(day.pages)},
        "format": {"N": str(FORMAT)},
    }
    if len(totals.encode()) + len(day.packed_hours) + len(day.packed_figures) <= MOST_BYTES:
        figures = {"B": day.packed_figures}
        return [own | {"totals": {"S": totals}, "hours": {"B": day.packed_hours}, "figures": figures}]
    return _in_pieces(own, [zlib.compress(totals.encode()), day.packed_hours, day.packed_figures])


def _in_pieces(own: dict[str, Any], fields: Sequence[bytes]) -> list[dict[str, Any]]:
    whole = b"".join(fields)
    pieces = [whole[start : start + MOST_BYTES] for start in range(0, len(whole), MOST_BYTES)]
    own |= {
        "lengths": {"L": [{"N": str(len(each))} for each in fields]},
        "pieces": {"N": str(len(pieces))},
        "digest": {"B": _digest(whole)},
    }
    day = own["sk"]["S"]
    return [own] + [
        {"pk": own["pk"], "sk": {"S": f"{day}+{number:02}"}, "piece": {"B": piece}}
        for number, piece in enumerate(pieces)
    ]


def days_of_rows(rows: Iterable[Row]) -> Iterator[DayBalance]:
    """Return the day balances in items of one sender that are in the order of their keys.

    Raises StateError where one cannot be read, and UnavailableError where its pieces were read while they
    were being replaced.
    """
    together: list[Row] = []
    for row in rows:
        if "piece" not in row and together:
            yield _day_of_rows(together)
            together = []
        together.append(row)
    if together:
        yield _day_of_rows(together)


def _day_of_rows(rows: Sequence[Row]) -> DayBalance:
    own = rows[0]
    with reading(own):
        totals, hours, figures = _fields(own, rows[1:]) if "pieces" in own else _plain_fields(own)
        return DayBalance(
            sender_of_day(own["pk"]["S"]),
            own["sk"]["S"],
            unpack_table(json.loads(totals)),
            hours,
            figures,
            int(own["pages"]["N"]),
        )


def _plain_fields(own: Row) -> tuple[str, bytes, bytes]:
    return own["totals"]["S"], bytes(own["hours"]["B"]), bytes(own["figures"]["B"])


def _fields(own: Row, pieces: Sequence[Row]) -> tuple[str, bytes, bytes]:
    whole = b"".join(bytes(row["piece"]["B"]) for row in pieces[: int(own["pieces"]["N"])])
    if _digest(whole) != bytes(own["digest"]["B"]):
        raise UnavailableError("DayBeingWritten")
    bounds = accumulate((int(length["N"]) for length in own["lengths"]["L"]), initial=0)
    totals, hours, figures = (whole[start:end] for start, end in pairwise(bounds))
    return zlib.decompress(totals).decode(), hours, figures


def _digest(whole: bytes) -> bytes:
    return blake2b(whole, digest_size=16).digest()
