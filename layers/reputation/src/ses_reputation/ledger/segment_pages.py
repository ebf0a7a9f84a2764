"""The pages of a segment as its shards need them: their own, and those of wider shards."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from ses_reputation.ledger.balance_store import BalanceStore, PagesRead
from ses_reputation.ledger.pages import runs_within
from ses_reputation.ledger.segments import Segment
from ses_reputation.ledger.shards import MOST_DIGITS, Shard


@dataclass(slots=True)
class SegmentPages:
    """The pages of a segment, each shard's read once, from `began_at` on: parts share wider shards' pages."""

    store: BalanceStore
    segment: Segment
    began_at: datetime
    wide: dict[Shard, PagesRead] = field(default_factory=dict)

    def read(self, shard: Shard) -> PagesRead:
        """Return what a shard holds on its own pages and on those of wider shards."""
        return _together(self._reads(shard), shard.prefix)

    def count(self, shard: Shard) -> int:
        """Return how many pages `read` takes that from."""
        return sum(read.pages for read in self._reads(shard))

    def _reads(self, shard: Shard) -> list[PagesRead]:
        return [self._read_once(each) for each in (*shard.wider, shard)]

    def _read_once(self, shard: Shard) -> PagesRead:
        """Read a shard's own pages; keep them where it may have parts, which need them too."""
        read = self.wide.get(shard)
        if read is None:
            read = self.store.read_pages(shard)
            if len(shard.prefix) < MOST_DIGITS:
                self.wide[shard] = read
        return read

    def of_previous_segment(self, shard: Shard) -> PagesRead:
        """Return what the segment before holds of a shard, on all of its pages; nothing for the first."""
        previous = self.segment.previous
        if previous is None:
            return PagesRead()
        same = Shard(previous, shard.prefix)
        reads = [self.store.read_pages(each) for each in (*same.wider, same)]
        return _together([*reads, *self._narrower(same)], shard.prefix)

    def _narrower(self, shard: Shard) -> Iterator[PagesRead]:
        stored = self.store.last_posting(shard)
        for digit in stored.parts if stored else ():
            yield self.store.read_pages(shard.part(digit))
            yield from self._narrower(shard.part(digit))


def _together(reads: Sequence[PagesRead], prefix: str) -> PagesRead:
    return PagesRead(
        sum(read.pages for read in reads),
        list(runs_within(chain.from_iterable(read.runs for read in reads), prefix)),
        sum(read.read_units for read in reads),
    )
