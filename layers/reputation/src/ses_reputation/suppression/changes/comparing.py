"""Comparing a snapshot with its predecessor, in as many calls as it takes."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from ses_reputation.suppression.changes.cause import ChangeCause
from ses_reputation.suppression.changes.comparison import (
    FIRST_SNAPSHOT,
    ComparisonProgress,
    SnapshotChanges,
    load_progress,
    save_progress,
)
from ses_reputation.suppression.changes.diff import ComparedRows, KeyedLines, compare_lines, read_keys
from ses_reputation.suppression.changes.explaining import LookUps
from ses_reputation.suppression.changes.hiding_changes import HidingChanges
from ses_reputation.suppression.changes.row_change import RowChange, encode_change
from ses_reputation.suppression.errors import SnapshotCorruptError
from ses_reputation.suppression.forgotten import NOBODY, ForgottenPeople
from ses_reputation.suppression.snapshot.location import SnapshotRun, is_run_id
from ses_reputation.suppression.snapshot.manifest import Manifest
from ses_reputation.suppression.snapshot.parts import SnapshotPart, pack_lines
from ses_reputation.suppression.snapshot.snapshot_reader import stream_lines
from ses_reputation.suppression.store import SnapshotStore


class Explains(Protocol):
    """Says why rows changed (explaining.py); `left` is what it may still ask."""

    left: LookUps

    def explain(self, change: RowChange) -> ChangeCause:
        """Return the cause of a change; asked in the order of rows."""


OpenExplainer = Callable[[Manifest, LookUps], Explains]
"""Makes what explains the changes since a predecessor."""


class PredecessorUnreadableError(SnapshotCorruptError):
    """The earlier of two snapshots cannot be read: the later one is as good as before."""


@dataclass(frozen=True, slots=True)
class ComparisonStep:
    """What one call came to: the changes, or the name of the progress that the next call goes on from."""

    changes: SnapshotChanges | None = None
    progress: str | None = None


Compare = Callable[[SnapshotRun, Sequence[SnapshotPart], str | None], ComparisonStep]
"""Compares a run's finished parts with the snapshot before, from the named progress on."""


@dataclass(frozen=True, slots=True)
class SnapshotComparison:
    """A snapshot whose parts are written, and how it is compared with the newest complete one before it.

    `look_ups` is what may be asked about causes, over all calls. `people` are hidden in the parts; in
    the snapshot before they may not be, if it is still to be rewritten.
    """

    store: SnapshotStore
    run: SnapshotRun
    parts: Sequence[SnapshotPart]
    open_explainer: OpenExplainer
    look_ups: LookUps = field(default_factory=LookUps)
    rows_per_part: int = 100_000
    people: ForgottenPeople = NOBODY

    def step(self, progress_name: str | None, has_time: Callable[[], bool]) -> ComparisonStep:
        """Compare until the rows or the time end, from where an earlier call left off.

        A part of changes is named after its content, so a call that goes on after its retry began cannot
        replace one. An earlier snapshot that cannot be read does not harm the later one: `not_compared`
        then says so. Raises SnapshotCorruptError where the later one cannot be read.
        """
        if progress_name:
            progress = load_progress(self.store, self.run, progress_name)
            predecessor = load_complete(self.store, self.run, progress.predecessor)
        else:
            predecessor = find_predecessor(self.store, self.run)
            progress = ComparisonProgress(
                predecessor.run.run_id if predecessor else "", replace(self.look_ups)
            )
        if predecessor and progress.index != predecessor.index.sha256:
            progress = ComparisonProgress(progress.predecessor, progress.left, index=predecessor.index.sha256)
        if not progress.predecessor:
            return ComparisonStep(SnapshotChanges(not_compared=FIRST_SNAPSHOT))
        try:
            if predecessor is None:
                raise PredecessorUnreadableError("its manifest is gone")
            progress, is_finished = self._go_on(predecessor, progress, has_time)
        except PredecessorUnreadableError as error:
            not_compared = f"Snapshot {progress.predecessor}, the one before it, cannot be read: {error}"
            return ComparisonStep(SnapshotChanges(progress.predecessor, not_compared))
        if is_finished:
            return ComparisonStep(progress.summed())
        return ComparisonStep(progress=save_progress(self.store, self.run, progress))

    def _go_on(
        self, predecessor: Manifest, progress: ComparisonProgress, has_time: Callable[[], bool]
    ) -> tuple[ComparisonProgress, bool]:
        explainer = self.open_explainer(predecessor, replace(progress.left))
        hiding = HidingChanges(self.people, set(progress.moved))
        lines, tally = list[str](), _Tally()
        for rows in self._compare(predecessor, progress):
            compared = replace(rows, changes=list(hiding.keep(rows.changes)))
            causes = [explainer.explain(change) for change in compared.changes]
            lines += map(encode_change, compared.changes, causes)
            tally.add(compared, causes)
            is_time_over = not has_time()
            if is_time_over or len(lines) >= self.rows_per_part:
                progress = tally.added_to(self._store_part(progress, lines), explainer.left)
                lines, tally = [], _Tally()
            if is_time_over:
                return replace(progress, moved=tuple(sorted(hiding.moved))), False
        return tally.added_to(self._store_part(progress, lines), explainer.left), True

    def _compare(self, predecessor: Manifest, progress: ComparisonProgress) -> Iterator[ComparedRows]:
        before = stream_lines(self.store, predecessor.run, predecessor.parts, progress.rows_before)
        after = stream_lines(self.store, self.run, self.parts, progress.rows_after)
        return compare_lines(_naming_predecessor(read_keys(before)), read_keys(after))

    def _store_part(self, progress: ComparisonProgress, lines: Sequence[str]) -> ComparisonProgress:
        if not lines:
            return progress
        packed = pack_lines(lines)
        key = self.run.changes_key(len(progress.parts) + 1, packed.sha256)
        self.store.put(key, packed.body)
        name = key.removeprefix(self.run.prefix)
        part = SnapshotPart(name, packed.rows, len(packed.body), packed.sha256)
        return replace(progress, parts=(*progress.parts, part))


def find_predecessor(store: SnapshotStore, run: SnapshotRun) -> Manifest | None:
    """Return the manifest of the newest complete snapshot of the same list with an earlier run id."""
    folders = store.list_folders(run.target.prefix)
    earlier = sorted(folder for folder in folders if is_run_id(folder) and folder < run.run_id)
    found = (load_complete(store, run, run_id) for run_id in reversed(earlier))
    return next((manifest for manifest in found if manifest), None)


def load_complete(store: SnapshotStore, run: SnapshotRun, run_id: str) -> Manifest | None:
    """Return the manifest of another run of a list; None where it is not complete, or cannot be read."""
    key = SnapshotRun(run.target, run_id).manifest_key
    stored = store.fetch(key)
    try:
        return Manifest.from_json(key, stored.body) if stored else None
    except SnapshotCorruptError:
        return None


def _naming_predecessor(lines: Iterator[KeyedLines]) -> Iterator[KeyedLines]:
    try:
        yield from lines
    except SnapshotCorruptError as error:
        raise PredecessorUnreadableError(str(error)) from None


@dataclass(slots=True)
class _Tally:
    """Counts of what was compared since progress was last noted down."""

    rows_before: int = 0
    rows_after: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    causes: Counter[str] = field(default_factory=Counter)

    def add(self, compared: ComparedRows, causes: Sequence[ChangeCause]) -> None:
        self.rows_before += compared.rows_before
        self.rows_after += compared.rows_after
        self.kinds.update(change.kind for change in compared.changes)
        self.causes.update(cause.kind for cause in causes)

    def added_to(self, progress: ComparisonProgress, left: LookUps) -> ComparisonProgress:
        return replace(
            progress,
            left=replace(left),
            rows_before=progress.rows_before + self.rows_before,
            rows_after=progress.rows_after + self.rows_after,
            by_kind=dict(Counter(progress.by_kind) + self.kinds),
            by_cause=dict(Counter(progress.by_cause) + self.causes),
        )
