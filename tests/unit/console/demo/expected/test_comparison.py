"""The demo's arithmetic notices one fact too few, one too many, and one in the wrong place."""

import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import groupby
from types import SimpleNamespace
from typing import cast

import pytest

from console.demo.expected.comparison import (
    Mismatch,
    compare_addresses,
    compare_coverage,
    compare_facts,
    compare_fates,
)
from console.demo.expected.standings import EntityMeasure, Expected, expect_standings
from console.demo.report import compare_run, does_add_up, print_arithmetic
from console.demo.run import DemoRun, Snapshot
from console.demo.stages import Assessed, divide
from console.demo.traffic import Fact, InventedTraffic, generate_day
from console.local_aws.subscriber import HeardEvent
from console.local_stack.ledger_contents import LedgerContents
from console.reports.message_tally import MessageTally
from console.terminal.screen import Screen
from ses_reputation.feedback.origins import SenderHour
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rates.thresholds import Measure, Standing
from ses_reputation.rollup.entities import EntityKind, ReputationEntity
from ses_reputation.standing.state import EntityState, MeasureState
from ses_reputation.suppression.changes.comparison import FIRST_SNAPSHOT, SnapshotChanges
from tests.unit.console.perfect_ledger import count_one, hours_of

ENDS_AT = datetime(2026, 11, 22, 10, tzinfo=UTC)


@pytest.fixture(scope="module")
def day() -> InventedTraffic:
    # So few that no standing changes: a perfect ledger without alerts and events is simple to make.
    return generate_day(6, ENDS_AT, mails=60)


def tally_of(day: InventedTraffic) -> MessageTally:
    fates = Counter({tuple(fate.split("/")): number for fate, number in day.fates.items()})
    return MessageTally(
        len(day.publications),
        fates["journaled",],
        {fate[1]: number for fate, number in fates.items() if fate[0] == "ignored"},
        {fate[1]: number for fate, number in fates.items() if fate[0] == "quarantined"},
    )


def test_a_perfect_ledger_matches(day: InventedTraffic) -> None:
    hours = hours_of(day)

    assert compare_facts(day, hours).compared > 70
    assert not compare_facts(day, hours).mismatches
    assert compare_coverage(day, hours).compared > 30
    assert not compare_coverage(day, hours).mismatches
    assert not compare_fates(day, tally_of(day)).mismatches


def test_a_fact_counted_twice_is_named(day: InventedTraffic) -> None:
    hours = hours_of(day)
    count_one(hours[0].counts, "other-set", "yahoo", "sent")
    sent = sum(
        1 for fact in day.facts if SenderHour(*fact[:4]) == hours[0].sender_hour and fact.outcome == "sent"
    )

    assert compare_facts(day, hours).mismatches == (
        Mismatch((*hours[0].sender_hour, "sent"), sent, sent + 1),
    )


def test_an_hour_that_is_missing_is_named(day: InventedTraffic) -> None:
    missing, *others = hours_of(day)

    mismatches = compare_facts(day, others).mismatches

    assert mismatches
    assert all(each.cell[:4] == missing.sender_hour and each.found == 0 for each in mismatches)


def test_a_fact_that_was_never_reported_is_named(day: InventedTraffic) -> None:
    fact = Fact("999900001111", "us-east-1", "example.net", "2026-11-22T09", "m", "r", "rejected")
    hours = [*hours_of(day), HourBalance(SenderHour(*fact[:4]), counts={"x": {"gmail": {"rejected": 1}}})]

    assert compare_facts(day, hours).mismatches == (Mismatch((*fact[:4], "rejected"), 0, 1),)


def test_a_feed_that_is_credited_wrongly_is_named(day: InventedTraffic) -> None:
    hours = hours_of(day)
    hour, name = next(
        (hour, name)
        for hour in hours
        for name, kinds in hour.coverage.items()
        if kinds.get("delivered", {}).get("both")
    )
    hour.coverage[name]["delivered"]["both"] -= 1
    count_one(hour.coverage, name, "delivered", "owner_only")

    tellers = {each.cell[5]: each.found - each.expected for each in compare_coverage(day, hours).mismatches}

    assert tellers == {"both": -1, "owner_only": 1}


def test_a_message_with_another_fate_is_named(day: InventedTraffic) -> None:
    tally = tally_of(day)
    moved = replace(tally, journaled=tally.journaled - 1, quarantined={**tally.quarantined, "new_reason": 1})

    assert {each.cell for each in compare_fates(day, moved).mismatches} == {
        ("journaled",),
        ("quarantined", "new_reason"),
    }


def test_addresses_must_stand_once_and_are_never_named() -> None:
    listed = ["a@example.com", "b@example.com", "c@example.com"]

    comparison = compare_addresses(listed, ["a@example.com", "c@example.com", "c@example.com"])

    assert comparison.compared == 3
    assert comparison.mismatches == (Mismatch(("address", "2"), 1, 0), Mismatch(("address", "3"), 1, 2))


def assess(day: InventedTraffic) -> list[Assessed]:
    """What perfect assessments would leave; on a day this small nothing is published."""
    stages = divide(day, ENDS_AT)
    expected = expect_standings(day, [(stage.ends_at, stage.publications) for stage in stages])
    return [
        Assessed(
            stage,
            dict(map(state_of, groupby(sorted(rated.items()), lambda each: each[0].entity))),
            (),
            (),
            MessageTally(0),
        )
        for stage, rated in zip(stages, expected, strict=True)
    ]


def state_of(
    of_entity: tuple[str, Iterable[tuple[EntityMeasure, Expected]]],
) -> tuple[ReputationEntity, EntityState]:
    title, rated = of_entity
    kind, name, *region = title.replace(" in ", " ").split()
    entity = ReputationEntity(EntityKind(kind), name, *region)
    rated = list(rated)
    measures = {
        Measure(of.measure): MeasureState(Standing(each.standing), ENDS_AT)
        for of, each in rated
        if each.standing
    }
    rates = {of.measure: {"numerator": each.numerator, "denominator": each.denominator} for of, each in rated}
    view = {measure: {"rate": rate if rate["denominator"] else None} for measure, rate in rates.items()}
    return entity, EntityState(entity, 1, ENDS_AT, measures, view={"measures": view})


FIRST = SnapshotChanges(not_compared=FIRST_SNAPSHOT)
ONE_MORE = SnapshotChanges("20261115T000000Z", added=1, by_cause={"bounce": 1})


def snapshot_of(changes: SnapshotChanges, *added: str) -> Snapshot:
    """A perfect snapshot of a list."""
    addresses = ["a@example.com", *added]
    run = SimpleNamespace(run_id="20261122T000000Z")
    return cast(
        "Snapshot",
        SimpleNamespace(
            addresses=addresses, listed=addresses, changes=changes, manifest=SimpleNamespace(run=run)
        ),
    )


def print_proof(
    day: InventedTraffic,
    tally: MessageTally,
    hours: list[HourBalance],
    assessed: list[Assessed] | None = None,
    growth: SnapshotChanges = ONE_MORE,
) -> tuple[bool, str]:
    screen = Screen(file=io.StringIO(), width=80)
    run = DemoRun(day, assessed or assess(day), (), LedgerContents(tally, hours), ())
    comparisons = compare_run(run, [snapshot_of(FIRST), snapshot_of(growth, "b@example.com")])
    print_arithmetic(screen, run, comparisons)
    assert isinstance(screen.file, io.StringIO)
    return does_add_up(run, comparisons), screen.file.getvalue()


def test_the_proof_holds_for_a_perfect_ledger(day: InventedTraffic) -> None:
    adds_up, printed = print_proof(day, tally_of(day), hours_of(day))

    assert adds_up
    assert ": must be" not in printed


def test_the_proof_fails_and_prints_the_figure_where_one_fact_is_missing(day: InventedTraffic) -> None:
    hours = hours_of(day)
    outcomes = next(each for cells in hours[0].counts.values() for each in cells.values() if "sent" in each)
    del outcomes["sent"]
    adds_up, printed = print_proof(day, tally_of(day), hours)

    assert not adds_up
    assert f"{hours[0].sender_hour.send_hour} sent: must be" in printed.replace("\n", " ")


@pytest.mark.parametrize(
    ("growth", "figure"),
    [
        (replace(ONE_MORE, added=2), "added: must be 1, is 2"),
        (replace(ONE_MORE, removed=1), "removed: must be 0, is 1"),
        (replace(ONE_MORE, by_cause={"unexplained": 1}), "bounce: must be 1, is 0"),
    ],
)
def test_the_proof_fails_where_a_list_did_not_grow_as_it_must(
    day: InventedTraffic, growth: SnapshotChanges, figure: str
) -> None:
    adds_up, printed = print_proof(day, tally_of(day), hours_of(day), growth=growth)

    assert not adds_up
    assert figure in " ".join(printed.split())


def test_the_proof_fails_where_a_message_is_lost(day: InventedTraffic) -> None:
    tally = tally_of(day)
    lost = replace(tally, received=tally.received + 1)
    adds_up, printed = print_proof(day, lost, hours_of(day))

    assert not adds_up
    assert "published IS NOT" in printed


def test_the_proof_fails_where_a_standing_is_not_what_was_counted(day: InventedTraffic) -> None:
    *stages, last = assess(day)
    entity, state = next(iter(last.states.items()))
    rated = replace(state, measures={Measure.BOUNCES: MeasureState(Standing.PAUSE, ENDS_AT)})
    wrong = [*stages, replace(last, states={**last.states, entity: rated})]
    adds_up, printed = print_proof(day, tally_of(day), hours_of(day), wrong)

    assert not adds_up
    assert "standing pause: must be 0, is 1" in " ".join(printed.split())


def test_the_proof_fails_where_an_event_comes_out_of_nowhere(day: InventedTraffic) -> None:
    *stages, last = assess(day)
    event = HeardEvent("Feed Finding Opened", {"id": "identity#example.com#1"})
    adds_up, printed = print_proof(
        day, tally_of(day), hours_of(day), [*stages, replace(last, events=[event])]
    )

    assert not adds_up
    assert "event identity#example.com#1: must be 0, is 1" in " ".join(printed.split())
