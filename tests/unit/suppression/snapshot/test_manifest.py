"""The pointer to the newest manifest is moved on, or given up with an error."""

import json

import pytest

from ses_reputation.suppression.errors import StoreContendedError
from ses_reputation.suppression.export.checkpoint import Checkpoint
from ses_reputation.suppression.export.merge_parts import describe_export
from ses_reputation.suppression.export.progress import Export
from ses_reputation.suppression.snapshot.block_index import StoredIndex
from ses_reputation.suppression.snapshot.location import SnapshotRun
from ses_reputation.suppression.snapshot.manifest import Manifest, point_to_latest
from ses_reputation.suppression.targets import Target
from tests.support.in_memory.suppression import NOON, MemoryStore
from tests.support.written_snapshots import AFTER, manifest_of


class RestlessStore(MemoryStore):
    """Somebody else always replaces the object first."""

    def put_if_absent(self, key: str, body: bytes) -> bool:
        return False

    def put_if_unchanged(self, key: str, body: bytes, version: str) -> bool:
        return False


def test_a_pointer_that_keeps_changing_is_given_up_with_an_error() -> None:
    run = SnapshotRun(Target("111122223333", "us-east-1"), "20261122T070000Z")
    index = StoredIndex("index.json.gz", 0, "")
    manifest = describe_export(Export(run, NOON, NOON), Checkpoint(), index, NOON)
    with pytest.raises(StoreContendedError, match=r"latest\.json"):
        point_to_latest(RestlessStore(), manifest)


def test_a_manifest_of_before_people_could_be_forgotten_has_nobody_forgotten() -> None:
    fields = manifest_of(AFTER, []).to_json()
    del fields["forgotten"]
    assert Manifest.from_json(AFTER.manifest_key, json.dumps(fields).encode()) == manifest_of(AFTER, [])
