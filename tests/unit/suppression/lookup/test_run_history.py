"""Since when an address is listed is found by halving, and is what a look at every snapshot would say."""

from collections.abc import Sequence
from datetime import timedelta
from math import ceil, log2

from hypothesis import given
from hypothesis import strategies as st

from ses_reputation.suppression.listing.destination import SuppressedDestination
from ses_reputation.suppression.lookup.run_history import ListedSince, open_history
from ses_reputation.suppression.snapshot.location import SnapshotRun, name_run
from ses_reputation.suppression.snapshot.manifest import Manifest
from tests.support.in_memory.suppression import NOON, CountedStore, MemoryStore, suppress
from tests.support.stored_snapshots import TARGET, store_snapshot

ANN = "Ann@x.example"
# What happens to ann's entry between two snapshots; "" leaves it as it is.
happenings = st.lists(st.sampled_from(["", "", "", "put", "remove"]), min_size=1, max_size=30)
# How a run ends.
endings = st.lists(
    st.sampled_from(["finished", "finished", "finished", "unfinished", "damaged"]), max_size=30
)


def store_days(
    store: MemoryStore, days: Sequence[SuppressedDestination | None], endings: Sequence[str] = ()
) -> list[Manifest | None]:
    """Store a snapshot a day; None where it did not end well."""
    manifests: list[Manifest | None] = []
    for day, row in enumerate(days):
        at = NOON + timedelta(days=day)
        ending = endings[day] if day < len(endings) else "finished"
        manifest = None
        if ending == "unfinished":
            store.put(SnapshotRun(TARGET, name_run(at)).part_key(1), b"{}")
        else:
            manifest = store_snapshot(store, [row, suppress("bob@x.example")] if row else [], at)
        if ending == "damaged":
            store.put(SnapshotRun(TARGET, name_run(at)).index_key, b"damaged")
            manifest = None
        manifests.append(manifest)
    return manifests


def live_through(happenings: Sequence[str]) -> list[SuppressedDestination | None]:
    """The row that ann has on each day; each put is at another time."""
    days: list[SuppressedDestination | None] = []
    row: SuppressedDestination | None = None
    for day, happening in enumerate(happenings):
        if happening:
            row = suppress(ANN, "BOUNCE", day * 86_400 - 100) if happening == "put" else None
        days.append(row)
    return days


@given(happenings, endings)
def test_it_is_what_a_look_at_every_snapshot_says(happenings: list[str], endings: list[str]) -> None:
    store = MemoryStore()
    days = [*live_through(happenings), suppress(ANN, "COMPLAINT", 86_400 * len(happenings))]
    manifests = store_days(store, days, [*(endings + ["finished"] * 30)[: len(happenings)]])
    last = manifests[-1]
    assert last
    history = open_history(store, TARGET, "ann@x.example")
    latest = history.read_snapshot(last)

    read = [(manifest, row) for manifest, row in zip(manifests, days, strict=True) if manifest]
    first, before = last, None
    for manifest, row in reversed(read):
        if row is None:
            before = manifest
            break
        first = manifest
    assert history.listed_since(latest.place, latest.rows[0]) == ListedSince(first, before)


def test_a_year_of_snapshots_is_halved() -> None:
    store = CountedStore()
    day_listed = 100
    manifests = store_days(store, [suppress(ANN) if day >= day_listed else None for day in range(365)])
    last = manifests[-1]
    assert last
    store.requests.clear()
    history = open_history(store, TARGET, ANN)
    since = history.listed_since(364, history.read_snapshot(last).rows[0])
    assert since == ListedSince(_of(manifests, day_listed), _of(manifests, day_listed - 1))
    read = sum(name == "manifest.json" for name, _ in store.requests)
    assert read <= ceil(log2(365)) + 1


def test_an_address_that_is_renewed_each_day_is_followed_a_bounded_way_back() -> None:
    store = MemoryStore()
    manifests = store_days(store, [suppress(ANN, "BOUNCE", day * 86_400) for day in range(30)])
    last = manifests[-1]
    assert last
    history = open_history(store, TARGET, ANN)
    since = history.listed_since(29, history.read_snapshot(last).rows[0])
    # 20 entries: of days 29 to 10.
    assert since == ListedSince(_of(manifests, 10), None, is_older=True)


def test_each_spelling_has_its_own_history() -> None:
    store = MemoryStore()
    lower = suppress("ann@x.example")
    store_snapshot(store, [lower])
    manifest = store_snapshot(store, [lower, suppress(ANN, "COMPLAINT", 5)], NOON + timedelta(days=1))
    history = open_history(store, TARGET, "ANN@x.example")
    rows = history.read_snapshot(manifest).rows
    since = {row.email_address: history.listed_since(1, row) for row in rows}
    first_runs = {name: each.first.run.run_id for name, each in since.items() if each}
    assert first_runs == {"ann@x.example": "20261121T120000Z", ANN: "20261122T120000Z"}


def test_snapshots_that_cannot_be_read_are_named() -> None:
    store = MemoryStore()
    *_, last = store_days(store, [suppress(ANN)] * 3, ["damaged", "unfinished", "finished"])
    assert last
    history = open_history(store, TARGET, ANN)
    assert history.listed_since(2, history.read_snapshot(last).rows[0]) == ListedSince(last, None)
    assert history.unreadable == {"20261121T120000Z"}


def _of(manifests: Sequence[Manifest | None], day: int) -> Manifest:
    manifest = manifests[day]
    assert manifest
    return manifest
