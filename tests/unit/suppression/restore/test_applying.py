"""Carrying out a plan: what is changed, what is reported, and what the record says."""

from collections.abc import Sequence

import pytest

from ses_reputation.suppression.errors import (
    ListRefusedError,
    ListThrottledError,
    ListUnavailableError,
    SuppressionError,
)
from ses_reputation.suppression.restore.action_store import stream_changes
from ses_reputation.suppression.restore.actions import ActionKind, ActionOutcome, Intent
from ses_reputation.suppression.restore.applying import AppliedPlan, apply_plan
from ses_reputation.suppression.restore.list_writer import ImportStatus
from ses_reputation.suppression.restore.plan import ChangePlan, PlanRules, plan_changes, plan_removal
from ses_reputation.suppression.restore.routes import choose_routes
from ses_reputation.suppression.targets import Target
from tests.support.in_memory.suppressed_list import ListToChange, RecordsInMemory, open_list

TARGET = Target("222222222222", "eu-west-1")
INTENT = Intent(ActionKind.RESTORE, "role Support of 222222222222", "ticket 4711")
MANY = {f"{number:03d}@example.com": "BOUNCE" for number in range(150)}


def restore(wanted: dict[str, str], current: dict[str, str]) -> ChangePlan:
    return plan_changes(TARGET, wanted.items(), current, PlanRules())


def apply(
    plan: ChangePlan, ses: ListToChange, records: RecordsInMemory | None = None, can_import: bool = True
) -> AppliedPlan:
    routes = choose_routes(plan, can_import=can_import)
    return apply_plan(plan, INTENT, routes, open_list(ses, records), lambda *_: None)


def errors(*drawn: Exception | None) -> ListToChange:
    """A list whose first calls end in these errors."""
    left = list(drawn)
    return ListToChange(draw=lambda: left.pop(0) if left else None)


def test_few_changes_are_made_one_by_one() -> None:
    ses = ListToChange()
    applied = apply(restore({"ann@example.com": "BOUNCE", "bob@example.com": "COMPLAINT"}, {}), ses)

    assert ses.entries == {"ann@example.com": "BOUNCE", "bob@example.com": "COMPLAINT"}
    assert ses.calls == ["put", "put"]
    assert (applied.failed, applied.action.outcome) == (0, ActionOutcome.DONE)


def test_many_changes_are_made_by_an_import_job() -> None:
    ses = ListToChange()
    applied = apply(restore(MANY, {}), ses)

    assert ses.entries == MANY
    assert ses.calls == ["start_import", "read_import"]
    assert (applied.failed, applied.action.jobs) == (0, ("job-1",))


def test_the_record_is_written_before_the_first_change_and_after_the_last() -> None:
    ses, records = ListToChange(), RecordsInMemory()
    plan = restore({"ann@example.com": "BOUNCE"}, {})
    apply(plan, ses, records)

    begun, ended = records.saved
    assert (begun.outcome, begun.finished_at, begun.puts) == (ActionOutcome.BEGUN, None, 1)
    assert (ended.outcome, ended.id, ended.who, ended.why) == (
        ActionOutcome.DONE,
        begun.id,
        INTENT.who,
        INTENT.why,
    )
    assert tuple(stream_changes(ses.store, ended)) == plan.changes


def test_a_job_is_in_the_record_as_soon_as_it_is_started() -> None:
    records = RecordsInMemory()
    apply(restore(MANY, {}), ListToChange(), records)

    assert [action.jobs for action in records.saved] == [(), ("job-1",), ("job-1",)]


def test_a_job_that_completes_with_failed_records_is_not_done() -> None:
    ses = ListToChange(job=lambda job_id: ImportStatus(job_id, "COMPLETED", 150, 3))
    applied = apply(restore(MANY, {}), ses)

    assert len(ses.entries) == 147
    assert (applied.failed, applied.action.failed) == (3, 3)
    assert applied.action.outcome is ActionOutcome.INCOMPLETE


def test_after_a_job_that_failed_no_other_is_started() -> None:
    ses = ListToChange(job=lambda job_id: ImportStatus(job_id, "FAILED", message="denied"))
    plan = restore({f"{number:06d}@example.com": "BOUNCE" for number in range(100_001)}, {})
    applied = apply(plan, ses)

    assert ses.calls == ["start_import", "read_import"]
    assert (applied.failed, applied.imports[0].status.message) == (100_001, "denied")


def test_a_job_that_failed_half_way_counts_what_it_took() -> None:
    ses = ListToChange(job=lambda job_id: ImportStatus(job_id, "FAILED", processed=100, failed=10))

    assert apply(restore(MANY, {}), ses).failed == 150 - 90


def test_throttling_slows_down_and_loses_nothing() -> None:
    ses = errors(ListThrottledError(), ListThrottledError(), None, ListUnavailableError())
    applied = apply(restore({"ann@example.com": "BOUNCE", "bob@example.com": "BOUNCE"}, {}), ses)

    assert sorted(ses.entries) == ["ann@example.com", "bob@example.com"]
    assert (applied.failed, ses.calls) == (0, ["put"] * 5)


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        ([None, ListRefusedError("AccessDenied")], ListRefusedError),
        ([None, *[ListUnavailableError("500")] * 5], ListUnavailableError),
    ],
)
def test_a_refusal_half_way_ends_the_action_and_its_record_says_what_is_missing(
    drawn: Sequence[Exception | None], expected: type[SuppressionError]
) -> None:
    records, ses = RecordsInMemory(), errors(*drawn)
    plan = restore({f"{name}@example.com": "BOUNCE" for name in ("ann", "bob", "cy")}, {})

    with pytest.raises(expected):
        apply(plan, ses, records)

    assert list(ses.entries) == ["ann@example.com"]
    assert (records.saved[-1].outcome, records.saved[-1].failed) == (ActionOutcome.INCOMPLETE, 2)


def test_what_somebody_else_deleted_meanwhile_is_no_failure() -> None:
    applied = apply(plan_removal(TARGET, ["gone@example.com"]), ListToChange())

    assert (applied.failed, applied.singles.absent) == (0, 1)


def test_an_address_that_only_an_import_removes_is_removed_by_one() -> None:
    ses = ListToChange({"a/b@example.com": "BOUNCE", "ann@example.com": "BOUNCE"})
    applied = apply(plan_removal(TARGET, list(ses.entries)), ses)

    assert ses.entries == {}
    assert (applied.failed, ses.calls) == (0, ["start_import", "read_import", "delete"])


def test_where_no_import_is_possible_such_an_address_stays_and_counts_as_failed() -> None:
    ses = ListToChange({"a/b@example.com": "BOUNCE", "ann@example.com": "BOUNCE"})
    applied = apply(plan_removal(TARGET, list(ses.entries)), ses, can_import=False)

    assert ses.entries == {"a/b@example.com": "BOUNCE"}
    assert (applied.failed, applied.impossible) == (1, 1)


def test_progress_counts_the_changes_that_are_made() -> None:
    seen: list[int] = []
    ses = ListToChange()
    plan = restore({"ann@example.com": "BOUNCE", "bob@example.com": "BOUNCE"}, {})
    apply_plan(
        plan, INTENT, choose_routes(plan, can_import=True), open_list(ses), lambda made, _: seen.append(made)
    )

    assert seen == [1, 2]
