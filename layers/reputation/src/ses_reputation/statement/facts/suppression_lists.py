"""The suppression lists of an account: how big they were, and why they changed; from manifests alone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from operator import attrgetter

from ses_reputation.aws.errors import translating_aws_errors
from ses_reputation.statement.naming import Naming, shown
from ses_reputation.statement.view.statement import ListSize, SuppressionListView
from ses_reputation.suppression.changes.cause import CauseKind
from ses_reputation.suppression.changes.comparison import SnapshotChanges
from ses_reputation.suppression.errors import SnapshotCorruptError
from ses_reputation.suppression.snapshot.location import SnapshotRun, is_run_id, name_run
from ses_reputation.suppression.snapshot.manifest import Manifest
from ses_reputation.suppression.snapshot.snapshot_reader import find_manifest, list_targets
from ses_reputation.suppression.store import SnapshotStore
from ses_reputation.suppression.targets import Target
from ses_reputation.tallies import group_by, total_by_key

MOST_LISTS = 12
"""Of one account: each tenant may have its own."""
SHOWN_SPAN = timedelta(weeks=13)
_READS_AT_ONCE = 16
_CAUSES: Mapping[str, str] = {
    CauseKind.BOUNCE: "after a hard bounce",
    CauseKind.COMPLAINT: "after a complaint",
    CauseKind.ACTION: "changed with this tool",
    CauseKind.NO_MESSAGE: "added through SES's API, or by an import",
    CauseKind.UNEXPLAINED: "not explained by any mail that the ledger knows",
    CauseKind.NOT_LOOKED_UP: "not looked up",
}


@dataclass(slots=True)
class SuppressionLists:
    """Reads the lists of accounts, as of an aware time.

    memory: manifests that were read before, which never change; a container keeps them between its runs.
    """

    store: SnapshotStore
    naming: Naming
    now: datetime
    memory: dict[str, Manifest] = field(default_factory=dict)

    def read_lists(self, account: str) -> tuple[SuppressionListView, ...]:
        """Return an account's lists of which there is a snapshot of the last 13 weeks.

        Raises UnavailableError.
        """
        with translating_aws_errors("reading snapshots"):
            lists = (self._view(target) for target in list_targets(self.store, account))
            return tuple(islice((each for each in lists if each.sizes), MOST_LISTS))

    def _view(self, target: Target) -> SuppressionListView:
        manifests = self._read(target)
        by_week = group_by(manifests, lambda each: each.scheduled_at.isocalendar()[:2])
        options = {"account": target.account, "region": target.region, "tenant": target.tenant}
        return SuppressionListView(
            account=target.account,
            region=target.region,
            tenant=shown(target.tenant),
            title=shown(target.name),
            sizes=tuple(map(_size, by_week.values())),
            causes=_causes(manifests),
            command=self.naming.command("suppression changes", options),
        )

    def _read(self, target: Target) -> list[Manifest]:
        """Return the manifests of finished runs, oldest first; one that cannot be read is left out."""
        first = name_run(self.now - SHOWN_SPAN)
        run_ids = [
            each for each in self.store.list_folders(target.prefix) if is_run_id(each) and each >= first
        ]
        with ThreadPoolExecutor(_READS_AT_ONCE) as threads:
            found = threads.map(lambda run_id: self._find(SnapshotRun(target, run_id)), run_ids)
            return sorted(filter(None, found), key=attrgetter("run.run_id"))

    def _find(self, run: SnapshotRun) -> Manifest | None:
        key = run.manifest_key
        if key not in self.memory:
            try:
                manifest = find_manifest(self.store, run)
            except SnapshotCorruptError:
                return None
            if manifest is None:
                return None
            self.memory[key] = manifest
        return self.memory[key]


def _size(of_week: Sequence[Manifest]) -> ListSize:
    newest, changes = of_week[-1], list(_changes(of_week))
    return ListSize(
        at=newest.scheduled_at,
        total=newest.total,
        by_reason={shown(reason): number for reason, number in sorted(newest.by_reason.items())},
        added=sum(each.added for each in changes) if changes else None,
        removed=sum(each.removed for each in changes) if changes else None,
    )


def _causes(manifests: Iterable[Manifest]) -> dict[str, int]:
    totals = total_by_key(pair for changes in _changes(manifests) for pair in changes.by_cause.items())
    most_first = sorted(totals.items(), key=lambda each: (-each[1], each[0]))
    return {_CAUSES.get(kind, shown(kind)): number for kind, number in most_first}


def _changes(manifests: Iterable[Manifest]) -> Iterator[SnapshotChanges]:
    """Yield what changed, of those snapshots that were compared."""
    for manifest in manifests:
        if manifest.changes is None:
            continue
        try:
            changes = SnapshotChanges.from_json(manifest.changes)
        except SnapshotCorruptError:
            continue
        if not changes.not_compared:
            yield changes
