"""A day balance: what a sender's hours of one UTC day add up to, always recomputed from them.

It is what assessments read of a year: the day's figures, and its hours for windows that begin within it.
"""

import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from ses_reputation.ledger.balance import Figures
from ses_reputation.ledger.hour_balance import SenderHour, add_counts
from ses_reputation.rollup.entities import Sender
from ses_reputation.rollup.rate_counts import Part, PartKind, RateFigures, RateTable, add_tables, rate_table


@dataclass(frozen=True)
class DayBalance:
    """What a sender's mail of one day came to.

    day: `2026-11-22`, UTC. totals: of the whole day. packed_hours: the same by hour, unpacked by `hours`.
    packed_figures: the sum of the hours' balances, unpacked by `figures`. pages: journal pages that all this
    was computed from; it only ever grows.
    """

    sender: Sender
    day: str
    totals: RateTable
    packed_hours: bytes
    packed_figures: bytes
    pages: int

    @cached_property
    def hours(self) -> dict[str, RateTable]:
        """The figures of each hour (`2026-11-22T10`) in which anything was sent, in order."""
        return {hour: unpack_table(rows) for hour, rows in _unpack(self.packed_hours).items()}

    @cached_property
    def figures(self) -> Figures:
        """Counts, what followed what, and coverage of the whole day."""
        return Figures(**_unpack(self.packed_figures))


def sender_of(hour: SenderHour) -> Sender:
    """Return who sent in an hour."""
    return Sender(hour.origin.sending_account, hour.origin.region, hour.origin.identity)


def fold_days(hours: Iterable[SenderHour]) -> list[DayBalance]:
    """Return the day balances of hours, which must be all of each day that they touch; sorted."""
    by_day: dict[tuple[Sender, str], list[SenderHour]] = {}
    for hour in hours:
        by_day.setdefault((sender_of(hour), hour.origin.send_hour[:10]), []).append(hour)
    return [_fold_day(sender, day, by_day[sender, day]) for sender, day in sorted(by_day)]


def _fold_day(sender: Sender, day: str, hours: Sequence[SenderHour]) -> DayBalance:
    tables = {hour.origin.send_hour: rate_table(hour.counts) for hour in hours}
    figures = Figures()
    for hour in hours:
        add_counts(figures.counts, hour.counts)
        add_counts(figures.followed, hour.followed)
        add_counts(figures.coverage, hour.coverage)
    return DayBalance(
        sender,
        day,
        add_tables(tables.values()),
        _pack({hour: pack_table(tables[hour]) for hour in sorted(tables)}),
        _pack(asdict(figures)),
        sum(hour.pages for hour in hours),
    )


def pack_table(table: RateTable) -> list[list[Any]]:
    """Return a table as rows of plain JSON, sorted: kind, name, figures."""
    return [[part.kind, part.name, *figures] for part, figures in sorted(table.items())]


def unpack_table(rows: Iterable[Sequence[Any]]) -> RateTable:
    """Return the table that `pack_table` wrote."""
    return {Part(PartKind(kind), name): RateFigures(*figures) for kind, name, *figures in rows}


def _pack(plain: Any) -> bytes:
    return zlib.compress(json.dumps(plain, separators=(",", ":"), sort_keys=True).encode())


def _unpack(packed: bytes) -> Any:
    return json.loads(zlib.decompress(packed))
