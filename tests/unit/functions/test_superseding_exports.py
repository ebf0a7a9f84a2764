"""Exports one after another: what the newest supersedes may expire, and no failure there fails an export."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ses_reputation.suppression.snapshot.snapshot_reader import load_manifest
from ses_reputation.suppression.targets import Target
from tests.support.in_memory.suppression import ListInMemory, MemoryStore, suppress
from tests.support.suppression_function import fetcher, serve_function
from tests.support.suppression_workflow import Workflow

TARGET = Target("111122223333", "us-east-1")
PAGES = [[suppress("anna@example.com")], [suppress("ben@example.com")]]
FIRST, SECOND = "2026-11-21T07:00:00Z", "2026-11-22T07:00:00Z"


class UntaggedStore(MemoryStore):
    """A bucket that nobody may tag objects in."""

    def mark_superseded(self, key: str) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied"}}, "PutObjectTagging")


def export(store: MemoryStore, scheduled_at: str, pages: Any = PAGES) -> None:
    with serve_function(store, ListInMemory(pages)) as invoke:
        Workflow(invoke, fetcher(store)).run({"scheduled_at": scheduled_at})


def superseded_runs(store: MemoryStore) -> set[str]:
    return {key.removeprefix(TARGET.prefix).partition("/")[0] for key in store.superseded}


def counts(output: str) -> dict[str, float]:
    """Add up what the calls counted."""
    lines = [json.loads(line) for line in output.splitlines() if '"counts"' in line]
    names = ("SnapshotCompleted", "ObjectsSuperseded", "SupersedingFailed")
    return {name: sum(line["counts"].get(name, 0) for line in lines) for name in names}


def test_an_export_marks_all_objects_of_the_one_before(capsys: pytest.CaptureFixture[str]) -> None:
    store = MemoryStore()
    export(store, FIRST)
    of_first = {key for key in store.objects if key.startswith(f"{TARGET.prefix}20261121")}
    export(store, SECOND)

    assert store.superseded == of_first
    expected = {"SnapshotCompleted": 2, "ObjectsSuperseded": len(of_first), "SupersedingFailed": 0}
    assert counts(capsys.readouterr().out) == expected


def test_an_export_of_a_list_that_ses_emptied_leaves_the_last_copy_alone() -> None:
    store = MemoryStore()
    export(store, FIRST)
    export(store, SECOND, [[]])
    assert (load_manifest(store, TARGET).total, superseded_runs(store)) == (0, set())


def test_a_refused_tag_is_told_and_fails_no_export(capsys: pytest.CaptureFixture[str]) -> None:
    store = UntaggedStore()
    export(store, FIRST)
    export(store, SECOND)
    output = capsys.readouterr().out

    assert load_manifest(store, TARGET).run.run_id == "20261122T070000Z"
    assert counts(output) == {"SnapshotCompleted": 2, "ObjectsSuperseded": 0, "SupersedingFailed": 1}
    sent = [json.loads(line) for line in output.splitlines() if '"_aws"' in line]
    assert sum(sum(line.get("SupersedingFailed", [])) for line in sent) == 1
