"""The export's function and its state machine together, over a list and a store in memory."""

import json
from typing import Any

import pytest

from functions.export_suppression import app
from ses_reputation.errors import SettingsError
from ses_reputation.suppression.errors import (
    ChainExpiredError,
    ListRefusedError,
    ListThrottledError,
    ListUnavailableError,
)
from ses_reputation.suppression.snapshot.snapshot_reader import list_snapshots, load_manifest, stream_rows
from ses_reputation.suppression.targets import Target
from tests.support.in_memory.suppression import ListInMemory, MemoryStore, suppress
from tests.support.suppression_function import serve_function
from tests.support.suppression_workflow import EXECUTION, ExecutionFailedError, Workflow

REQUEST = {"scheduled_at": "2026-11-22T07:00:00Z"}
TARGET = Target("111122223333", "us-east-1")
THREE_PAGES = [
    [suppress("carol@example.com"), suppress("alice@example.com", "COMPLAINT")],
    [suppress("erin@example.net"), suppress("bob@example.org")],
    [suppress("dave@example.com")],
]


def run_export(store: MemoryStore, suppression_list: ListInMemory, request: Any = None) -> dict[str, Any]:
    with serve_function(store, suppression_list) as invoke:
        output: dict[str, Any] = Workflow(invoke).run(request or REQUEST)
    return output


def read_addresses(store: MemoryStore) -> list[str]:
    return [row.email_address for row in stream_rows(store, load_manifest(store, TARGET))]


def test_an_execution_turns_the_whole_list_into_a_snapshot() -> None:
    store = MemoryStore()
    run_export(store, ListInMemory(THREE_PAGES))
    assert [name.split("@")[0] for name in read_addresses(store)] == ["alice", "bob", "carol", "dave", "erin"]


def test_when_time_is_short_each_call_takes_one_page_or_writes_one_part() -> None:
    store = MemoryStore()
    with serve_function(store, ListInMemory(THREE_PAGES), seconds_left=lambda: 5.0) as invoke:
        workflow = Workflow(invoke)
        workflow.run(REQUEST)
    parts = ["ReadPart", "IsListRead"] * 3
    ending = [
        "FinishSnapshot",
        "IsSnapshotFinished",
        "FinishSnapshot",
        "IsSnapshotFinished",
        "SnapshotFinished",
    ]
    assert workflow.steps == ["ClaimRun", "ExportLists", *parts, *ending]


def test_an_empty_list_makes_a_complete_snapshot_of_nothing() -> None:
    store = MemoryStore()
    run_export(store, ListInMemory([[]]))
    manifest = load_manifest(store, TARGET)
    assert (manifest.total, manifest.parts, dict(manifest.by_reason)) == (0, (), {})


def test_a_second_execution_for_the_same_time_ends_well_and_makes_nothing() -> None:
    store, suppression_list = MemoryStore(), ListInMemory(THREE_PAGES)
    run_export(store, suppression_list)
    before, requests = dict(store.objects), len(suppression_list.requests)
    second = EXECUTION.replace("first", "second")
    with serve_function(store, suppression_list) as invoke:
        output = Workflow(invoke, second).run(REQUEST)
    assert output["exports"] == []
    assert output["already_claimed"] == [
        {
            "target": {"account": "111122223333", "region": "us-east-1", "tenant": ""},
            "run": "20261122T070000Z",
        }
        | {"execution": EXECUTION}
    ]
    assert (store.objects, len(suppression_list.requests)) == (before, requests)


def test_a_new_attempt_makes_another_snapshot_of_the_same_time() -> None:
    store = MemoryStore()
    run_export(store, ListInMemory(THREE_PAGES))
    run_export(store, ListInMemory(THREE_PAGES[:1]), {**REQUEST, "attempt": 2})
    assert [manifest.run.run_id for manifest in list_snapshots(store, TARGET)] == [
        "20261122T070000Z",
        "20261122T070000Z-02",
    ]
    assert load_manifest(store, TARGET).total == 2


def test_the_same_execution_may_be_run_again_from_the_start() -> None:
    store = MemoryStore()
    run_export(store, ListInMemory(THREE_PAGES))
    before = dict(store.objects)
    run_export(store, ListInMemory(THREE_PAGES))
    assert store.objects == before


@pytest.mark.parametrize(
    "scheduled_at",
    ["<aws.scheduler.scheduled-time>", "", "yesterday", "2026-11-22T07:00:00", None, 1_780_000_000],
)
def test_what_is_not_a_time_fails_the_execution_at_once(scheduled_at: object) -> None:
    with (
        serve_function(MemoryStore(), ListInMemory(THREE_PAGES)) as invoke,
        pytest.raises(ExecutionFailedError, match="InvalidScheduledTimeError") as failure,
    ):
        Workflow(invoke).run({"scheduled_at": scheduled_at})
    assert "2026-11-22T07:00:00Z" in str(failure.value.__cause__)


def test_a_list_that_is_refused_fails_the_execution_without_asking_again() -> None:
    suppression_list = ListInMemory(THREE_PAGES, lambda _: ListRefusedError("no rights"))
    with pytest.raises(ExecutionFailedError, match="ListRefusedError"):
        run_export(MemoryStore(), suppression_list)
    assert len(suppression_list.requests) == 1


def test_a_list_that_fails_for_a_while_is_asked_again_by_the_state_machine() -> None:
    errors = [ListUnavailableError("503")] * 12
    store = MemoryStore()
    run_export(store, ListInMemory(THREE_PAGES, lambda _: errors.pop() if errors else None))
    assert len(read_addresses(store)) == 5


def test_tokens_that_always_expire_fail_the_execution_loudly_and_show_nothing() -> None:
    store = MemoryStore()
    suppression_list = ListInMemory(THREE_PAGES, lambda token: ChainExpiredError("gone") if token else None)
    with pytest.raises(ExecutionFailedError, match="ChainRestartsExhaustedError"):
        run_export(store, suppression_list)
    assert suppression_list.requests.count(None) == 6
    assert list(list_snapshots(store, TARGET)) == []


def test_an_expired_token_restarts_the_chain_and_leaves_no_trace_of_the_old_one() -> None:
    store = MemoryStore()
    errors = {"2": [ChainExpiredError("gone")]}

    def draw(token: str | None) -> Exception | None:
        expected = errors.get(token or "", [])
        return expected.pop() if expected else None

    run_export(store, ListInMemory(THREE_PAGES, draw))
    manifest = load_manifest(store, TARGET)
    assert (manifest.chains_restarted, manifest.total, manifest.rows_read) == (1, 5, 5)


def test_a_part_counts_what_it_did_without_naming_an_address(capsys: pytest.CaptureFixture[str]) -> None:
    errors: list[Exception] = [ListThrottledError("slow down")]
    run_export(MemoryStore(), ListInMemory(THREE_PAGES, lambda _: errors.pop() if errors else None))
    output = capsys.readouterr().out
    metrics = [json.loads(line) for line in output.splitlines() if '"_aws"' in line]
    totals: dict[str, float] = {}
    for name in ("SuppressionPagesRead", "SuppressionThrottled", "SuppressionChainRestarted"):
        totals[name] = sum(sum(line.get(name, [])) for line in metrics)
    assert totals == {"SuppressionPagesRead": 3, "SuppressionThrottled": 1, "SuppressionChainRestarted": 0}
    assert sum(sum(line.get("SuppressedDestinationsExported", [])) for line in metrics) == 5
    assert sum(sum(line.get("SnapshotCompleted", [])) for line in metrics) == 1
    assert "@" not in output


def test_no_key_in_the_bucket_names_an_address() -> None:
    store = MemoryStore()
    run_export(store, ListInMemory(THREE_PAGES))
    assert not [key for key in store.objects if "@" in key or "alice" in key]


def test_a_function_without_a_bucket_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REPUTATION_BUCKET", raising=False)
    app._settings.cache_clear()
    with pytest.raises(SettingsError, match="REPUTATION_BUCKET"):
        app._settings()
