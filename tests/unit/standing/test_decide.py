"""What SES decided, reading by reading: each change once, and the way back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ses_reputation.rollup.entities import account_entity
from ses_reputation.standing.changes import AccountDecided, DecisionChange, TenantsDecided
from ses_reputation.standing.decide import apply_decision
from ses_reputation.standing.decision import DecisionKind
from ses_reputation.standing.state import EntityState
from ses_reputation.statistics.decisions import SesDecision, TenantDecision

NOW = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
HEALTHY = SesDecision("444455556666", "us-east-1", NOW, "HEALTHY", True, True, tenants={})
REVIEWED = replace(HEALTHY, enforcement_status="PROBATION")
PAUSED = replace(HEALTHY, enforcement_status="SHUTDOWN")
OFF = replace(HEALTHY, is_sending_enabled=False)
SANDBOX = replace(HEALTHY, is_in_production=False)
STOPPED = TenantDecision("DISABLED", True, "Bounce rate of 15 %", NOW, "HIGH")
SEVERE = TenantDecision("ENABLED", False, "", None, "HIGH")
LIGHT = TenantDecision("ENABLED", False, "", None, "LOW")


def after(*readings: SesDecision) -> tuple[EntityState, list[list[DecisionChange]]]:
    """The state after readings an hour apart, and the changes of each."""
    state = EntityState(account_entity("444455556666", "us-east-1"), 0, NOW)
    found = []
    for number, read in enumerate(readings):
        at = NOW + number * HOUR
        state, changes = apply_decision(state, replace(read, read_at=at), at)
        found.append(changes)
    return state, found


def decided(*readings: SesDecision) -> list[list[DecisionKind]]:
    """What each reading comes to."""
    _, found = after(*readings)
    return [[each.decision for each in of if isinstance(each, AccountDecided)] for of in found]


@pytest.mark.parametrize(
    ("first", "second", "decision"),
    [
        (HEALTHY, REVIEWED, DecisionKind.UNDER_REVIEW),
        (HEALTHY, PAUSED, DecisionKind.PAUSED),
        (REVIEWED, PAUSED, DecisionKind.PAUSED),
        (PAUSED, REVIEWED, DecisionKind.RESUMED_UNDER_REVIEW),
        (PAUSED, HEALTHY, DecisionKind.HEALTHY),
        (REVIEWED, HEALTHY, DecisionKind.HEALTHY),
        (HEALTHY, replace(HEALTHY, enforcement_status="LIMITED"), DecisionKind.OTHER_STATUS),
        (HEALTHY, OFF, DecisionKind.SWITCHED_OFF),
        (OFF, HEALTHY, DecisionKind.SWITCHED_ON),
        (HEALTHY, SANDBOX, DecisionKind.IN_SANDBOX),
        (SANDBOX, HEALTHY, DecisionKind.IN_PRODUCTION),
    ],
)
def test_a_change_is_one_change_and_lasts_in_silence(
    first: SesDecision, second: SesDecision, decision: DecisionKind
) -> None:
    assert decided(first, second, second, second)[1:] == [[decision], [], []]


def test_the_first_reading_of_a_healthy_account_is_no_news() -> None:
    assert decided(HEALTHY, HEALTHY) == decided(SANDBOX, SANDBOX) == [[], []]


@pytest.mark.parametrize(
    ("first", "decision"),
    [(PAUSED, DecisionKind.PAUSED), (REVIEWED, DecisionKind.UNDER_REVIEW), (OFF, DecisionKind.SWITCHED_OFF)],
)
def test_the_first_reading_of_an_account_in_trouble_is_news(
    first: SesDecision, decision: DecisionKind
) -> None:
    assert decided(first, first) == [[decision], []]


def test_a_shutdown_that_switches_sending_off_too_is_one_change_and_so_is_its_end() -> None:
    shut = replace(PAUSED, is_sending_enabled=False)

    assert decided(HEALTHY, PAUSED, shut, HEALTHY) == [[], [DecisionKind.PAUSED], [], [DecisionKind.HEALTHY]]


def test_an_account_that_was_switched_off_during_a_shutdown_is_found_so_when_it_ends() -> None:
    shut = replace(PAUSED, is_sending_enabled=False)

    assert decided(HEALTHY, shut, OFF, OFF, HEALTHY) == [
        [],
        [DecisionKind.PAUSED],
        [DecisionKind.HEALTHY],
        [],
        [DecisionKind.SWITCHED_ON],
    ]


def test_what_ses_does_not_say_stays_as_it_was() -> None:
    silent = replace(HEALTHY, enforcement_status="")

    assert decided(PAUSED, silent, silent, HEALTHY) == [[DecisionKind.PAUSED], [], [], [DecisionKind.HEALTHY]]
    assert decided(PAUSED, silent, PAUSED) == [[DecisionKind.PAUSED], [], []]


def test_a_change_says_since_when_it_was_otherwise() -> None:
    _, (_, _, _, (change,)) = after(HEALTHY, PAUSED, PAUSED, HEALTHY)

    assert isinstance(change, AccountDecided)
    assert change.since == NOW + HOUR


def test_a_reading_that_is_not_later_changes_nothing() -> None:
    state, _ = after(HEALTHY, PAUSED)

    for back in (timedelta(0), HOUR):
        old = replace(HEALTHY, read_at=NOW + HOUR - back)
        assert apply_decision(state, old, NOW + 2 * HOUR) == (state, [])


def test_the_ids_of_changes_wait_in_the_outbox() -> None:
    state, (changes,) = after(replace(PAUSED, tenants={"orchard": STOPPED}))

    assert state.unpublished == tuple(each.id for each in changes)
    assert [each.name for each in changes] == ["account", "tenants"]
    assert len(set(state.unpublished)) == 2


def tenants(**decisions: TenantDecision) -> SesDecision:
    return replace(HEALTHY, tenants=decisions)


def severity(found: list[list[DecisionChange]]) -> list[list[TenantsDecided]]:
    return [[each for each in of if isinstance(each, TenantsDecided)] for of in found]


def of_tenants(*readings: SesDecision) -> list[list[tuple[list[str], list[str], list[str]]]]:
    _, found = after(*readings)
    return [
        [
            (sorted(each.stopped), sorted(each.severe), sorted(each.over))
            for each in of
            if isinstance(each, TenantsDecided)
        ]
        for of in found
    ]


def test_tenants_that_are_stopped_and_those_that_send_again_are_each_told_once() -> None:
    assert of_tenants(
        tenants(),
        tenants(orchard=STOPPED, grove=SEVERE),
        tenants(orchard=STOPPED, grove=SEVERE),
        tenants(grove=STOPPED),
        tenants(grove=SEVERE),
        tenants(),
    ) == [
        [],
        [(["orchard"], ["grove"], [])],
        [],
        [(["grove"], [], ["orchard"])],
        [([], [], ["grove"])],
        [([], [], ["grove"])],
    ]


def test_a_problem_that_gets_less_severe_and_severe_again_is_told_once_each() -> None:
    """What never was severe is no news, nor is its end."""
    light = tenants(grove=LIGHT, hill=LIGHT)
    _, found = after(
        *(tenants(), light, light, tenants(grove=SEVERE, hill=LIGHT), tenants(grove=SEVERE)),
        *(tenants(grove=LIGHT), tenants(grove=LIGHT), tenants(grove=SEVERE), tenants(grove=LIGHT), tenants()),
    )

    told = [
        [(sorted(each.severe), sorted(each.eased), sorted(each.over)) for each in of]
        for of in severity(found)
    ]
    assert told == [
        *([], [], [], [(["grove"], [], [])], []),
        *([([], ["grove"], [])], [], [(["grove"], [], [])], [([], ["grove"], [])], []),
    ]


def test_a_tenant_with_a_light_problem_that_is_stopped_and_sends_again_is_told_once_each() -> None:
    assert of_tenants(tenants(grove=LIGHT), tenants(grove=STOPPED), tenants(grove=LIGHT), tenants())[1:] == [
        [(["grove"], [], [])],
        [([], [], ["grove"])],
        [],
    ]


def test_tenants_that_could_not_be_read_are_as_they_were() -> None:
    unread = replace(HEALTHY, tenants=None)

    assert of_tenants(tenants(orchard=STOPPED), unread, tenants(orchard=STOPPED), tenants())[1:] == [
        [],
        [],
        [([], [], ["orchard"])],
    ]


def test_a_tenant_that_is_left_out_for_want_of_room_is_not_taken_as_free() -> None:
    full = replace(tenants(grove=STOPPED), tenants_left_out=1)

    assert of_tenants(tenants(orchard=STOPPED), full)[1] == [(["grove"], [], [])]


READINGS = st.builds(
    SesDecision,
    st.just("444455556666"),
    st.just("us-east-1"),
    st.just(NOW),
    st.sampled_from(["HEALTHY", "PROBATION", "SHUTDOWN"]),
    st.booleans(),
    st.booleans(),
)


@given(st.lists(READINGS, max_size=12))
def test_readings_that_repeat_never_repeat_a_change(readings: list[SesDecision]) -> None:
    once = [each for each in decided(*readings) if each]
    twice = [each for each in decided(*(each for read in readings for each in (read, read))) if each]

    assert once == twice
