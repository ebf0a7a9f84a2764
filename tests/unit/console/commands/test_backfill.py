"""`replay --stack` says what an archive holds, asks, journals, and keeps who did it."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from console.application import app
from console.commands import backfill
from console.replay.backfill_store import BackfillTable
from ses_reputation.ledger.store import JournalTable
from tests.support.in_memory.ledger import Ledger
from tests.support.notifications import FOREIGN, envelope
from tests.unit.console.replay.test_backfill import SETTINGS, SOON, post, sends
from tests.unit.console.running import read_json, undocumented

IDENTITY = {"Account": "111122223333", "Arn": "arn:aws:iam::111122223333:user/ada"}


@pytest.fixture
def ledger() -> Ledger:
    return Ledger(SOON)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, ledger: Ledger) -> Callable[..., Result]:
    client: Any = ledger.dynamodb
    sts = SimpleNamespace(get_caller_identity=lambda: IDENTITY, meta=SimpleNamespace(partition="aws"))
    connection = SimpleNamespace(
        region="us-east-1",
        account_id="111122223333",
        journal_settings=SETTINGS,
        balances=ledger.store,
        journal=JournalTable(client, "ledger", sleep=lambda _: None),
        clients=SimpleNamespace(dynamodb=client, sts=sts),
        output=lambda _name: "ledger",
    )
    monkeypatch.setattr(backfill, "connect", lambda _stack: connection)
    monkeypatch.setattr(backfill, "current_time", lambda: SOON)

    def replay(*arguments: str, typed: str | None = None) -> Result:
        command = ["replay", "--stack", "prod", *arguments]
        return CliRunner().invoke(app, command, input=typed, env={"COLUMNS": "80"})

    return replay


@pytest.fixture
def archive(tmp_path: Path) -> str:
    path = tmp_path / "[x].ndjson"
    enveloped = envelope(json.dumps(sends(3)[0]))
    path.write_text("\n".join([*map(json.dumps, sends(1, 2)), enveloped, *map(json.dumps, foreign())]))
    return str(path)


def foreign() -> list[dict[str, Any]]:
    return sends(4, sendingAccountId=FOREIGN)


def pages(ledger: Ledger) -> list[str]:
    return [pk for pk, _ in ledger.dynamodb.items if pk.startswith("JOURNAL#")]


def test_it_says_on_whose_word_it_rests_and_asks_before_it_writes(
    run: Callable[..., Result], ledger: Ledger, archive: str
) -> None:
    result = run(archive, typed="n\n")

    said = " ".join(result.stderr.split())
    assert "to be journaled 3" in said
    assert "No signature is checked" in said
    assert "rests on your word (1 in an envelope of SNS, 3 without)" in said
    assert f"the event's account {FOREIGN} is not registered" in said
    assert "Journal it into the ledger of prod in account 111122223333, as user ada of" in said
    assert result.exit_code == 1
    assert ledger.dynamodb.items == {}


def test_what_is_confirmed_is_journaled_and_its_provenance_kept(
    run: Callable[..., Result], ledger: Ledger, archive: str
) -> None:
    result = run(archive, typed="y\n")

    assert result.exit_code == 0, result.output
    rows = [line.split() for line in result.stdout.splitlines()]
    assert ["journaled", "3"] in rows
    assert ["refused", "foreign_topic", "1"] in rows
    assert "ses-reputation balances --stack prod" in result.stdout
    assert pages(ledger) == ["JOURNAL#444455556666#us-east-1#2026-11-20T14"]
    client: Any = ledger.dynamodb
    (record,) = BackfillTable(client, "ledger").records()
    assert (record.who, record.files, record.messages) == ("user ada of 111122223333", 1, 4)
    assert (record.journaled, record.ended_at) == (3, SOON)
    assert (record.first_hour, record.last_hour) == ("2026-11-20T14", "2026-11-20T14")


def test_whoever_comes_again_sees_earlier_backfills_and_changes_nothing(
    run: Callable[..., Result], ledger: Ledger, archive: str
) -> None:
    run(archive, "--yes")
    before = set(ledger.dynamodb.items)
    result = run(archive, "--yes")

    assert "Earlier backfill: 2026-11-21 14:00 UTC by user ada of 111122223333, 4 messages" in result.stderr
    assert set(ledger.dynamodb.items) == before


def test_json_adds_up_and_stands_alone_on_standard_output(run: Callable[..., Result], archive: str) -> None:
    document = read_json(run(archive, "--yes", "--json"))

    del document["format_version"]
    assert document == {
        "received": 4,
        "journaled": 3,
        "ignored": {},
        "refused": {"foreign_topic": 1},
        "left_out": 0,
        "failed": 0,
        "without_envelope": 3,
        "who": "user ada of 111122223333",
    }
    assert undocumented(document) == set()


def test_where_nothing_can_be_journaled_nothing_is_asked(
    run: Callable[..., Result], ledger: Ledger, tmp_path: Path
) -> None:
    path = tmp_path / "archive"
    path.write_text(json.dumps(foreign()))
    result = run(str(path))

    assert result.exit_code == 1
    assert "Nothing of the archive can be journaled" in result.stderr
    assert f"the event's account {FOREIGN} is not registered" in " ".join(result.stderr.split())
    assert ledger.dynamodb.items == {}


def test_what_would_be_left_out_is_said_before_it_asks(
    run: Callable[..., Result], ledger: Ledger, archive: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(archive, "--yes")
    post(ledger)
    much_later = ledger.now + timedelta(days=200)
    monkeypatch.setattr(backfill, "current_time", lambda: much_later)
    result = run(archive)

    rows = [line.split() for line in result.stderr.splitlines()]
    assert [*["left", "out", "of", "hours", "whose", "facts", "have", "expired"], "3"] in rows
    assert "Nothing of the archive can be journaled" in result.stderr


def test_it_fails_where_something_could_not_be_stored(
    run: Callable[..., Result], ledger: Ledger, archive: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def leave_all(**request: Any) -> dict[str, Any]:
        return {"UnprocessedItems": request["RequestItems"]}

    monkeypatch.setattr(ledger.dynamodb, "batch_write_item", leave_all)
    result = run(archive, "--yes")

    assert result.exit_code == 1
    assert "Not stored: 3 messages: UnprocessedItems. Run it again." in result.stdout


@pytest.mark.parametrize(
    "option",
    [("--owner", "111122223333"), ("--delegate", "111122223333"), ("--own-domain", "a.example"), ("--keep",)],
)
def test_the_stack_has_its_own_parties(
    run: Callable[..., Result], archive: str, option: tuple[str, ...]
) -> None:
    result = run(archive, *option)

    assert result.exit_code == 2
    assert "do not go with --stack" in " ".join(result.stderr.replace("│", " ").split())
