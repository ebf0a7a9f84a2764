"""A balance: what the facts of a sender-hour add up to, by set algebra over its pages.

A count is the size of a set union, so pages may repeat, overlap and come in any order. All outcomes of a
dispatch meet in the same hour under the same fingerprint, which gives the figures that counters cannot: what
followed what, what is still open, and which feed saw it.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ses_reputation.feedback.outcomes import BOUNCED, COMPLAINED, DELAYED, DELIVERED, FINAL, Outcome
from ses_reputation.feedback.providers import Provider
from ses_reputation.ledger.pages import FactRun, RunKey

NO_CONFIGURATION_SET = "(none)"
"""Stands for mail of which no feed named a configuration set; SES allows no parentheses in names."""

FACTS_PER_SLICE = 250_000
_FINGERPRINTS = 1 << 64

Counts = dict[str, dict[str, dict[str, int]]]
"""Three names deep, down to a number above 0."""
Cell = tuple[str, str]
_KINDS: Mapping[str, frozenset[Outcome]] = {
    "delivered": DELIVERED,
    "bounced": BOUNCED,
    "complained": COMPLAINED,
}


@dataclass(frozen=True, slots=True)
class BalanceCounts:
    """What a segment's pages add up to; two are equal where they say the same.

    counts: configuration set, provider, outcome; distinct facts.
    followed: configuration set, provider, and what followed what (`delayed_then_delivered`,
        `delayed_then_bounced`, `delayed_still_open`, `delivered_then_bounced`, `sent_without_outcome`);
        dispatches.
    coverage: configuration set, kind (`delivered`, `bounced`, `complained`), and which feed reported it
        (`owner_only`, `sender_only`, `both`); facts.
    """

    counts: Counts = field(default_factory=dict)
    followed: Counts = field(default_factory=dict)
    coverage: Counts = field(default_factory=dict)


def tally(runs: Sequence[FactRun], earlier: Sequence[FactRun] = ()) -> BalanceCounts:
    """Count the distinct facts of `runs` that `earlier` does not hold.

    Memory: 8 bytes a fact, and the sets of one slice of fingerprints at a time (about 250,000 facts).
    """
    figures = BalanceCounts()
    slices = sum(len(run.fingerprints) for run in runs) // FACTS_PER_SLICE + 1
    bounds = [_FINGERPRINTS * number // slices for number in range(slices + 1)]
    for low, high in pairwise(bounds):
        reported = _reported_between(runs, low, high)
        _forget(reported, _reported_between(earlier, low, high))
        _count_slice(reported, figures)
    return figures


def _reported_between(runs: Iterable[FactRun], low: int, high: int) -> dict[RunKey, set[int]]:
    reported: dict[RunKey, set[int]] = defaultdict(set)
    for run in runs:
        fingerprints = run.fingerprints
        reported[run.key].update(
            fingerprints[bisect_left(fingerprints, low) : bisect_left(fingerprints, high)]
        )
    return reported


def _forget(reported: Mapping[RunKey, set[int]], earlier: Mapping[RunKey, set[int]]) -> None:
    known = _by_outcome(earlier)
    for key, dispatches in reported.items():
        dispatches.difference_update(known.get(key[0], ()))


def _by_outcome(reported: Mapping[RunKey, set[int]]) -> dict[int, set[int]]:
    by_outcome: dict[int, set[int]] = defaultdict(set)
    for (outcome, *_), dispatches in reported.items():
        by_outcome[outcome] |= dispatches
    return by_outcome


def _count_slice(reported: Mapping[RunKey, set[int]], figures: BalanceCounts) -> None:
    by_outcome = _by_outcome(reported)
    followed = dict(_what_followed(by_outcome))
    coverage = dict(_reported_by_feeds(reported))
    for (name, provider), members in _cells(reported):
        for outcome, dispatches in by_outcome.items():
            _add(figures.counts, name, provider, Outcome(outcome).wire_name, len(dispatches & members))
        for figure, dispatches in followed.items():
            _add(figures.followed, name, provider, figure, len(dispatches & members))
        for (kind, feeds), dispatches in coverage.items():
            _add(figures.coverage, name, kind, feeds, len(dispatches & members))


def _cells(reported: Mapping[RunKey, set[int]]) -> Iterator[tuple[Cell, set[int]]]:
    """Yield each configuration set and provider with its dispatches, each dispatch in one cell.

    The owner's feed names no configuration set, so a name that any feed reports wins. So does a provider that
    a later table of domains knows.
    """
    members: dict[tuple[bool, str, int], set[int]] = defaultdict(set)
    for (_, provider, name, _), dispatches in reported.items():
        members[not name, name, -provider] |= dispatches
    taken: set[int] = set()
    for (_, name, provider), dispatches in sorted(members.items(), key=lambda cell: cell[0]):
        own = dispatches - taken
        taken |= own
        yield (name or NO_CONFIGURATION_SET, Provider(-provider).wire_name), own


def _what_followed(by_outcome: Mapping[int, set[int]]) -> Iterator[tuple[str, set[int]]]:
    sent = _any_of(by_outcome, {Outcome.SENT})
    delivered, bounced = _any_of(by_outcome, DELIVERED), _any_of(by_outcome, BOUNCED)
    delayed, final = _any_of(by_outcome, DELAYED), _any_of(by_outcome, FINAL)
    yield "delayed_then_delivered", delayed & delivered
    yield "delayed_then_bounced", delayed & bounced
    yield "delayed_still_open", delayed - final
    yield "delivered_then_bounced", delivered & bounced
    yield "sent_without_outcome", sent - final


def _any_of(by_outcome: Mapping[int, set[int]], outcomes: Iterable[int]) -> set[int]:
    return set().union(*(by_outcome[outcome] for outcome in outcomes if outcome in by_outcome))


def _reported_by_feeds(reported: Mapping[RunKey, set[int]]) -> Iterator[tuple[tuple[str, str], set[int]]]:
    for kind, outcomes in _KINDS.items():
        owners = _reported_by(reported, outcomes, is_owners=True)
        senders = _reported_by(reported, outcomes, is_owners=False)
        yield (kind, "owner_only"), owners - senders
        yield (kind, "sender_only"), senders - owners
        yield (kind, "both"), owners & senders


def _reported_by(
    reported: Mapping[RunKey, set[int]], outcomes: frozenset[Outcome], *, is_owners: bool
) -> set[int]:
    return set().union(
        *(dispatches for key, dispatches in reported.items() if key[0] in outcomes and key[3] is is_owners)
    )


def _add(counts: Counts, first: str, second: str, third: str, count: int) -> None:
    if count:
        cell = counts.setdefault(first, {}).setdefault(second, {})
        cell[third] = cell.get(third, 0) + count
