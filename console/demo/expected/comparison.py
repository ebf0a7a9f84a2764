"""The arithmetic at the end of the demo: what the ledger holds, against what the invented day must give."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from console.demo.traffic import Fact, InventedTraffic
from console.reports.message_tally import MessageTally
from ses_reputation.ledger.hour_balance import HourBalance

Cell = tuple[str, ...]
_KINDS = ("delivered", "bounced", "complained")
_FEEDS = {
    frozenset({"owner"}): "owner_only",
    frozenset({"sender"}): "sender_only",
    frozenset({"owner", "sender"}): "both",
}


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A figure that is not what it must be."""

    cell: Cell
    expected: int
    found: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many figures were compared, and those that differ."""

    compared: int
    mismatches: tuple[Mismatch, ...]


def compare_facts(day: InventedTraffic, hours: Iterable[HourBalance]) -> Comparison:
    """Compare distinct facts by sending account, Region, identity, send hour and outcome."""
    expected = Counter((*_origin(fact), fact.outcome) for fact in day.facts)
    return compare_cells(expected, _found_facts(hours))


def compare_coverage(day: InventedTraffic, hours: Iterable[HourBalance]) -> Comparison:
    """Compare, for each sender-hour, which feeds reported its deliveries, bounces and complaints."""
    return compare_cells(_expected_coverage(day), _found_coverage(hours))


def compare_fates(day: InventedTraffic, tally: MessageTally) -> Comparison:
    """Compare how many messages were journaled, ignored by kind and quarantined by reason."""
    found: dict[Cell, int] = {("journaled",): tally.journaled}
    found |= {("ignored", kind): number for kind, number in tally.ignored.items()}
    found |= {("quarantined", reason): number for reason, number in tally.quarantined.items()}
    return compare_cells({tuple(fate.split("/")): number for fate, number in day.fates.items()}, found)


def compare_addresses(expected: Iterable[str], found: Iterable[str]) -> Comparison:
    """Compare a suppression list with a snapshot: every address must be in it, once.

    A mismatch names no address, but its number in the order of all.
    """
    on_list, in_snapshot = Counter(expected), Counter(found)
    places = {address: number for number, address in enumerate(sorted(on_list | in_snapshot), 1)}
    return compare_cells(_by_place(on_list, places), _by_place(in_snapshot, places))


def _by_place(addresses: Mapping[str, int], places: Mapping[str, int]) -> dict[Cell, int]:
    return {("address", str(places[address])): number for address, number in addresses.items()}


def compare_cells(expected: Mapping[Cell, int], found: Mapping[Cell, int]) -> Comparison:
    """Compare the figures of each cell; a cell that one side lacks is 0 there."""
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


def _expected_coverage(day: InventedTraffic) -> Counter[Cell]:
    feeds: dict[Cell, frozenset[str]] = {}
    for fact, reporters in day.reported_by.items():
        kind = fact.outcome.split("_")[0]
        if kind in _KINDS:
            dispatch = (*_origin(fact), kind, fact.message_id, fact.recipient)
            feeds[dispatch] = feeds.get(dispatch, frozenset()) | reporters
    return Counter((*dispatch[:5], _FEEDS[reporters]) for dispatch, reporters in feeds.items())


def _found_coverage(hours: Iterable[HourBalance]) -> Counter[Cell]:
    found: Counter[Cell] = Counter()
    for hour in hours:
        for kinds in hour.coverage.values():
            for kind, feeds in kinds.items():
                for feed, number in feeds.items():
                    found[(*hour.sender_hour, kind, feed)] += number
    return found
