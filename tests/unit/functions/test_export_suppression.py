"""The export's function and its state machine together, over a list and a store in memory."""

import json
from dataclasses import replace
from typing import Any

import pytest

from functions.export_suppression import app
from ses_reputation.accounts.reach import CrossAccountRole
from ses_reputation.errors import SettingsError, UnavailableError
from ses_reputation.statistics.send_statistics import AccountRegion
from ses_reputation.suppression.errors import (
    ChainExpiredError,
    ListRefusedError,
    ListThrottledError,
    ListUnavailableError,
    TenantGoneError,
)
from ses_reputation.suppression.settings import ExportSettings
from ses_reputation.suppression.snapshot.snapshot_reader import list_snapshots, load_manifest, stream_rows
from ses_reputation.suppression.targets import Target
from tests.support.in_memory.suppression import ListInMemory, MemoryStore, suppress
from tests.support.suppression_function import OWN, SETTINGS, SesOfAPlace, fetcher, serve_function
from tests.support.suppression_workflow import EXECUTION, ExecutionFailedError, Workflow

REQUEST = {"scheduled_at": "2026-11-22T07:00:00Z"}
TARGET = Target("111122223333", "us-east-1")
THREE_PAGES = [
    [suppress("carol@example.com"), suppress("alice@example.com", "COMPLAINT")],
    [suppress("erin@example.net"), suppress("bob@example.org")],
    [suppress("dave@example.com")],
]


def run_export(
    store: MemoryStore, ses: Any, request: Any = None, settings: ExportSettings = SETTINGS
) -> dict[str, Any]:
    with serve_function(store, ses, settings) as invoke:
        output: dict[str, Any] = Workflow(invoke, fetcher(store)).run(request or REQUEST)
    return output


def read_summary(store: MemoryStore) -> list[dict[str, Any]]:
    lists: list[dict[str, Any]] = json.loads(store.objects["suppression/runs/20261122T070000Z/summary.json"])[
        "lists"
    ]
    return lists


def read_addresses(store: MemoryStore) -> list[str]:
    return [row.email_address for row in stream_rows(store, load_manifest(store, TARGET))]


def test_an_execution_turns_the_whole_list_into_a_snapshot() -> None:
    store = MemoryStore()
    run_export(store, ListInMemory(THREE_PAGES))
    assert [name.split("@")[0] for name in read_addresses(store)] == ["alice", "bob", "carol", "dave", "erin"]


def test_when_time_is_short_each_call_takes_one_page_or_writes_one_part() -> None:
    store = MemoryStore()
    with serve_function(store, ListInMemory(THREE_PAGES), seconds_left=lambda: 5.0) as invoke:
        workflow = Workflow(invoke, fetcher(store))
        workflow.run(REQUEST)
    # Three pages, one that asks what changed meanwhile, and two parts.
    assert workflow.children == [
        ["DescribePlace", "WhatIsNext", *["ExportLists", "WhatIsNext"] * (3 + 1 + 2), "PlaceDone"]
    ]
    assert workflow.steps == ["ClaimRun", "IsRunMine", "ExportPlaces", "Summarize"]


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
        output = Workflow(invoke, fetcher(store), second).run(REQUEST)
    assert (output["status"], output["run"]) == ("already_claimed", "20261122T070000Z")
    assert output["execution"] == EXECUTION
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
    store = MemoryStore()
    with (
        serve_function(store, ListInMemory(THREE_PAGES)) as invoke,
        pytest.raises(ExecutionFailedError, match="InvalidScheduledTimeError") as failure,
    ):
        Workflow(invoke, fetcher(store)).run({"scheduled_at": scheduled_at})
    assert "2026-11-22T07:00:00Z" in str(failure.value.__cause__)


def test_a_list_that_is_refused_is_noted_without_asking_again() -> None:
    store = MemoryStore()
    suppression_list = ListInMemory(THREE_PAGES, lambda _: ListRefusedError("no rights"))
    output = run_export(store, suppression_list)
    assert (output["complete"], output["failed"]) == (0, 1)
    assert [each["why"] for each in read_summary(store)] == ["no rights"]
    assert len(suppression_list.requests) == 1


def test_a_list_that_fails_for_a_while_is_asked_again_by_the_state_machine() -> None:
    errors = [ListUnavailableError("503")] * 12
    store = MemoryStore()
    run_export(store, ListInMemory(THREE_PAGES, lambda _: errors.pop() if errors else None))
    assert len(read_addresses(store)) == 5


def test_a_list_that_never_answers_is_given_up_after_every_retry_and_the_next_one_goes_on() -> None:
    store = MemoryStore()
    dead = ListInMemory(THREE_PAGES, lambda _: ListUnavailableError("SES answered 503."))
    ses = SesOfAPlace({"": dead, "acme": ListInMemory(THREE_PAGES)}, tenants={"acme": None})
    run_export(store, {OWN: ses})
    failed, complete = read_summary(store)
    assert (failed["list"], failed["status"]) == ("account", "failed")
    assert failed["why"] == "It kept failing: ListUnavailableError: SES answered 503."
    assert (complete["list"], complete["status"], complete["total"]) == ("tenant-acme", "complete", 5)
    # Each try of the workflow gives SES five.
    assert len(dead.requests) == 9 * 5


def test_tokens_that_always_expire_fail_the_list_loudly_and_show_nothing() -> None:
    store = MemoryStore()
    suppression_list = ListInMemory(THREE_PAGES, lambda token: ChainExpiredError("gone") if token else None)
    run_export(store, suppression_list)
    assert "SES forgot the token" in read_summary(store)[0]["why"]
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
    # Three pages, and one that asks what changed meanwhile.
    assert totals == {"SuppressionPagesRead": 4, "SuppressionThrottled": 1, "SuppressionChainRestarted": 0}
    assert sum(sum(line.get("SuppressedDestinationsExported", [])) for line in metrics) == 5
    assert sum(sum(line.get("SnapshotCompleted", [])) for line in metrics) == 1
    assert "@" not in output


def test_a_role_that_is_missing_harms_no_other_account() -> None:
    store = MemoryStore()
    strangers, friends = (
        AccountRegion("444455556666", "us-east-1"),
        AccountRegion("777788889999", "us-east-1"),
    )
    ses = {
        OWN: SesOfAPlace({"": ListInMemory(THREE_PAGES)}),
        strangers: ListRefusedError("Nothing leads into account 444455556666: AssumeRole AccessDenied."),
        friends: SesOfAPlace({"": ListInMemory([[]])}),
    }
    settings = replace(
        SETTINGS,
        owner_accounts=frozenset({strangers.account, friends.account}),
        role=CrossAccountRole("reader"),
    )
    output = run_export(store, ses, settings=settings)
    assert (output["complete"], output["failed"]) == (2, 1)
    assert [
        (each["account"], each["list"], each["status"], each["total"]) for each in read_summary(store)
    ] == [
        ("111122223333", "account", "complete", 5),
        ("444455556666", "all", "failed", None),
        ("777788889999", "account", "complete", 0),
    ]


def test_tenants_that_may_not_be_listed_are_unknown_and_say_what_to_allow() -> None:
    store = MemoryStore()
    refused = UnavailableError("AccessDeniedException")
    ses = SesOfAPlace({"": ListInMemory(THREE_PAGES)}, refusals={"list_tenants": refused})
    run_export(store, {OWN: ses})
    account, tenants = read_summary(store)
    assert account["status"] == "complete"
    assert (tenants["list"], tenants["status"]) == ("tenants", "failed")
    assert "Allow ses:ListTenants on *" in tenants["why"]


def test_each_tenants_list_is_a_snapshot_of_its_own() -> None:
    store = MemoryStore()
    lists = {"": ListInMemory(THREE_PAGES), "acme": ListInMemory(THREE_PAGES[:1]), "zeta": ListInMemory([[]])}
    decided = {"SuppressedReasons": ["BOUNCE"], "SuppressionScope": "TENANT"}
    run_export(store, {OWN: SesOfAPlace(lists, tenants={"zeta": None, "acme": decided})})
    totals = [load_manifest(store, Target(*OWN, tenant)).total for tenant in ("", "acme", "zeta")]
    assert totals == [5, 2, 0]
    recorded = load_manifest(store, Target(*OWN, "acme")).settings
    assert recorded is not None
    assert recorded["tenant"] == decided


def test_a_tenant_that_is_deleted_meanwhile_is_gone_and_no_failure() -> None:
    store = MemoryStore()
    gone = ListInMemory([[]], lambda _: TenantGoneError("SES has no tenant acme any more."))
    lists = {"": ListInMemory(THREE_PAGES), "acme": gone}
    output = run_export(store, {OWN: SesOfAPlace(lists, tenants={"acme": None})})
    assert (output["complete"], output["failed"], output["gone"]) == (1, 0, 1)


def test_a_snapshot_says_what_decides_what_its_list_does() -> None:
    store = MemoryStore()
    sets: dict[str, Any] = {
        "empty": {"SuppressedReasons": []},
        "none": None,
        "own": {"SuppressionScope": "TENANT"},
    }
    run_export(store, {OWN: SesOfAPlace({"": ListInMemory(THREE_PAGES)}, sets)})
    assert load_manifest(store, TARGET).settings == {
        "account": {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]},
        "configuration_sets": sets,
        "unread": [],
    }


def test_settings_that_could_not_be_read_are_named_with_the_reason() -> None:
    store = MemoryStore()
    refusals: dict[str, Exception] = {
        "get_account": UnavailableError("AccessDeniedException"),
        "get_configuration_set": UnavailableError("InternalFailure"),
    }
    run_export(store, {OWN: SesOfAPlace({"": ListInMemory(THREE_PAGES)}, {"news": None}, refusals=refusals)})
    recorded = load_manifest(store, TARGET).settings
    assert recorded is not None
    assert (recorded["account"], recorded["configuration_sets"]) == (None, {})
    assert recorded["unread"] == [
        {
            "action": "ses:GetAccount",
            "subject": "111122223333 in us-east-1",
            "why": "AccessDeniedException",
        },
        {
            "action": "ses:GetConfigurationSet",
            "subject": "configuration-set/news of 111122223333 in us-east-1",
            "why": "InternalFailure",
        },
    ]


def test_no_key_in_the_bucket_names_an_address() -> None:
    store = MemoryStore()
    run_export(store, ListInMemory(THREE_PAGES))
    assert not [key for key in store.objects if "@" in key or "alice" in key]


def test_a_function_without_a_bucket_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REPUTATION_BUCKET", raising=False)
    app._settings.cache_clear()
    with pytest.raises(SettingsError, match="REPUTATION_BUCKET"):
        app._settings()
