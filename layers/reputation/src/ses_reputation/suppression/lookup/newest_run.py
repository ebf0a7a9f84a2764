"""What the newest run over all lists could not read: these lists may be newer than their snapshots."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ses_reputation.statistics.send_statistics import AccountRegion
from ses_reputation.suppression.errors import SnapshotCorruptError
from ses_reputation.suppression.runs.outcomes import ALL_LISTS, TENANTS, ListOutcome, ListStatus
from ses_reputation.suppression.runs.summary import load_summary
from ses_reputation.suppression.snapshot.location import RUNS_ROOT, ListsRun, is_run_id
from ses_reputation.suppression.store import SnapshotStore
from ses_reputation.suppression.targets import Target, target_of_folder


@dataclass(frozen=True, slots=True)
class UnreadLists:
    """Lists that a run could not read, and why; tenants: places whose tenants it could not even name.

    A place that could not be read at all stands in `places`: what is said of it holds for all of its lists.
    """

    lists: Mapping[Target, str] = field(default_factory=dict)
    places: Mapping[AccountRegion, str] = field(default_factory=dict)
    tenants: Mapping[AccountRegion, str] = field(default_factory=dict)

    def targets(self) -> list[Target]:
        """Return the lists that are named, and the account's own list of each place."""
        return [*self.lists, *(Target(*place) for place in self.places)]

    def why(self, target: Target) -> str:
        """Return why a list could not be read; "" where it could."""
        place = AccountRegion(target.account, target.region)
        return self.lists.get(target) or self.places.get(place, "")


def read_newest_run(store: SnapshotStore) -> UnreadLists:
    """Read what the newest run that ended could not; nothing where there is none, or none can be read."""
    for run_id in sorted(filter(is_run_id, store.list_folders(RUNS_ROOT)), reverse=True):
        try:
            outcomes = load_summary(store, ListsRun(run_id)).outcomes
        except (SnapshotCorruptError, KeyError, TypeError, ValueError):
            continue
        return _gather(run_id, [each for each in outcomes if each.status is not ListStatus.COMPLETE])
    return UnreadLists()


def _gather(run_id: str, outcomes: list[ListOutcome]) -> UnreadLists:
    lists: dict[Target, str] = {}
    places: dict[AccountRegion, str] = {}
    tenants: dict[AccountRegion, str] = {}
    for each in outcomes:
        place, why = AccountRegion(each.account, each.region), f"{_ending(each)} in run {run_id}: {each.why}"
        target = target_of_folder(each.account, each.region, each.list)
        if each.list == ALL_LISTS:
            places[place] = why
        elif each.list == TENANTS:
            tenants[place] = why
        elif target is not None:
            lists[target] = why
    return UnreadLists(lists, places, tenants)


def _ending(outcome: ListOutcome) -> str:
    return "Gone" if outcome.status is ListStatus.GONE else "Not read"
