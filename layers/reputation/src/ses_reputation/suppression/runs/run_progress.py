"""How far a run is with all its lists, for people who wait."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from ses_reputation.json_text import parse_json
from ses_reputation.statistics.send_statistics import AccountRegion
from ses_reputation.suppression.runs.summary import READ_AT_ONCE, load_places
from ses_reputation.suppression.snapshot.location import ListsRun
from ses_reputation.suppression.store import SnapshotStore

_PROGRESS = "progress"


@dataclass(frozen=True, slots=True)
class PlaceProgress:
    """How far an account and Region is: lists done of all, and the list that is read now with its rows."""

    lists: int
    done: int
    reading: str = ""
    rows: int = 0


@dataclass(frozen=True, slots=True)
class RunProgress:
    """How far a run is. lists: those that are known of; a place lists its tenants when it begins."""

    places: int
    places_done: int
    lists: int
    lists_done: int
    rows: int


def keep_progress(store: SnapshotStore, run: ListsRun, place: AccountRegion, progress: PlaceProgress) -> None:
    """Say how far a place is. A late call may say it again; nothing depends on it."""
    fields = [progress.lists, progress.done, progress.reading, progress.rows]
    store.put(run.place_key(*place, _PROGRESS), json.dumps(fields).encode())


@dataclass(slots=True)
class RunWatch:
    """Looks at a run again and again, and at places that are done only once."""

    store: SnapshotStore
    run: ListsRun
    _done: dict[AccountRegion, PlaceProgress] = field(default_factory=dict)

    def look(self) -> RunProgress | None:
        """Return how far the run is; None before it says which places it exports."""
        if self.store.fetch(self.run.places_key) is None:
            return None
        places = load_places(self.store, self.run)
        seen = self._done | dict(self._look_at([each for each in places if each not in self._done]))
        self._done = {place: each for place, each in seen.items() if each.done == each.lists}
        return RunProgress(
            len(places),
            len(self._done),
            sum(each.lists for each in seen.values()),
            sum(each.done for each in seen.values()),
            sum(each.rows for each in seen.values()),
        )

    def _look_at(self, places: list[AccountRegion]) -> Iterator[tuple[AccountRegion, PlaceProgress]]:
        keys = [self.run.place_key(*place, _PROGRESS) for place in places]
        with ThreadPoolExecutor(READ_AT_ONCE) as pool:
            for place, stored in zip(places, pool.map(self.store.fetch, keys), strict=True):
                if stored is not None:
                    yield place, PlaceProgress(*parse_json(stored.body))
