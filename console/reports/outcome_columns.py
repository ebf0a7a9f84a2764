"""Outcomes gathered into the few kinds that fit on a screen; each outcome is of exactly one kind."""

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

from ses_reputation.feedback.outcomes import (
    BOUNCED,
    COMPLAINTS,
    DELAYED,
    DELIVERED,
    HARD_BOUNCES,
    NEVER_LEFT,
    STOPPED_BY_A_LIST,
    Outcome,
)
from ses_reputation.ledger.hour_balance import HourBalance


class OutcomeKind(StrEnum):
    """The columns of the table of balances, in their order."""

    SENT = "sent"
    DELIVERED = "delivered"
    HARD_BOUNCES = "hard bounces"
    SOFT_BOUNCES = "soft bounces"
    COMPLAINTS = "complaints"
    DELAYS = "delays"
    SUPPRESSED = "suppressed"
    NEVER_LEFT = "never left"
    OTHER_REPORTS = "other reports"


def kind_of(outcome: Outcome) -> OutcomeKind:
    """Return the kind of an outcome.

    Hard bounces are those that SES counts in an account's bounce rate. What the account's, a tenant's or a
    recipient's own list stopped is suppressed. Reports of not-spam and suspected complaints are no
    complaints.
    """
    return next(
        (kind for kind, outcomes in _OUTCOMES.items() if outcome in outcomes), OutcomeKind.OTHER_REPORTS
    )


_OUTCOMES = {
    OutcomeKind.SENT: frozenset({Outcome.SENT}),
    OutcomeKind.DELIVERED: DELIVERED,
    OutcomeKind.HARD_BOUNCES: HARD_BOUNCES,
    OutcomeKind.SOFT_BOUNCES: BOUNCED - HARD_BOUNCES - STOPPED_BY_A_LIST,
    OutcomeKind.COMPLAINTS: COMPLAINTS,
    OutcomeKind.DELAYS: DELAYED,
    OutcomeKind.SUPPRESSED: STOPPED_BY_A_LIST,
    OutcomeKind.NEVER_LEFT: NEVER_LEFT,
}


def count_kinds(hours: Iterable[HourBalance]) -> Counter[OutcomeKind]:
    """Count the distinct facts of some hours by kind."""
    kinds: Counter[OutcomeKind] = Counter()
    for hour in hours:
        for providers in hour.counts.values():
            for outcomes in providers.values():
                for name, number in outcomes.items():
                    kinds[kind_of(Outcome[name.upper()])] += number
    return kinds
