"""What people did to a list explains its changes, as far as the record goes."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from ses_reputation.suppression.changes import recorded_actions
from ses_reputation.suppression.changes.cause import CauseEvidence, CauseKind, ChangeCause, describe_cause
from ses_reputation.suppression.changes.recorded_actions import RecordedActions
from ses_reputation.suppression.changes.row_change import ChangeKind, RowChange
from ses_reputation.suppression.restore.action_store import store_changes
from ses_reputation.suppression.restore.actions import (
    ActionKind,
    Intent,
    ListChange,
    Operation,
    SuppressionAction,
    begin_action,
    end_action,
)
from tests.support.in_memory.suppression import MemoryStore
from tests.support.written_snapshots import LIST

NINE = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
TEN = NINE + timedelta(hours=1)
DELETE, PUT = Operation.DELETE, Operation.PUT


def act(
    store: MemoryStore,
    changes: Sequence[ListChange],
    at: datetime = NINE,
    ended: bool = True,
    who: str = "user/ada",
) -> SuppressionAction:
    action = begin_action(LIST, Intent(ActionKind.IMPORT, who, "ticket 4711"), changes, at)
    store_changes(store, action, changes)
    return end_action(action, 0, at + timedelta(minutes=10)) if ended else action


def removed(address: str) -> RowChange:
    return RowChange(address, ChangeKind.REMOVED, "", "BOUNCE", "2026-11-20T07:00:00Z")


def added(address: str, updated_at: str, reason: str = "BOUNCE") -> RowChange:
    return RowChange(address, ChangeKind.ADDED, reason, "", updated_at)


def test_a_removal_is_told_by_who_made_it_and_why() -> None:
    store = MemoryStore()
    action = act(store, [ListChange("ann@example.com", DELETE)])

    cause = RecordedActions.between(store, [action]).find(removed("ann@example.com"))

    assert cause == ChangeCause(
        CauseKind.ACTION,
        CauseEvidence.RECORD,
        occurred_at="2026-11-27T09:00:00+00:00",
        action=action.id,
        action_kind="import",
        who="user/ada",
        why="ticket 4711",
    )
    assert describe_cause(cause) == "import by user/ada: ticket 4711"


@pytest.mark.parametrize(
    ("updated_at", "reason", "is_explained"),
    [
        ("2026-11-27T09:00:00Z", "BOUNCE", True),
        ("2026-11-27T08:54:59Z", "BOUNCE", False),
        ("2026-11-27T09:15:00Z", "BOUNCE", True),
        ("2026-11-27T09:15:01Z", "BOUNCE", False),
        ("2026-11-27T09:05:00Z", "COMPLAINT", False),
    ],
)
def test_an_addition_is_an_actions_while_it_went_on_and_with_its_reason(
    updated_at: str, reason: str, is_explained: bool
) -> None:
    store = MemoryStore()
    recorded = RecordedActions.between(store, [act(store, [ListChange("ann@example.com", PUT, "BOUNCE")])])

    assert (recorded.find(added("ann@example.com", updated_at, reason)) is not None) is is_explained


def test_an_action_without_an_end_may_have_gone_on() -> None:
    store = MemoryStore()
    action = act(store, [ListChange("ann@example.com", PUT, "BOUNCE")], ended=False)

    assert RecordedActions.between(store, [action]).find(added("ann@example.com", "2026-11-27T20:00:00Z"))


def test_each_change_finds_the_last_action_that_made_it_among_many() -> None:
    store = MemoryStore()
    addresses = [f"{letter}{number}@example.com" for letter in "bBa" for number in range(5)]
    first = act(store, [ListChange(address, DELETE) for address in addresses], who="first")
    second = act(store, [ListChange("b1@example.com", DELETE)], at=TEN, who="second")
    recorded = RecordedActions.between(store, [second, first])

    asked = ["a0@example.com", "A0@example.com", "b1@example.com", "B1@example.com", "b9@example.com"]
    causes = [recorded.find(removed(address)) for address in asked]

    assert [cause and cause.who for cause in causes] == ["first", None, "second", "first", None]
    assert recorded.is_whole


def test_what_an_action_put_does_not_explain_a_removal() -> None:
    store = MemoryStore()
    action = act(store, [ListChange("ann@example.com", PUT, "BOUNCE")])

    assert RecordedActions.between(store, [action]).find(removed("ann@example.com")) is None


def test_changes_that_expired_leave_the_record_incomplete() -> None:
    store = MemoryStore()
    action = act(store, [ListChange("ann@example.com", DELETE)])
    store.objects.clear()
    recorded = RecordedActions.between(store, [action])

    assert recorded.find(removed("ann@example.com")) is None
    assert not recorded.is_whole


def test_of_more_changes_than_memory_holds_the_newest_actions_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(recorded_actions, "MOST_CHANGES_HELD", 2)
    store = MemoryStore()
    old = act(store, [ListChange("ann@example.com", DELETE)])
    new = act(store, [ListChange(f"{name}@example.com", DELETE) for name in ("ben", "clo")], at=TEN)
    recorded = RecordedActions.between(store, [old, new])

    assert recorded.find(removed("ann@example.com")) is None
    assert recorded.find(removed("ben@example.com")) is not None
    assert not recorded.is_whole
