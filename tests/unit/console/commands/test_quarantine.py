"""`quarantine summary` and `quarantine retry`, as they print what they find and did."""

import json
import shlex
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from console.application import app
from console.commands import quarantine
from ses_reputation.visible_text import visible
from tests.support.hostile import NAMES
from tests.support.notifications import DELEGATE, FOREIGN, envelope, published
from tests.unit.console.actions.test_retry_quarantined import FOREIGN_SEND, SEND, Stack, refusal
from tests.unit.console.running import read_json, read_screen


def run(monkeypatch: pytest.MonkeyPatch, stack: Stack, *arguments: str) -> Result:
    keys = SimpleNamespace(
        keys=lambda reason: (
            key for key in sorted(stack.objects.contents) if key.startswith(f"quarantine/{reason}")
        ),
        load=stack.bucket.load,
        remove=stack.bucket.remove,
    )
    known: dict[str, Any] = {
        "quarantine": keys,
        "journal_settings": stack.settings,
        "clients": SimpleNamespace(sqs=stack.queue),
        "output": lambda _name: "feedback",
    }
    monkeypatch.setattr(quarantine, "connect", lambda _stack: SimpleNamespace(**known))
    return CliRunner().invoke(app, ["quarantine", *arguments], env={"COLUMNS": "80"})


@pytest.fixture
def stack() -> Stack:
    stack = Stack()
    stack.quarantine(SEND, 1)
    stack.quarantine(SEND, 2)
    stack.quarantine(FOREIGN_SEND, 3)
    stack.quarantine("[/x] no JSON", 4)
    return stack


def test_a_summary_counts_by_reason_account_and_day(monkeypatch: pytest.MonkeyPatch, stack: Stack) -> None:
    document = read_json(run(monkeypatch, stack, "summary", "--json"))

    groups = [(g["reason"], g["account"], g["day"], g["messages"]) for g in document["summary"]]
    assert groups == [
        ("foreign_topic", DELEGATE, "2026-11-22", 2),
        ("foreign_topic", FOREIGN, "2026-11-22", 1),
        ("unreadable", "", "2026-11-22", 1),
    ]
    assert document["summary"][0]["examples"] == [
        "quarantine/foreign_topic/2026-11-22/message-1.json",
        "quarantine/foreign_topic/2026-11-22/message-2.json",
    ]


def test_a_summary_for_people_has_an_example_of_each_with_its_explanation(
    monkeypatch: pytest.MonkeyPatch, stack: Stack
) -> None:
    screen = run(monkeypatch, stack, "summary").stdout
    rows = [line.split() for line in screen.splitlines()]

    assert ["foreign_topic", DELEGATE, "2026-11-22", "2"] in rows
    assert ["unreadable", "-", "2026-11-22", "1"] in rows
    assert "ses-reputation quarantine show quarantine/unreadable/2026-11-22/message-4.json" in screen
    assert f"the topic's account {FOREIGN} is not registered" in " ".join(screen.split())


def test_a_summary_may_be_of_one_reason_or_account(monkeypatch: pytest.MonkeyPatch, stack: Stack) -> None:
    of_account = read_json(run(monkeypatch, stack, "summary", "--account", FOREIGN, "--json"))
    of_reason = read_json(run(monkeypatch, stack, "summary", "--reason", "unreadable", "--json"))

    assert [group["account"] for group in of_account["summary"]] == [FOREIGN]
    assert [group["reason"] for group in of_reason["summary"]] == ["unreadable"]


def test_a_command_to_copy_names_the_stack(monkeypatch: pytest.MonkeyPatch, stack: Stack) -> None:
    shown = run(monkeypatch, stack, "summary", "--stack", "prod").stdout

    assert shown.count(".json --stack prod\n") == 3


def test_an_empty_quarantine_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "The quarantine is empty." in read_screen(run(monkeypatch, Stack(), "summary"))


def test_a_retry_says_what_went_back_and_why_the_rest_stays(
    monkeypatch: pytest.MonkeyPatch, stack: Stack
) -> None:
    screen = read_screen(run(monkeypatch, stack, "retry"))
    rows = [line.split() for line in screen.splitlines()]

    assert [*["put", "back,", "to", "be", "journaled"], "2"] in rows
    assert [*["stay", "in", "quarantine"], "2"] in rows
    assert "foreign_topic: 1" in screen
    assert f"the topic's account {FOREIGN} is not registered" in " ".join(screen.split())
    assert stack.queue.taken == [SEND, SEND]


def test_a_retry_of_one_account_leaves_the_others(monkeypatch: pytest.MonkeyPatch, stack: Stack) -> None:
    document = read_json(run(monkeypatch, stack, "retry", "--account", FOREIGN, "--json"))

    assert document["put_back"] == {}
    assert [each["messages"] for each in document["staying"]] == [1]
    assert stack.queue.taken == []


def test_a_forged_envelope_is_retried_only_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    stack = Stack()
    key = stack.quarantine(SEND).replace("foreign_topic", "forged_envelope")
    stack.objects.contents[key] = stack.objects.contents.pop(next(iter(stack.objects.contents)))

    assert read_json(run(monkeypatch, stack, "retry", "--json"))["put_back"] == {}
    assert list(stack.objects.contents) == [key]


def test_a_retry_that_is_stopped_says_so_and_fails(monkeypatch: pytest.MonkeyPatch, stack: Stack) -> None:
    stack.queue.fail = refusal("AccessDenied")
    result = run(monkeypatch, stack, "retry", "--json")

    assert result.exit_code == 1
    assert "stopped before all were looked at" in result.stderr
    assert "AccessDenied" in json.loads(result.stdout)["obstacle"]


def test_what_others_wrote_marks_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    stack = Stack()
    stack.quarantine(envelope("[/x][red]", DELEGATE), 1)

    assert run(monkeypatch, stack, "summary").exit_code == 0
    assert run(monkeypatch, stack, "retry").exit_code == 0
    assert run(monkeypatch, stack, "show", next(iter(stack.objects.contents))).exit_code == 0


@pytest.mark.parametrize("name", NAMES)
def test_a_command_to_copy_holds_a_stacks_name_as_one_word(
    monkeypatch: pytest.MonkeyPatch, stack: Stack, name: str
) -> None:
    shown = run(monkeypatch, stack, "summary", f"--stack={name}").stdout
    (command, *_) = [line for line in shown.splitlines() if "quarantine show" in line]

    assert shlex.split(command.replace("--stack=", "--stack "))[-1] == visible(name)


def test_events_of_today_are_made_of_todays_support() -> None:
    """Or else the messages above would be refused for another reason."""
    assert json.loads(json.loads(SEND)["Message"]) == published("Send")
