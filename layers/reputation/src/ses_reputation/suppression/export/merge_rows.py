"""The merge itself: blocks of sorted raw parts in, lines in the order of addresses out, each address once."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heapreplace

from ses_reputation.suppression.export.raw_parts import RawPartReader
from ses_reputation.suppression.listing.destination import later_line

# So many rows are read at least before they are sorted.
_LEAST_ROWS = 8_192


@dataclass(frozen=True, slots=True)
class MergedRows:
    """Lines in order, the last one's address, and how many rows were given up for them as repeats."""

    lines: Sequence[str]
    last_address: str
    rows_repeated: int


@dataclass(slots=True)
class RowMerge:
    """Merges raw parts from behind an address on (None: from the first).

    Rows wait in a pool, by address, until each raw part has been read beyond them: about a block of each raw
    part. Those that need not wait are sorted, which is fast, since they are runs that are sorted already.
    """

    readers: Sequence[RawPartReader]
    after: str | None = None
    _pool: dict[str, str] = field(default_factory=dict)
    _repeats: Counter[str] = field(default_factory=Counter)
    # The last address that was read of each raw part which may have more, and its number: a heap.
    _frontier: list[tuple[str, int]] = field(default_factory=list)
    # Addresses in order that nothing unread can come before, from `_taken` on.
    _ready: list[str] = field(default_factory=list)
    _taken: int = 0

    def __post_init__(self) -> None:
        """Read the first block of each raw part."""
        for number in range(len(self.readers)):
            last_address = self._read_block(number)
            if last_address is not None:
                self._frontier.append((last_address, number))
        heapify(self._frontier)

    def take(self, most: int) -> MergedRows | None:
        """Return some of the next rows, at most so many; None behind the last."""
        while self._taken == len(self._ready):
            if not (self._frontier or self._pool):
                return None
            self._read_on()
            self._sort()
        addresses = self._ready[self._taken : self._taken + most]
        self._taken += len(addresses)
        repeated = sum(self._repeats.pop(address, 0) for address in addresses) if self._repeats else 0
        return MergedRows(list(map(self._pool.pop, addresses)), addresses[-1], repeated)

    def _read_on(self) -> None:
        """Read blocks, always of the raw part that is read least far."""
        enough = len(self._pool) + max(_LEAST_ROWS, len(self._pool) // 4)
        while self._frontier and len(self._pool) < enough:
            number = self._frontier[0][1]
            last_address = self._read_block(number)
            if last_address is None:
                heappop(self._frontier)
            else:
                heapreplace(self._frontier, (last_address, number))

    def _sort(self) -> None:
        addresses: Iterable[str] = self._pool
        if self._frontier:
            # An unread row may repeat the very address that a raw part is read up to.
            end = self._frontier[0][0]
            addresses = [address for address in self._pool if address < end]
        self._ready, self._taken = sorted(addresses), 0

    def _read_block(self, number: int) -> str | None:
        block = self.readers[number].read_block()
        if block is None:
            return None
        start = 0 if self.after is None else bisect_right(block.addresses, self.after)
        self._pool_rows(block.addresses[start:], block.lines[start:])
        return block.addresses[-1]

    def _pool_rows(self, addresses: Sequence[str], lines: Sequence[str]) -> None:
        rows = dict(zip(addresses, lines, strict=True))
        if len(rows) == len(lines) and self._pool.keys().isdisjoint(rows):
            self._pool.update(rows)
            return
        for address, line in zip(addresses, lines, strict=True):
            if address in self._pool:
                self._repeats[address] += 1
                line = later_line(self._pool[address], line)  # noqa: PLW2901
            self._pool[address] = line
