"""The index of statements: each party in a line."""

from dataclasses import dataclass
from datetime import datetime

from ses_reputation.rates.thresholds import Standing
from ses_reputation.statement.view.statement import StatementParty


@dataclass(frozen=True, slots=True)
class IndexLine:
    """A party, how its statement begins, and where that is: href is relative to the index."""

    party: StatementParty
    standing: Standing | None
    headline: str
    made_at: datetime
    href: str
