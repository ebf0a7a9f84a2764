"""`suppression sync` proposes from snapshots, and changes lists only when it is asked to."""

import json
import stat
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import Result

from console.commands.suppression_drift import sync as command
from ses_reputation.errors import UnavailableError
from ses_reputation.suppression.restore.action_store import ActionTable
from ses_reputation.suppression.restore.applying import ListAccess
from ses_reputation.suppression.restore.preflight import ImportFacts
from ses_reputation.suppression.snapshot.location import SnapshotRun
from ses_reputation.suppression.targets import Target
from tests.support.drifted_stack import COURIER, NOW, OWNER, drifted_stack
from tests.support.forgotten import forgotten
from tests.support.in_memory.suppressed_list import BUCKET, ListToChange
from tests.support.in_memory.suppression import suppress
from tests.support.written_snapshots import write_snapshot
from tests.unit.console.running import read_json, read_screen, run_on

APPLY = ("--apply", "--why", "ticket 4711")


@dataclass
class OpenedList:
    """A list that may be changed, in memory."""

    stack: dict[str, Any]
    suppressed: ListToChange = field(default_factory=ListToChange)

    @property
    def access(self) -> ListAccess:
        actions = ActionTable(self.stack["clients"].dynamodb, "ledger")
        return ListAccess(
            self.suppressed, self.stack["snapshots"], BUCKET, actions, lambda _: None, lambda: NOW
        )

    def read_current(self, _: object) -> dict[str, str]:
        return dict(self.suppressed.entries)

    def read_facts(self) -> ImportFacts:
        return ImportFacts(BUCKET, "eu-west-1", "aws")


@pytest.fixture
def stack() -> dict[str, Any]:
    """A stack whose lists and ledger disagree."""
    return drifted_stack()


def run(monkeypatch: pytest.MonkeyPatch, stack: dict[str, Any], opened: object, *arguments: str) -> Result:
    asked: list[Target] = []

    def open_list(_connection: object, _stack: object, role: str, target: Target) -> object:
        asked.append(target)
        assert role == "ses-reputation-suppression"
        if isinstance(opened, Exception):
            raise opened
        return opened

    monkeypatch.setattr(command, "open_list", open_list)
    monkeypatch.setattr(command, "identify_caller", lambda _: SimpleNamespace(title="user/ada"))
    stack["clients"].sts = None
    result = run_on(monkeypatch, command, None, "suppression", "sync", *arguments, **stack)
    assert asked == ([OWNER] if "--apply" in arguments and result.exit_code != 2 else [])
    return result


def test_each_senders_lack_is_proposed_and_nothing_is_asked_or_changed(
    monkeypatch: pytest.MonkeyPatch, stack: dict[str, Any]
) -> None:
    result = run(monkeypatch, stack, OpenedList(stack))

    assert read_screen(result) == (
        "list                   added strengthened\n111111111111 eu-west-1     1            -"
    )


def test_files_are_as_import_jobs_take_them_and_private(
    monkeypatch: pytest.MonkeyPatch, stack: dict[str, Any], tmp_path: Path
) -> None:
    document = read_json(
        run(monkeypatch, stack, OpenedList(stack), "--json", "--files", str(tmp_path / "sync"))
    )

    (proposed,) = document["lists"]
    assert (proposed["account"], proposed["added"], proposed["outcome"]) == ("111111111111", 1, None)
    path = Path(proposed["files"][0])
    assert path.parent.name == "111111111111-eu-west-1"
    assert json.loads(path.read_text()) == {"emailAddress": "Ann@example.com", "reason": "BOUNCE"}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_applying_puts_what_is_missing_and_records_who_did_it(
    monkeypatch: pytest.MonkeyPatch, stack: dict[str, Any]
) -> None:
    opened = OpenedList(stack)

    screen = read_screen(run(monkeypatch, stack, opened, *APPLY))

    assert screen.splitlines()[-1] == "111111111111 eu-west-1: 1 of 1 put"
    assert opened.suppressed.entries == {"Ann@example.com": "BOUNCE"}
    (action,) = ActionTable(stack["clients"].dynamodb, "ledger").actions_of(OWNER, NOW, NOW)
    assert (action.kind, action.who, action.why, action.puts) == ("sync", "user/ada", "ticket 4711", 1)


@pytest.mark.parametrize("entries", [{"ann@example.com": "COMPLAINT"}, {"ANN@EXAMPLE.com": "BOUNCE"}])
def test_what_the_list_has_by_now_is_left_alone(
    entries: dict[str, str], monkeypatch: pytest.MonkeyPatch, stack: dict[str, Any]
) -> None:
    opened = OpenedList(stack, ListToChange(dict(entries)))

    result = run(monkeypatch, stack, opened, *APPLY)

    assert "has all of it by now" in read_screen(result)
    assert opened.suppressed.entries == entries


def test_a_list_that_cannot_be_changed_is_named_and_the_command_fails(
    monkeypatch: pytest.MonkeyPatch, stack: dict[str, Any]
) -> None:
    result = run(monkeypatch, stack, UnavailableError("AssumeRole AccessDenied"), *APPLY)

    assert result.exit_code == 1
    assert "111111111111 eu-west-1: not changed. AssumeRole AccessDenied" in result.output


def test_only_the_lists_of_named_accounts_are_proposed(
    monkeypatch: pytest.MonkeyPatch, stack: dict[str, Any]
) -> None:
    named = run(monkeypatch, stack, OpenedList(stack), "--account", COURIER.account)
    elsewhere = run(monkeypatch, stack, OpenedList(stack), "--identity", "other.example")

    assert "No sender's list lacks" in named.output
    assert "No sender's list lacks" in elsewhere.output


def test_applying_needs_a_reason(monkeypatch: pytest.MonkeyPatch, stack: dict[str, Any]) -> None:
    assert run(monkeypatch, stack, OpenedList(stack), "--apply").exit_code == 2


def test_nothing_is_proposed_for_somebody_who_was_forgotten(
    monkeypatch: pytest.MonkeyPatch, stack: dict[str, Any]
) -> None:
    before = read_json(run(monkeypatch, stack, OpenedList(stack), "--json"))
    people = forgotten("ann@example.com")
    hidden_row = suppress(people.read().hide("ann@example.com"))
    write_snapshot(stack["snapshots"], SnapshotRun(COURIER, "20261122T080000Z"), [hidden_row])

    after = read_json(run(monkeypatch, stack | {"forgotten": people}, OpenedList(stack), "--json"))

    assert (len(before["lists"]), after["lists"]) == (1, [])
