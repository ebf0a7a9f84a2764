"""The commands that the console writes for a person to copy, with names that act on a shell."""

import io
import shlex
import threading
from types import SimpleNamespace
from typing import cast

import pytest

from console.actions.resume_sending import AccountSet, find_pause
from console.errors import NotPausedError
from console.local_stack import announce
from console.local_stack.stack import LocalStack
from console.reports.protection import print_steps
from console.terminal.screen import Screen
from ses_reputation.authorization.revocation import draft_revocation
from ses_reputation.rollup.entities import account_entity
from ses_reputation.standing.state import EntityState, ProtectionState, ProtectionStep
from ses_reputation.visible_text import visible
from tests.support.hostile import NAMES, OPTION
from tests.unit.console.standings import NOW

ACCOUNT = account_entity("444455556666", "us-east-1")
PAUSED = ProtectionState(ProtectionStep.PAUSED, NOW, "why")


def words_of(command: str) -> list[str]:
    """A command's words, with an option and its value apart, however they are joined."""
    return shlex.split(command.replace(f"={OPTION}", f" {OPTION}"))


@pytest.mark.parametrize("name", NAMES)
def test_the_undoing_of_a_pause_holds_a_name_as_one_word(name: str) -> None:
    screen = Screen(file=io.StringIO(), width=80)
    print_steps(screen, [EntityState(ACCOUNT, 1, NOW).with_protection(name, PAUSED)], NOW)
    assert isinstance(screen.file, io.StringIO)
    (undo,) = [line for line in screen.file.getvalue().splitlines() if "    Undo: " in line]

    words = [word for word in words_of(undo)[1:] if word != "--"]
    assert words[:3] == ["ses-reputation", "protection", "resume"]
    assert sorted(words[3:]) == sorted(["--account", "444455556666", "--region", "us-east-1", visible(name)])


@pytest.mark.parametrize("name", NAMES)
def test_the_resuming_of_what_others_paused_holds_a_name_as_one_word(name: str) -> None:
    table = SimpleNamespace(read_states=lambda: {ACCOUNT: EntityState(ACCOUNT, 1, NOW)})
    with pytest.raises(NotPausedError) as refused:
        find_pause(table, AccountSet(ACCOUNT, name))

    command = str(refused.value).rpartition("this lets it send again: ")[2]
    assert words_of(command) == [
        *("aws", "sesv2", "put-configuration-set-sending-options", "--sending-enabled"),
        *("--configuration-set-name", visible(name), "--region", "us-east-1"),
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_drafted_command_holds_a_name_as_one_word(name: str) -> None:
    statement = {"Effect": "Allow", "Principal": {"AWS": "444455556666"}, "Action": "ses:SendEmail"}
    arn = "arn:aws:ses:us-east-1:111122223333:identity/example.com"
    draft = draft_revocation({name: {"Statement": [statement]}}, arn, "444455556666")

    assert [words_of(command) for command in draft.commands] == [
        [
            *("aws", "sesv2", "delete-email-identity-policy", "--region", "us-east-1"),
            *("--email-identity", "example.com", "--policy-name", visible(name)),
        ]
    ]


def test_what_is_printed_of_a_stack_kept_here_can_be_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_event: threading.Event) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(announce, "announce_stack", lambda _local: io.StringIO())
    monkeypatch.setattr(threading.Event, "wait", interrupted)
    aws = SimpleNamespace(
        endpoint_url="http://host/?a&b", account_id="111122223333", region="us east", clients=lambda: None
    )
    stack = SimpleNamespace(parameters={}, name="x")
    states = {account_entity("--yes", "us-east-1"): EntityState(account_entity("--yes", "us-east-1"), 1, NOW)}
    kept = SimpleNamespace(read_states=lambda: states, senders=list)
    monkeypatch.setattr(announce, "list_targets", lambda _store: [])
    monkeypatch.setattr(announce, "Connection", lambda *_: SimpleNamespace(assessments=kept, snapshots=None))
    screen = Screen(file=io.StringIO(), width=80)
    announce.keep_running(screen, cast("LocalStack", SimpleNamespace(aws=aws, stack=stack, farewell="")))
    assert isinstance(screen.file, io.StringIO)
    commands = [shlex.split(line) for line in screen.file.getvalue().splitlines() if line.startswith("  ")]

    assert ["ses-reputation", "standing", "explain", "--account=--yes"] in commands
    assert commands[-1] == [
        *("AWS_ENDPOINT_URL=http://host/?a&b", "AWS_ACCESS_KEY_ID=111122223333"),
        *("AWS_SECRET_ACCESS_KEY=local", "AWS_REGION=us east", "aws", "sqs", "list-queues"),
    ]
