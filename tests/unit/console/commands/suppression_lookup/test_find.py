"""What `suppression find` and `history` print of an address in all lists."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from typer.testing import Result

from console.commands.suppression_lookup import find
from ses_reputation.suppression.forgotten import name_address, show_address
from ses_reputation.suppression.forgotten_store import ForgottenStore
from ses_reputation.suppression.snapshot.location import SnapshotRun
from ses_reputation.suppression.targets import Target
from tests.support.forgotten import forgotten
from tests.support.in_memory.suppression import NOON, MemoryStore, suppress
from tests.support.run_summaries import outcome, store_summary
from tests.support.stored_snapshots import TARGET, store_snapshot
from tests.unit.console.running import read_json, read_screen, run_on, undocumented
from tests.unit.console.standings import NOW

TENANT = Target(TARGET.account, TARGET.region, "acme")
ELSEWHERE = Target("444455556666", "eu-west-1")
ENTRY = {"occurred_at": "2026-11-20T07:00:00Z", "outcome": "bounced_permanent_general", "feed": "owner"}
ENTRY |= {"recipient": "ann@x.example", "message_id": "0100-aaaa"}
VALIDATING = {
    "account": {"ValidationAttributes": {"ConditionThreshold": {"ConditionThresholdEnabled": "ENABLED"}}}
}


def run(
    monkeypatch: pytest.MonkeyPatch,
    store: MemoryStore,
    *arguments: str,
    asked: list[tuple[str, str, int]] | None = None,
    people: ForgottenStore | None = None,
) -> Result:
    def read_entries(recipient: str, message: str, days: int) -> list[Mapping[str, str]]:
        if asked is not None:
            asked.append((recipient, message, days))
        return [ENTRY]

    stack: dict[str, Any] = {"account_id": TARGET.account, "region": TARGET.region}
    stack |= {"snapshots": store, "read_entries": read_entries, "forgotten": people or forgotten()}
    return run_on(monkeypatch, find, None, "suppression", *arguments, **stack)


@pytest.fixture
def store() -> MemoryStore:
    """Ann is on the account's list since the second of its snapshots, in two spellings, and elsewhere not."""
    store = MemoryStore()
    at = NOW - timedelta(days=2)
    store_snapshot(store, [suppress("bob@x.example")], at)
    ann = [suppress("ann@x.example"), suppress("Ann@x.example", "COMPLAINT", 5)]
    store_snapshot(store, ann, at + timedelta(days=1))
    store_snapshot(store, ann, NOW - timedelta(hours=3))
    listed = store_snapshot(store, [], NOW - timedelta(hours=3), ELSEWHERE)
    validating = replace(listed, settings=VALIDATING)
    store.put(listed.run.manifest_key, json.dumps(validating.to_json()).encode())
    return store


def test_a_person_reads_where_since_when_and_how_old_the_answer_is(
    monkeypatch: pytest.MonkeyPatch, store: MemoryStore
) -> None:
    asked: list[tuple[str, str, int]] = []
    screen = read_screen(run(monkeypatch, store, "find", " ANN@x.example ", asked=asked))
    days = [name.rpartition("/")[0].rpartition("/")[2] for name in store.objects if "manifest" in name]
    before, first, latest = days[:3]
    assert (
        f"""
111122223333 us-east-1: listed
  ann@x.example  BOUNCE, last updated 2026-11-21T12:00:00Z
    Listed since between snapshots {before} (not in it) and
    {first}.
  Ann@x.example  COMPLAINT, last updated 2026-11-21T12:00:05Z
"""
        in screen
    )
    # It took 10 minutes, and 3 have passed since NOW.
    assert f"  As of snapshot {latest}, finished 2 hours 53 minutes ago." in screen
    assert "\nListed in 1 of 2 lists.\n" in screen
    assert "bounced_permanent_general" in screen
    # As entries name recipients.
    assert asked == [("ann@x.example", "", 3)]


def test_a_list_that_has_it_not_may_validate_addresses(
    monkeypatch: pytest.MonkeyPatch, store: MemoryStore
) -> None:
    screen = read_screen(run(monkeypatch, store, "find", "ann@x.example"))
    answer = "444455556666 eu-west-1: not listed; may be held back by address validation"
    assert f"{answer} (EmailValidationSuppressed)" in " ".join(screen.split())
    assert "Address validation is on for the account: it holds mail back that no list" in screen


def test_another_lists_entry_is_told_too(monkeypatch: pytest.MonkeyPatch, store: MemoryStore) -> None:
    store_snapshot(store, [suppress("ANN@x.example")], target=TENANT)
    screen = read_screen(run(monkeypatch, store, "find", "ann@x.example"))
    assert "111122223333 us-east-1 tenant acme: listed\n  ANN@x.example  BOUNCE" in screen
    assert "Listed in 2 of 3 lists." in screen


def test_an_unknown_list_is_not_called_empty_and_the_exit_code_says_so(
    monkeypatch: pytest.MonkeyPatch, store: MemoryStore
) -> None:
    store.put(SnapshotRun(TENANT, "20261121T120000Z").part_key(1), b"{}")
    result = run(monkeypatch, store, "find", "nobody@x.example")
    assert result.exit_code == 1
    assert "tenant acme: unknown" in result.stdout
    assert "Listed in 0 of 3 lists. 1 list is unknown." in result.stdout
    assert "acme: not listed" not in result.stdout


def test_without_any_snapshot_the_stacks_own_list_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(monkeypatch, MemoryStore(), "find", "ann@x.example")
    assert result.exit_code == 1
    assert "111122223333 us-east-1: unknown" in result.stdout


def test_accounts_that_could_not_be_read_are_unknown_too(
    monkeypatch: pytest.MonkeyPatch, store: MemoryStore
) -> None:
    refused, silent = Target("777788889999", "us-east-1"), ELSEWHERE
    store_summary(
        store,
        outcome(refused, "all", "failed", "Its role is missing."),
        outcome(silent, "tenants", "failed", "ListTenants was refused."),
    )
    result = run(monkeypatch, store, "find", "nobody@x.example")
    assert result.exit_code == 1
    said = " ".join(result.stdout.split())
    assert "777788889999 us-east-1: unknown" in said
    assert "Not read in run 20261122T120000Z: Its role is missing." in said
    assert "444455556666 eu-west-1, tenants: unknown Not read in run 20261122T120000Z: ListTenants" in said
    document = json.loads(run(monkeypatch, store, "find", "nobody@x.example", "--json").stdout)
    assert [each["account"] for each in document["tenants_unknown"]] == ["444455556666"]
    assert undocumented(document, document["tenants_unknown"][0]) == set()


def test_programs_read_every_field(monkeypatch: pytest.MonkeyPatch, store: MemoryStore) -> None:
    document = read_json(run(monkeypatch, store, "find", "ann@x.example", "--json"))
    assert document["address"] == "ann@x.example"
    assert document["entries"] == [ENTRY]
    own, elsewhere = document["lists"]
    assert (own["account"], own["region"], own["tenant"], own["answer"]) == (
        "111122223333",
        "us-east-1",
        None,
        "listed",
    )
    assert [(row["EmailAddress"], row["Reason"], row["is_older"]) for row in own["rows"]] == [
        ("ann@x.example", "BOUNCE", False),
        ("Ann@x.example", "COMPLAINT", False),
    ]
    assert elsewhere["answer"] == "not_listed"
    assert elsewhere["address_validation"] == {"account": True, "configuration_sets": []}
    assert undocumented(document, own, own["rows"][0], own["address_validation"] or {}) == set()


def test_history_tells_what_changed_between_snapshots(
    monkeypatch: pytest.MonkeyPatch, store: MemoryStore
) -> None:
    store_snapshot(store, [suppress("ann@x.example", "COMPLAINT", 9)], NOW)
    screen = read_screen(run(monkeypatch, store, "history", "ann@x.example"))
    told = [line.strip().partition(" ") for line in screen.splitlines() if line.startswith("  2")]
    runs = [run for run, _, _ in told]
    assert [event for _, _, event in told] == [
        "listed as ann@x.example: BOUNCE, 2026-11-21T12:00:00Z",
        "listed as Ann@x.example: COMPLAINT, 2026-11-21T12:00:05Z",
        "ann@x.example: BOUNCE became COMPLAINT, 2026-11-21T12:00:09Z",
        "Ann@x.example removed",
    ]
    assert runs == sorted(runs)
    assert "444455556666 eu-west-1: never listed in 1 snapshot" in screen
    document = read_json(run(monkeypatch, store, "history", "ann@x.example", "--json"))
    assert [event["event"] for event in document["lists"][0]["events"]] == [
        "listed",
        "listed",
        "reason_changed",
        "removed",
    ]
    assert undocumented(document["lists"][0], document["lists"][0]["events"][0]) == set()


def test_an_entry_of_the_oldest_snapshot_was_there_already(monkeypatch: pytest.MonkeyPatch) -> None:
    store = MemoryStore()
    store_snapshot(store, [suppress("ann@x.example")], NOON)
    screen = read_screen(run(monkeypatch, store, "history", "ann@x.example"))
    assert "20261121T120000Z already listed as ann@x.example" in screen


@pytest.mark.parametrize("command", ["find", "history"])
def test_what_is_no_address_is_not_repeated(
    command: str, monkeypatch: pytest.MonkeyPatch, store: MemoryStore
) -> None:
    result = run(monkeypatch, store, command, "Ann Other")
    assert result.exit_code == 2
    assert "Ann Other" not in result.output


def test_somebody_who_was_forgotten_is_found_by_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    people, store = forgotten("ann@x.example"), MemoryStore()
    spelling = people.read().hide("ann@x.example")
    store_snapshot(store, [suppress("bob@x.example")], NOW - timedelta(days=1))
    store_snapshot(store, [suppress("bob@x.example"), suppress(spelling, "COMPLAINT")])

    screen = read_screen(run(monkeypatch, store, "find", "Ann@x.example", people=people))
    assert f"{show_address(spelling)}  COMPLAINT, last updated" in screen
    assert "The ledger has forgotten this person" in screen

    found = read_json(run(monkeypatch, store, "find", "Ann@x.example", "--json", people=people))
    assert found["is_forgotten"] is True
    (row,) = found["lists"][0]["rows"]
    assert ("EmailAddress" in row, row["Forgotten"]) == (False, name_address(spelling)[1])

    screen = read_screen(run(monkeypatch, store, "history", "ann@x.example", people=people))
    assert f"listed as {show_address(spelling)}: COMPLAINT" in " ".join(screen.split())
    assert "ann@x.example" not in json.dumps([key + repr(body) for key, body in store.objects.items()])
