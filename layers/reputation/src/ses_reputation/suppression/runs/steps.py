"""The steps of the workflow: what each does, over a store and SES of every account."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ses_reputation.json_text import parse_json
from ses_reputation.statistics.send_statistics import AccountRegion
from ses_reputation.suppression.changes.sources import CauseLedger
from ses_reputation.suppression.errors import ListRefusedError
from ses_reputation.suppression.listing.pace import Pace
from ses_reputation.suppression.runs.claim import ClaimedRun, claim_run
from ses_reputation.suppression.runs.list_after_list import CallCounts, ListsExporter
from ses_reputation.suppression.runs.named_objects import load_object, save_object
from ses_reputation.suppression.runs.outcomes import ALL_LISTS, TENANTS, ListOutcome, ListStatus
from ses_reputation.suppression.runs.place import PlaceExport
from ses_reputation.suppression.runs.place_clients import PlaceClients
from ses_reputation.suppression.runs.place_settings import PlaceSettings
from ses_reputation.suppression.runs.places import find_places
from ses_reputation.suppression.runs.run_progress import PlaceProgress, keep_progress
from ses_reputation.suppression.runs.summary import (
    RunSummary,
    keep_outcomes,
    save_places,
    summarize_run,
)
from ses_reputation.suppression.settings import ExportSettings
from ses_reputation.suppression.snapshot.location import ListsRun
from ses_reputation.suppression.store import SnapshotStore

OpenPlace = Callable[[AccountRegion, Pace, Callable[[], float]], PlaceClients]
_MOST_OF_A_CAUSE = 500


@dataclass(frozen=True, slots=True)
class ExportSteps:
    """Takes each step. open_place: makes the clients of a place, at a pace, until the seconds are over.

    ledger: is asked why lists changed.

    Every step may be repeated, cut off, or outlive its retry.
    """

    store: SnapshotStore
    settings: ExportSettings
    open_place: OpenPlace
    now: Callable[[], datetime]
    ledger: CauseLedger
    seconds_left: Callable[[], float] = lambda: float("inf")

    def claim(
        self, request: Mapping[str, Any], execution: str, known: Callable[[], Iterable[AccountRegion]]
    ) -> ClaimedRun:
        """Claim the run of a schedule time, and say which places it exports.

        execution: its ARN, which names the ledger's own account and Region. known: reads who sent from where.
        Raises InvalidScheduledTimeError, and UnavailableError where nobody says whose lists to export.
        """
        claimed = claim_run(self.store, request, execution, self.now)
        if claimed.is_mine:
            region, account = execution.split(":")[3:5]
            places = find_places(self.settings, AccountRegion(account, region), known())
            save_places(self.store, claimed.run, places)
        return claimed

    def describe(self, progress: PlaceExport) -> PlaceExport:
        """Read the settings of a place and list its tenants, or some of them where time is short.

        A place that nothing leads into has failed as a whole. Raises UnavailableError.
        """
        pace = Pace(progress.rate or self.settings.first_rate)
        try:
            clients = self.open_place(progress.place, pace, self._time_to_ask)
        except ListRefusedError as error:
            return self._end(progress, [self._all_failed(progress, str(error))])
        reader = clients.settings_reader
        described = reader.go_on(self._described(progress)) if progress.described else reader.begin()
        name = save_object(self.store, progress.run, progress.place, "settings", described.to_json())
        progress = replace(progress, described=name, rate=pace.rate)
        if described.resume_after:
            return progress
        why = described.why_tenants_are_unknown()
        failed = [ListOutcome(*progress.place, TENANTS, ListStatus.FAILED, why)] if why else []
        return self._keep(replace(progress, status="exporting"), failed)

    def export(self, progress: PlaceExport) -> tuple[PlaceExport, CallCounts, Pace]:
        """Go on with the lists of a place. Raises ListUnavailableError and UnavailableError."""
        pace, counts = Pace(progress.rate or self.settings.first_rate), CallCounts()
        described = self._described(progress)
        try:
            clients = self.open_place(progress.place, pace, self._time_to_ask)
        except ListRefusedError as error:
            # The role was there when the place was described.
            rest = described.targets(progress.place)[progress.position :]
            failed = [_failed(progress.place, each.list_name, str(error)) for each in rest]
            moved = replace(progress, position=progress.position + len(rest), export=None)
            return self._settle(moved, described, failed), counts, pace
        exporter = ListsExporter(
            self.store,
            clients,
            described,
            self.settings,
            pace,
            self.seconds_left,
            self.now,
            self.ledger,
            counts,
        )
        onward, ended = exporter.advance(progress)
        return self._settle(onward, described, ended), counts, pace

    def give_up(self, progress: PlaceExport, error: Mapping[str, str]) -> PlaceExport:
        """Note that the list which a place is at failed, after every retry; the next one goes on.

        error: as Step Functions gives it to who catches it.
        """
        why = f"It kept failing: {_cause_of(error)}"
        if progress.status == "describing":
            return self._end(progress, [self._all_failed(progress, why)])
        described = self._described(progress)
        target = described.targets(progress.place)[progress.position]
        moved = replace(progress, position=progress.position + 1, export=None)
        return self._settle(moved, described, [_failed(progress.place, target.list_name, why)])

    def summarize(self, run: ListsRun, scheduled_at: datetime, started_at: datetime) -> RunSummary:
        """Say what became of every list."""
        return summarize_run(self.store, run, scheduled_at, started_at, self.now())

    def has_time(self) -> bool:
        """Return whether the call has time for more than to write down what it did."""
        return self._time_to_ask() > 0

    def _time_to_ask(self) -> float:
        return self.seconds_left() - self.settings.margin_seconds

    def _described(self, progress: PlaceExport) -> PlaceSettings:
        fields = load_object(self.store, progress.run, progress.place, progress.described)
        return PlaceSettings.from_json(fields)

    def _settle(
        self, progress: PlaceExport, described: PlaceSettings, ended: list[ListOutcome]
    ) -> PlaceExport:
        targets = described.targets(progress.place)
        if progress.position >= len(targets):
            return self._end(progress, ended)
        export = progress.export
        reading = (export.run.target.name, export.reading.rows) if export else ("", 0)
        now_at = PlaceProgress(len(targets), progress.position, *reading)
        keep_progress(self.store, progress.run, progress.place, now_at)
        return self._keep(progress, ended)

    def _keep(self, progress: PlaceExport, ended: list[ListOutcome]) -> PlaceExport:
        if not ended:
            return progress
        outcomes = [each.to_json() for each in [*self._outcomes(progress), *ended]]
        name = save_object(self.store, progress.run, progress.place, "outcomes", outcomes)
        return replace(progress, outcomes=name)

    def _end(self, progress: PlaceExport, ended: list[ListOutcome]) -> PlaceExport:
        outcomes = [*self._outcomes(progress), *ended]
        keep_outcomes(self.store, progress.run, progress.place, outcomes)
        done = PlaceProgress(len(outcomes), len(outcomes))
        keep_progress(self.store, progress.run, progress.place, done)
        return replace(progress, status="complete")

    def _outcomes(self, progress: PlaceExport) -> list[ListOutcome]:
        if not progress.outcomes:
            return []
        fields = load_object(self.store, progress.run, progress.place, progress.outcomes)
        return [ListOutcome.from_json(each) for each in fields]

    def _all_failed(self, progress: PlaceExport, why: str) -> ListOutcome:
        return _failed(progress.place, ALL_LISTS, why)


def _failed(place: AccountRegion, list_name: str, why: str) -> ListOutcome:
    return ListOutcome(*place, list_name, ListStatus.FAILED, why)


def _cause_of(error: Mapping[str, str]) -> str:
    """Return an error's name, and its text where it is one of ours: others may quote anything."""
    name = error.get("Error", "")
    try:
        cause = parse_json(error.get("Cause", ""))
        text = cause["errorMessage"] if name in _OWN_ERRORS else ""
    except (ValueError, KeyError, TypeError):
        text = ""
    return f"{name}: {text}"[:_MOST_OF_A_CAUSE] if text else name


_OWN_ERRORS = frozenset({"ListUnavailableError", "PageUnreadableError", "UnavailableError", "SettingsError"})
