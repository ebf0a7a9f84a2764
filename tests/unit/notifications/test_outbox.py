"""Transitions are published until their publication is recorded, by one run at a time."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ses_reputation.notifications.channel import Channel
from ses_reputation.notifications.outbox import LEASE, PublishingOutcome, publish_pending
from ses_reputation.rollup.entities import identity_entity
from ses_reputation.standing.state import EntityState, Transition, TransitionKind
from tests.support.in_memory.assessment_table import Announced, CrashError, FaultyCalls, InMemoryAssessments
from tests.support.mail import NOW

ENTITY = identity_entity("example.com")
FIRST, SECOND, THIRD = (
    Transition(ENTITY, NOW, TransitionKind.FINDING_OPENED, name, {"version": "1"}, name, "text")
    for name in ("first", "second", "third")
)
ALL = (FIRST, SECOND, THIRD)
STATE = EntityState(ENTITY, 1, NOW, unpublished=tuple(each.id for each in ALL))


@pytest.fixture
def table() -> InMemoryAssessments:
    table = InMemoryAssessments()
    assert table.save(STATE, ALL)
    return table


def publish(table: InMemoryAssessments, announced: Announced, minutes: int = 0) -> PublishingOutcome:
    state = table.read_states()[ENTITY]
    return publish_pending(table, announced, state, lambda: NOW + timedelta(minutes=minutes))


def test_what_is_unpublished_is_published_oldest_first_and_once(table: InMemoryAssessments) -> None:
    announced = Announced()

    assert publish(table, announced) == PublishingOutcome(replace(STATE, version=2, unpublished=()), 3)
    assert table.read_states()[ENTITY].unpublished == ()
    assert publish(table, announced, 5).published == 0
    assert announced.published == [FIRST, SECOND, THIRD]


def test_one_that_cannot_be_published_keeps_its_place_and_stops_no_other(
    table: InMemoryAssessments,
) -> None:
    announced = Announced(SECOND)

    outcome = publish(table, announced)

    assert (outcome.published, outcome.failure) == (
        2,
        "; ".join(f"{each}: InternalError" for each in Channel),
    )
    assert table.read_states()[ENTITY].unpublished == (SECOND.id,)
    announced.refused = ()
    assert publish(table, announced, 5).published == 1
    assert announced.published == [FIRST, THIRD, SECOND]


@pytest.mark.parametrize("deaf", Channel)
def test_where_one_channel_fails_the_other_is_told_once_and_the_failed_one_when_it_hears(
    table: InMemoryAssessments, deaf: Channel
) -> None:
    announced = Announced(deaf=[deaf])

    for minutes in (0, 5, 10):
        outcome = publish(table, announced, minutes)
        assert (outcome.published, outcome.failure) == (0, f"{deaf}: InternalError")
        assert outcome.state.unpublished == STATE.unpublished
    heard = {channel: [] if channel is deaf else [FIRST, SECOND, THIRD] for channel in Channel}
    assert announced.heard == heard

    announced.deaf = ()
    assert publish(table, announced, 15).published == 3
    assert announced.heard == {channel: [FIRST, SECOND, THIRD] for channel in Channel}
    assert table.read_states()[ENTITY].unpublished == ()


@pytest.mark.parametrize(
    ("transition", "channels"),
    [
        (replace(FIRST, detail={}), [Channel.ALERT, Channel.CHAT]),
        (replace(FIRST, text=""), [Channel.EVENT]),
        (replace(FIRST, detail={}, text=""), []),
    ],
)
def test_a_transition_goes_to_the_channels_that_it_has_something_for(
    transition: Transition, channels: list[Channel]
) -> None:
    table, announced = InMemoryAssessments(), Announced()
    table.save(EntityState(ENTITY, 1, NOW, unpublished=(transition.id,)), [transition])

    assert publish(table, announced).state.unpublished == ()
    assert [channel for channel, heard in announced.heard.items() if heard] == channels


def test_a_stack_without_a_chat_topic_publishes_to_the_others(table: InMemoryAssessments) -> None:
    announced = Announced()
    announced.channels = (Channel.ALERT, Channel.EVENT)

    assert publish(table, announced).published == 3
    assert table.read_states()[ENTITY].unpublished == ()
    assert [len(heard) for heard in announced.heard.values()] == [3, 0, 3]


def test_what_another_run_is_about_to_publish_is_left_to_it(table: InMemoryAssessments) -> None:
    announced = Announced()
    table.claim(ENTITY, SECOND.id, NOW, LEASE)

    assert publish(table, announced, 3).published == 2
    assert table.read_states()[ENTITY].unpublished == (SECOND.id,)
    # It was cut off.
    assert publish(table, announced, 5).published == 1
    assert announced.published == [FIRST, THIRD, SECOND]


def test_a_state_that_another_replaced_meanwhile_repeats_nothing(table: InMemoryAssessments) -> None:
    announced = Announced()
    before = table.read_states()[ENTITY]
    replacing = replace(before, version=2, view={"measures": {}})
    assert table.save(replacing, [])

    outcome = publish_pending(table, announced, before, lambda: NOW)

    assert outcome == PublishingOutcome(before, 3)
    assert table.read_states()[ENTITY] == replacing
    assert publish(table, announced, 5).published == 0
    assert announced.published == [FIRST, SECOND, THIRD]
    assert table.read_states()[ENTITY].unpublished == ()


def test_what_is_gone_is_forgotten(table: InMemoryAssessments) -> None:
    table.rows = {key: row for key, row in table.rows.items() if key[1] != SECOND.id}

    assert publish(table, Announced()).published == 2
    assert table.read_states()[ENTITY].unpublished == ()


@pytest.mark.parametrize("fault", ["before", "after", "unavailable"])
def test_cut_off_anywhere_one_message_is_repeated_at_most(fault: str) -> None:
    calls = FaultyCalls()
    count = InMemoryAssessments()
    count.save(STATE, ALL)
    publish_pending(calls.before(count), calls.before(Announced()), STATE, lambda: NOW)
    assert calls.calls == ["claim", *["publish", "mark_published"] * len(Channel)] * 3 + ["save"]

    for number in range(1, len(calls.calls) + 1):
        table, announced = InMemoryAssessments(), Announced()
        table.save(STATE, ALL)
        faults = FaultyCalls(number, fault)
        try:
            publish_pending(faults.before(table), faults.before(announced), STATE, lambda: NOW)
        except CrashError:
            assert fault != "unavailable"
        publish(table, announced, 5)

        heard = announced.heard.values()
        assert [set(map(str, of_channel)) for of_channel in heard] == [set(map(str, ALL))] * len(Channel)
        may_repeat = calls.calls[number - 1] in ("publish", "mark_published")
        assert sum(map(len, heard)) <= len(ALL) * len(Channel) + may_repeat
        assert table.read_states()[ENTITY].unpublished == ()
