"""What `suppression changes` prints of a snapshot."""

from dataclasses import replace
from typing import Any

import pytest
from typer.testing import Result

from console.commands.suppression_drift import changes as command
from ses_reputation.suppression.changes.cause import NOT_LOOKED_UP, CauseEvidence, CauseKind, ChangeCause
from ses_reputation.suppression.changes.comparing import SnapshotComparison
from ses_reputation.suppression.changes.explaining import LookUps
from ses_reputation.suppression.changes.row_change import ChangeKind, RowChange
from ses_reputation.suppression.snapshot.manifest import publish_manifest
from tests.support.in_memory.suppression import MemoryStore, suppress
from tests.support.written_snapshots import AFTER, BEFORE, LIST, write_snapshot
from tests.unit.console.running import read_json, read_screen, run_on

BOUNCED = ChangeCause(
    CauseKind.BOUNCE,
    CauseEvidence.TIME,
    message_id="message-1",
    sending_account="222222222222",
    owner_account="111111111111",
    identity="orchard.example",
    configuration_set="courier-news",
)


SCREEN = """
222222222222 eu-west-1, 20261127T070000Z
Since 20261126T070000Z: 1 added, 1 removed, 1 with another reason.
cause         changes
not looked up       2
bounce              1
+ =clo@example.com  BOUNCE
    bounce of message message-1, sent by delegate 222222222222 as
    orchard.example, configuration set courier-news
- ann@example.com  BOUNCE
    not looked up: the budget of look-ups was spent
* ben@example.com  BOUNCE -> COMPLAINT
    not looked up: the budget of look-ups was spent"""


class Explainer:
    """Knows why anybody was added."""

    left = LookUps()

    def explain(self, change: RowChange) -> ChangeCause:
        return BOUNCED if change.kind is ChangeKind.ADDED else NOT_LOOKED_UP


@pytest.fixture
def store() -> MemoryStore:
    """Two snapshots: one address was removed, one added, and one has another reason."""
    store = MemoryStore()
    write_snapshot(store, BEFORE, [suppress("ann@example.com"), suppress("ben@example.com")])
    rows = [suppress("ben@example.com", "COMPLAINT"), suppress("=clo@example.com")]
    scratch = MemoryStore()
    manifest = write_snapshot(scratch, AFTER, rows)
    store.objects |= {key: body for key, body in scratch.objects.items() if "part" in key}
    step = SnapshotComparison(store, AFTER, manifest.parts, lambda *_: Explainer()).step(None, lambda: True)
    assert step.changes is not None
    publish_manifest(store, replace(manifest, changes=step.changes.to_json()))
    return store


def run(monkeypatch: pytest.MonkeyPatch, store: MemoryStore, *arguments: str) -> Result:
    stack: dict[str, Any] = {"account_id": LIST.account, "region": LIST.region, "snapshots": store}
    monkeypatch.setattr(command, "current_time", None, raising=False)
    return run_on(monkeypatch, command, None, "suppression", "changes", *arguments, **stack)


def test_a_person_reads_what_changed_and_why(monkeypatch: pytest.MonkeyPatch, store: MemoryStore) -> None:
    assert read_screen(run(monkeypatch, store)) == SCREEN


def test_programs_get_each_change_as_it_is_stored(
    monkeypatch: pytest.MonkeyPatch, store: MemoryStore
) -> None:
    document = read_json(run(monkeypatch, store, AFTER.run_id, "--json"))

    assert document["list"] == {"account": "222222222222", "region": "eu-west-1", "tenant": None}
    assert (document["run"], document["predecessor"]) == (AFTER.run_id, BEFORE.run_id)
    assert (document["added"], document["removed"], document["reason_changed"]) == (1, 1, 1)
    assert document["by_cause"] == {"bounce": 1, "not_looked_up": 2}
    assert document["changes"][0] == {
        "EmailAddress": "=clo@example.com",
        "Change": "added",
        "Reason": "BOUNCE",
        "PreviousReason": None,
        "LastUpdateTime": "2026-11-21T12:00:00Z",
        "Cause": {
            "Kind": "bounce",
            "Evidence": "time",
            "MessageId": "message-1",
            "SendingAccount": "222222222222",
            "OwnerAccount": "111111111111",
            "Identity": "orchard.example",
            "ConfigurationSet": "courier-news",
        },
    }
    assert document["changes"][1]["Cause"] == {"Kind": "not_looked_up"}


@pytest.mark.parametrize(
    ("options", "first"), [((), "'=clo@example.com"), (("--raw",), "=clo@example.com")], ids=["marked", "raw"]
)
def test_rows_of_csv_are_safe_in_a_spreadsheet_unless_they_are_raw(
    options: tuple[str, ...], first: str, monkeypatch: pytest.MonkeyPatch, store: MemoryStore
) -> None:
    lines = run(monkeypatch, store, "--csv", *options).stdout.splitlines()

    assert lines[0].startswith("EmailAddress,Change,Reason,PreviousReason,LastUpdateTime,cause_kind,")
    assert lines[1].startswith(f"{first},added,BOUNCE,,2026-11-21T12:00:00Z,bounce,time,,message-1,")
    assert lines[2].startswith("ann@example.com,removed,,BOUNCE,2026-11-21T12:00:00Z,not_looked_up,")
    assert len(lines) == 4


def test_the_first_snapshot_says_that_it_was_compared_with_nothing(
    monkeypatch: pytest.MonkeyPatch, store: MemoryStore
) -> None:
    screen = read_screen(run(monkeypatch, store, BEFORE.run_id))

    assert "Not compared. It was made without a comparison." in screen


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("yesterday",), "is no run"),
        (("--csv", "--json"), "either --csv or --json"),
        (("--raw",), "goes with --csv"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(
    arguments: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch, store: MemoryStore
) -> None:
    refused = run(monkeypatch, store, *arguments)

    assert refused.exit_code == 2
    assert said in refused.output
