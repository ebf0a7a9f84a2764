"""The arithmetic at the end of the demo: what the ledger says, against what its invented day must come to."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from console.demo.traffic import DayOfTraffic, Fact
from console.reports.message_tally import MessageTally
from ses_reputation.ledger.hour_balance import HourBalance

Cell = tuple[str, ...]
_KINDS = ("delivered", "bounced", "complained")
_TELLERS = {
    frozenset({"owner"}): "owner_only",
    frozenset({"sender"}): "sender_only",
    frozenset({"owner", "sender"}): "both",
}


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One figure that is not what it must be."""

    cell: Cell
    expected: int
    found: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """So many figures compared, and those that differ."""

    compared: int
    mismatches: tuple[Mismatch, ...]


def compare_facts(day: DayOfTraffic, hours: Iterable[HourBalance]) -> Comparison:
    """Compare distinct facts by sending account, Region, identity, send hour and outcome."""
    expected = Counter((*_origin(fact), fact.outcome) for fact in day.facts)
    return compare_cells(expected, _found_facts(hours))


def compare_coverage(day: DayOfTraffic, hours: Iterable[HourBalance]) -> Comparison:
    """Compare, for each sender-hour, who told of its deliveries, bounces and complaints."""
    return compare_cells(_expected_coverage(day), _found_coverage(hours))


def compare_fates(day: DayOfTraffic, tally: MessageTally) -> Comparison:
    """Compare how many messages were journaled, ignored by kind and quarantined by reason."""
    found: dict[Cell, int] = {("journaled",): tally.journaled}
    found |= {("ignored", kind): number for kind, number in tally.ignored.items()}
    found |= {("quarantined", reason): number for reason, number in tally.quarantined.items()}
    return compare_cells({tuple(fate.split("/")): number for fate, number in day.fates.items()}, found)


def compare_addresses(expected: Iterable[str], found: Iterable[str]) -> Comparison:
    """Compare a suppression list with a snapshot: every address must stand in it, once.

    Addresses are numbered in their order: a mismatch names none.
    """
    on_list, in_snapshot = Counter(expected), Counter(found)
    places = {address: number for number, address in enumerate(sorted(on_list | in_snapshot), 1)}
    return compare_cells(_by_place(on_list, places), _by_place(in_snapshot, places))


def _by_place(addresses: Mapping[str, int], places: Mapping[str, int]) -> dict[Cell, int]:
    return {("address", str(places[address])): number for address, number in addresses.items()}


def compare_cells(expected: Mapping[Cell, int], found: Mapping[Cell, int]) -> Comparison:
    """Compare two figures for each cell that either has; one that is missing is 0."""
    cells = sorted(expected.keys() | found.keys())
    mismatches = (Mismatch(cell, expected.get(cell, 0), found.get(cell, 0)) for cell in cells)
    return Comparison(len(cells), tuple(each for each in mismatches if each.expected != each.found))


def _origin(fact: Fact) -> Cell:
    return fact.sending_account, fact.region, fact.identity, fact.send_hour


def _found_facts(hours: Iterable[HourBalance]) -> Counter[Cell]:
    found: Counter[Cell] = Counter()
    for hour in hours:
        for providers in hour.counts.values():
            for outcomes in providers.values():
                for outcome, number in outcomes.items():
                    found[(*hour.sender_hour, outcome)] += number
    return found


def _expected_coverage(day: DayOfTraffic) -> Counter[Cell]:
    feeds: dict[Cell, frozenset[str]] = {}
    for fact, told_by in day.told_by.items():
        kind = fact.outcome.split("_")[0]
        if kind in _KINDS:
            dispatch = (*_origin(fact), kind, fact.message_id, fact.recipient)
            feeds[dispatch] = feeds.get(dispatch, frozenset()) | told_by
    return Counter((*dispatch[:5], _TELLERS[told_by]) for dispatch, told_by in feeds.items())


def _found_coverage(hours: Iterable[HourBalance]) -> Counter[Cell]:
    found: Counter[Cell] = Counter()
    for hour in hours:
        for kinds in hour.coverage.values():
            for kind, tellers in kinds.items():
                for teller, number in tellers.items():
                    found[(*hour.sender_hour, kind, teller)] += number
    return found
