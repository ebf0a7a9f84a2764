"""How big suppression lists were, from manifests alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ses_reputation.statement.facts.suppression_lists import SuppressionLists
from ses_reputation.statement.naming import Naming
from ses_reputation.suppression.changes.comparison import SnapshotChanges
from ses_reputation.suppression.snapshot.location import SnapshotRun, name_run
from ses_reputation.suppression.snapshot.manifest import Manifest, publish_manifest
from ses_reputation.suppression.targets import Target
from tests.support.finished_snapshots import describe_snapshot
from tests.support.in_memory.suppression import MemoryStore

# A Sunday; weeks begin on Monday (ISO 8601).
NOW = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)
OWN, TENANT = Target("444455556666", "us-east-1"), Target("444455556666", "us-east-1", "shop")
OTHER = Target("777788889999", "us-east-1")


def publish(
    store: MemoryStore, target: Target, at: datetime, total: int, changes: SnapshotChanges | None
) -> Manifest:
    run = SnapshotRun(target, name_run(at))
    manifest = replace(
        describe_snapshot(run, total),
        scheduled_at=at,
        by_reason={"BOUNCE": total - 1, "COMPLAINT": 1},
        changes=changes.to_json() if changes else None,
    )
    return publish_manifest(store, manifest)


def added(number: int, removed: int = 0) -> SnapshotChanges:
    return SnapshotChanges("before", None, number, removed, 0, {"bounce": number, "unexplained": removed})


def lists_of(store: MemoryStore) -> SuppressionLists:
    return SuppressionLists(store, Naming("reputation"), NOW)


def test_each_week_has_the_size_of_its_last_snapshot_and_all_changes_of_its_days() -> None:
    store = MemoryStore()
    publish(store, OWN, NOW - timedelta(days=8), 100, None)
    publish(store, OWN, NOW - timedelta(days=2), 130, added(30))
    publish(store, OWN, NOW - timedelta(days=1), 125, added(5, 10))

    (only,) = lists_of(store).read_lists("444455556666")

    assert [(each.total, each.added, each.removed) for each in only.sizes] == [
        (100, None, None),
        (125, 35, 10),
    ]
    assert only.sizes[1].by_reason == {"BOUNCE": 124, "COMPLAINT": 1}
    assert only.causes == {"after a hard bounce": 35, "not explained by any mail that the ledger knows": 10}
    assert only.command == (
        "ses-reputation suppression changes --account 444455556666 --region us-east-1 --stack reputation"
    )


def test_an_account_sees_its_own_lists_alone() -> None:
    store = MemoryStore()
    for target in (OWN, TENANT, OTHER):
        publish(store, target, NOW, 10, None)

    found = lists_of(store).read_lists("444455556666")

    assert [(each.account, each.tenant) for each in found] == [("444455556666", ""), ("444455556666", "shop")]


def test_snapshots_that_are_older_than_13_weeks_or_damaged_or_unfinished_do_not_show() -> None:
    store = MemoryStore()
    publish(store, OWN, NOW - timedelta(weeks=14), 1, None)
    store.put(SnapshotRun(OWN, name_run(NOW - timedelta(days=1))).manifest_key, b"{}")
    store.put(SnapshotRun(OWN, name_run(NOW)).part_key(1), b"")

    assert lists_of(store).read_lists("444455556666") == ()


def test_a_manifest_is_read_once() -> None:
    store, reader = MemoryStore(), None
    manifest = publish(store, OWN, NOW, 10, None)
    reader = lists_of(store)
    before = reader.read_lists("444455556666")

    store.put(manifest.run.manifest_key, b"no manifest any more")

    assert reader.read_lists("444455556666") == before
