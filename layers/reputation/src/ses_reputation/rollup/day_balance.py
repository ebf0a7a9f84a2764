"""A day balance: what a sender's hours of one UTC day add up to, always recomputed from them.

It is what assessments read of a year: the day's figures, and its hours for windows that begin within it.
"""

import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from ses_reputation.hours import Day, Hour, day_of
from ses_reputation.ledger.balance import BalanceCounts
from ses_reputation.ledger.hour_balance import HourBalance, add_counts
from ses_reputation.rollup.entities import SenderIdentity
from ses_reputation.rollup.rate_counts import (
    EVERYTHING,
    NO_COUNTS,
    Breakdown,
    Dimension,
    RateCounts,
    Slice,
    add_tables,
    break_down,
)
from ses_reputation.tallies import group_by, total_by_key


@dataclass(frozen=True)
class DayBalance:
    """What a sender's mail of one day came to.

    totals: of the whole day. packed_hours: the same by hour, unpacked by `hours`.
    packed_figures: the sum of the hours' balances, unpacked by `figures`. pages: journal pages that all this
    was computed from; it only ever grows.
    """

    sender: SenderIdentity
    day: Day
    totals: Breakdown
    packed_hours: bytes
    packed_figures: bytes
    pages: int

    @cached_property
    def hours(self) -> dict[Hour, Breakdown]:
        """The figures of each hour in which anything was sent, in order."""
        return {hour: unpack_table(rows) for hour, rows in _unpack(self.packed_hours).items()}

    @cached_property
    def figures(self) -> BalanceCounts:
        """Counts, what followed what, and coverage of the whole day."""
        return BalanceCounts(**_unpack(self.packed_figures))


def totals_by_hour(days: Iterable[DayBalance]) -> dict[Hour, RateCounts]:
    """Return the figures of each hour of some days, of all their senders."""
    return total_by_key(
        (hour, table.get(EVERYTHING, NO_COUNTS)) for day in days for hour, table in day.hours.items()
    )


def sender_of(hour: HourBalance) -> SenderIdentity:
    """Return who sent in an hour."""
    return SenderIdentity(
        hour.sender_hour.sending_account, hour.sender_hour.region, hour.sender_hour.identity
    )


def day_balances_of(hours: Iterable[HourBalance]) -> list[DayBalance]:
    """Return the day balances of hours, which must be all hours of their days; sorted."""
    by_day = group_by(hours, lambda hour: (sender_of(hour), day_of(hour.sender_hour.send_hour)))
    return [_day_balance_of(sender, day, by_day[sender, day]) for sender, day in sorted(by_day)]


def _day_balance_of(sender: SenderIdentity, day: str, hours: Sequence[HourBalance]) -> DayBalance:
    tables = {hour.sender_hour.send_hour: break_down(hour.counts) for hour in hours}
    figures = BalanceCounts()
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


def pack_table(table: Breakdown) -> list[list[Any]]:
    """Return a table as rows of plain JSON, sorted: kind, name, figures."""
    return [[mail_slice.kind, mail_slice.name, *figures] for mail_slice, figures in sorted(table.items())]


def unpack_table(rows: Iterable[Sequence[Any]]) -> Breakdown:
    """Return the table that `pack_table` wrote."""
    return {Slice(Dimension(kind), name): RateCounts(*figures) for kind, name, *figures in rows}


def _pack(plain: Any) -> bytes:
    return zlib.compress(json.dumps(plain, separators=(",", ":"), sort_keys=True).encode())


def _unpack(packed: bytes) -> Any:
    return json.loads(zlib.decompress(packed))
