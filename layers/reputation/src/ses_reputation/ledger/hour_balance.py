"""What a sender did in an hour, whatever segments it was kept in."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ses_reputation.feedback.origins import SenderHour
from ses_reputation.ledger.balance import BalanceCounts, Counts
from ses_reputation.ledger.balance_store import Balance


@dataclass(slots=True)
class HourBalance:
    """What one account sent from one identity in one hour (UTC), and what became of it.

    `late` facts arrived more than 90 days after the hour; they are among the counts. `pages` are those of the
    account's whole hour. The shapes of counts, followed, coverage, tags and owner_only are those of
    ses_reputation.ledger.balance.BalanceCounts.
    """

    sender_hour: SenderHour
    late: int = 0
    pages: int = 0
    counts: Counts = field(default_factory=dict)
    followed: Counts = field(default_factory=dict)
    coverage: Counts = field(default_factory=dict)
    tags: Counts = field(default_factory=dict)
    owner_only: Counts = field(default_factory=dict)

    def add(self, figures: BalanceCounts, pages: int, *, is_late: bool) -> None:
        """Add what one shard of a segment holds of this hour."""
        if is_late:
            self.late += sum_counts(figures.counts)
        self.pages += pages
        add_counts(self.counts, figures.counts)
        add_counts(self.followed, figures.followed)
        add_counts(self.coverage, figures.coverage)
        add_counts(self.tags, figures.tags)
        add_counts(self.owner_only, figures.owner_only)

    @property
    def figures(self) -> BalanceCounts:
        """The figures of all segments together."""
        return BalanceCounts(self.counts, self.followed, self.coverage, self.tags, self.owner_only)

    def to_json(self) -> dict[str, Any]:
        """The row as `--json` prints it, names sorted."""
        return {
            **self.sender_hour._asdict(),
            "late": self.late,
            "counts": _sorted(self.counts),
            "followed": _sorted(self.followed),
            "coverage": _sorted(self.coverage),
            "tags": _sorted(self.tags),
            "owner_only": _sorted(self.owner_only),
        }


def gather_hours(balances: Iterable[Balance]) -> list[HourBalance]:
    """Return one row for each sending account, Region, identity and hour, sorted by these."""
    hours: dict[SenderHour, HourBalance] = {}
    for balance in balances:
        segment = balance.shard.segment
        account, region, hour = segment.account_hour
        for identity, figures in balance.figures.items():
            sender_hour = SenderHour(account, region, identity, hour)
            of_sender = hours.setdefault(sender_hour, HourBalance(sender_hour))
            of_sender.add(figures, balance.pages, is_late=segment.number > 0)
    return sorted(hours.values(), key=lambda hour: hour.sender_hour)


def sum_counts(counts: Counts) -> int:
    """All counts together."""
    return sum(number for cells in counts.values() for cell in cells.values() for number in cell.values())


def add_counts(total: Counts, counts: Counts) -> None:
    """Add `counts` to `total`, which changes."""
    for first, cells in counts.items():
        for second, cell in cells.items():
            into = total.setdefault(first, {}).setdefault(second, {})
            for name, number in cell.items():
                into[name] = into.get(name, 0) + number


def _sorted(counts: Any) -> Any:
    if isinstance(counts, int):
        return counts
    return {name: _sorted(each) for name, each in sorted(counts.items())}
