"""What a newcomer reads of standings and alerts, on a narrow screen."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from console.demo.stages import Assessed, Stage
from console.demo.standings_report import print_alerts, print_standings_by_stage
from console.local_aws.subscriber import HeardAlert, HeardEvent
from console.reports.message_tally import MessageTally
from console.terminal.screen import Screen
from ses_reputation.rates.thresholds import Measure, Standing
from ses_reputation.rollup.entities import ReputationEntity, account_entity, identity_entity
from ses_reputation.standing.state import EntityState, MeasureState

BEGINS_AT = datetime(2026, 11, 21, 22, tzinfo=UTC)
AGENCY, DOMAIN = account_entity("444455556666", "us-east-1"), identity_entity("example.com")
HEALTHY, WATCH, REVIEW = Standing.HEALTHY, Standing.WATCH, Standing.REVIEW
WATCHED = HeardAlert(
    "Watch: bounces of account 444455556666 in us-east-1 at 4.76 % (was healthy)",
    "The account has fallen to WATCH.\n",
    {"kind": "standing_changed", "standing": "watch"},
)
REVIEWED = HeardAlert(
    "Review: bounces of account 444455556666 in us-east-1 at 6.41 % (was watch)",
    "The account has fallen to REVIEW.\n\nWhat to do\n  1. Stop [promotions].\n",
    {"kind": "standing_changed", "standing": "review"},
)
DEFERRED = HeardAlert(
    "Found: Microsoft is deferring example.com since 14:00 UTC, IPFailure, 31 % of mail",
    "Microsoft is deferring example.com.\n",
    {"kind": "finding_opened", "standing": "watch"},
)
SPIKED = HeardAlert(
    "Found, account 444455556666 in us-east-1: The bounce rate of the last 24 hours is 9 %",
    "More bounces than usual.\n",
    {"kind": "finding_opened", "standing": "watch"},
)
RESOLVED = HeardAlert("Over", "Over and done.\n", {"kind": "finding_resolved"})


def state_of(
    entity: ReputationEntity, sends: int, bounces: Standing | None, complaints: Standing | None = HEALTHY
) -> EntityState:
    held = {Measure.BOUNCES: bounces, Measure.COMPLAINTS: complaints if bounces else None}
    rate = {"numerator": 6, "denominator": 100, "value": 0.06}
    view = {measure.value: {"sends": sends, "rate": rate} for measure in Measure}
    measures = {measure: MeasureState(standing, BEGINS_AT) for measure, standing in held.items() if standing}
    return EntityState(entity, 1, BEGINS_AT, measures, view={"measures": view})


def assess(hours: int, *states: EntityState, alerts: Sequence[HeardAlert] = ()) -> Assessed:
    stage = Stage(BEGINS_AT, BEGINS_AT + timedelta(hours=hours), ())
    events = [HeardEvent("Reputation Standing Changed", {}) for _ in alerts]
    return Assessed(stage, {state.entity: state for state in states}, alerts, events, MessageTally(0))


def print_all(*assessed: Assessed) -> list[str]:
    screen = Screen(file=io.StringIO(), width=80)
    print_standings_by_stage(screen, assessed)
    print_alerts(screen, assessed)
    assert isinstance(screen.file, io.StringIO)
    lines = [line.rstrip() for line in screen.file.getvalue().splitlines()]
    assert max(map(len, lines)) <= 80
    return lines


def test_each_entity_has_a_row_and_each_stage_a_column() -> None:
    printed = print_all(
        assess(12, state_of(AGENCY, 625, None)),
        assess(18, state_of(AGENCY, 2_625, WATCH), state_of(DOMAIN, 4_000, HEALTHY)),
        assess(24, state_of(AGENCY, 3_625, REVIEW), state_of(DOMAIN, 5_000, HEALTHY)),
    )

    rows = [line.split() for line in printed]
    assert ["Sun", "Sun", "Sun"] in rows
    assert ["by", "bounces", "10:00", "16:00", "22:00"] in rows
    agency = "444455556666 625 sends watch 6.00 % review 6.00 %"
    assert agency.split() in rows
    assert ["example.com", "-", "healthy", "6.00", "%", "healthy", "6.00", "%"] in rows
    assert "By complaints, every entity with a standing is healthy." in printed


def test_complaints_have_a_table_where_they_made_a_difference() -> None:
    printed = print_all(assess(12, state_of(AGENCY, 3_000, HEALTHY, WATCH)))

    assert ["by", "complaints", "10:00"] in [line.split() for line in printed]
    assert "By complaints, every entity with a standing is healthy." not in printed


def test_all_alerts_are_listed_and_the_worst_standing_and_a_deferral_printed_whole() -> None:
    state = state_of(AGENCY, 3_000, REVIEW)
    printed = print_all(
        assess(18, state, alerts=[WATCHED, SPIKED, DEFERRED]), assess(24, state, alerts=[REVIEWED, RESOLVED])
    )
    text = " ".join(" ".join(printed).split())

    assert "received: 5 alerts, one for each change." in text
    assert "5 Reputation Standing Changed." in text
    for at, alert in (("16:00", WATCHED), ("16:00", DEFERRED), ("22:00", REVIEWED), ("22:00", RESOLVED)):
        assert f"Sun {at} {alert.subject}" in text
    whole = [line for line in printed if line.startswith("|")]
    assert "|   1. Stop [promotions]." in whole
    assert "| Microsoft is deferring example.com." in whole
    others = {"| The account has fallen to WATCH.", "| Over and done.", "| More bounces than usual."}
    assert not others & set(whole)


def test_without_a_deferral_the_first_finding_is_printed_whole() -> None:
    printed = print_all(assess(18, state_of(AGENCY, 3_000, WATCH), alerts=[SPIKED]))

    assert "| More bounces than usual." in printed


def test_a_day_without_alerts_says_so() -> None:
    printed = print_all(assess(12, state_of(AGENCY, 300, None)))

    text = " ".join(" ".join(printed).split())
    assert "received: 0 alerts" in text
    assert "event bus: nothing." in text
    assert not [line for line in printed if line.startswith("|")]
