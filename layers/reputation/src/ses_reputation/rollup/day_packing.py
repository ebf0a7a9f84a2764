"""Day balances as bytes: JSON without the long names that all of them share, compressed.

Codes take a day to less than half (docs/adr/0015-days-of-accounts.md), and C code reads them.
"""

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from ses_reputation.feedback.outcomes import Outcome
from ses_reputation.feedback.providers import Provider
from ses_reputation.hours import Day, Hour
from ses_reputation.ledger.balance import BalanceCounts
from ses_reputation.rollup.rate_counts import NO_COUNTS, Breakdown, Dimension, RateCounts, Slice

# Stored by their places: append, never reorder. A name that is not here is stored as it is, as sets' are.
_WORDS: Sequence[str] = (
    *(
        "everything",
        "configuration_set",
        "provider",
        "sending_account",
        "identity",
        "bounce",
        "complaint",
        "",
    ),
    *("delivered", "bounced", "complained", "owner_only", "sender_only", "both"),
    *("delayed_then_delivered", "delayed_then_bounced", "delayed_still_open", "delivered_then_bounced"),
    *("sent_without_outcome", "tag", "outcome_without_send", "send_after_outcome", "without_send", "unrated"),
)
_OUTCOMES_FROM, _PROVIDERS_FROM = 100, 300
_CODES: Mapping[str, int] = (
    {word: code for code, word in enumerate(_WORDS)}
    | {provider.wire_name: _PROVIDERS_FROM + provider for provider in Provider}
    | {outcome.wire_name: _OUTCOMES_FROM + outcome for outcome in Outcome}
)
_NAMES: Mapping[int, str] = {code: name for name, code in _CODES.items()}
_DIMENSIONS: Mapping[int, Dimension] = {
    _CODES[dimension.value]: dimension for dimension in Dimension if dimension.value in _CODES
}
_NUMBERS = len(RateCounts._fields)
# Of a column: no number at all, and the same numbers as in the first column.
_NOTHING, _AS_FIRST = 0, 1


def pack_totals(totals: Breakdown) -> bytes:
    """Return a table as bytes, the same for equal ones; slices without any figure are left out."""
    return _pack(
        list(chain.from_iterable(_totals_row(*row) for row in sorted(totals.items()) if any(row[1])))
    )


def unpack_totals(packed: bytes) -> Breakdown:
    """Return the table that `pack_totals` wrote."""
    flat = _unpack(packed)
    return {
        _slice(flat[start], flat[start + 1]): RateCounts._make(flat[start + 2 : start + 2 + _NUMBERS])
        for start in range(0, len(flat), 2 + _NUMBERS)
    }


def pack_detail(hours: Mapping[Hour, Breakdown], figures: BalanceCounts) -> bytes:
    """Return the hours and figures of one day as bytes, the same for equal ones."""
    plain = (figures.counts, figures.followed, figures.coverage, *([figures.tags] if figures.tags else []))
    return _pack([_coded_hours(hours), [_coded(each) for each in plain]])


def unpack_hours(day: Day, packed: bytes) -> dict[Hour, Breakdown]:
    """Return the hours that `pack_detail` wrote."""
    (numbers, *columns), _ = _unpack(packed)
    tables: dict[Hour, Breakdown] = {f"{day}T{number:02}": {} for number in numbers}
    for dimension, name, *by_figure in columns:
        mail_slice, first = _slice(dimension, name), by_figure[0]
        spread = [_spread(column, first, len(numbers)) for column in by_figure]
        for table, row in zip(tables.values(), zip(*spread, strict=True), strict=True):
            if any(row):
                table[mail_slice] = RateCounts._make(row)
    return tables


def unpack_figures(packed: bytes) -> BalanceCounts:
    """Return the figures that `pack_detail` wrote."""
    _, figures = _unpack(packed)
    return BalanceCounts(*map(_named, figures))


def _totals_row(mail_slice: Slice, figures: RateCounts) -> Iterator[Any]:
    return chain((_CODES[mail_slice.kind], _code(mail_slice.name)), figures)


def _coded_hours(hours: Mapping[Hour, Breakdown]) -> list[Any]:
    names = sorted(hours)
    slices = sorted({mail_slice for table in hours.values() for mail_slice, row in table.items() if any(row)})
    columns = []
    for mail_slice in slices:
        rows = [hours[name].get(mail_slice, NO_COUNTS) for name in names]
        first, *others = (list(column) for column in zip(*rows, strict=True))
        packed = [first if any(first) else _NOTHING, *(_packed_column(each, first) for each in others)]
        columns.append([_CODES[mail_slice.kind], _code(mail_slice.name), *packed])
    return [[int(name[-2:]) for name in names], *columns]


def _packed_column(column: list[int], first: list[int]) -> list[int] | int:
    if not any(column):
        return _NOTHING
    return _AS_FIRST if column == first else column


def _spread(column: list[int] | int, first: list[int] | int, length: int) -> list[int]:
    if column == _AS_FIRST:
        column = first
    return [0] * length if isinstance(column, int) else column


def _coded(counts: Any) -> Any:
    """Return maps as lists of codes, each with what it stands for, sorted by names."""
    if isinstance(counts, int):
        return counts
    return [each for name in sorted(counts) for each in (_code(name), _coded(counts[name]))]


def _named(coded: Any) -> Any:
    if isinstance(coded, int):
        return coded
    return {_name(coded[at]): _named(coded[at + 1]) for at in range(0, len(coded), 2)}


def _code(name: str) -> int | str:
    return _CODES.get(name, name)


def _name(code: int | str) -> str:
    return code if isinstance(code, str) else _NAMES[code]


def _slice(dimension: int, name: int | str) -> Slice:
    return Slice(_DIMENSIONS[dimension], _name(name))


def _pack(plain: Any) -> bytes:
    text = json.dumps(plain, separators=(",", ":"), ensure_ascii=False)
    deflate = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    return deflate.compress(text.encode()) + deflate.flush()


def _unpack(packed: bytes) -> Any:
    return json.loads(zlib.decompress(packed, wbits=-zlib.MAX_WBITS))
