"""What a list is made of, as tables and as JSON."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console

from console.terminal.screen import print_line, print_title
from console.terminal.tables import make_table
from console.terminal.wording import capital, number
from ses_reputation.suppression.lookup.list_statistics import ListStatistics
from ses_reputation.suppression.snapshot.manifest import Manifest
from ses_reputation.wording import count, provider_title

# Those that SES has (SES v2, SuppressionListReason).
_REASONS = ("BOUNCE", "COMPLAINT")


def print_statistics(screen: Console, manifest: Manifest, counted: ListStatistics) -> None:
    """Print counts by provider, most first, and by month, oldest first."""
    print_title(screen, f"{manifest.run.target.name}, {manifest.run.run_id}")
    print_line(screen, count(counted.total, "address", "addresses"))
    by_size = {
        capital(provider_title(name)): of_name
        for name, of_name in sorted(counted.by_provider.items(), key=lambda each: -sum(each[1].values()))
    }
    for heading, counts in (("mailbox provider", by_size), ("last updated in", counted.by_month)):
        screen.print()
        _print_table(screen, heading, counts, counted.by_reason)


def _print_table(
    screen: Console, heading: str, counts: Mapping[str, Mapping[str, int]], by_reason: Mapping[str, int]
) -> None:
    table = make_table(heading, *_REASONS, "other", "together")
    for name, of_name in counts.items():
        table.add_row(name, *_figures(of_name))
    table.add_row("together", *_figures(by_reason), style="bold")
    screen.print(table)


def _figures(counts: Mapping[str, int]) -> Iterator[str]:
    known, total = [counts.get(reason, 0) for reason in _REASONS], sum(counts.values())
    return map(number, (*known, total - sum(known), total))


def describe_statistics(counted: ListStatistics) -> dict[str, Any]:
    """Return counts as JSON values."""
    return {
        "total": counted.total,
        "by_reason": dict(counted.by_reason),
        "by_provider": {name: dict(counts) for name, counts in counted.by_provider.items()},
        "by_month": {month: dict(counts) for month, counts in counted.by_month.items()},
    }
