"""Records of what people changed in suppression lists."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ses_reputation.suppression.errors import ReasonHoldsAddressError, SnapshotCorruptError
from ses_reputation.suppression.restore.action_rows import row_of_action
from ses_reputation.suppression.restore.action_store import ActionTable, store_changes, stream_changes
from ses_reputation.suppression.restore.actions import (
    ActionKind,
    ActionOutcome,
    Intent,
    ListChange,
    Operation,
    SuppressionAction,
    begin_action,
    end_action,
)
from ses_reputation.suppression.targets import Target
from tests.support.in_memory.dynamodb import InMemoryDynamoDB
from tests.support.in_memory.suppression import MemoryStore

TARGET = Target("222222222222", "eu-west-1")
NINE = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
TEN = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)
INTENT = Intent(ActionKind.REMOVE, "role Support of 222222222222", "ticket 4711")
CHANGES = [
    ListChange("a/b@example.com", Operation.DELETE),
    ListChange("jörg@example.com", Operation.PUT, "BOUNCE"),
    ListChange('q"uote@example.com', Operation.PUT, "COMPLAINT"),
]


def began(at: datetime = NINE, target: Target = TARGET) -> SuppressionAction:
    return begin_action(target, INTENT, CHANGES, at)


def table() -> ActionTable:
    return ActionTable(InMemoryDynamoDB(), "ledger")  # type: ignore[arg-type]


def test_an_action_that_is_over_replaces_its_beginning() -> None:
    actions, action = table(), began()
    actions.save(action)

    actions.save(end_action(replace(action, jobs=("job-1",)), failed=1, now=TEN))

    (kept,) = actions.actions_of(TARGET, NINE, TEN)
    assert (kept.puts, kept.deletes, kept.failed, kept.jobs) == (2, 1, 1, ("job-1",))
    assert (kept.outcome, kept.finished_at) == (ActionOutcome.INCOMPLETE, TEN)
    assert (kept.who, kept.why, kept.target) == ("role Support of 222222222222", "ticket 4711", TARGET)


def test_an_action_without_failures_is_done() -> None:
    assert end_action(began(), failed=0, now=TEN).outcome is ActionOutcome.DONE


def test_actions_are_found_by_list_and_time_oldest_first() -> None:
    actions = table()
    others = [Target("222222222222", "eu-west-1", "acme"), Target("333333333333", "eu-west-1")]
    for action in (began(TEN), began(NINE), *(began(NINE, other) for other in others)):
        actions.save(action)

    assert [action.at for action in actions.actions_of(TARGET, NINE, TEN)] == [NINE, TEN]
    assert [action.at for action in actions.actions_of(TARGET, NINE, NINE)] == [NINE]
    assert [action.target for action in actions.actions_of(others[0], NINE, TEN)] == [others[0]]


def test_changes_come_back_as_they_were_written() -> None:
    store, action = MemoryStore(), began()

    store_changes(store, action, CHANGES)

    assert list(stream_changes(store, action)) == CHANGES


def test_a_long_list_of_changes_is_several_objects() -> None:
    changes = [ListChange(f"{number:06d}@example.com", Operation.DELETE) for number in range(100_001)]
    store, action = MemoryStore(), begin_action(TARGET, INTENT, changes, NINE)

    store_changes(store, action, changes)

    assert sorted(store.objects) == action.part_keys
    assert len(action.part_keys) == 2
    assert list(stream_changes(store, action)) == changes


def test_neither_the_item_nor_the_keys_of_objects_hold_an_address() -> None:
    store, action = MemoryStore(), began()

    store_changes(store, action, CHANGES)

    assert "@" not in str(row_of_action(action)) + "".join(store.objects)


@pytest.mark.parametrize("body", [b"", b"no gzip", b"\x1f\x8b cut"])
def test_changes_that_were_damaged_are_named_by_their_key(body: bytes) -> None:
    store, action = MemoryStore(), began()
    store.put(action.part_keys[0], body)

    with pytest.raises(SnapshotCorruptError, match=action.part_keys[0]):
        list(stream_changes(store, action))


def test_changes_that_expired_say_so() -> None:
    with pytest.raises(SnapshotCorruptError, match="expired"):
        list(stream_changes(MemoryStore(), began()))


def test_a_reason_with_an_address_is_refused() -> None:
    with pytest.raises(ReasonHoldsAddressError, match="ticket 4711"):
        Intent(ActionKind.REMOVE, "role Support of 222222222222", "asked for by reader@example.com")
