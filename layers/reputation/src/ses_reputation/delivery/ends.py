"""What became of mail by mailbox provider: each mail once, also mail that is known by its outcome alone."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ses_reputation.feedback.outcomes import BOUNCED, DELIVERED, STOPPED_BY_A_LIST, Outcome
from ses_reputation.ledger.balance import BalanceCounts
from ses_reputation.rollup.rate_counts import NOT_RATED
from ses_reputation.tallies import total_by_key


class MailEnds(NamedTuple):
    """What became of a provider's mail, in dispatches: what bounced after its delivery is not delivered.

    bounced: hard or soft, without what a suppression list stopped. waiting: sent, without an outcome yet.
    """

    delivered: int = 0
    bounced: int = 0
    waiting: int = 0


NO_ENDS = MailEnds()


def _names_of(outcomes: Iterable[Outcome]) -> frozenset[str]:
    return frozenset(outcome.wire_name for outcome in outcomes)


_DELIVERED, _BOUNCED = _names_of(DELIVERED), _names_of(BOUNCED - STOPPED_BY_A_LIST)


def count_bounced(outcomes: Mapping[str, int]) -> int:
    """Return how many dispatches bounced, of dispatches by outcome, without what a suppression list stopped.

    Hard or soft, for SES gives up on what stays deferred with a soft bounce.
    """
    return _count(outcomes, _BOUNCED)


def ends_by_provider(figures: Iterable[BalanceCounts]) -> dict[str, MailEnds]:
    """Return the ends of mail in figures by provider, without the mailbox simulator and own domains."""
    return total_by_key(cell for each in figures for cell in _cells(each))


def _cells(figures: BalanceCounts) -> Iterator[tuple[str, MailEnds]]:
    for name, providers in figures.counts.items():
        followed = figures.followed.get(name, {})
        for provider, outcomes in providers.items():
            if provider not in NOT_RATED:
                yield provider, _ends_of(outcomes, followed.get(provider, {}))


def _ends_of(outcomes: Mapping[str, int], followed: Mapping[str, int]) -> MailEnds:
    return MailEnds(
        _count(outcomes, _DELIVERED) - followed.get("delivered_then_bounced", 0),
        count_bounced(outcomes),
        followed.get("sent_without_outcome", 0),
    )


def _count(outcomes: Mapping[str, int], names: frozenset[str]) -> int:
    return sum(number for name, number in outcomes.items() if name in names)
