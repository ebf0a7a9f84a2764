"""What the facts of an account-hour add up to, by set algebra over its pages.

A count is the size of a set union, so pages may repeat, overlap and come in any order. All outcomes of a
dispatch meet in the same hour under the same fingerprint, which gives the figures that counters cannot: what
followed what, what is still open, and which feed saw it. It also gives each dispatch one identity and one
configuration set, whichever event named them.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise
from typing import Any, TypeVar

from ses_reputation.feedback.outcomes import (
    ADVERSE,
    BOUNCED,
    COMPLAINED,
    COMPLAINTS,
    DELAYED,
    DELIVERED,
    HARD_BOUNCES,
    Outcome,
)
from ses_reputation.feedback.providers import Provider
from ses_reputation.feedback.tags import MOST_VALUES, is_other, name_of_tag, other_of
from ses_reputation.ledger.followed import known_without_send, what_followed
from ses_reputation.ledger.pages import FactRun, RunKey, Source, dispatches_between
from ses_reputation.tallies import group_by

NO_CONFIGURATION_SET = "(none)"
"""Stands for mail of which no feed named a configuration set; SES allows no parentheses in names."""

FACTS_PER_SLICE = 250_000
_FINGERPRINTS = 1 << 64

Counts = dict[str, dict[str, dict[str, int]]]
"""Three names deep, down to a number above 0."""
Cell = tuple[str, str, str]
"""Identity, configuration set, provider."""
Name = TypeVar("Name")
# A dispatch bounces once, and is complained of once, by what weighs most: the members of a list that was
# mailed bounce each in their own way, and the feeds batch them differently.
_ONCE: Sequence[Sequence[Outcome]] = (
    sorted(BOUNCED, key=lambda outcome: (outcome not in HARD_BOUNCES, outcome)),
    sorted(COMPLAINED, key=lambda outcome: (outcome not in COMPLAINTS, outcome)),
)
_ALIKE: Mapping[int, Sequence[int]] = {
    **dict.fromkeys(BOUNCED, _ONCE[0]),
    # Who was suspected in a report carries no complaint of a later one.
    **dict.fromkeys(COMPLAINED, (*_ONCE[1], Outcome.COMPLAINT_SUSPECTED)),
}
_KINDS: Mapping[str, frozenset[Outcome]] = {
    "delivered": DELIVERED,
    "bounced": BOUNCED,
    "complained": COMPLAINED,
}
_ADVERSE = ADVERSE - DELAYED


@dataclass(frozen=True, slots=True)
class BalanceCounts:
    """What the facts of one identity add up to; two are equal where they say the same.

    counts: configuration set, provider, outcome; distinct facts.
    followed: configuration set, provider, and what followed what (`delayed_then_delivered`,
        `delayed_then_bounced`, `delayed_still_open`, `delivered_then_bounced` (not Transient),
        `sent_without_outcome`, `outcome_without_send`, `send_after_outcome`: a Send event that came more than
        90 days after the outcome, which the earlier segment counts as one without); dispatches.
    coverage: configuration set, kind (`delivered`, `bounced`, `complained`), and which feed reported it
        (`owner_only`, `sender_only`, `both`); facts.
    tags: tag (`campaign=spring`), provider, outcome; distinct facts of dispatches of which it was named.
    owner_only: those of the counts of bounces, complaints and rejects that the sender's feed did not report,
        of mail whose configuration set it named.
    """

    counts: Counts = field(default_factory=dict)
    followed: Counts = field(default_factory=dict)
    coverage: Counts = field(default_factory=dict)
    tags: Counts = field(default_factory=dict)
    owner_only: Counts = field(default_factory=dict)


FiguresByIdentity = dict[str, BalanceCounts]


def tally(
    runs: Sequence[FactRun], earlier: Sequence[FactRun] = (), counted: frozenset[int] = frozenset()
) -> FiguresByIdentity:
    """Count the distinct facts of `runs` that `earlier` does not hold, by identity.

    counted: outcomes that may have been counted of the same dispatches, from pages that are gone. They, and
    what a dispatch has once with them, are not counted again.

    Memory: 8 bytes a fact, and the sets of one slice of fingerprints at a time (about 250,000 facts).
    """
    figures: FiguresByIdentity = defaultdict(BalanceCounts)
    slices = sum(len(run.fingerprints) for run in runs) // FACTS_PER_SLICE + 1
    bounds = [_FINGERPRINTS * number // slices for number in range(slices + 1)]
    for low, high in pairwise(bounds):
        reported, known = dispatches_between(runs, low, high), dispatches_between(earlier, low, high)
        _forget(reported, known, counted)
        _count_slice(reported, known, figures, counted)
    for of_identity in figures.values():
        _bound_tags(of_identity.tags)
    return dict(figures)


def _forget(
    reported: Mapping[RunKey, set[int]], known: dict[RunKey, set[int]], counted: frozenset[int]
) -> None:
    known_by_outcome = _by_outcome(known)
    for key, dispatches in reported.items():
        alike = _ALIKE.get(key[1], (key[1],))
        if counted.isdisjoint(alike):
            found = (known_by_outcome[each] for each in alike if each in known_by_outcome)
            dispatches.difference_update(*found)
        else:
            # It still says of which identity, set and tags its dispatches are.
            known[key] |= dispatches
            dispatches.clear()


def _by_outcome(reported: Mapping[RunKey, set[int]]) -> dict[int, set[int]]:
    by_outcome: dict[int, set[int]] = defaultdict(set)
    for (_, outcome, _), dispatches in reported.items():
        by_outcome[outcome] |= dispatches
    return by_outcome


def _count_slice(
    reported: Mapping[RunKey, set[int]],
    known: Mapping[RunKey, set[int]],
    figures: FiguresByIdentity,
    counted: frozenset[int],
) -> None:
    by_outcome = _by_outcome(reported)
    _count_once(by_outcome)
    whole = [*reported.items(), *known.items()]
    cell_of = _cells(whole)
    for outcome, (identity, name, provider), number in _in_cells(by_outcome.items(), cell_of):
        _add(figures[identity].counts, name, provider, Outcome(outcome).wire_name, number)
    followed = chain(what_followed(by_outcome), known_without_send(by_outcome, _by_outcome(known), counted))
    for figure, (identity, name, provider), number in _in_cells(followed, cell_of):
        _add(figures[identity].followed, name, provider, figure, number)
    for (kind, feeds), (identity, name, _), number in _in_cells(_reported_by_feeds(reported), cell_of):
        _add(figures[identity].coverage, name, kind, feeds, number)
    for tag, tagged in _by_tag(whole):
        of_tag = ((outcome, dispatches & tagged) for outcome, dispatches in by_outcome.items())
        for outcome, (identity, _, provider), number in _in_cells(of_tag, cell_of):
            _add(figures[identity].tags, tag, provider, Outcome(outcome).wire_name, number)
    owners_only = _reported_by_owners_only(reported, by_outcome)
    for outcome, (identity, name, provider), number in _in_cells(owners_only, cell_of):
        if name != NO_CONFIGURATION_SET:
            _add(figures[identity].owner_only, name, provider, Outcome(outcome).wire_name, number)


def _count_once(by_outcome: dict[int, set[int]]) -> None:
    """Leave each dispatch the bounce, and the complaint, that weighs most of those that were reported.

    Who is suspected in one report carries no complaint of another: the feeds may name different suspects of
    one complaint, or nobody, and it counts to the carrier of the report that suspects most.
    """
    suspected = frozenset(by_outcome.get(Outcome.COMPLAINT_SUSPECTED, ()))
    for outcomes, elsewhere in zip(_ONCE, ((), suspected), strict=True):
        counted = set[int](elsewhere)
        for outcome in filter(by_outcome.__contains__, outcomes):
            by_outcome[outcome] -= counted
            counted |= by_outcome[outcome]


def _in_cells(
    named: Iterable[tuple[Name, set[int]]], cell_of: Mapping[int, Cell]
) -> Iterator[tuple[Name, Cell, int]]:
    """Yield how many of the dispatches of each name are in each cell."""
    for name, dispatches in named:
        for cell, number in Counter(map(cell_of.__getitem__, dispatches)).items():
            yield name, cell, number


def _cells(reported: Sequence[tuple[RunKey, set[int]]]) -> dict[int, Cell]:
    """Return the one cell of each dispatch, whichever of its events named what, in this segment or before.

    An identity that an ARN named goes before one that is assumed: Send events of raw and templated mail lack
    the ARN (recordings of 2023). The owner's feed names no configuration set, so a name that any feed reports
    goes before none. And a provider that a later table of domains knows goes before an older one.
    """
    identity_of = _first_of(reported, lambda source, _: (source.is_assumed, source.identity))
    set_of = _first_of(reported, lambda source, _: (not source.configuration_set, source.configuration_set))
    provider_of = _first_of(reported, lambda _, provider: (False, -provider))
    known: dict[Any, Cell] = {}
    cells: dict[int, Cell] = {}
    for dispatch, (_, identity) in identity_of.items():
        key = identity, set_of[dispatch][1], provider_of[dispatch][1]
        cell = known.get(key)
        if cell is None:
            named = identity, key[1] or NO_CONFIGURATION_SET, Provider(-key[2]).wire_name
            cell = known[key] = named
        cells[dispatch] = cell
    return cells


def _first_of(
    reported: Iterable[tuple[RunKey, set[int]]], choice_of: Callable[[Source, int], tuple[bool, Any]]
) -> dict[int, tuple[bool, Any]]:
    """Return for each dispatch the first, in sorted order, of the choices that its events offer."""
    offered: dict[tuple[bool, Any], list[set[int]]] = defaultdict(list)
    for (source, _, provider), dispatches in reported:
        offered[choice_of(source, provider)].append(dispatches)
    first: dict[int, tuple[bool, Any]] = {}
    for choice in sorted(offered, reverse=True):
        for dispatches in offered[choice]:
            first.update(dict.fromkeys(dispatches, choice))
    return first


def _by_tag(reported: Sequence[tuple[RunKey, set[int]]]) -> Iterator[tuple[str, set[int]]]:
    """Yield each tag with its dispatches: of each tag's name, a dispatch has the first value in sorted order.

    What was counted as another value of a name, as a page had no room for it, goes behind.
    """
    tagged: dict[str, set[int]] = defaultdict(set)
    for (source, _, _), dispatches in reported:
        for tag in source.tags:
            tagged[tag] |= dispatches
    for of_name in group_by(tagged, name_of_tag).values():
        counted = set[int]()
        for tag in sorted(of_name, key=lambda tag: (is_other(tag), tag)):
            yield tag, tagged[tag] - counted
            counted |= tagged[tag]


def _bound_tags(tags: Counts) -> None:
    """Count the values of a tag's name together, but for those with most facts, where there are too many."""
    for name, of_name in group_by(tags, name_of_tag).items():
        facts = {tag: sum(sum(outcomes.values()) for outcomes in tags[tag].values()) for tag in of_name}
        kept = sorted(of_name, key=lambda tag: (is_other(tag), -facts[tag], tag))[:MOST_VALUES]
        for tag in facts.keys() - kept - {other_of(name)}:
            for provider, outcomes in tags.pop(tag).items():
                for outcome, number in outcomes.items():
                    _add(tags, other_of(name), provider, outcome, number)


def _reported_by_feeds(reported: Mapping[RunKey, set[int]]) -> Iterator[tuple[tuple[str, str], set[int]]]:
    for kind, outcomes in _KINDS.items():
        owners = _reported_by(reported, outcomes, is_owners=True)
        senders = _reported_by(reported, outcomes, is_owners=False)
        yield (kind, "owner_only"), owners - senders
        yield (kind, "sender_only"), senders - owners
        yield (kind, "both"), owners & senders


def _reported_by_owners_only(
    reported: Mapping[RunKey, set[int]], by_outcome: Mapping[int, set[int]]
) -> Iterator[tuple[int, set[int]]]:
    """Yield adverse outcomes with the dispatches that would not count there without the owners' feeds."""
    by_senders = {key: each for key, each in reported.items() if key[1] in _ADVERSE and not key[0].is_owners}
    senders = _by_outcome(by_senders)
    _count_once(senders)
    for outcome in by_outcome.keys() & _ADVERSE:
        yield outcome, by_outcome[outcome] - senders[outcome]


def _reported_by(
    reported: Mapping[RunKey, set[int]], outcomes: frozenset[Outcome], *, is_owners: bool
) -> set[int]:
    return set().union(
        *(
            dispatches
            for (source, outcome, _), dispatches in reported.items()
            if outcome in outcomes and source.is_owners is is_owners
        )
    )


def _add(counts: Counts, first: str, second: str, third: str, count: int) -> None:
    if count:
        cell = counts.setdefault(first, {}).setdefault(second, {})
        cell[third] = cell.get(third, 0) + count
