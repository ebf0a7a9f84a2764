"""Figures of an account-hour in pieces that fit items: packed, and found again by identity and set.

The number of pieces is a power of two, so that each piece is about a write of several kilobytes; an
identity's configuration set is always in the same piece of so many. So a late complaint rewrites its piece,
not the hour.
"""

import json
import zlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from ses_reputation.ledger.balance import BalanceCounts, Counts, FiguresByIdentity
from ses_reputation.tallies import group_pairs

# Rewriting it costs eight write units; a hundred identities of some providers each fit.
PIECE_BYTES = 8_000
# DynamoDB changes at most a hundred items in one transaction.
MOST_PIECES = 64
# And 4 MB: room for keys is left.
_MOST_BYTES = 3_900_000
DIGEST_BYTES = 8

_Cell = list[dict[str, dict[str, int]]]
"""Of an identity's configuration set: counts, what followed, coverage; in fourth place of its tag: counts; in
fifth place of a set: what only the owner's feed reported."""
_Cells = dict[tuple[str, str], _Cell]
"""By identity and configuration set or tag, which has a `=`, as no set's name does."""


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
    parts: list[_Cells] = [{} for _ in range(number)]
    for cell, counts in cells.items():
        parts[_place_of(cell) % number][cell] = counts
    return tuple(map(_pack, parts))


def fit_a_transaction(pieces: Iterable[Piece]) -> bool:
    """Return whether pieces can be written together; beyond that a shard has to be divided."""
    return sum(len(piece.content) for piece in pieces) <= _MOST_BYTES


def unpack_figures(contents: Iterable[bytes]) -> FiguresByIdentity:
    """Return the figures in pieces, in any order."""
    figures: FiguresByIdentity = defaultdict(BalanceCounts)
    for content in contents:
        for name, parts, identities in json.loads(zlib.decompress(content)):
            for identity in identities:
                for into, part in zip(_parts_of(figures[identity]), parts, strict=False):
                    if part:
                        # Each has its own, as whoever adds to the one must not change the other.
                        into[name] = {key: dict(counts) for key, counts in part.items()}
    return dict(figures)


def _cells_of(figures: FiguresByIdentity) -> _Cells:
    cells: _Cells = {}
    for identity, of_identity in figures.items():
        for place, part in enumerate(_parts_of(of_identity)):
            for name, counts in part.items():
                cell = cells.setdefault((identity, name), [])
                cell += [{}] * (place + 1 - len(cell))
                cell[place] = counts
    return cells


def _parts_of(figures: BalanceCounts) -> tuple[Counts, ...]:
    return figures.counts, figures.followed, figures.coverage, figures.tags, figures.owner_only


def _place_of(cell: tuple[str, str]) -> int:
    return int.from_bytes(blake2b("\n".join(cell).encode(), digest_size=2).digest())


def _pack(cells: _Cells) -> Piece:
    """Pack cells, with figures that many identities share said once: `[set, figures, identities]`, sorted."""
    alike = group_pairs(((name, _json(cell)), identity) for (identity, name), cell in sorted(cells.items()))
    rows = (
        f"[{_json(name)},{parts},{_json(identities)}]" for (name, parts), identities in sorted(alike.items())
    )
    text = f"[{','.join(rows)}]".encode()
    return Piece(zlib.compress(text, level=9), blake2b(text, digest_size=DIGEST_BYTES).digest())


def _json(plain: Any) -> str:
    return json.dumps(plain, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
