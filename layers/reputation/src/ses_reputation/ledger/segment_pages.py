"""The pages of a segment as its shards need them: their own, and those of wider shards."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from ses_reputation.feedback.outcomes import OUTCOMES, Outcome
from ses_reputation.ledger.balance_store import Balance, BalanceStore, PagesRead
from ses_reputation.ledger.pages import runs_within
from ses_reputation.ledger.segments import Segment
from ses_reputation.ledger.shards import MOST_DIGITS, Shard

# While a segment is open, its pages and those of the one before are there.
_PAGES_ARE_KEPT = 2


@dataclass(slots=True)
class SegmentPages:
    """The pages of a segment, each shard's read once, from `began_at` on: parts share wider shards' pages."""

    store: BalanceStore
    segment: Segment
    began_at: datetime
    wide: dict[Shard, PagesRead] = field(default_factory=dict)
    counted: frozenset[int] | None = None

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

    def counted_from_pages_gone(self) -> frozenset[int]:
        """Return the outcomes that balances count of the segments whose pages may have expired.

        Read once, and only where a fact arrives 180 days after its hour: balances, and no pages.
        """
        if self.segment.number < _PAGES_ARE_KEPT:
            return frozenset()
        if self.counted is None:
            self.counted = frozenset(chain.from_iterable(map(_outcomes_of, self._balances_from_pages_gone())))
        return self.counted

    def _balances_from_pages_gone(self) -> Iterator[Balance]:
        account, region, hour = self.segment.account_hour
        for balance in self.store.balances_of_account(account, region, hour, hour):
            if balance.shard.segment.number <= self.segment.number - _PAGES_ARE_KEPT:
                yield balance

    def _narrower(self, shard: Shard) -> Iterator[PagesRead]:
        stored = self.store.last_posting(shard)
        for digit in stored.parts if stored else ():
            yield self.store.read_pages(shard.part(digit))
            yield from self._narrower(shard.part(digit))


def _outcomes_of(balance: Balance) -> Iterator[Outcome]:
    for figures in balance.figures.values():
        for cells in figures.counts.values():
            for names in cells.values():
                yield from (OUTCOMES[name] for name in names if name in OUTCOMES)


def _together(reads: Sequence[PagesRead], prefix: str) -> PagesRead:
    return PagesRead(
        sum(read.pages for read in reads),
        list(runs_within(chain.from_iterable(read.runs for read in reads), prefix)),
        sum(read.read_units for read in reads),
    )
