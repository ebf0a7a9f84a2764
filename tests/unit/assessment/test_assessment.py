"""Assessments: repeated, overlapping or cut off, they end alike, and whatever changed is published."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ses_reputation.assessment.assessment import (
    AssessmentOutcome,
    AssessmentRun,
    assess_reputation,
)
from ses_reputation.assessment.evaluate_entity import evaluate_entity
from ses_reputation.assessment.settings import AssessmentSettings
from ses_reputation.errors import UnavailableError
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.notifications.channel import Channel
from ses_reputation.protection.mode import ProtectionMode
from ses_reputation.rates.reading import HistoryMemory
from ses_reputation.rates.thresholds import Measure, Standing, StandingRules
from ses_reputation.rollup.day_balance import PackedDay
from ses_reputation.rollup.entities import (
    ReputationEntity,
    SenderIdentity,
    account_entity,
    both_entities,
    identity_entity,
)
from ses_reputation.standing.state import EntityState, MeasureState, TransitionKind
from ses_reputation.statistics.decision_rows import row_of_decision
from ses_reputation.statistics.decisions import SesDecision
from ses_reputation.statistics.send_statistics import HourTotals, SendStatistics
from ses_reputation.stored_json import plain_text
from ses_reputation.time_left import OUT_OF_TIME
from tests.support.in_memory.assessment_table import (
    Announced,
    CrashError,
    FaultyCalls,
    InMemoryAssessments,
)
from tests.support.mail import (
    NOW,
    REGION,
    SENDER,
    Reported,
    account_days_of,
    balance_of,
    days_of,
    hour_ago,
    mail,
    reported_mail,
)
from tests.support.notifications import DELEGATE, OWNER

SETTINGS = AssessmentSettings(
    ledger_table="ledger",
    ledger_account=OWNER,
    stack_name="reputation",
    alert_topic_arn="arn:aws:sns:us-east-1:111122223333:alerts",
    event_bus_name="default",
    protection=ProtectionMode.REPORT,
    protection_role_name="",
    rules=StandingRules(volume=1_000),
)
OWNERS = SenderIdentity(OWNER, REGION, "example.org")
ACCOUNT, IDENTITY = account_entity(DELEGATE, REGION), identity_entity("example.com")
OWN_ACCOUNT, OWN_IDENTITY = account_entity(OWNER, REGION), identity_entity("example.org")
NEXT = timedelta(minutes=5)

# 100 mails a day at 09:00 with one hard bounce: 1 %.
GOOD = [
    mail(f"{NOW - timedelta(days=days):%Y-%m-%d}T09", 100, 1, sender=sender)
    for days in range(40)
    for sender in (SENDER, OWNERS)
]
# An import of 300 addresses of which 60 bounce: with the 700 mails before it, 67 of 1,000.
BAD_IMPORT = mail("2026-11-22T10", 300, 60, name="import")


# A world of few calls, each of which is cut off: of the latest 350 mails, with the day that they begin in, 61
# of 400 bounce.
FEW_DAYS = [*GOOD[:8:2], BAD_IMPORT]
REPORTING = replace(SETTINGS, rules=StandingRules(volume=350))
ENFORCING = replace(REPORTING, protection=ProtectionMode.ENFORCE)


class Paused:
    """Takes what is to be paused."""

    def __init__(self) -> None:
        self.sets: list[tuple[str, str, str]] = []

    def pause(self, account: str, region: str, configuration_set: str) -> None:
        self.sets.append((account, region, configuration_set))


class World:
    """A table, those who receive what is published, and what time it is."""

    def __init__(self, *hours: HourBalance) -> None:
        self.table: Any = InMemoryAssessments(keys_per_page=50)
        self.announced: Any = Announced()
        self.paused: Any = Paused()
        self.settings = SETTINGS
        self.memory = HistoryMemory()
        for hour in hours:
            self.post(hour, datetime.fromisoformat(f"{hour.sender_hour.send_hour}:04:00+00:00"))

    def post(self, hour: HourBalance, at: datetime = NOW - timedelta(minutes=1)) -> None:
        self.table.post(balance_of(hour, at))

    def assess(
        self, now: datetime = NOW, has_time: Callable[[], bool] = lambda: True, late: timedelta = timedelta()
    ) -> AssessmentOutcome:
        run = AssessmentRun(now, lambda: now + late, has_time, readers=1)
        return assess_reputation(self.table, self.announced, self.paused, self.settings, run, self.memory)

    def behind(self, faults: FaultyCalls) -> "World":
        """The same world as a run sees it whose calls may be cut off."""
        world = World()
        world.table, world.announced = faults.before(self.table), faults.before(self.announced)
        world.paused, world.settings = faults.before(self.paused), self.settings
        return world

    @property
    def published(self) -> list[tuple[ReputationEntity, str, str]]:
        return [(each.entity, str(each.kind), each.name) for each in self.announced.published]

    def days(self) -> list[PackedDay]:
        accounts = {sender[:2] for sender in self.table.senders()}
        stored = [each for account in accounts for each in self.table.read_days(*account, "", "9")]
        return sorted((day for each in stored for day in each.days), key=lambda day: (day.sender, day.day))


def essence(
    states: Mapping[ReputationEntity, EntityState] | Sequence[EntityState],
) -> dict[ReputationEntity, Any]:
    """What states say, whatever the time at which it was found, and in how many steps."""
    every = states.values() if isinstance(states, Mapping) else states
    return {
        state.entity: (
            {measure: each.standing for measure, each in state.measures.items()},
            sorted(state.findings),
            {name: each.step for name, each in state.protection.items()},
            state.view,
            state.unpublished,
        )
        for state in every
    }


def having_time_for(steps: int) -> Callable[[], bool]:
    left = iter([True] * steps)
    return lambda: next(left, False)


def standings(
    outcome: AssessmentOutcome, measure: Measure = Measure.BOUNCES
) -> dict[ReputationEntity, Standing]:
    return {state.entity: state.measures[measure].standing for state in outcome.states}


def test_a_first_assessment_rates_every_entity_and_publishes_nothing_of_the_healthy() -> None:
    world = World(*GOOD)

    outcome = world.assess()

    assert standings(outcome) == dict.fromkeys(
        [ACCOUNT, IDENTITY, OWN_ACCOUNT, OWN_IDENTITY], Standing.HEALTHY
    )
    assert outcome.evaluations.keys() == standings(outcome).keys()
    assert (outcome.transitions, outcome.published, outcome.failed) == ((), 0, {})
    stored = [hour for hour in GOOD if hour.sender_hour.send_hour < "2026-11-21"]
    assert (outcome.days_rolled_up, outcome.is_caught_up) == (len(account_days_of(stored)), True)
    assert world.days() == days_of(stored)


@pytest.mark.parametrize(
    ("place", "sends"),
    # The latest 350 mails begin in a day of 100; of 1,000, as of all others, the first day is the seventh.
    [(DELEGATE, 400), (f"{DELEGATE}/{REGION}", 400), (f"{DELEGATE}/eu-west-1", 1_000), (OWNER, 1_000)],
)
def test_an_account_is_rated_over_a_window_of_its_own_and_its_identities_over_the_common_one(
    place: str, sends: int
) -> None:
    world = World(*GOOD, BAD_IMPORT)
    world.settings = replace(SETTINGS, rules=replace(SETTINGS.rules, account_volumes={place: 350}))

    evaluations = world.assess().evaluations

    assert {measure: each.sends for measure, each in evaluations[ACCOUNT].items()} == {
        Measure.BOUNCES: sends,
        Measure.COMPLAINTS: sends,
    }
    assert evaluations[IDENTITY][Measure.BOUNCES].sends == 1_000
    assert evaluations[OWN_IDENTITY][Measure.BOUNCES].sends == 1_000


def test_the_regions_own_volume_comes_before_that_of_all_regions() -> None:
    rules = StandingRules(account_volumes={DELEGATE: 500, f"{DELEGATE}/{REGION}": 600})

    assert rules.of(ACCOUNT).volume == 600
    assert rules.of(account_entity(DELEGATE, "eu-west-1")).volume == 500
    assert rules.of(account_entity(OWNER, REGION)).volume == 10_000


def test_where_nothing_changed_nothing_is_written_and_nothing_published() -> None:
    world = World(*GOOD)
    world.assess()
    writes = world.table.writes

    outcome = world.assess(NOW + NEXT)

    assert len(outcome.evaluations) == 4
    assert (world.table.writes, world.announced.published) == (writes, [])


def test_a_standing_that_changes_is_published_once_for_each_of_its_entities() -> None:
    world = World(*GOOD)
    world.assess()
    world.post(BAD_IMPORT, NOW)

    outcome = world.assess(NOW + NEXT)
    for runs in range(2, 6):
        world.assess(NOW + runs * NEXT)

    assert standings(outcome) == {
        ACCOUNT: Standing.REVIEW,
        IDENTITY: Standing.REVIEW,
        OWN_ACCOUNT: Standing.HEALTHY,
        OWN_IDENTITY: Standing.HEALTHY,
    }
    assert outcome.published == len(outcome.transitions) == 4
    assert sorted(world.published) == [
        (ACCOUNT, "finding_opened", "bounce_spike"),
        (ACCOUNT, "standing_changed", "bounces"),
        (IDENTITY, "finding_opened", "bounce_spike"),
        (IDENTITY, "standing_changed", "bounces"),
    ]
    of_the_account = [each for each in outcome.transitions if each.entity == ACCOUNT]
    assert world.table.transitions(ACCOUNT, 9) == sorted(of_the_account, key=lambda each: each.id)[::-1]


def test_a_run_that_is_repeated_is_the_same_assessment() -> None:
    world = World(*GOOD, BAD_IMPORT)
    first = world.assess()
    # What came between the two starts is for the next assessment.
    world.post(mail("2026-11-22T10", 900, 0, name="import"), NOW)

    again = world.assess(late=timedelta(minutes=1))

    assert (again.transitions, again.published, again.evaluations) == ((), 0, {})
    assert essence(again.states) == essence(first.states)
    assert len(world.published) == 4


def test_a_repeated_run_publishes_what_the_first_could_not() -> None:
    world = World(*GOOD, BAD_IMPORT)
    world.announced.refused = [
        each for each in World(*GOOD, BAD_IMPORT).assess().transitions if each.entity == ACCOUNT
    ]

    first = world.assess()
    assert first.failed == {ACCOUNT.key: "alert: InternalError; chat: InternalError; event: InternalError"}
    assert first.published == 2
    world.announced.refused = []
    again = world.assess(late=NEXT)

    assert (again.published, again.failed) == (2, {})
    assert len(world.published) == len(set(world.published)) == 4


class Interleaving:
    """Stands before a table, and lets something happen just before one of its calls."""

    def __init__(self, table: Any, number: int, happens: Callable[[], object]) -> None:
        self._table = table
        self._number = number
        self._happens = happens
        self.calls = 0

    def __getattr__(self, name: str) -> Any:
        work = getattr(self._table, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            self.calls += 1
            if self.calls == self._number:
                self._happens()
            return work(*args, **kwargs)

        return call


@pytest.mark.parametrize("apart", [timedelta(), timedelta(minutes=2), timedelta(minutes=-2)])
def test_two_assessments_at_once_publish_each_change_once(apart: timedelta) -> None:
    number, is_over = 0, False
    while not is_over:
        number += 1
        world, other = World(*FEW_DAYS), World()
        world.settings = other.settings = REPORTING
        other.table, other.announced = world.table, world.announced
        world.table = Interleaving(other.table, number, lambda other=other: other.assess(NOW + apart))  # type: ignore[misc]

        world.assess()

        is_over = world.table.calls < number
        case = f"the other came before call {number}"
        assert len(world.published) == len(set(world.published)) == 4, case
        states = other.table.read_states()
        # What the other claimed and this one still lists is found published by the next.
        other.assess(NOW + 2 * NEXT)
        assert len(world.published) == 4, case
        assert all(not state.unpublished for state in other.table.read_states().values()), case
        assert states[ACCOUNT].standing is Standing.PAUSE, case
    assert number > 20


def uninterrupted(settings: AssessmentSettings) -> World:
    world = World(*FEW_DAYS)
    world.settings = settings
    world.assess()
    world.assess(NOW + NEXT)
    world.assess(NOW + 2 * NEXT)
    return world


@pytest.mark.parametrize("fault", ["before", "after", "unavailable"])
@pytest.mark.parametrize("settings", [REPORTING, ENFORCING], ids=["report", "enforce"])
def test_an_assessment_cut_off_at_any_call_is_made_up_for(fault: str, settings: AssessmentSettings) -> None:
    expected = uninterrupted(settings)
    counted = FaultyCalls()
    world = World(*FEW_DAYS)
    world.settings = settings
    world.behind(counted).assess()
    assert len(counted.calls) > 30

    for number in range(1, len(counted.calls) + 1):
        faults = FaultyCalls(number, fault)
        world = World(*FEW_DAYS)
        world.settings = settings
        with suppress(CrashError, UnavailableError):
            world.behind(faults).assess()
        world.assess(NOW + NEXT)
        world.assess(NOW + 2 * NEXT)

        name = faults.calls[number - 1]
        cut_off = f"{fault} call {number}, {name}"
        assert set(world.published) == set(expected.published), cut_off
        # Only what may not be published yet is published again; a set that could not be paused is twice.
        more = name in ("publish", "mark_published", "pause")
        assert len(world.published) <= len(expected.published) + more, cut_off
        assert essence(world.table.read_states()) == essence(expected.table.read_states()), cut_off
        assert world.days() == expected.days(), cut_off
        assert set(world.paused.sets) == set(expected.paused.sets), cut_off


def test_the_set_that_caused_a_pause_is_paused_where_that_is_enforced() -> None:
    world = uninterrupted(ENFORCING)

    assert world.paused.sets == [(DELEGATE, REGION, "import")]
    assert (ACCOUNT, "protection", "import") in world.published
    assert world.table.read_states()[ACCOUNT].protection["import"].step == "paused"


def test_complaints_of_a_mail_three_weeks_ago_count_against_it() -> None:
    world = World(*GOOD)
    world.assess()
    # 7 of the latest 1,000 eligible mails, which reach ten days back; chance explains 6 at 0.1 %. One more
    # came before them.
    world.post(mail("2026-11-01T09", 100, 1, complaints=1), NOW)
    assert standings(world.assess(NOW + NEXT), Measure.COMPLAINTS)[ACCOUNT] is Standing.HEALTHY
    world.post(mail("2026-11-15T09", 100, 1, complaints=7), NOW + NEXT)

    outcome = world.assess(NOW + 2 * NEXT)

    assert standings(outcome, Measure.COMPLAINTS)[ACCOUNT] is Standing.REVIEW
    (stored,) = world.table.read_days(*SENDER[:2], "2026-11-01", "2026-11-01")
    assert stored.days == tuple(days_of([mail("2026-11-01T09", 100, 1, complaints=1)]))


def test_all_but_the_balances_can_be_deleted_and_is_rebuilt() -> None:
    world = World(*GOOD)
    world.assess()
    world.post(mail("2026-11-01T09", 110, 3), NOW)
    world.post(BAD_IMPORT, NOW)
    world.assess(NOW + NEXT)
    kept_days, kept_states = world.days(), world.table.read_states()
    world.table.rows = {
        key: row for key, row in world.table.rows.items() if key[0].startswith(("BALANCE#", "POSTINGS#"))
    }
    world.table.rolled_up_to = world.table.stored_before = None

    outcome = world.assess(NOW + NEXT)

    assert world.days() == kept_days
    assert essence(outcome.states) == essence(kept_states)
    assert {state.entity: state.measures for state in outcome.states if state.entity == ACCOUNT} == {
        ACCOUNT: kept_states[ACCOUNT].measures
        | {Measure.COMPLAINTS: MeasureState(Standing.HEALTHY, NOW + NEXT)}
    }


def test_nothing_is_evaluated_before_the_rollup_has_caught_up() -> None:
    world = World(*GOOD, BAD_IMPORT)

    outcome = world.assess(has_time=having_time_for(1))

    assert not outcome.is_caught_up
    assert 0 < outcome.days_rolled_up < 80
    assert (outcome.states, outcome.evaluations, outcome.published) == ((), {}, 0)
    assert len(world.assess(NOW + NEXT).evaluations) == 4


def test_nothing_is_evaluated_after_a_rollup_that_fell_short_though_there_is_time_again() -> None:
    world = World(*GOOD, BAD_IMPORT)
    has_time = iter([True, False])

    outcome = world.assess(has_time=lambda: next(has_time, True))

    assert not outcome.is_caught_up
    assert (outcome.states, outcome.evaluations, outcome.failed) == ((), {}, {})
    assert (world.published, world.table.read_states()) == ([], {})


def test_what_another_run_stored_first_is_neither_evaluated_nor_published_by_this_one() -> None:
    world, other = World(*GOOD, BAD_IMPORT), World()
    save, lost = world.table.save, list[EntityState]()

    def save_after_another_run(state: EntityState, transitions: Any) -> bool:
        # The other run assesses everything just before this one stores its first state.
        world.table.save = save
        other.table = world.table
        stored = len(other.assess().evaluations)
        assert stored == 4
        world.table.save = save_behind
        return save_behind(state, transitions)

    def save_behind(state: EntityState, transitions: Any) -> bool:
        lost.append(state)
        return bool(save(state, transitions))

    world.table.save = save_after_another_run
    outcome = world.assess()

    assert len(lost) == 4
    assert (outcome.states, outcome.evaluations, outcome.transitions, outcome.published) == ((), {}, (), 0)
    assert world.announced.published == []
    assert other.announced.published != []


def test_an_account_of_which_only_a_failed_day_is_known_is_named() -> None:
    world = World(*GOOD)
    world.assess(NOW - NEXT)
    stranger = SenderIdentity("999900001111", REGION, "example.net")
    world.post(mail("2026-11-22T10", 300, sender=stranger))
    read_hours = world.table.read_hours

    def fail(account: str, *others: str) -> Any:
        if account == stranger.account:
            raise UnavailableError("ThrottlingException")
        return read_hours(account, *others)

    world.table.read_hours = fail
    outcome = world.assess()

    assert outcome.failed == {account_entity(stranger.account, REGION).key: "ThrottlingException"}
    assert len(outcome.evaluations) == 4


def test_entities_for_which_no_time_is_left_come_first_next_time() -> None:
    world = World(*GOOD)
    world.assess(NOW - timedelta(days=1))
    world.post(BAD_IMPORT)

    # A page to roll up, and two entities; at first also the day that was yesterday a day ago.
    outcomes = [world.assess(now, having_time_for(steps)) for now, steps in ((NOW, 4), (NOW + NEXT, 3))]

    assert [set(outcome.failed.values()) for outcome in outcomes] == [{OUT_OF_TIME}] * 2
    assessed = [outcome.evaluations.keys() for outcome in outcomes]
    assert [len(entities) for entities in assessed] == [2, 2]
    assert assessed[0] | assessed[1] == {ACCOUNT, IDENTITY, OWN_ACCOUNT, OWN_IDENTITY}
    again = world.assess(NOW + 2 * NEXT)
    assert (again.failed, len(again.evaluations)) == ({}, 4)
    assert len(world.published) == len(set(world.published)) == 4


def test_a_sender_that_cannot_be_read_keeps_only_its_own_entities_from_being_assessed() -> None:
    world, other = (World(*GOOD, BAD_IMPORT) for _ in range(2))
    world.assess(NOW - timedelta(days=1))
    other.assess(NOW - timedelta(days=1))
    counted = FaultyCalls()
    other.behind(counted).assess(NOW)
    number = counted.calls.index("read_days") + 1

    failing = world.behind(FaultyCalls(number, "unavailable")).assess(NOW)

    assert failing.failed == dict.fromkeys([OWN_ACCOUNT.key, OWN_IDENTITY.key], "ThrottlingException")
    assert failing.evaluations.keys() == {ACCOUNT, IDENTITY}
    assert world.assess(NOW + NEXT).failed == {}


def test_hours_that_cannot_be_rolled_up_keep_their_entities_as_they_were() -> None:
    world = World(*GOOD)
    world.assess(NOW - NEXT)
    before = world.table.read_states()
    world.post(BAD_IMPORT)
    number = (
        5  # After senders, watermark, stored days and the index: the hours of the day that was posted to.
    )

    outcome = world.behind(FaultyCalls(number, "unavailable")).assess()

    assert outcome.failed == dict.fromkeys([ACCOUNT.key, IDENTITY.key], "ThrottlingException")
    assert world.table.read_states()[ACCOUNT] == before[ACCOUNT]
    assert standings(world.assess(NOW + NEXT))[ACCOUNT] is Standing.REVIEW


def test_a_table_that_is_not_there_is_an_error() -> None:
    world = World(*GOOD)

    for number in (1, 2, 3):
        with pytest.raises(UnavailableError, match="ThrottlingException"):
            world.behind(FaultyCalls(number, "unavailable")).assess()


def test_what_nobody_foresaw_is_raised_after_all_others_were_published(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World(*GOOD, BAD_IMPORT)

    def see(entity: ReputationEntity, *others: Any) -> Any:
        if entity == ACCOUNT:
            raise ZeroDivisionError("of one entity")
        return evaluate_entity(entity, *others)

    monkeypatch.setattr("ses_reputation.assessment.assessment.evaluate_entity", see)

    with pytest.raises(ExceptionGroup) as raised:
        world.assess()

    (defect,) = raised.value.exceptions
    assert (str(defect), defect.__notes__) == (
        "of one entity",
        ["while assessing account 444455556666 in us-east-1"],
    )
    assert sorted(entity for entity, *_ in world.published) == [IDENTITY, IDENTITY]


def test_ses_own_rates_and_open_mail_are_shown() -> None:
    open_mail = mail("2026-11-22T10", 300)
    open_mail.followed = {"newsletter": {"other": {"sent_without_outcome": 7, "delayed_still_open": 2}}}
    world = World(*GOOD, open_mail)
    statistics = SendStatistics(DELEGATE, REGION, NOW, {}, 0.012, None, NOW - timedelta(hours=2))
    put_statistics(world, statistics)

    view = {state.entity: state.view for state in world.assess().states}

    assert view[ACCOUNT]["ses"] == {
        "bounce_rate": 0.012,
        "complaint_rate": None,
        "bounce_rate_at": "2026-11-22T08:05:00+00:00",
        "complaint_rate_at": None,
        "rates_at": "2026-11-22T08:05:00+00:00",
    }
    assert view[IDENTITY]["ses"] is view[OWN_ACCOUNT]["ses"] is None
    assert view[ACCOUNT]["open"] == view[IDENTITY]["open"] == {"delayed": 2, "without_outcome": 7}
    assert view[OWN_IDENTITY]["open"] == {"delayed": 0, "without_outcome": 0}
    assert view[ACCOUNT]["measures"].keys() == {"bounces", "complaints"}


def decide(world: World, status: str, at: datetime, account: str = DELEGATE) -> None:
    """Let the hourly reading find a status."""
    world.table.put(row_of_decision(SesDecision(account, REGION, at, status, True, True, tenants={})))


def decisions_of(world: World) -> list[str]:
    kind = TransitionKind.SES_DECISION
    return [each.subject for each in world.announced.published if each.kind is kind]


def test_what_ses_decides_is_one_alert_and_one_event_and_so_is_the_way_back() -> None:
    world = World(*GOOD)
    hour = timedelta(hours=1)
    for number, status in enumerate(("HEALTHY", "SHUTDOWN", "SHUTDOWN", "HEALTHY", "HEALTHY")):
        decide(world, status, NOW + number * hour)
        for minutes in (5, 10):
            world.assess(NOW + number * hour + timedelta(minutes=minutes))

    assert decisions_of(world) == [
        f"SES has paused all sending of account {DELEGATE} in {REGION}",
        f"SES has ended the pause: account {DELEGATE} in {REGION} may send again",
    ]
    events = [each for each in world.announced.heard[Channel.EVENT] if "change" in each.detail]
    assert [each.detail["change"] for each in events] == ["paused", "healthy"]


def test_alerts_name_the_link_to_the_statements_that_the_stack_is_given() -> None:
    link = "https://statements.example.com"
    world = World(*GOOD, BAD_IMPORT)
    world.settings = replace(SETTINGS, statement_base_url=link)
    decide(world, "PROBATION", NOW)
    world.assess(NOW + NEXT)

    kinds = (TransitionKind.STANDING_CHANGED, TransitionKind.FINDING_OPENED, TransitionKind.SES_DECISION)
    texts = {kind: [each.text for each in world.announced.published if each.kind is kind] for kind in kinds}
    assert all(texts.values())
    assert [
        text
        for each in texts.values()
        for text in each
        if f"\n  {link}/delegate-{DELEGATE}/statement.html\n" not in text
        and f"\n  {link}/owner-{OWNER}/statement.html\n" not in text
    ] == []


def test_an_account_without_mail_is_known_once_ses_stops_it() -> None:
    world = World(*GOOD)
    owner = account_entity("999999999999", REGION)
    decide(world, "HEALTHY", NOW, owner.name)
    assert owner not in {state.entity for state in world.assess().states}

    decide(world, "PROBATION", NOW + NEXT, owner.name)
    (state,) = [each for each in world.assess(NOW + 2 * NEXT).states if each.entity == owner]

    assert decisions_of(world) == [f"SES has put account 999999999999 in {REGION} under review"]
    assert state.decision
    assert (state.standing, state.decision.latest.enforcement_status) == (None, "PROBATION")


def test_what_ses_decides_is_published_though_the_rollup_has_not_caught_up() -> None:
    world = World(*GOOD)
    decide(world, "SHUTDOWN", NOW - NEXT)

    outcome = world.assess(has_time=lambda: False)
    assert not outcome.is_caught_up
    world.assess(NOW + NEXT)

    assert decisions_of(world) == [f"SES has paused all sending of account {DELEGATE} in {REGION}"]


def test_an_account_that_ses_has_stopped_is_assessed_in_the_same_run() -> None:
    world = World(*GOOD)
    decide(world, "SHUTDOWN", NOW - NEXT)

    assert standings(world.assess())[ACCOUNT] is Standing.HEALTHY


def test_ses_own_rate_is_a_standing_at_once_and_says_so() -> None:
    world = World(*GOOD)
    at = NOW - timedelta(hours=2)
    put_statistics(world, SendStatistics(DELEGATE, REGION, NOW, {}, 0.1004, None, at))
    outcome = world.assess()

    # By the estimate 1 % bounces: both would be healthy.
    assert standings(outcome)[ACCOUNT] is Standing.PAUSE
    assert standings(outcome)[IDENTITY] is Standing.HEALTHY
    kind = TransitionKind.STANDING_CHANGED
    (alert,) = [each for each in world.announced.published if each.kind is kind]
    assert "at 10.04 % by SES's own rate" in alert.subject
    assert "the estimate alone would be healthy" in " ".join(alert.text.split())
    assert world.assess(NOW + NEXT).transitions == ()


def test_bounces_alone_are_a_standing_over_what_ses_counted_and_the_alert_says_so() -> None:
    """The owner's topic reports 250 and 300 bounces, and nobody the rest; SES counted 5,000 sends: 11 %."""
    mails = {hour_ago(30): (300, 3_000), hour_ago(5): (250, 2_000)}
    world = World(
        *(
            reported_mail(hour, Reported(bounced, bounced, name="", sender=(), owner=("bounced",)))
            for hour, (bounced, _) in mails.items()
        )
    )
    world.settings = replace(SETTINGS, rules=StandingRules())
    counted = {hour: HourTotals(sends) for hour, (_, sends) in mails.items()}
    put_statistics(world, SendStatistics(DELEGATE, REGION, NOW, counted))
    states = {state.entity: state for state in world.assess().states}

    assert states[ACCOUNT].standing is Standing.REVIEW
    basis = states[ACCOUNT].view["measures"]["bounces"]["basis"]
    assert basis == {"kind": "ses_count", "without_send": 0, "unrated": 0}
    # An identity has no count of SES: its bounces are counts.
    assert states[IDENTITY].measures == {}
    kind = TransitionKind.STANDING_CHANGED
    (alert,) = [each for each in world.announced.published if each.kind is kind]
    assert alert.detail["rate"]["denominator"] == 5_000
    assert "SES's own count of sends" in " ".join(alert.text.split())
    # Which set to pause is not known.
    assert world.paused.sets == []
    assert world.assess(NOW + NEXT).transitions == ()


def put_statistics(world: World, statistics: SendStatistics) -> None:
    world.table.put(
        {
            "pk": {"S": "STATISTICS"},
            "sk": {"S": f"{statistics.account}#{statistics.region}"},
            "statistics": {"S": plain_text(statistics)},
        }
    )


def test_the_kinds_of_what_is_published_are_those_of_the_outcome() -> None:
    world = World(*GOOD, BAD_IMPORT)

    outcome = world.assess()

    assert {each.kind for each in outcome.transitions} == {
        TransitionKind.STANDING_CHANGED,
        TransitionKind.FINDING_OPENED,
    }
    assert sorted(each.id for each in outcome.transitions) == sorted(
        each.id for each in world.announced.published
    )


LONG_AFTER = NOW + timedelta(days=400)


def test_an_entity_without_mail_is_resolved_once_and_leaves() -> None:
    world = World(*GOOD, BAD_IMPORT)
    world.assess()
    world.announced.published.clear()

    outcome = world.assess(LONG_AFTER)

    assert sorted(world.published) == [
        (ACCOUNT, "finding_resolved", "bounce_spike"),
        (ACCOUNT, "standing_changed", "bounces"),
        (IDENTITY, "finding_resolved", "bounce_spike"),
        (IDENTITY, "standing_changed", "bounces"),
    ]
    ended = [each for each in world.announced.published if each.name == "bounces"]
    assert [(each.detail["from"], each.detail["to"]) for each in ended] == [("review", None)] * 2
    assert all((state.measures, state.findings) == ({}, {}) for state in outcome.states)
    assert (world.table.senders(), outcome.failed) == ([], {})

    later = world.assess(LONG_AFTER + NEXT)
    assert (later.evaluations, later.transitions, later.published) == ({}, (), 0)


def test_an_entity_comes_back_when_it_sends_again() -> None:
    world = World(*GOOD, BAD_IMPORT)
    for at in (NOW, LONG_AFTER, LONG_AFTER + NEXT):
        world.assess(at)
    back = mail(f"{LONG_AFTER:%Y-%m-%dT%H}", 300, 60, name="import")
    world.post(back, LONG_AFTER + NEXT)

    outcome = world.assess(LONG_AFTER + 2 * NEXT)

    assert outcome.evaluations.keys() == {ACCOUNT, IDENTITY}
    assert world.table.read_states()[ACCOUNT].standing is Standing.PAUSE
    fresh = World(back)
    assert essence(fresh.assess(LONG_AFTER + 2 * NEXT).states).items() <= essence(outcome.states).items()


def test_a_paused_set_is_remembered_of_an_entity_that_left() -> None:
    world = uninterrupted(ENFORCING)

    world.assess(LONG_AFTER)

    assert world.table.senders() == []
    assert world.table.read_states()[ACCOUNT].protection["import"].step == "paused"


def test_mail_that_claims_to_be_sent_tomorrow_keeps_its_sender_registered() -> None:
    tomorrow = f"{NOW + timedelta(days=1):%Y-%m-%d}T09"
    world = World()
    world.post(mail(tomorrow, 300, 60), NOW)

    world.assess()
    world.assess(NOW + NEXT)
    assert world.table.senders() == [SENDER]

    assert standings(world.assess(NOW + timedelta(days=1)))[ACCOUNT] is Standing.PAUSE


def test_mail_that_comes_while_its_sender_is_about_to_leave_is_assessed_by_the_next_run() -> None:
    """Before each of the last calls of the run that lets it go the sender posts its first mail of today."""
    counted = leaving_run(silent_world(), 0)

    for number in range(counted - 22, counted + 1):
        world = silent_world()
        assert leaving_run(world, number) >= number

        world.assess(LONG_AFTER + NEXT)

        assert world.table.senders() == [SENDER], f"the mail came before call {number}"
        assert world.table.read_states()[ACCOUNT].standing is Standing.HEALTHY


def leaving_run(world: World, number: int) -> int:
    """Let an entity go, and mail of it come before a call of the table; return how many calls there were."""
    table, world.memory = world.table, HistoryMemory()
    back = balance_of(mail(f"{LONG_AFTER:%Y-%m-%dT%H}", 400, 0), LONG_AFTER)
    world.table = Interleaving(table, number, lambda: table.post(back))
    world.assess(LONG_AFTER)
    calls: int = world.table.calls
    world.table = table
    return calls


def silent_world() -> World:
    """A world in which nobody sends any more, as of LONG_AFTER."""
    world = World(*FEW_DAYS)
    world.settings = REPORTING
    world.assess()
    world.assess(LONG_AFTER - timedelta(days=40))
    return world


def test_where_a_sender_cannot_leave_the_next_run_lets_it_go() -> None:
    counted = FaultyCalls()
    silent_world().behind(counted).assess(LONG_AFTER)
    number, world = counted.calls.index("unregister") + 1, silent_world()

    outcome = world.behind(FaultyCalls(number, "unavailable")).assess(LONG_AFTER)

    assert set(outcome.failed.values()) == {"ThrottlingException"}
    published = len(world.published)
    assert world.assess(LONG_AFTER + NEXT).failed == {}
    assert (world.table.senders(), len(world.published)) == ([], published)


THIRD = SenderIdentity(OWNER, REGION, "example.com")
worlds = st.lists(
    st.tuples(
        st.sampled_from([SENDER, OWNERS, THIRD]),
        st.sampled_from([0, 1, 20, 200, 364, 365, 366, 367, 390]),
        st.integers(0, 60),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(worlds)
def test_nothing_but_entities_without_mail_changes(sent: list[tuple[SenderIdentity, int, int]]) -> None:
    """All that is known of entities with mail is as if those without had never been."""
    hours = [
        mail(f"{NOW - timedelta(days=days):%Y-%m-%d}T09", 300, bounces, sender=sender)
        for sender, days, bounces in sent
    ]
    within = [
        hour for hour in hours if hour.sender_hour.send_hour > f"{NOW - timedelta(days=365):%Y-%m-%dT%H}"
    ]
    world, alone = World(*hours), World(*within)

    for each in (world, alone):
        for run in range(3):
            each.assess(NOW + run * NEXT)

    of_alone, of_world = essence(alone.table.read_states()), essence(world.table.read_states())
    assert of_alone.items() <= of_world.items()
    senders = {entity for sender in alone.table.senders() for entity in both_entities(sender)}
    assert senders == of_alone.keys()
    assert {each for each in world.published if each[0] in senders} == set(alone.published)
    assert all(not any(of_world[left][:3]) for left in of_world.keys() - of_alone.keys())
