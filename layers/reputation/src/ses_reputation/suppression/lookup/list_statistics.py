"""What a list is made of: how many addresses, by reason, by mailbox provider and by month."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ses_reputation.feedback.providers import provider_of
from ses_reputation.suppression.forgotten import is_hidden
from ses_reputation.suppression.listing.destination import SuppressedDestination

FORGOTTEN = "forgotten"
"""In place of a provider, of people who were forgotten."""


@dataclass(frozen=True, slots=True)
class ListStatistics:
    """Counts of rows: by reason; then by provider, and by month of the last update, each by reason."""

    by_reason: Mapping[str, int]
    by_provider: Mapping[str, Mapping[str, int]]
    by_month: Mapping[str, Mapping[str, int]]

    @property
    def total(self) -> int:
        """All rows."""
        return sum(self.by_reason.values())


def count_rows(rows: Iterable[SuppressedDestination]) -> ListStatistics:
    """Count rows in one pass; memory grows with reasons, providers and months, not with rows.

    A provider is named as balances have it, or FORGOTTEN where nobody knows the address. Months are
    of UTC: `2026-11`.
    """
    counts = Counter((row.reason, _provider_of(row.email_address), row.last_update_time[:7]) for row in rows)
    by_reason: Counter[str] = Counter()
    by_provider: dict[str, Counter[str]] = {}
    by_month: dict[str, Counter[str]] = {}
    for (reason, provider, month), number in sorted(counts.items()):
        by_reason[reason] += number
        by_provider.setdefault(provider, Counter())[reason] += number
        by_month.setdefault(month, Counter())[reason] += number
    return ListStatistics(by_reason, by_provider, dict(sorted(by_month.items())))


def _provider_of(address: str) -> str:
    return FORGOTTEN if is_hidden(address) else provider_of(address.lower()).wire_name
