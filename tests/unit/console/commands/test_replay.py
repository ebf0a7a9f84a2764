"""`replay` succeeds only where every message is accounted for and none failed, and says loudly where not."""

import json
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner, Result

from console.application import app
from console.commands import replay
from console.local_stack.ledger_contents import LedgerContents
from console.replay.run import Replayed
from console.reports.message_tally import MessageTally


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Result]:
    """Replay an archive of which a stack that is made up made this tally."""
    archive = tmp_path / "archive.json"
    archive.write_text("{}")

    def run_replay(tally: MessageTally, *options: str) -> Result:
        monkeypatch.setattr(replay, "SesStandIn", lambda _account: None)
        monkeypatch.setattr(replay, "run_local_stack", lambda *_: nullcontext(SimpleNamespace()))
        monkeypatch.setattr(replay, "find_foreign_accounts", lambda _local: {})
        monkeypatch.setattr(replay, "replay_files", lambda *_: Replayed(LedgerContents(tally, []), []))
        return CliRunner().invoke(app, ["replay", str(archive), *options], env={"COLUMNS": "80"})

    return run_replay


def test_it_succeeds_where_every_message_is_accounted_for(run: Callable[..., Result]) -> None:
    result = run(MessageTally(3, 1, {"open": 1}, {"unreadable": 1}))

    assert result.exit_code == 0
    assert "no column" not in result.output


def test_it_fails_where_a_message_failed(run: Callable[..., Result]) -> None:
    assert run(MessageTally(1, failed=1)).exit_code == 1


def test_it_fails_and_says_how_many_messages_are_in_no_column(run: Callable[..., Result]) -> None:
    result = run(MessageTally(5_155, 4_446))

    assert result.exit_code == 1
    assert "Error: 709 of 5,155 messages are in no column" in result.stderr
    assert "Run it again" in result.stderr
    assert ["in", "no", "column", "709"] in [line.split() for line in result.stdout.splitlines()]


def test_json_stays_alone_on_standard_output_where_messages_are_missing(run: Callable[..., Result]) -> None:
    result = run(MessageTally(5_155, 4_446), "--json")

    assert result.exit_code == 1
    assert json.loads(result.stdout)["received"] == 5_155
    assert "709 of 5,155" in result.stderr


def test_it_fails_where_more_is_accounted_for_than_was_received(run: Callable[..., Result]) -> None:
    result = run(MessageTally(633, 684))

    assert result.exit_code == 1
    assert "Error: 51 messages more than the 633 received" in result.stderr
