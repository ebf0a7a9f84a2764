"""Transitions are told until they are known to be told, by one at a time."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ses_reputation.notifications.outbox import LEASE, PublishingOutcome, publish_pending
from ses_reputation.rollup.entities import identity_entity
from ses_reputation.standing.state import EntityState, Transition, TransitionKind
from tests.support.in_memory.assessment_table import Announced, CrashError, FaultyCalls, InMemoryAssessments
from tests.support.rated_mail import NOW

BOOK = identity_entity("example.com")
FIRST, SECOND, THIRD = (
    Transition(BOOK, NOW, TransitionKind.FINDING_OPENED, name, {"version": "1"}, name, "text")
    for name in ("first", "second", "third")
)
ALL = (FIRST, SECOND, THIRD)
STATE = EntityState(BOOK, 1, NOW, unpublished=tuple(each.id for each in ALL))


@pytest.fixture
def table() -> InMemoryAssessments:
    table = InMemoryAssessments()
    assert table.save(STATE, ALL)
    return table


def tell(table: InMemoryAssessments, announced: Announced, minutes: int = 0) -> PublishingOutcome:
    state = table.read_states()[BOOK]
    return publish_pending(table, announced, state, lambda: NOW + timedelta(minutes=minutes))


def test_what_is_untold_is_told_oldest_first_and_once(table: InMemoryAssessments) -> None:
    announced = Announced()

    assert tell(table, announced) == PublishingOutcome(replace(STATE, version=2, unpublished=()), 3)
    assert table.read_states()[BOOK].unpublished == ()
    assert tell(table, announced, 5).published == 0
    assert announced.told == [FIRST, SECOND, THIRD]


def test_one_that_cannot_be_told_keeps_its_place_and_holds_up_no_other(table: InMemoryAssessments) -> None:
    announced = Announced(SECOND)

    told = tell(table, announced)

    assert (told.published, told.failure) == (2, "InternalError")
    assert table.read_states()[BOOK].unpublished == (SECOND.id,)
    announced.refused = ()
    assert tell(table, announced, 5).published == 1
    assert announced.told == [FIRST, THIRD, SECOND]


def test_what_another_is_about_to_tell_is_left_to_it(table: InMemoryAssessments) -> None:
    announced = Announced()
    table.claim(BOOK, SECOND.id, NOW, LEASE)

    assert tell(table, announced, 3).published == 2
    assert table.read_states()[BOOK].unpublished == (SECOND.id,)
    # It was cut off.
    assert tell(table, announced, 5).published == 1
    assert announced.told == [FIRST, THIRD, SECOND]


def test_a_state_that_another_replaced_meanwhile_repeats_nothing(table: InMemoryAssessments) -> None:
    announced = Announced()
    before = table.read_states()[BOOK]
    replacing = replace(before, version=2, view={"measures": {}})
    assert table.save(replacing, [])

    told = publish_pending(table, announced, before, lambda: NOW)

    assert told == PublishingOutcome(before, 3)
    assert table.read_states()[BOOK] == replacing
    assert tell(table, announced, 5).published == 0
    assert announced.told == [FIRST, SECOND, THIRD]
    assert table.read_states()[BOOK].unpublished == ()


def test_what_is_gone_is_forgotten(table: InMemoryAssessments) -> None:
    table.rows = {key: row for key, row in table.rows.items() if key[1] != SECOND.id}

    assert tell(table, Announced()).published == 2
    assert table.read_states()[BOOK].unpublished == ()


@pytest.mark.parametrize("fault", ["before", "after", "unavailable"])
def test_cut_off_anywhere_one_message_is_repeated_at_most(fault: str) -> None:
    calls = FaultyCalls()
    count = InMemoryAssessments()
    count.save(STATE, ALL)
    publish_pending(calls.before(count), calls.before(Announced()), STATE, lambda: NOW)
    assert calls.calls == ["claim", "publish", "mark_published"] * 3 + ["save"]

    for number in range(1, len(calls.calls) + 1):
        table, announced = InMemoryAssessments(), Announced()
        table.save(STATE, ALL)
        faults = FaultyCalls(number, fault)
        try:
            publish_pending(faults.before(table), faults.before(announced), STATE, lambda: NOW)
        except CrashError:
            assert fault != "unavailable"
        tell(table, announced, 5)

        assert set(map(str, announced.told)) == set(map(str, ALL))
        may_repeat = calls.calls[number - 1] in ("publish", "mark_published")
        assert len(announced.told) <= 3 + may_repeat
        assert table.read_states()[BOOK].unpublished == ()
