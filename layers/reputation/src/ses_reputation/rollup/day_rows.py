"""Account-days as items of the ledger's table: a head, and pieces that hold the days of some identities each.

    DAY#444455556666#us-east-1         2026-11-22            the head: pages, digests of all pieces
    DAY#444455556666#us-east-1         2026-11-22+0000.00    totals of the identities of piece 0
    DAY#444455556666#us-east-1#detail  2026-11-22+0000.00    their hours and figures

Long windows read totals alone. A piece is written where it changed, and the head after all pieces, so that a
reader notices a day that is half written by its digests.
"""

import json
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import groupby
from typing import Any

from ses_reputation.aws.dynamodb import Row
from ses_reputation.errors import UnavailableError
from ses_reputation.hours import Day
from ses_reputation.rollup.day_balance import AccountDayBalance, PackedDay
from ses_reputation.rollup.entities import SenderIdentity
from ses_reputation.rollup.keys import AccountDay, account_day_of_key, day_partition, detail_partition
from ses_reputation.stored_json import FORMAT, reading

PIECE_BYTES = 16_384
"""What a piece should hold at most: late feedback to one identity writes its piece again."""
MOST_BYTES = 300_000
"""Of a piece in one item. A day of one identity with hundreds of sets may be more, and takes several."""
_DIGEST_BYTES = 8
_LENGTHS = struct.Struct("<II")

Blobs = Mapping[str, bytes]
"""Packed totals, or packed detail, by identity."""


class HalfWrittenError(UnavailableError):
    """A day was read while it was being written, or whoever wrote it was cut off."""

    def __init__(self, account_day: AccountDay) -> None:
        super().__init__("DayBeingWritten")
        self.account_day = account_day


@dataclass(frozen=True, slots=True)
class DayHead:
    """What an account-day's item says of its pieces: two digests each, of totals and of detail."""

    account_day: AccountDay
    pages: int
    digests: Sequence[tuple[bytes, bytes]]

    def to_row(self) -> dict[str, Any]:
        """Return the head as an item."""
        return {
            "pk": {"S": day_partition(self.account_day.account, self.account_day.region)},
            "sk": {"S": self.account_day.day},
            "pages": {"N": str(self.pages)},
            "digests": {"B": b"".join(digest for each in self.digests for digest in each)},
            "format": {"N": str(FORMAT)},
        }


@dataclass(frozen=True, slots=True)
class DayPieces:
    """An account-day cut into pieces, each of totals and of detail."""

    account_day: AccountDay
    pages: int
    pieces: Sequence[tuple[bytes, bytes]]

    @property
    def head(self) -> DayHead:
        """What is written after all pieces."""
        digests = [(_digest(totals), _digest(detail)) for totals, detail in self.pieces]
        return DayHead(self.account_day, self.pages, digests)

    def rows_unlike(self, stored: DayHead | None) -> Iterator[dict[str, Any]]:
        """Yield the items of pieces that are not those of the stored head."""
        known = stored.digests if stored else ()
        place = (self.account_day.account, self.account_day.region)
        partitions = (day_partition(*place), detail_partition(*place))
        for number, (piece, digests) in enumerate(zip(self.pieces, self.head.digests, strict=True)):
            before = known[number] if number < len(known) else (b"", b"")
            for partition, content, digest, old in zip(partitions, piece, digests, before, strict=True):
                if digest != old:
                    yield from self._rows_of_piece(partition, number, content)

    def _rows_of_piece(self, partition: str, number: int, content: bytes) -> Iterator[dict[str, Any]]:
        for chunk, start in enumerate(range(0, len(content), MOST_BYTES)):
            yield {
                "pk": {"S": partition},
                "sk": {"S": f"{self.account_day.day}+{number:04}.{chunk:02}"},
                "pages": {"N": str(self.pages)},
                "piece": {"B": content[start : start + MOST_BYTES]},
            }


def pieces_of(balance: AccountDayBalance, stored: DayHead | None) -> DayPieces:
    """Return an account-day in as many pieces as it needs, and no fewer than are stored: a power of two."""
    size = sum(len(day.packed_totals) + len(day.packed_detail) for day in balance.days)
    number = len(stored.digests) if stored else 1
    while number * PIECE_BYTES < size and number < 2 * len(balance.days):
        number *= 2
    members: list[list[PackedDay]] = [[] for _ in range(number)]
    for day in balance.days:
        members[zlib.crc32(day.sender.identity.encode()) % number].append(day)
    pieces = [
        (
            _join({day.sender.identity: day.packed_totals for day in own}),
            _join({day.sender.identity: day.packed_detail for day in own}),
        )
        for own in members
    ]
    return DayPieces(balance.account_day, balance.pages, pieces)


def head_of_row(row: Row) -> DayHead:
    """Return the head in an item. Raises StateError."""
    with reading(row):
        digests = bytes(row["digests"]["B"])
        if not digests or len(digests) % (2 * _DIGEST_BYTES):
            raise ValueError("digests are not in pairs")
        each = [digests[start : start + _DIGEST_BYTES] for start in range(0, len(digests), _DIGEST_BYTES)]
        account_day = account_day_of_key(row["pk"]["S"], row["sk"]["S"])
        return DayHead(account_day, int(row["pages"]["N"]), list(zip(each[::2], each[1::2], strict=True)))


def days_of_rows(totals: Iterable[Row], detail: Iterable[Row] | None) -> Iterator[AccountDayBalance]:
    """Yield the account-days in items of one account that are in the order of their keys.

    detail: None where only totals are wanted; then days have none. Raises StateError where one cannot be
    read, and HalfWrittenError where its pieces are not those that its head names.
    """
    pieces_of_day = dict(_by_day(detail)) if detail is not None else None
    for day, rows in _by_day(totals):
        if "digests" in rows[0]:
            yield _day_of_rows(rows, None if pieces_of_day is None else pieces_of_day.get(day, []))


def _by_day(rows: Iterable[Row]) -> Iterator[tuple[Day, list[Row]]]:
    for day, group in groupby(rows, key=lambda row: row["sk"]["S"].partition("+")[0]):
        yield day, list(group)


def _day_of_rows(rows: Sequence[Row], detail_rows: Sequence[Row] | None) -> AccountDayBalance:
    head = head_of_row(rows[0])
    with reading(rows[0]):
        totals = _blobs(head, rows[1:], place=0)
        detail = _blobs(head, detail_rows, place=1) if detail_rows is not None else {}
        account, region, day = head.account_day
        days = tuple(
            PackedDay(
                SenderIdentity(account, region, identity), day, totals[identity], detail.get(identity, b"")
            )
            for identity in sorted(totals)
        )
        return AccountDayBalance(head.account_day, head.pages, days)


def _blobs(head: DayHead, rows: Iterable[Row], place: int) -> dict[str, bytes]:
    chunks: dict[int, bytes] = {}
    for row in rows:
        number = int(row["sk"]["S"].rpartition("+")[2].partition(".")[0])
        chunks[number] = chunks.get(number, b"") + bytes(row["piece"]["B"])
    blobs: dict[str, bytes] = {}
    for number, digests in enumerate(head.digests):
        piece = chunks.get(number, b"")
        # A piece that was longer before has left items behind.
        piece = piece[: _LENGTHS.unpack_from(piece)[0]] if piece else piece
        if _digest(piece) != digests[place]:
            raise HalfWrittenError(head.account_day)
        blobs |= _split(piece)
    return blobs


def _join(blobs: Blobs) -> bytes:
    names = zlib.compress(json.dumps([[name, len(blob)] for name, blob in blobs.items()]).encode(), 9)
    whole = _LENGTHS.size + len(names) + sum(map(len, blobs.values()))
    return _LENGTHS.pack(whole, len(names)) + names + b"".join(blobs.values())


def _split(piece: bytes) -> Iterator[tuple[str, bytes]]:
    _, length = _LENGTHS.unpack_from(piece)
    start = _LENGTHS.size + length
    for name, size in json.loads(zlib.decompress(piece[_LENGTHS.size : start])):
        yield name, piece[start : start + size]
        start += size


def _digest(piece: bytes) -> bytes:
    return blake2b(piece, digest_size=_DIGEST_BYTES).digest()
