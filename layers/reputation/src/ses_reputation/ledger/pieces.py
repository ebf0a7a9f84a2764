"""Figures of an account-hour in pieces that fit items: packed, and found again by identity and set.

The number of pieces is a power of two, so that each piece is about a write of several kilobytes; an
identity's configuration set is always in the same piece of so many. So a late complaint rewrites its piece,
not the hour.
"""

import json
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from ses_reputation.ledger.balance import BalanceCounts, FiguresByIdentity

# Rewriting it costs eight write units; a hundred identities of some providers each fit.
PIECE_BYTES = 8_000
# DynamoDB changes at most a hundred items in one transaction.
MOST_PIECES = 64
DIGEST_BYTES = 8

_Cell = list[dict[str, dict[str, int]]]
"""Of an identity's configuration set: its counts, what followed, and its coverage."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some cells of an hour: compressed JSON, and the digest of what it says."""

    content: bytes
    digest: bytes


def pack_figures(figures: FiguresByIdentity, at_least: int = 1) -> tuple[Piece, ...]:
    """Return figures in as many pieces as they need, `at_least` so many: a power of two."""
    cells = _cells_of(figures)
    pieces = [_pack(cells)]
    if at_least == 1 and len(pieces[0].content) <= PIECE_BYTES:
        return tuple(pieces)
    number = at_least
    while number < MOST_PIECES and number * PIECE_BYTES < len(pieces[0].content):
        number *= 2
    parts: list[dict[tuple[str, str], _Cell]] = [{} for _ in range(number)]
    for cell, counts in cells.items():
        parts[_place_of(cell) % number][cell] = counts
    return tuple(map(_pack, parts))


def unpack_figures(contents: Iterable[bytes]) -> FiguresByIdentity:
    """Return the figures in pieces, in any order."""
    figures: FiguresByIdentity = defaultdict(BalanceCounts)
    for content in contents:
        for identity, name, *parts in json.loads(zlib.decompress(content)):
            of_identity = figures[identity]
            kept = (of_identity.counts, of_identity.followed, of_identity.coverage)
            kept_parts: Sequence[Any] = parts
            for into, part in zip(kept, kept_parts, strict=True):
                if part:
                    into[name] = part
    return dict(figures)


def _cells_of(figures: FiguresByIdentity) -> dict[tuple[str, str], _Cell]:
    cells: dict[tuple[str, str], _Cell] = {}
    for identity, of_identity in figures.items():
        parts = (of_identity.counts, of_identity.followed, of_identity.coverage)
        for place, part in enumerate(parts):
            for name, counts in part.items():
                cells.setdefault((identity, name), [{}, {}, {}])[place] = counts
    return cells


def _place_of(cell: tuple[str, str]) -> int:
    return int.from_bytes(blake2b("\n".join(cell).encode(), digest_size=2).digest())


def _pack(cells: dict[tuple[str, str], _Cell]) -> Piece:
    rows = [[*cell, *parts] for cell, parts in sorted(cells.items())]
    text = json.dumps(rows, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode()
    return Piece(zlib.compress(text), blake2b(text, digest_size=DIGEST_BYTES).digest())
