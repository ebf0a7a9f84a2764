"""What of the ledger's counts enters rates, in all and by part.

SES's bounce rate is hard bounces over mail to domains that the sender has not verified; its complaint rate is
over mail to domains that send feedback loops (Amazon SES developer guide, "Reputation metrics"). Out of both
sides, here as there: the mailbox simulator, own domains, and sends that a suppression list stopped. And, here
only, mail of which nobody named a configuration set: SES reports sends through configuration sets alone, so
the owner's feed may report its bounces, but nobody reports how much of it there was.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from itertools import chain
from typing import NamedTuple

from ses_reputation.feedback.outcomes import BOUNCED, COMPLAINTS, HARD_BOUNCES, STOPPED_BY_A_LIST, Outcome
from ses_reputation.feedback.providers import Provider
from ses_reputation.ledger.balance import NO_CONFIGURATION_SET, Counts
from ses_reputation.tallies import total_by_key

NOT_RATED = frozenset({Provider.SIMULATOR.wire_name, Provider.OWN_DOMAINS.wire_name})
"""Providers whose mail and bounces are in no rate."""
WITHOUT_FEEDBACK_LOOP = NOT_RATED | {Provider.GMAIL.wire_name}
"""Providers that report no complaint to SES. Gmail is known to be one; of the others a complaint can come."""

_SENT = Outcome.SENT.wire_name
# SES reports a rejected mail as sent first; of one that it could not render it reports no send.
_NOT_SENT = frozenset(outcome.wire_name for outcome in STOPPED_BY_A_LIST | {Outcome.REJECTED})
_HARD = frozenset(outcome.wire_name for outcome in HARD_BOUNCES)
_COMPLAINTS = frozenset(outcome.wire_name for outcome in COMPLAINTS)
_BOUNCED = frozenset(outcome.wire_name for outcome in BOUNCED)


class RateCounts(NamedTuple):
    """What rates are made of, in dispatches.

    sends: eligible, to rated providers and stopped by no list. hard_bounces, complaints: those that count.
    fbl_sends, fbl_complaints: of them, to providers that send feedback loops. sent, bounced: all that was
    reported, counted or not, as `GetSendStatistics` counts.
    """

    sends: int = 0
    hard_bounces: int = 0
    complaints: int = 0
    fbl_sends: int = 0
    fbl_complaints: int = 0
    sent: int = 0
    bounced: int = 0


NO_COUNTS = RateCounts()


class Dimension(StrEnum):
    """By what counts are broken down. Each kind but BOUNCE and COMPLAINT divides the whole."""

    EVERYTHING = "everything"
    CONFIGURATION_SET = "configuration_set"
    PROVIDER = "provider"
    SENDING_ACCOUNT = "sending_account"
    IDENTITY = "identity"
    BOUNCE = "bounce"
    COMPLAINT = "complaint"


class Slice(NamedTuple):
    """One part of an entity's mail; a BOUNCE or COMPLAINT is named by its outcome."""

    kind: Dimension
    name: str = ""


EVERYTHING = Slice(Dimension.EVERYTHING)

Breakdown = dict[Slice, RateCounts]
"""Figures of a period of mail by part. Parts without any are left out; EVERYTHING may be too."""


def break_down(counts: Counts) -> Breakdown:
    """Return the figures of counts (configuration set, provider, outcome), in all and by part."""
    return total_by_key(_slices_of(counts))


def add_tables(tables: Iterable[Mapping[Slice, RateCounts]]) -> Breakdown:
    """Return the figures of several periods of mail together."""
    return total_by_key(chain.from_iterable(table.items() for table in tables))


def _slices_of(counts: Counts) -> Iterator[tuple[Slice, RateCounts]]:
    for name, providers in counts.items():
        for provider, outcomes in providers.items():
            is_rated = name != NO_CONFIGURATION_SET and provider not in NOT_RATED
            figures = _figures_of(provider, outcomes) if is_rated else _unrated(outcomes)
            yield EVERYTHING, figures
            yield Slice(Dimension.CONFIGURATION_SET, name), figures
            yield Slice(Dimension.PROVIDER, provider), figures
            if is_rated:
                yield from _adverse_slices_of(outcomes)


def _unrated(outcomes: Mapping[str, int]) -> RateCounts:
    return RateCounts(sent=outcomes.get(_SENT, 0), bounced=_sum(outcomes, _BOUNCED))


def _figures_of(provider: str, outcomes: Mapping[str, int]) -> RateCounts:
    unrated = _unrated(outcomes)
    sends = max(0, unrated.sent - _sum(outcomes, _NOT_SENT))
    complaints = _sum(outcomes, _COMPLAINTS)
    has_loop = provider not in WITHOUT_FEEDBACK_LOOP
    return unrated._replace(
        sends=sends,
        hard_bounces=_sum(outcomes, _HARD),
        complaints=complaints,
        fbl_sends=sends if has_loop else 0,
        fbl_complaints=complaints if has_loop else 0,
    )


def _adverse_slices_of(outcomes: Mapping[str, int]) -> Iterator[tuple[Slice, RateCounts]]:
    for name, number in outcomes.items():
        if name in _HARD:
            yield Slice(Dimension.BOUNCE, name), RateCounts(hard_bounces=number)
        elif name in _COMPLAINTS:
            yield Slice(Dimension.COMPLAINT, name), RateCounts(complaints=number)


def _sum(outcomes: Mapping[str, int], names: frozenset[str]) -> int:
    return sum(number for name, number in outcomes.items() if name in names)
