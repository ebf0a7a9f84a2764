"""What `suppression export` prints of a run over all lists, and how it ends."""

import json
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner, Result

from console.application import app
from console.commands import suppression
from ses_reputation.suppression.runs.outcomes import ListOutcome, ListStatus
from ses_reputation.suppression.runs.summary import RunSummary
from ses_reputation.suppression.snapshot.location import ListsRun
from tests.support.in_memory.suppression import NOON

COMPLETE = ListOutcome("111122223333", "us-east-1", "account", ListStatus.COMPLETE, total=7)
FAILED = ListOutcome("444455556666", "eu-west-1", "account", ListStatus.FAILED, "SES refused the list.")


def export(
    monkeypatch: pytest.MonkeyPatch, *outcomes: ListOutcome, arguments: tuple[str, ...] = ()
) -> Result:
    summary = RunSummary(ListsRun("20261122T070000Z"), NOON, NOON, NOON, outcomes)
    monkeypatch.setattr(suppression, "start_export", lambda *_: None)
    monkeypatch.setattr(suppression, "watch_export", lambda *_: summary)
    clients = SimpleNamespace(step_functions=None)
    stack = SimpleNamespace(clients=clients, snapshots=None, output=lambda name: name)
    monkeypatch.setattr(suppression, "connect", lambda _stack: stack)
    return CliRunner().invoke(app, ["suppression", "export", *arguments], env={"COLUMNS": "80"})


def test_a_list_that_failed_is_named_with_its_cause_and_ends_with_code_1(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    result = export(monkeypatch, COMPLETE, FAILED)
    assert result.exit_code == 1
    assert "SES refused the list." in " ".join(result.stdout.split())
    assert "444455556666" in result.stdout


def test_an_export_of_all_lists_ends_well(monkeypatch: pytest.MonkeyPatch) -> None:
    assert export(monkeypatch, COMPLETE).exit_code == 0


def test_programs_get_the_summary_and_the_same_code(monkeypatch: pytest.MonkeyPatch) -> None:
    result = export(monkeypatch, COMPLETE, FAILED, arguments=("--json",))
    lists = json.loads(result.stdout)["summary"]["lists"]
    assert [each["status"] for each in lists] == ["complete", "failed"]
    assert result.exit_code == 1
