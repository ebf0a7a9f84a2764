"""Whatever two lists hold, and however often calls end early or die, changes are the difference of sets."""

from contextlib import suppress as ignore
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from ses_reputation.suppression.changes import diff
from ses_reputation.suppression.changes.cause import NOT_LOOKED_UP, ChangeCause
from ses_reputation.suppression.changes.change_reader import stream_snapshot_changes
from ses_reputation.suppression.changes.comparing import ComparisonStep, SnapshotComparison
from ses_reputation.suppression.changes.explaining import LookUps
from ses_reputation.suppression.changes.row_change import RowChange
from ses_reputation.suppression.listing.destination import SuppressedDestination
from tests.support.in_memory.suppression import CrashingStore, FunctionCrashError, MemoryStore
from tests.support.suppression_rows import any_rows
from tests.support.written_snapshots import AFTER, BEFORE, write_parts, write_snapshot

near_rows = st.builds(
    SuppressedDestination,
    st.sampled_from(
        ["a@x.example", "A@x.example", "a@X.example", "b@x.example", "İ@x.example", "b/c@x.example"]
    ),
    st.sampled_from(["2026-11-21T07:00:00Z", "2026-11-22T07:00:00Z"]),
    st.sampled_from(["BOUNCE", "COMPLAINT", "NEWER"]),
)
lists = st.lists(near_rows | any_rows, max_size=30, unique_by=lambda row: row.email_address)
moments = st.lists(st.sampled_from(["", "", "before", "after"]), max_size=20)


class NotAsked:
    """Explains nothing."""

    def __init__(self) -> None:
        self.left = LookUps()

    def explain(self, change: RowChange) -> ChangeCause:
        return NOT_LOOKED_UP


def expected_changes(
    before: list[SuppressedDestination], after: list[SuppressedDestination]
) -> set[tuple[str, str, str, str, str]]:
    """What set arithmetic over addresses says, without the code under test."""
    was = {row.email_address: row for row in before}
    now = {row.email_address: row for row in after}
    return (
        {(each, "added", now[each].reason, "", now[each].last_update_time) for each in set(now) - set(was)}
        | {
            (each, "removed", "", was[each].reason, was[each].last_update_time)
            for each in set(was) - set(now)
        }
        | {
            (each, "reason_changed", now[each].reason, was[each].reason, now[each].last_update_time)
            for each in set(now) & set(was)
            if now[each].reason != was[each].reason
        }
    )


@given(lists, lists, st.integers(1, 5), st.integers(1, 9), st.lists(st.booleans(), max_size=30), moments)
def test_changes_are_the_difference_of_the_sets(
    before: list[SuppressedDestination],
    after: list[SuppressedDestination],
    rows_per_part: int,
    least_rows: int,
    times_left: list[bool],
    crashes: list[str],
) -> None:
    store = MemoryStore()
    write_snapshot(store, BEFORE, before, rows_per_part)
    parts = write_parts(store, AFTER, after, rows_per_part)
    crashing = CrashingStore(store, lambda: crashes.pop() if crashes else "")
    comparison = SnapshotComparison(
        crashing, AFTER, parts, lambda *_: NotAsked(), rows_per_part=rows_per_part
    )
    step = ComparisonStep()

    with patch.object(diff.compare_lines, "__defaults__", (least_rows,)):
        while step.changes is None:
            with ignore(FunctionCrashError):
                step = comparison.step(step.progress, lambda: times_left.pop() if times_left else True)

    found = [tuple(map(str, change)) for change, _ in stream_snapshot_changes(store, AFTER, step.changes)]
    assert set(found) == expected_changes(before, after)
    assert (
        len(found)
        == len(set(found))
        == step.changes.added + step.changes.removed + step.changes.reason_changed
    )
    assert sum(step.changes.by_cause.values()) == len(found)
    assert all(part.rows <= rows_per_part + diff.CHANGES_AT_ONCE for part in step.changes.parts)
