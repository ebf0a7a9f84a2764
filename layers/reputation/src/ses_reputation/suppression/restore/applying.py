"""Carrying out a plan, and keeping the record of it: begun before the first change, ended after the last.

Whatever was cut off can be asked for again: a plan holds only what is still missing.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Protocol

from ses_reputation.suppression.forgotten import NOBODY, ForgottenPeople
from ses_reputation.suppression.listing.pace import Pace
from ses_reputation.suppression.restore.action_store import store_changes
from ses_reputation.suppression.restore.actions import (
    Intent,
    ListChange,
    SuppressionAction,
    begin_action,
    end_action,
)
from ses_reputation.suppression.restore.import_files import make_import_files
from ses_reputation.suppression.restore.import_jobs import ImportedFile, ImportJobs
from ses_reputation.suppression.restore.list_writer import ListWriter
from ses_reputation.suppression.restore.paced_calls import PacedCalls
from ses_reputation.suppression.restore.plan import ChangePlan, in_order
from ses_reputation.suppression.restore.routes import Routes
from ses_reputation.suppression.restore.single_changes import SingleResult, make_changes
from ses_reputation.suppression.store import SnapshotStore


class ActionRecords(Protocol):
    """Where records of actions are kept."""

    def save(self, action: SuppressionAction) -> None:
        """Write an action in place of what was known of it."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class ListAccess:
    """What changing a list takes: the list, the bucket for its files, and the records of the ledger.

    forgotten: people whose addresses no record of changes may have.
    """

    writer: ListWriter
    store: SnapshotStore
    bucket: str
    records: ActionRecords
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], datetime] = _utc_now
    forgotten: ForgottenPeople = NOBODY


@dataclass(slots=True)
class AppliedPlan:
    """What became of a plan, so far. impossible: changes that no call of SES can make."""

    action: SuppressionAction
    singles: SingleResult = field(default_factory=SingleResult)
    imports: list[ImportedFile] = field(default_factory=list)
    impossible: int = 0

    @property
    def failed(self) -> int:
        """How many of the changes that were asked for are not made."""
        asked = self.action.puts + self.action.deletes
        taken = sum(each.records - each.failed for each in self.imports)
        return asked - taken - self.singles.done - self.singles.absent


OnProgress = Callable[[int, str], None]
"""Is given how many changes are made, and what is under way."""


def apply_plan(
    plan: ChangePlan, intent: Intent, routes: Routes, access: ListAccess, on_progress: OnProgress
) -> AppliedPlan:
    """Make the changes of a plan, and return what became of them.

    Raises ListRefusedError, ListUnavailableError and UnavailableError; the record then says how many changes
    were not made.
    """
    action = begin_action(plan.target, intent, plan.changes, access.clock())
    store_changes(access.store, action, _hide(plan.changes, access.forgotten))
    access.records.save(action)
    applied = AppliedPlan(action, impossible=len(routes.impossible))
    try:
        _make_all(applied, routes, access, on_progress)
    finally:
        applied.action = end_action(applied.action, applied.failed, access.clock())
        access.records.save(applied.action)
    return applied


def _hide(changes: Sequence[ListChange], forgotten: ForgottenPeople) -> Sequence[ListChange]:
    if not forgotten.hashes:
        return changes
    hide = forgotten.hide
    return in_order(change._replace(email_address=hide(change.email_address)) for change in changes)


def _make_all(applied: AppliedPlan, routes: Routes, access: ListAccess, on_progress: OnProgress) -> None:
    calls = PacedCalls(Pace(sleep=access.sleep))
    imported = len(routes.by_import)
    _import_all(applied, routes, access, calls, on_progress)
    make_changes(
        access.writer,
        routes.by_call,
        calls,
        applied.singles,
        lambda made: on_progress(imported + made, "one address a call"),
    )


def _import_all(
    applied: AppliedPlan, routes: Routes, access: ListAccess, calls: PacedCalls, on_progress: OnProgress
) -> None:
    def note(job_id: str) -> None:
        # Written down at once: whoever is cut off here can still look the job up.
        applied.action = replace(applied.action, jobs=(*applied.action.jobs, job_id))
        access.records.save(applied.action)

    jobs = ImportJobs(access.store, access.bucket, access.writer, calls, note, on_progress, applied.imports)
    jobs.run(make_import_files(applied.action.target, applied.action.id, routes.by_import))
