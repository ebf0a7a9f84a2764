"""Another terminal finds the stack that is kept here until its command ends."""

import json
import os
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from console.errors import StackKeptError
from console.local_stack import announce
from console.local_stack.announce import announce_stack
from console.local_stack.stack import LocalStack
from console.stack.running_stack import CurrentStack, read_current_stack
from ses_reputation.rates.thresholds import Measure, Standing
from ses_reputation.rollup.entities import SenderIdentity, account_entity
from ses_reputation.standing.state import EntityState, MeasureState
from ses_reputation.suppression.targets import Target
from tests.unit.console.standings import NOW

AWS = SimpleNamespace(endpoint_url="http://127.0.0.1:1", account_id="111122223333", region="us-east-1")
SES = SimpleNamespace(endpoint_url="http://127.0.0.1:2")
LOCAL = cast("LocalStack", SimpleNamespace(aws=AWS, stack=SimpleNamespace(name="ses-reputation"), ses=SES))
CURRENT = CurrentStack(
    "http://127.0.0.1:1", "111122223333", "us-east-1", "ses-reputation", os.getpid(), "http://127.0.0.1:2"
)


def test_an_announced_stack_is_found_until_it_ends(tmp_path: Path) -> None:
    path = tmp_path / ".local-aws" / "current.json"

    with announce_stack(LOCAL, path):
        assert read_current_stack(path) == CURRENT

    assert not path.exists()


def test_a_stack_is_withdrawn_when_its_command_is_interrupted(tmp_path: Path) -> None:
    path = tmp_path / "current.json"

    with pytest.raises(KeyboardInterrupt), announce_stack(LOCAL, path):
        raise KeyboardInterrupt

    assert not path.exists()


def test_a_stack_announced_later_stays_announced(tmp_path: Path) -> None:
    path = tmp_path / "current.json"
    later = {
        "endpoint_url": "http://127.0.0.1:2",
        "account_id": "111122223333",
        "region": "us-east-1",
        "stack_name": "ses-reputation",
        "process_id": os.getpid(),
    }

    with announce_stack(LOCAL, path):
        path.write_text(json.dumps(later))

    assert read_current_stack(path).endpoint_url == "http://127.0.0.1:2"


def test_a_stack_that_another_command_keeps_is_not_displaced(tmp_path: Path) -> None:
    path = tmp_path / "current.json"

    with announce_stack(LOCAL, path):
        with pytest.raises(StackKeptError, match=rf"Process {os.getpid()} keeps a stack .*kill -INT"):
            announce_stack(LOCAL, path).__enter__()
        assert read_current_stack(path) == CURRENT


def test_what_a_killed_command_left_behind_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "current.json"
    path.write_text(json.dumps({"endpoint_url": "http://127.0.0.1:2", "process_id": 2**22}))

    with announce_stack(LOCAL, path):
        assert read_current_stack(path) == CURRENT


DELEGATE = SenderIdentity("444455556666", "eu-west-1", "example.com")


def suggested(
    monkeypatch: pytest.MonkeyPatch,
    states: list[EntityState],
    senders: list[SenderIdentity],
    lists: list[Target],
) -> list[str]:
    table = SimpleNamespace(
        read_states=lambda: {state.entity: state for state in states}, senders=lambda: senders
    )
    connection = SimpleNamespace(assessments=table, snapshots=None)
    monkeypatch.setattr(announce, "Connection", lambda *_: connection)
    monkeypatch.setattr(announce, "list_targets", lambda _store: lists)
    aws = SimpleNamespace(clients=lambda: None, account_id="111122223333", region="us-east-1")
    return list(announce.suggest_commands(cast("LocalStack", SimpleNamespace(aws=aws, stack=None))))


def test_of_an_archive_that_nothing_was_assessed_of_no_standing_is_suggested(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert suggested(monkeypatch, [], [], []) == ["balances", "quarantine list", "suppression export"]


def test_the_account_that_stands_worst_is_suggested_with_a_region_where_it_has_several(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here, there = account_entity("444455556666", "us-east-1"), account_entity("444455556666", "eu-west-1")
    bad = {Measure.BOUNCES: MeasureState(Standing.REVIEW, NOW)}
    states = [
        EntityState(account_entity("111122223333", "us-east-1"), 1, NOW),
        EntityState(here, 1, NOW),
        EntityState(there, 1, NOW, measures=bad),
    ]

    assert suggested(monkeypatch, states, [DELEGATE], [Target("111122223333", "us-east-1")]) == [
        "standing",
        "serve",
        "standing explain --account 444455556666 --region eu-west-1",
        "providers",
        "feeds",
        "balances",
        "quarantine list",
        "suppression export",
        "suppression show",
    ]
