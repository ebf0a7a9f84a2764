"""Folding."""

from dataclasses import dataclass
from datetime import datetime

from ses_reputation.standing.keys import AccountDay


@dataclass(frozen=True, slots=True)
class TouchedPage:
    """A page of the index of postings: the account-days of its balances, and when the last was posted."""

    account_days: frozenset[AccountDay]
    last_posted_at: datetime
