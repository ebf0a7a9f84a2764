"""One call's share of the lists of an account and Region, one list after another: they share one rate."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from ses_reputation.suppression.changes.comparing import ComparisonStep, SnapshotComparison
from ses_reputation.suppression.changes.explaining import LookUps
from ses_reputation.suppression.changes.sources import CauseLedger, CauseSources
from ses_reputation.suppression.changes.suppressed_destination import SuppressedDestinationReader
from ses_reputation.suppression.errors import (
    ChainRestartsExhaustedError,
    ListRefusedError,
    ListStarvedError,
    ListUnavailableError,
    RunOutOfTimeError,
    SnapshotCorruptError,
    SuppressionError,
    TenantGoneError,
)
from ses_reputation.suppression.export.merge_parts import ManifestAdditions, merge_parts
from ses_reputation.suppression.export.progress import Export
from ses_reputation.suppression.export.read_part import PartReader, commit_reading
from ses_reputation.suppression.forgotten import ForgottenPeople
from ses_reputation.suppression.listing.list_reader import ListReader, SuppressionList
from ses_reputation.suppression.listing.pace import Pace
from ses_reputation.suppression.runs.outcomes import ListOutcome, ListStatus
from ses_reputation.suppression.runs.place import PlaceExport
from ses_reputation.suppression.runs.place_settings import PlaceSettings
from ses_reputation.suppression.settings import ExportSettings
from ses_reputation.suppression.snapshot.location import SnapshotRun
from ses_reputation.suppression.snapshot.manifest import Manifest, point_to_latest
from ses_reputation.suppression.snapshot.parts import SnapshotPart
from ses_reputation.suppression.snapshot.snapshot_reader import find_manifest
from ses_reputation.suppression.store import SnapshotStore
from ses_reputation.suppression.targets import Target

LONGEST_RUN = timedelta(hours=20)
"""What is not read by then has failed, so that the run ends with a summary before its 24 hours are over."""
# Nothing that the same run may mend by asking again.
_FINAL = (
    ChainRestartsExhaustedError,
    ListRefusedError,
    ListStarvedError,
    RunOutOfTimeError,
    SnapshotCorruptError,
)


class PlaceLists(Protocol):
    """SES of one account and Region."""

    def open_list(self, tenant: str) -> SuppressionList:
        """Return the list of a tenant, or "" the account's own."""

    def open_destinations(self, tenant: str) -> SuppressedDestinationReader:
        """Return what says of one address of the list why it is there."""

    def describe_tenant(self, tenant: str) -> dict[str, object]:
        """Return what a tenant decides for itself, as `SettingsReader.of_tenant`."""

    def read_forgotten(self) -> ForgottenPeople:
        """Return whom the ledger has forgotten, as `ForgottenStore.read`."""


@dataclass(slots=True)
class CallCounts:
    """What a call did."""

    pages: int = 0
    chains_restarted: int = 0
    completed: list[Manifest] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ListsExporter:
    """Exports lists until the pages or the seconds of a call are used up."""

    store: SnapshotStore
    lists: PlaceLists
    described: PlaceSettings
    settings: ExportSettings
    pace: Pace
    seconds_left: Callable[[], float]
    now: Callable[[], datetime]
    ledger: CauseLedger
    counts: CallCounts = field(default_factory=CallCounts)

    def advance(self, progress: PlaceExport) -> tuple[PlaceExport, list[ListOutcome]]:
        """Go on with the lists; return how far they are, and what became of those that ended.

        A list that fails for good is noted, and the next one goes on. One that may answer later ends the
        call; where nothing was done before, the failure is raised, for the workflow to try again.
        Raises ListUnavailableError.
        """
        targets = self.described.targets(progress.place)
        ended: list[ListOutcome] = []
        is_first = True
        while progress.position < len(targets) and (is_first or self._has_budget()):
            target = targets[progress.position]
            try:
                onward, outcome = self._advance_list(progress, target)
            except _FINAL as error:
                onward, outcome = None, _failed(target, error)
            except ListUnavailableError:
                if is_first:
                    raise
                break
            is_first = False
            position = progress.position + (outcome is not None)
            progress = replace(progress, export=onward, position=position)
            ended += [outcome] if outcome else []
        return replace(progress, rate=self.pace.rate), ended

    def _has_budget(self) -> bool:
        return self.counts.pages < self.settings.pages_per_part and self._time_to_read() > 0

    def _time_to_read(self) -> float:
        return self.seconds_left() - self.settings.margin_seconds

    def _advance_list(
        self, progress: PlaceExport, target: Target
    ) -> tuple[Export | None, ListOutcome | None]:
        export = progress.export
        if export is None:
            run = SnapshotRun(target, progress.run.run_id)
            published = find_manifest(self.store, run)
            if published is not None:
                point_to_latest(self.store, published)
                return None, _completed(target, published)
            export = self._begin(progress, run)
        if self.now() > progress.started_at + LONGEST_RUN:
            raise RunOutOfTimeError(f"The run was not done with it after {LONGEST_RUN}.")
        if export.status == "reading":
            return self._read(export), None
        return self._merge(export)

    def _begin(self, progress: PlaceExport, run: SnapshotRun) -> Export:
        tenant = run.target.tenant
        decided = self.lists.describe_tenant(tenant) if tenant else None
        return Export(run, progress.scheduled_at, progress.started_at, tenant_settings=decided)

    def _read(self, export: Export) -> Export:
        part = PartReader(
            self.store,
            ListReader(self.lists.open_list(export.run.target.tenant)),
            self.settings,
            self.pace,
            self._time_to_read,
            self.now,
            self.settings.pages_per_part - self.counts.pages,
        ).read(export)
        self.counts.pages += part.pages
        self.counts.chains_restarted += part.is_chain_restarted
        return commit_reading(self.store, part.export) if part.export.status == "merging" else part.export

    def _merge(self, export: Export) -> tuple[Export | None, ListOutcome | None]:
        additions = ManifestAdditions(self.described.of_list(export.tenant_settings), self._compare)
        step = merge_parts(self.store, export, self.settings, self.seconds_left, self.now, additions)
        if step.manifest is None:
            return step.export, None
        self.counts.completed.append(step.manifest)
        return None, _completed(export.run.target, step.manifest)

    def _compare(
        self, run: SnapshotRun, parts: Sequence[SnapshotPart], progress: str | None
    ) -> ComparisonStep:
        destinations = self.lists.open_destinations(run.target.tenant)
        sources = CauseSources(self.store, self.ledger, destinations, self.pace, self.now)
        settings = self.settings
        look_ups = LookUps(settings.cause_lookups, settings.cause_calls)
        people = self.lists.read_forgotten()
        comparison = SnapshotComparison(
            self.store, run, parts, sources.open_explainer, look_ups, settings.rows_per_part, people
        )
        return comparison.step(progress, lambda: self._time_to_read() > 0)


def _completed(target: Target, manifest: Manifest) -> ListOutcome:
    place = (target.account, target.region, target.list_name)
    return ListOutcome(*place, ListStatus.COMPLETE, total=manifest.total)


def _failed(target: Target, error: SuppressionError) -> ListOutcome:
    status = ListStatus.GONE if isinstance(error, TenantGoneError) else ListStatus.FAILED
    return ListOutcome(target.account, target.region, target.list_name, status, str(error))
