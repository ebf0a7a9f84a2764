"""The end of a run: which lists are complete, and which failed and why."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ses_reputation.hours import format_second
from ses_reputation.json_text import parse_json
from ses_reputation.statistics.send_statistics import AccountRegion
from ses_reputation.suppression.errors import SnapshotCorruptError
from ses_reputation.suppression.runs.outcomes import ALL_LISTS, ListOutcome, ListStatus
from ses_reputation.suppression.snapshot.location import ListsRun
from ses_reputation.suppression.store import SnapshotStore

MOST_NAMED = 20
"""Lists that failed, in the log; the summary has all."""
ENDED = "ended"
"""The object about a place that holds the outcomes of all its lists, once it is done with."""
# S3 answers in some 30 ms: thousands of places would take minutes one after another.
READ_AT_ONCE = 16
_TIMES = ("scheduled_at", "started_at", "finished_at")


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What became of every list of a run, by account, Region and list."""

    run: ListsRun
    scheduled_at: datetime
    started_at: datetime
    finished_at: datetime
    outcomes: tuple[ListOutcome, ...]

    @property
    def failed(self) -> list[ListOutcome]:
        """The lists that have no snapshot of this run."""
        return [each for each in self.outcomes if each.status is ListStatus.FAILED]

    def count(self, status: ListStatus) -> int:
        """Return how many lists ended so."""
        return Counter(each.status for each in self.outcomes)[status]

    def to_json(self) -> dict[str, Any]:
        """Return the summary as it is stored."""
        return {**self.heading(), "lists": [each.to_json() for each in self.outcomes]}

    def heading(self) -> dict[str, Any]:
        """Return the summary without its lists: small enough for a workflow's output."""
        return {
            "run": self.run.run_id,
            **{name: format_second(getattr(self, name)) for name in _TIMES},
            **{status.value: self.count(status) for status in ListStatus},
        }

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> "RunSummary":
        """Return what `to_json` wrote. Raises KeyError, TypeError or ValueError."""
        times = {name: datetime.fromisoformat(fields[name]) for name in _TIMES}
        outcomes = tuple(map(ListOutcome.from_json, fields["lists"]))
        return cls(ListsRun(fields["run"]), outcomes=outcomes, **times)


def load_summary(store: SnapshotStore, run: ListsRun) -> RunSummary:
    """Load the summary of a run that ended. Raises SnapshotCorruptError where there is none."""
    stored = store.fetch(run.summary_key)
    if stored is None:
        raise SnapshotCorruptError(f"{run.summary_key} is missing: that run has not ended.")
    return RunSummary.from_json(parse_json(stored.body))


def keep_outcomes(
    store: SnapshotStore, run: ListsRun, place: AccountRegion, outcomes: Iterable[ListOutcome]
) -> None:
    """Say that a place is done with, and what became of its lists."""
    body = json.dumps([each.to_json() for each in outcomes]).encode()
    store.put(run.place_key(*place, ENDED), body)


def summarize_run(
    store: SnapshotStore, run: ListsRun, scheduled_at: datetime, started_at: datetime, now: datetime
) -> RunSummary:
    """Gather what became of every list of a run, and store it.

    A place that nobody is done with has failed: its part of the workflow did not come to its end.
    """
    places = load_places(store, run)
    with ThreadPoolExecutor(READ_AT_ONCE) as pool:
        read = pool.map(lambda place: _outcomes_of(store, run, place), places)
        outcomes = [each for found in read for each in found]
    ordered = sorted(outcomes, key=lambda each: (each.account, each.region, each.list))
    summary = RunSummary(run, scheduled_at, started_at, now, tuple(ordered))
    store.put(run.summary_key, json.dumps(summary.to_json(), indent=2).encode())
    return summary


def save_places(store: SnapshotStore, run: ListsRun, places: Iterable[AccountRegion]) -> None:
    """Store which places a run exports, once: a step that is repeated leaves those of the first time."""
    store.put_if_absent(run.places_key, json.dumps([each._asdict() for each in places]).encode())


def load_places(store: SnapshotStore, run: ListsRun) -> list[AccountRegion]:
    """Load which places a run exports. Raises SnapshotCorruptError where it does not say."""
    stored = store.fetch(run.places_key)
    if stored is None:
        raise SnapshotCorruptError(f"{run.places_key} is missing.")
    return [AccountRegion(**each) for each in parse_json(stored.body)]


def _outcomes_of(store: SnapshotStore, run: ListsRun, place: AccountRegion) -> list[ListOutcome]:
    stored = store.fetch(run.place_key(*place, ENDED))
    if stored is None:
        why = "Its part of the workflow did not end. Look at the failed child execution of ExportPlaces."
        return [ListOutcome(*place, ALL_LISTS, ListStatus.FAILED, why)]
    return [ListOutcome.from_json(each) for each in parse_json(stored.body)]
