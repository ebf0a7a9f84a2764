"""What of the ledger's counts enters rates, in all and by part.

SES's bounce rate is hard bounces over mail to domains that the sender has not verified; its complaint rate is
over mail to domains that send feedback loops (Amazon SES developer guide, "Reputation metrics"). Out of both
sides, here as there: the mailbox simulator, own domains, and sends that a suppression list stopped.

SES reports sends through configuration sets alone. Mail of which no Send event came is known by its outcome:
it counts once it was delivered, bounced or was complained about (docs/adr/0043-rates-without-sends.md). Where
nobody reports its deliveries it is in no rate, as unrated_mail.py says.
"""

from collections.abc import Iterable, Iterator, Mapping, Set
from enum import StrEnum
from functools import reduce
from itertools import chain
from operator import add as plus
from operator import sub as minus
from typing import NamedTuple

from ses_reputation.feedback.outcomes import (
    BOUNCED,
    COMPLAINTS,
    DELIVERED,
    HARD_BOUNCES,
    STOPPED_BY_A_LIST,
    Outcome,
)
from ses_reputation.feedback.providers import Provider
from ses_reputation.ledger.balance import NO_CONFIGURATION_SET, Counts
from ses_reputation.tallies import Key

NOT_RATED = frozenset({Provider.SIMULATOR.wire_name, Provider.OWN_DOMAINS.wire_name})
"""Providers whose mail and bounces are in no rate."""
WITHOUT_FEEDBACK_LOOP = NOT_RATED | {Provider.GMAIL.wire_name}
"""Providers that report no complaint to SES. Gmail is known to be one; of the others a complaint can come."""

OUTCOME_WITHOUT_SEND = "outcome_without_send"
SEND_AFTER_OUTCOME = "send_after_outcome"
_SENT = Outcome.SENT.wire_name
# SES reports a rejected mail as sent first; of one that it could not render it reports no send.
_NOT_SENT = frozenset(outcome.wire_name for outcome in STOPPED_BY_A_LIST | {Outcome.REJECTED})
_HARD = frozenset(outcome.wire_name for outcome in HARD_BOUNCES)
_COMPLAINTS = frozenset(outcome.wire_name for outcome in COMPLAINTS)
_BOUNCED = frozenset(outcome.wire_name for outcome in BOUNCED)
_DELIVERED = frozenset(outcome.wire_name for outcome in DELIVERED)


class RateCounts(NamedTuple):
    """What rates are made of, in dispatches.

    sends: eligible, to rated providers and stopped by no list, known by a Send event or by their outcome.
    hard_bounces, complaints: those that count. fbl_sends, fbl_complaints: of them, to providers that
    send feedback loops; all complaints are rated, so the latter is only stored with days.
    sent, bounced: all that was reported, counted or not, as `GetSendStatistics` counts.
    """

    sends: int = 0
    hard_bounces: int = 0
    complaints: int = 0
    fbl_sends: int = 0
    fbl_complaints: int = 0
    sent: int = 0
    bounced: int = 0

    @property
    def known(self) -> int:
        """All mail that is known to be sent: by Send events, or by more outcomes than there are of those."""
        return max(self.sent, self.sends)

    def plus(self, other: "RateCounts") -> "RateCounts":
        """Return both together."""
        return RateCounts._make(map(plus, self, other))

    def minus(self, other: "RateCounts") -> "RateCounts":
        """Return these without those of the other."""
        return RateCounts._make(map(minus, self, other))


NO_COUNTS = RateCounts()


class Dimension(StrEnum):
    """By what counts are broken down. Those before BOUNCE each divide the whole."""

    EVERYTHING = "everything"
    CONFIGURATION_SET = "configuration_set"
    PROVIDER = "provider"
    SENDING_ACCOUNT = "sending_account"
    IDENTITY = "identity"
    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    TAG = "tag"
    OWNER_ONLY = "owner_only"
    WITHOUT_SEND = "without_send"
    UNRATED = "unrated"
    COUNTED_BY_SES = "counted_by_ses"


class Slice(NamedTuple):
    """One part of an entity's mail. BOUNCE and COMPLAINT are named by outcomes, a TAG `campaign=spring`.

    OWNER_ONLY, WITHOUT_SEND and UNRATED are named by a configuration set. Of the first, figures are the
    difference that facts make which only the owner's feed reported of the set's mail; `sends` are below 0
    where such a fact says that a list stopped one. Of the second they are the `sends` that are known by their
    outcome alone; of the third, bounces and complaints that are in no rate, as nobody reports how much mail
    they are of. COUNTED_BY_SES is never stored: the `sends` of an account that SES's statistics count.
    """

    kind: Dimension
    name: str = ""


EVERYTHING = Slice(Dimension.EVERYTHING)
NOTHING: Counts = {}
NO_CELLS: Mapping[str, dict[str, int]] = {}
NO_FIGURES: Mapping[str, int] = {}

Breakdown = dict[Slice, RateCounts]
"""Figures of a period of mail by part. Parts without any are left out; EVERYTHING may be too."""


def break_down(
    counts: Counts,
    tags: Counts = NOTHING,
    owner_only: Counts = NOTHING,
    followed: Counts = NOTHING,
    unrated: Set[str] = frozenset(),
) -> Breakdown:
    """Return the figures of counts (configuration set or tag, provider, outcome), in all and by part.

    owner_only: those of the counts that only the owner's feed reported. followed: what followed what in the
    same mail. unrated: configuration sets whose mail is in no rate.
    """
    return total_counts(
        chain(
            _slices_of(counts, followed, unrated),
            _slices_of_tags(tags),
            _owner_only_slices_of(counts, owner_only),
        )
    )


def without_owner_only(table: Breakdown) -> Breakdown:
    """Return what the senders' own feeds reported of a table's mail, in all and by configuration set."""
    senders = {
        mail_slice: figures.minus(table.get(Slice(Dimension.OWNER_ONLY, mail_slice.name), NO_COUNTS))
        for mail_slice, figures in table.items()
        if mail_slice.kind is Dimension.CONFIGURATION_SET
    }
    owners = [figures for mail_slice, figures in table.items() if mail_slice.kind is Dimension.OWNER_ONLY]
    everything = reduce(RateCounts.minus, owners, table.get(EVERYTHING, NO_COUNTS))
    return {EVERYTHING: everything, **senders}


def add_tables(tables: Iterable[Mapping[Slice, RateCounts]]) -> Breakdown:
    """Return the figures of several periods of mail together."""
    return total_counts(chain.from_iterable(table.items() for table in tables))


def total_counts(pairs: Iterable[tuple[Key, RateCounts]]) -> dict[Key, RateCounts]:
    """Return what the pairs of each key add up to, as `total_by_key` does: most of an assessment's sums."""
    totals: dict[Key, RateCounts] = {}
    for key, figures in pairs:
        before = totals.get(key)
        totals[key] = figures if before is None else before.plus(figures)
    return totals


def counts_of_cell(
    provider: str, outcomes: Mapping[str, int], followed: Mapping[str, int] = NO_FIGURES
) -> RateCounts:
    """Return the figures of what one configuration set sent to one provider, by outcome.

    followed: what followed what of it; without it, only mail with a Send event is among the sends.
    """
    sent = outcomes.get(_SENT, 0)
    sends, hard_bounces, complaints, bounced = sent, 0, 0, 0
    for outcome, number in outcomes.items():
        bounced += number if outcome in _BOUNCED else 0
        if outcome in _HARD:
            hard_bounces += number
        elif outcome in _COMPLAINTS:
            complaints += number
        elif outcome in _NOT_SENT:
            sends -= number
    if provider in NOT_RATED:
        return RateCounts(sent=sent, bounced=bounced)
    # A Send event that came months after the outcome is of a mail that counted by its outcome.
    sends = max(0, sends - followed.get(SEND_AFTER_OUTCOME, 0)) + followed.get(OUTCOME_WITHOUT_SEND, 0)
    loop = (0, 0) if provider in WITHOUT_FEEDBACK_LOOP else (sends, complaints)
    return RateCounts(sends, hard_bounces, complaints, *loop, sent, bounced)


def _slices_of_tags(tags: Counts) -> Iterator[tuple[Slice, RateCounts]]:
    for tag, providers in tags.items():
        for provider, outcomes in providers.items():
            # Tags come with events of configuration sets. One that reports no sends may report deliveries.
            without = max(0, sum(outcomes.get(each, 0) for each in _DELIVERED) - outcomes.get(_SENT, 0))
            yield (
                Slice(Dimension.TAG, tag),
                counts_of_cell(provider, outcomes, {OUTCOME_WITHOUT_SEND: without}),
            )


def _slices_of(counts: Counts, followed: Counts, unrated: Set[str]) -> Iterator[tuple[Slice, RateCounts]]:
    for name, providers in counts.items():
        of_set, followed_in_set = Slice(Dimension.CONFIGURATION_SET, name), followed.get(name, NO_CELLS)
        for provider, outcomes in providers.items():
            then = followed_in_set.get(provider, NO_FIGURES)
            figures = counts_of_cell(provider, outcomes, then)
            if name in unrated:
                if figures.hard_bounces or figures.complaints:
                    yield Slice(Dimension.UNRATED, name), _without_sends(figures)
                figures = RateCounts(sent=figures.sent, bounced=figures.bounced)
            elif provider not in NOT_RATED:
                yield from _rated_slices_of(name, provider, outcomes, then, figures)
            yield EVERYTHING, figures
            yield of_set, figures
            yield Slice(Dimension.PROVIDER, provider), figures


def _without_sends(figures: RateCounts) -> RateCounts:
    return figures._replace(sends=0, fbl_sends=0, sent=0, bounced=0)


def _rated_slices_of(
    name: str,
    provider: str,
    outcomes: Mapping[str, int],
    followed: Mapping[str, int],
    figures: RateCounts,
) -> Iterator[tuple[Slice, RateCounts]]:
    if figures.hard_bounces or figures.complaints:
        yield from _adverse_slices_of(outcomes)
    if without := followed.get(OUTCOME_WITHOUT_SEND, 0):
        by_loops = 0 if provider in WITHOUT_FEEDBACK_LOOP else without
        yield Slice(Dimension.WITHOUT_SEND, name), RateCounts(sends=without, fbl_sends=by_loops)
        if name == NO_CONFIGURATION_SET:
            # The owner's feed alone reports mail that no event of a configuration set names one of.
            yield Slice(Dimension.OWNER_ONLY, name), figures


def _owner_only_slices_of(counts: Counts, owner_only: Counts) -> Iterator[tuple[Slice, RateCounts]]:
    for name, providers in owner_only.items():
        for provider, outcomes in providers.items():
            if provider not in NOT_RATED:
                every = counts[name][provider]
                senders = {each: number - outcomes.get(each, 0) for each, number in every.items()}
                difference = counts_of_cell(provider, every).minus(counts_of_cell(provider, senders))
                if difference.sends or difference.hard_bounces or difference.complaints:
                    yield Slice(Dimension.OWNER_ONLY, name), difference


def _adverse_slices_of(outcomes: Mapping[str, int]) -> Iterator[tuple[Slice, RateCounts]]:
    for name, number in outcomes.items():
        if name in _HARD:
            yield Slice(Dimension.BOUNCE, name), RateCounts(hard_bounces=number)
        elif name in _COMPLAINTS:
            yield Slice(Dimension.COMPLAINT, name), RateCounts(complaints=number)
