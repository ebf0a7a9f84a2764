"""The merge itself: blocks of sorted raw parts in, lines in order out, each address once."""

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
    """Lines in order, the key of the last (`order_of`), and how many rows were given up as repeats."""

    lines: Sequence[str]
    last_key: str
    rows_repeated: int


@dataclass(slots=True)
class RowMerge:
    """Merges raw parts from behind a key on (None: from the first).

    Rows wait in a pool, by key, until each raw part has been read beyond them: about a block of each raw
    part. Those that need not wait are sorted, which is fast, since they are runs that are sorted already.
    """

    readers: Sequence[RawPartReader]
    after: str | None = None
    _pool: dict[str, str] = field(default_factory=dict)
    _repeats: Counter[str] = field(default_factory=Counter)
    # The last key that was read of each raw part which may have more, and its number: a heap.
    _frontier: list[tuple[str, int]] = field(default_factory=list)
    # Keys in order that nothing unread can come before, from `_taken` on.
    _ready: list[str] = field(default_factory=list)
    _taken: int = 0

    def __post_init__(self) -> None:
        """Read the first block of each raw part."""
        for number in range(len(self.readers)):
            last_key = self._read_block(number)
            if last_key is not None:
                self._frontier.append((last_key, number))
        heapify(self._frontier)

    def take(self, most: int) -> MergedRows | None:
        """Return some of the next rows, at most so many; None behind the last."""
        while self._taken == len(self._ready):
            if not (self._frontier or self._pool):
                return None
            self._read_on()
            self._sort()
        keys = self._ready[self._taken : self._taken + most]
        self._taken += len(keys)
        repeated = sum(self._repeats.pop(key, 0) for key in keys) if self._repeats else 0
        return MergedRows(list(map(self._pool.pop, keys)), keys[-1], repeated)

    def _read_on(self) -> None:
        """Read blocks, always of the raw part that is read least far."""
        enough = len(self._pool) + max(_LEAST_ROWS, len(self._pool) // 4)
        while self._frontier and len(self._pool) < enough:
            number = self._frontier[0][1]
            last_key = self._read_block(number)
            if last_key is None:
                heappop(self._frontier)
            else:
                heapreplace(self._frontier, (last_key, number))

    def _sort(self) -> None:
        keys: Iterable[str] = self._pool
        if self._frontier:
            # An unread row may repeat the very address that a raw part is read up to.
            end = self._frontier[0][0]
            keys = [key for key in self._pool if key < end]
        self._ready, self._taken = sorted(keys), 0

    def _read_block(self, number: int) -> str | None:
        block = self.readers[number].read_block()
        if block is None:
            return None
        start = 0 if self.after is None else bisect_right(block.keys, self.after)
        self._pool_rows(block.keys[start:], block.lines[start:])
        return block.keys[-1]

    def _pool_rows(self, keys: Sequence[str], lines: Sequence[str]) -> None:
        rows = dict(zip(keys, lines, strict=True))
        if len(rows) == len(lines) and self._pool.keys().isdisjoint(rows):
            self._pool.update(rows)
            return
        for key, line in zip(keys, lines, strict=True):
            if key in self._pool:
                self._repeats[key] += 1
                line = later_line(self._pool[key], line)  # noqa: PLW2901
            self._pool[key] = line
