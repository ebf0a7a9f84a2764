"""Removal: everything of the run's name goes, nothing else, and what stays is said."""

from typing import Any, cast

import pytest
from botocore.exceptions import ClientError

from console.local_aws.clients import Clients
from tests.acceptance import removal
from tests.acceptance.removal import KINDS, Kind, Left, Removal, remove_all
from tests.acceptance.report import print_removal
from tests.unit.acceptance.runs import NAME

CLIENTS = cast(Clients, None)


class Shelf:
    """Resources of one kind; those of `stuck` cannot be removed."""

    def __init__(self, *ids: str, stuck: str = "") -> None:
        self.ids = list(ids)
        self._stuck = stuck

    def kind(self, title: str = "queue") -> Kind:
        return Kind(title, lambda *_: list(self.ids), self._remove, "aws remove {}")

    def _remove(self, _: Clients, each: str) -> None:
        if each == self._stuck:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "Remove")
        self.ids.remove(each)


@pytest.fixture
def tagged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is listed under the run's tag; looked at once."""
    listed: list[str] = []
    monkeypatch.setattr(removal, "_list_tagged", lambda *_: listed)
    monkeypatch.setattr(removal, "_TAG_MINUTES", 0)
    return listed


def remove(monkeypatch: pytest.MonkeyPatch, *kinds: Kind) -> Removal:
    monkeypatch.setattr(removal, "KINDS", kinds)
    return remove_all(NAME, [CLIENTS])


def test_only_what_has_the_runs_name_is_removed(monkeypatch: pytest.MonkeyPatch, tagged: list[str]) -> None:
    shelf = Shelf("ses-reputation-prod", f"{NAME}-alerts", "acceptance-99999999-alerts")
    done = remove(monkeypatch, shelf.kind())
    assert shelf.ids == ["ses-reputation-prod", "acceptance-99999999-alerts"]
    assert done == Removal((f"queue {NAME}-alerts",), ())


def test_what_cannot_be_removed_keeps_nothing_else_and_comes_with_its_command(
    monkeypatch: pytest.MonkeyPatch, tagged: list[str]
) -> None:
    stuck, free = Shelf(f"{NAME}-a", f"{NAME}-b", stuck=f"{NAME}-a"), Shelf(f"{NAME}-c")
    done = remove(monkeypatch, stuck.kind(), free.kind("topic"))
    assert done.removed == (f"queue {NAME}-b", f"topic {NAME}-c")
    assert [(left.what, left.command) for left in done.left] == [(f"queue {NAME}-a", f"aws remove {NAME}-a")]
    assert "AccessDenied" in done.left[0].why


def test_what_may_not_be_looked_for_is_said(monkeypatch: pytest.MonkeyPatch, tagged: list[str]) -> None:
    def refuse(*_: Any) -> list[str]:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "ListQueues")

    done = remove(monkeypatch, Kind("queue", refuse, refuse, "aws remove {}"))
    assert [left.what for left in done.left] == [f"queues named {NAME} (not looked for)"]


def test_what_is_tagged_still_is_said(monkeypatch: pytest.MonkeyPatch, tagged: list[str]) -> None:
    tagged.append("arn:aws:states:eu-west-1:111111111111:stateMachine:Export-1")
    done = remove(monkeypatch)
    assert [left.what for left in done.left] == tagged


def test_each_kinds_command_names_what_it_removes() -> None:
    assert all(kind.command.count("{}") == 1 for kind in KINDS)
    assert KINDS[0].title == "stack"


def test_a_person_is_told_what_is_left_and_how_to_try_again(capsys: pytest.CaptureFixture[str]) -> None:
    print_removal(NAME, Removal((), (Left("queue x\x1b[2J", "AccessDenied", "aws sqs delete-queue"),)))
    printed = capsys.readouterr().out
    assert "\x1b" not in printed
    assert "aws sqs delete-queue" in printed
    assert f"make acceptance REMOVE={NAME}" in printed
