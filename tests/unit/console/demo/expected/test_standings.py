"""Counting simply gives the same as the library, for every entity."""

import ast
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest

from console.demo.expected import standings, thresholds
from console.demo.expected.standings import (
    EntityMeasure,
    Expected,
    ExpectedChange,
    expect_changes,
    expect_standings,
)
from console.demo.traffic import Fact, InventedTraffic, Publication, generate_traffic
from console.demo.traffic.expected_facts import feeds_by_fact
from ses_reputation.rates.history import History
from ses_reputation.rates.thresholds import Measure, Standing, StandingRules
from ses_reputation.rollup.day_balance import day_balances_of, sender_of
from ses_reputation.rollup.entities import entities_of
from ses_reputation.standing.evaluation import evaluate_standing
from tests.unit.console.perfect_ledger import hours_of

ENDS_AT = datetime(2026, 11, 22, 7, tzinfo=UTC)
AGENCY = EntityMeasure("account 444455556666 in us-east-1", "bounces")


Stages = list[tuple[datetime, tuple[Publication, ...]]]


def stages_of(traffic: InventedTraffic) -> Stages:
    """All mail in four stages; of a day alone the first is empty."""
    ends = [ENDS_AT - timedelta(hours=hours) for hours in (24, 12, 6)]
    places = [0, *(len(traffic.arriving_by(end)) for end in ends), len(traffic.publications)]
    published = [traffic.publications[first:last] for first, last in pairwise(places)]
    return list(zip([*ends, ENDS_AT], published, strict=True))


def rated_by_the_library(traffic: InventedTraffic) -> list[dict[EntityMeasure, Expected]]:
    rated: list[dict[EntityMeasure, Expected]] = []
    held: dict[str, dict[Measure, Standing]] = {}
    arrived: tuple[Publication, ...] = ()
    for now, publications in stages_of(traffic):
        arrived = (*arrived, *publications)
        hours = hours_of(traffic, feeds_by_fact(arrived))
        stage: dict[EntityMeasure, Expected] = {}
        for entity, senders in entities_of(map(sender_of, hours)).items():
            history = History(
                entity, day_balances_of(each for each in hours if sender_of(each) in senders), now
            )
            evaluations = evaluate_standing(history, held.get(entity.title, {}), StandingRules())
            held[entity.title] = {m: each.standing for m, each in evaluations.items() if each.standing}
            for measure, each in evaluations.items():
                rate = (each.rate.numerator, each.rate.denominator) if each.rate else (0, 0)
                stage[EntityMeasure(entity.title, measure)] = Expected(*rate, each.standing or "")
        rated.append(stage)
    return rated


@pytest.mark.parametrize(
    ("seed", "mails", "days"),
    [(20261122, 4_000, 28), (5, 3_000, 0), (6, 150, 3), (7, 14_000, 0)],
    ids=["the demo's", "unrated", "small", "more than the volume"],
)
def test_counting_and_the_library_come_to_the_same(seed: int, mails: int, days: int) -> None:
    traffic = generate_traffic(seed, ENDS_AT, mails, days)

    assert expect_standings(traffic, stages_of(traffic)) == rated_by_the_library(traffic)


@pytest.mark.parametrize("module", [standings, thresholds])
def test_expected_standings_import_nothing_of_the_library(module: ModuleType) -> None:
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    imported = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert "fractions" in imported
    assert not [name for name in imported if name.startswith("ses_reputation")]


def publish(outcomes: dict[str, int], hour: str = "2026-11-22T06") -> Publication:
    """A message with so many facts of each outcome; the first of each are of the same dispatches."""
    facts = tuple(
        Fact("444455556666", "us-east-1", "example.com", hour, f"{hour}-{number}", "a@gmail.com", outcome)
        for outcome, count in outcomes.items()
        for number in range(count)
    )
    return Publication("444455556666", "", "journaled", "sender", facts)


def by_owner(outcomes: dict[str, int], hour: str) -> Publication:
    """The same as only the topics of the identity's owner report it: of no configuration set."""
    return replace(publish(outcomes, hour), feed="owner")


def expected_of(*stages: Publication) -> list[Expected]:
    names = {fact.message_id: "newsletter" for stage in stages for fact in stage.facts}
    day = InventedTraffic((), {}, 0, 0, 0, {}, names)
    return [expected[AGENCY] for expected in expect_standings(day, [(ENDS_AT, [stage]) for stage in stages])]


BOUNCED = "bounced_permanent_general"


def test_mail_that_the_owner_alone_reports_is_rated_by_its_outcomes() -> None:
    """100 mails, of which 3 had bounced before 97 were delivered: the publications share no message."""
    delivered = by_owner({"delivered_within_10s": 97}, "2026-11-22T06")
    few, more = (by_owner({BOUNCED: number}, "2026-11-22T05") for number in (2, 3))
    between = by_owner({BOUNCED: 3, "sent": 0}, "2026-11-22T05")
    first = by_owner({"delivered_within_10s": 10}, "2026-11-22T04")

    assert expected_of(delivered)[0] == Expected(0, 97, "healthy")
    assert expected_of(few, delivered) == [Expected(0, 0, ""), Expected(2, 99, "healthy")]
    # Deliveries began to be reported in that hour, which is left out too.
    assert expected_of(more, delivered)[1] == Expected(0, 0, "")
    assert expected_of(first, between, delivered)[2] == Expected(3, 110, "healthy")


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ({"sent": 2_000, BOUNCED: 65}, Expected(65, 2_000, "healthy")),
        ({"sent": 2_000, BOUNCED: 66}, Expected(66, 2_000, "watch")),
        ({"sent": 2_000, BOUNCED: 139}, Expected(139, 2_000, "review")),
        ({"sent": 2_000, BOUNCED: 251}, Expected(251, 2_000, "review")),
        ({"sent": 2_000, BOUNCED: 252}, Expected(252, 2_000, "pause")),
        (
            {"sent": 2_003, "rejected": 2, "complaint_suppressed_on_account_list": 1},
            Expected(0, 2_000, "healthy"),
        ),
        ({"sent": 4, BOUNCED: 4}, Expected(4, 4, "healthy")),
        ({"sent": 10, BOUNCED: 12}, Expected(12, 12, "pause")),
        ({BOUNCED: 12}, Expected(0, 0, "")),
    ],
)
def test_rates_and_standings(outcomes: dict[str, int], expected: Expected) -> None:
    assert expected_of(publish(outcomes)) == [expected]


def test_the_latest_hours_that_hold_the_volume_count_and_clean_mail_never_worsens() -> None:
    old = publish({"sent": 3_000, BOUNCED: 363}, "2026-11-22T01")
    diluting = publish({"sent": 9_000}, "2026-11-22T02")
    bad = publish({"sent": 2_000, BOUNCED: 190}, "2026-11-22T03")

    # The window is the second and the third hour; without the second, which dilutes, it is 190 of the volume.
    assert expected_of(old, diluting, bad) == [
        Expected(363, 3_000, "pause"),
        Expected(363, 12_000, "watch"),
        Expected(190, 10_000, "watch"),
    ]


def test_a_standing_is_left_only_well_below_its_threshold() -> None:
    stages = (
        publish({"sent": 2_000, BOUNCED: 139}, "2026-11-22T01"),
        publish({"sent": 1_000}, "2026-11-22T02"),
        publish({"sent": 200}, "2026-11-22T03"),
    )

    assert [each.standing for each in expected_of(*stages)] == ["review", "review", "watch"]


def test_changes_are_published_once_and_first_ratings_only_where_they_are_bad() -> None:
    def rated(standing: str) -> dict[EntityMeasure, Expected]:
        return {AGENCY: Expected(0, 1, standing)}

    drift = [rated(standing) for standing in ("", "healthy", "watch", "watch", "", "review", "healthy")]

    assert expect_changes(drift) == [
        ExpectedChange(2, AGENCY, "healthy", "watch"),
        ExpectedChange(5, AGENCY, "", "review"),
        ExpectedChange(6, AGENCY, "review", "healthy"),
    ]
