"""Wrong arguments, missing stacks and AWS's refusals end in one clear line; JSON is all that stdout holds."""

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
)
from typer.testing import CliRunner, Result

from console.application import app
from console.commands import quarantine
from console.commands.ledger import balances as ledger
from console.commands.ledger import entries as ledger_entries
from console.local_aws.deployment import KEPT_STACK_NAME
from console.stack import connection
from console.stack.connection import Hours
from console.stack.running_stack import read_current_stack
from ses_reputation.aws.errors import translating_aws_errors
from ses_reputation.errors import UnavailableError
from ses_reputation.ledger.hour_balance import HourBalance, gather_hours
from tests.support.balances import posted_balance
from tests.support.stack_template import ROOT

DOCUMENTATION = ROOT / "docs" / "command-line.md"
REFUSAL = ClientError({"Error": {"Code": "AccessDenied", "Message": "You may not"}}, "DescribeStacks")


def refused_store(code: str, message: str) -> UnavailableError:
    """What a store raises that AWS refuses something, as stores do."""
    refusal = ClientError({"Error": {"Code": code, "Message": message}}, "Query")
    with pytest.raises(UnavailableError) as raised, translating_aws_errors():
        raise refusal
    return raised.value


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["replay", "events", "--owner", "12345"], "'12345' is no AWS account: give 12 digits"),
        (["replay", "events", "--delegate", "11112222333a"], "'11112222333a' is no AWS account"),
        (["replay", "events", "--own-domain", "no domain"], "'no domain' is no domain"),
        (["replay"], "Missing argument"),
        (["demo", "--mails", "0"], "'0' is not a whole number from 1 to 100,000."),
        (
            ["balances", "--from", "yesterday"],
            "'yesterday' is no hour: give one in UTC, such as 2026-11-22T10, or a day",
        ),
        (
            ["standing", "--at", "2026-11-27T15:00"],
            "'2026-11-27T15:00' is no hour: give one in UTC without minutes, such as 2026-11-22T10, or a day",
        ),
        (["balances", "--from", "2026-13-01"], "'2026-13-01' is not in the calendar"),
        (["balances", "--to", "2026-11-22T24"], "'2026-11-22T24' is not in the calendar"),
        (
            ["balances", "--from", "2026-11-22", "--to", "2026-11-21T23"],
            "2026-11-21T23 is before 2026-11-22: exchange --from and --to",
        ),
        (
            ["ledger", "post", "--from", "2026-11-22T10", "--to", "2026-11-22T09"],
            "2026-11-22T09 is before 2026-11-22T10",
        ),
        (["balances", "--region", "moon-1"], "'moon-1' is no Region of AWS"),
        (["doctor", "--region", "us-est-1"], "do you mean us-west-1 or us-east-1?"),
        (["standing", "--at", "1999-12-31"], "'1999-12-31' is not in the years 2002 to 2199"),
        (["standing", "--at", "9999-12-31T23"], "'9999-12-31T23' is not in the years"),
        (["findings", "mute", "--until", "2200-12-31"], "'2200-12-31' is not in the years"),
        (["standing", "--at", "2026-02-30"], "'2026-02-30' is not in the calendar"),
        (["message", "m", "--sent", "2026-11-22"], "is a day: give the hour too, such as 2026-11-22T10"),
        (["balances", "--account", "me"], "'me' is no AWS account"),
        (["entries"], "Give either --recipient or --message"),
        (["entries", "--recipient", "a@example.com", "--message", "1"], "Give either"),
        (["entries", "--recipient", "ann"], "That is no address: give one such as ann@example.com"),
        (["message", " "], "That is no message id"),
        (["message", "1", "--recipient", "ann"], "That is no address"),
        (["quarantine", "list", "--reason", "boredom"], "'boredom' is not one of 'unreadable'"),
        (["suppression", "show", "yesterday"], "'yesterday' is no run: give an id such as"),
        (["suppression", "list", "--format", "xml"], "'xml' is not one of 'csv'"),
        (["suppression", "list", "--format", "blog", "--raw"], "--raw goes with --format csv"),
        (["suppression", "find", "Ann Other"], "That is no address: give one such as ann@example.com"),
        (
            ["suppression", "history", "a@b.example", "--snapshots", "0"],
            "'0' is not a whole number from 1 to 1,000.",
        ),
        (["providers", "--days", "0", "--warm-up"], "'0' is not a whole number from 1 to 366."),
        (["serve", "--port", "99999"], "value for '--port': '99999' is not a whole number from 0 to 65,535."),
        (["serve", "--port", "http"], "'http' is not a whole number from 0 to 65,535."),
        (["suppression", "drift", "--soft-days", "1"], "'1' is not a whole number of 2 or more."),
        (["feeds", "--account", "me"], "'me' is no AWS account"),
        (["protection", "resume", "newsletter"], "Missing option '--account'"),
    ],
)
def test_wrong_arguments_exit_with_2_and_say_what_is_wanted(arguments: list[str], said: str) -> None:
    result = run(*arguments)

    assert result.exit_code == 2
    assert said in result.stderr
    assert not result.stdout


def test_a_path_that_does_not_exist_exits_with_1(tmp_path: Path) -> None:
    result = run("replay", str(tmp_path / "nowhere"))

    assert result.exit_code == 1
    assert result.stderr.startswith("Error: There is no file or folder ")
    assert not result.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["balances"],
        ["entries", "--message", "1"],
        ["standing"],
        ["standing", "--stack", KEPT_STACK_NAME],
        [
            "standing",
            "explain",
            "--identity",
            "example.com",
            "--region",
            "us-east-1",
            "--stack",
            KEPT_STACK_NAME,
        ],
        ["providers"],
        ["feeds"],
        ["protection", "show"],
        ["protection", "resume", "a", "--account", "444455556666", "--region", "us-east-1"],
        ["quarantine", "list"],
        ["quarantine", "show", "key"],
        ["suppression", "export"],
        ["suppression", "snapshots"],
        ["suppression", "show"],
        ["suppression", "list"],
        ["suppression", "stats"],
        ["suppression", "find", "a@example.com"],
        ["suppression", "history", "a@example.com"],
    ],
)
def test_without_a_stack_every_command_says_how_to_get_one(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = tmp_path / "current.json"
    monkeypatch.setattr(connection, "read_current_stack", lambda: read_current_stack(nowhere))

    result = run(*arguments)

    assert result.exit_code == 1
    assert result.stderr.startswith("Error: No stack runs on this machine: run `ses-reputation demo --keep`")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (REFUSAL, "Error: AWS refused DescribeStacks (AccessDenied): You may not"),
        (NoCredentialsError(), "Error: No AWS credentials found: log in"),
        (NoRegionError(), "Error: No AWS Region chosen: give --region, set AWS_REGION"),
        (
            EndpointConnectionError(endpoint_url="http://x"),
            "Error: AWS could not be asked: Could not connect",
        ),
        (
            refused_store("ThrottlingException", "Rate exceeded"),
            "Error: AWS refused Query (ThrottlingException): Rate exceeded. AWS asks to go slower",
        ),
        (UnavailableError("the time is up"), "Error: the time is up"),
    ],
)
def test_what_aws_refuses_is_one_line(error: Exception, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run_with(monkeypatch, ledger, error, "balances", "--stack", "prod")

    assert result.exit_code == 1
    assert result.stderr.startswith(said)
    assert result.stderr.count("\n") == 1


def test_ctrl_c_exits_with_130_and_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    result = run_with(monkeypatch, ledger, KeyboardInterrupt(), "balances")

    assert (result.exit_code, result.stdout, result.stderr) == (130, "", "Stopped.\n")


def test_an_unexpected_error_keeps_its_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    result = run_with(monkeypatch, ledger, ZeroDivisionError("a bug"), "balances")

    assert isinstance(result.exception, ZeroDivisionError)


def run_with(
    monkeypatch: pytest.MonkeyPatch, module: object, error: BaseException, *arguments: str
) -> Result:
    def fail(_stack: str | None) -> None:
        raise error

    monkeypatch.setattr(module, "connect", fail)
    return run(*arguments)


def test_balances_pass_on_what_was_asked_and_print_json(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    hours = gather_hours([posted_balance(counts={"news": {"gmail": {"sent": 2}}})])

    def read_hours(wanted: Hours) -> list[HourBalance]:
        asked.append(wanted)
        return hours

    def connect(stack: str | None) -> SimpleNamespace:
        asked.append(stack)
        return SimpleNamespace(read_hours=read_hours)

    monkeypatch.setattr(ledger, "connect", connect)
    options = (
        "--stack prod --account 444455556666 --region us-east-1 --identity Example.COM --from 2026-11-22"
    )
    result = run("balances", *options.split(), "--to", "2026-11-22T10", "--json")

    assert asked == [
        "prod",
        Hours(("444455556666",), ("us-east-1",), "example.com", "2026-11-22", "2026-11-22T10"),
    ]
    assert json.loads(result.stdout) == {"format_version": 1, "balances": [hours[0].to_json()]}


def test_a_recipient_is_looked_up_in_its_normal_form(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = {
        "message_id": "m",
        "recipient": "recipient-1@xn--bcher-kva.example",
        "occurred_at": "2026-11-22T10:00:00.000Z",
        "outcome": "rejected",
        "feed": "owner",
    }
    asked: list[tuple[str, str, int]] = []

    def read_entries(recipient: str, message: str, delay_days: int) -> list[dict[str, str]]:
        asked.append((recipient, message, delay_days))
        return [entry]

    monkeypatch.setattr(ledger_entries, "connect", lambda _stack: SimpleNamespace(read_entries=read_entries))
    options = "--delay-days 30 --json"
    result = run("entries", "--recipient", "Ada <Recipient-1@Bücher.example>", *options.split())

    assert asked == [("recipient-1@xn--bcher-kva.example", "", 30)]
    assert json.loads(result.stdout) == {"format_version": 1, "entries": [entry]}


def test_entries_of_one_instant_stand_by_recipient(monkeypatch: pytest.MonkeyPatch) -> None:
    rest = {"message_id": "m", "outcome": "rejected", "feed": "owner"}
    at = "2026-11-22T10:00:00.000Z"
    found = [rest | {"recipient": f"{name}@example.com", "occurred_at": at} for name in ("b", "c", "a")]
    earlier = rest | {"recipient": "z@example.com", "occurred_at": "2026-11-22T09:00:00.000Z"}
    stack = SimpleNamespace(read_entries=lambda *_: [*found, earlier])
    monkeypatch.setattr(ledger_entries, "connect", lambda _stack: stack)

    printed = json.loads(run("entries", "--message", "m", "--json").stdout)["entries"]

    assert [each["recipient"][0] for each in printed] == ["z", "a", "b", "c"]


def test_a_key_outside_the_quarantine_is_never_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quarantine, "connect", lambda _stack: SimpleNamespace(quarantine=None))

    result = run("quarantine", "show", "suppression/111122223333/us-east-1/latest.json")

    assert result.exit_code == 1
    assert "No quarantined message has the key suppression/" in result.stderr


def test_the_documentation_names_every_command_and_option() -> None:
    text = DOCUMENTATION.read_text(encoding="utf-8")
    missing = [name for name in _commands_and_options() if not re.search(rf"{re.escape(name)}\b", text)]

    assert len(list(_commands_and_options())) > 25
    assert not missing


def _commands_and_options() -> list[str]:
    commands = ("demo", "replay", "balances", "entries", "standing", "providers", "feeds")
    groups = {
        "standing": ("explain",),
        "protection": ("show", "resume"),
        "authorize": ("draft", "apply", "show", "lint", "revoke", "send-example"),
        "quarantine": ("list", "show"),
        "suppression": ("export", "find", "history", "list", "show", "snapshots", "stats"),
    }
    paths: list[tuple[str, ...]] = [(command,) for command in commands]
    paths += [(group, command) for group, names in groups.items() for command in names]
    listed = [f"ses-reputation {' '.join(path)}" for path in paths]
    for path in paths:
        listed += re.findall(r"(?m)^ +(--[a-z-]+)", run(*path, "--help").stdout)
    return [name for name in listed if name != "--help"]
