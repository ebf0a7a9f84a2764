"""Whatever AWS says to a command, its operator reads one line: what is wrong, who was asked, what to do."""

import shlex
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, ProfileNotFound
from typer.main import get_command
from typer.testing import CliRunner, Result

from console.application import app
from console.stack.place import AskedPlace
from console.usage.error_lines import describe_error
from console.usage.examples import EXAMPLES
from tests.support.stack_template import ROOT, read_source

# Those that start a stack of their own, or ask nobody.
WITHOUT_AWS = {"", "demo", "authorize send-example"}
# Those that read a stack's outputs alone, or end before that.
WITHOUT_A_STORE = ("accounts add", "accounts remove", "replay")
# What an error of each service says; the texts are AWS's own, of CloudFormation and STS.
REFUSED = {
    "ExpiredToken": ("The security token included in the request is expired", "have expired: log in"),
    "InvalidClientTokenId": ("The security token included in the request is invalid.", "does not know your"),
    "AccessDenied": ("User: u is not authorized to perform: x", "Ask who manages the account for that"),
    "Throttling": ("Rate exceeded", "run the command again in a minute"),
}


def commands() -> Iterator[tuple[str, list[str]]]:
    """An example of each command, of a deployed stack where it reads one."""
    for path, examples in EXAMPLES.items():
        if path in WITHOUT_AWS:
            continue
        words = shlex.split(examples[-1][0] if path == "replay" else examples[0][0])
        options = {option for param in command_of(path).params for option in param.opts}
        if "--stack" in options and "--stack" not in words:
            words += ["--stack", "prod"]
        if path.startswith(("accounts add", "accounts remove")):
            words += ["--config", "samconfig.toml"]
        yield path, words


# What CloudFormation and STS say of a stack whose stores refuse everything.
FOUND = {
    "GetCallerIdentity": {"Account": "111122223333", "Arn": "arn:aws:iam::111122223333:user/x"},
    "DescribeStacks": {
        "Stacks": [
            {
                "StackName": "prod",
                "Outputs": [
                    {"OutputKey": name, "OutputValue": f"arn:aws:sqs:eu-west-1:111122223333:{name}"}
                    for name in read_source()["Outputs"]
                ],
            }
        ]
    },
    "ListStackResources": {"StackResourceSummaries": []},
}


def command_of(path: str) -> Any:
    command: Any = get_command(app)
    for word in path.split():
        command = command.commands[word]
    return command


COMMANDS = dict(commands())
OFTEN_RUN = ("standing", "suppression find", "statement open")
OF_A_STACK = [path for path, words in COMMANDS.items() if "--stack" in words]


def test_every_command_has_an_example() -> None:
    def leaves(command: Any, words: tuple[str, ...]) -> Iterator[str]:
        for name, below in getattr(command, "commands", {}).items():
            if not below.hidden:
                yield from leaves(below, (*words, name))
        if not hasattr(command, "commands"):
            yield " ".join(words)

    assert set(leaves(get_command(app), ())) - EXAMPLES.keys() == set()


@pytest.fixture
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with the files that examples name, and credentials that nobody checks."""
    for name in ("policy.json", "old.csv"):
        (tmp_path / name).write_text("{}" if name.endswith("json") else "email\nann@example.com\n")
    (tmp_path / "archive").mkdir()
    (tmp_path / "samconfig.toml").write_text((ROOT / "samconfig.toml").read_text())
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "AWS_ACCESS_KEY_ID": "AKIA",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": "eu-west-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
    }.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "config").write_text("".join(f"[profile {name}]\n" for name in ("owner", "audit")))


def run(words: list[str]) -> Result:
    return CliRunner().invoke(app, words, env={"COLUMNS": "80"})


def answer_with(monkeypatch: pytest.MonkeyPatch, make: Callable[[str], Exception]) -> None:
    def refuse(_client: object, operation: str, _parameters: object) -> None:
        raise make(operation)

    monkeypatch.setattr(BaseClient, "_make_api_call", refuse)


def last_line(result: Result) -> str:
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit)
    lines = result.stderr.splitlines()
    assert len([line for line in lines if line.startswith("Error: ")]) == 1
    return lines[-1]


@pytest.mark.usefixtures("_elsewhere")
@pytest.mark.parametrize("code", ["ExpiredToken", "AccessDenied"])
@pytest.mark.parametrize("path", COMMANDS)
def test_what_aws_refuses_is_explained_by_every_command(
    path: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    message, advice = REFUSED[code]
    answer_with(
        monkeypatch, lambda operation: ClientError({"Error": {"Code": code, "Message": message}}, operation)
    )

    line = last_line(run(COMMANDS[path]))

    assert message in line
    assert advice in line


@pytest.mark.usefixtures("_elsewhere")
@pytest.mark.parametrize(
    ("path", "code"),
    [
        *((path, "AccessDenied") for path in OF_A_STACK if not path.startswith(WITHOUT_A_STORE)),
        *product(OFTEN_RUN, [code for code in REFUSED if code != "AccessDenied"]),
    ],
)
def test_what_a_store_of_a_stack_is_refused_is_explained_too(
    path: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    message, advice = REFUSED[code]
    asked: list[str] = []

    def answer(_client: object, operation: str, _parameters: object) -> object:
        if operation in FOUND:
            return FOUND[operation]
        asked.append(operation)
        raise ClientError({"Error": {"Code": code, "Message": message}}, operation)

    monkeypatch.setattr(BaseClient, "_make_api_call", answer)

    line = last_line(run([*COMMANDS[path], "--profile", "audit"]))

    region = "us-east-1" if "--region" in COMMANDS[path] else "eu-west-1"
    assert line.startswith("Error: AWS refused ")
    assert any(line.startswith(f"Error: AWS refused {operation} ({code}): {message}") for operation in asked)
    assert advice in line
    assert line.endswith(f"(Asked: account 111122223333, Region {region}, profile audit.)")


@pytest.mark.parametrize("code", REFUSED)
def test_each_refusal_has_its_advice(code: str) -> None:
    message, advice = REFUSED[code]
    line = describe_error(
        ClientError({"Error": {"Code": code, "Message": message}}, "DescribeStacks"), AskedPlace()
    )

    assert line.startswith(f"AWS refused DescribeStacks ({code}): {message.rstrip('.')}. ")
    assert advice in line


@pytest.mark.usefixtures("_elsewhere")
@pytest.mark.parametrize("path", COMMANDS)
def test_without_a_network_every_command_says_so(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, lambda _operation: EndpointConnectionError(endpoint_url="https://x"))

    line = last_line(run(COMMANDS[path]))

    assert 'Could not connect to the endpoint URL: "https://x"' in line
    assert "Is there a network" in line


@pytest.mark.usefixtures("_elsewhere")
@pytest.mark.parametrize("path", COMMANDS)
def test_without_credentials_every_command_says_how_to_log_in(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    words = shlex.split(shlex.join(COMMANDS[path]).replace("--profile owner", ""))

    assert "No AWS credentials found: log in (for example `aws sso login`)" in last_line(run(words))


@pytest.mark.usefixtures("_elsewhere")
@pytest.mark.parametrize("path", OF_A_STACK)
def test_a_stack_that_is_nowhere_is_named_with_account_region_and_profile(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(_client: object, operation: str, _parameters: object) -> dict[str, str]:
        if operation == "GetCallerIdentity":
            return {"Account": "111122223333", "Arn": "arn:aws:iam::111122223333:user/x"}
        raise ClientError(
            {"Error": {"Code": "ValidationError", "Message": "Stack with id prod does not exist"}}, operation
        )

    monkeypatch.setattr(BaseClient, "_make_api_call", answer)
    name = COMMANDS[path][COMMANDS[path].index("--stack") + 1]

    line = last_line(run([*COMMANDS[path], "--profile", "audit"]))

    asked = "us-east-1 or eu-west-1" if "--region" in COMMANDS[path] else "eu-west-1"
    assert line == (
        f"Error: There is no stack {name} in {asked} of account 111122223333 (profile audit). "
        "--stack, --region and --profile say which and where it is."
    )


@pytest.mark.usefixtures("_elsewhere")
def test_a_profile_that_is_missing_is_answered_by_those_that_are_there() -> None:
    line = last_line(run(["standing", "--stack", "prod", "--profile", "adit"]))

    assert line == "Error: There is no AWS profile adit. There are: owner, audit. (Asked: profile adit.)"


@pytest.mark.parametrize("options", [["--profile", "audit"], ["--region", "eu-west-1"]])
def test_an_option_of_a_deployed_stack_is_refused_without_one(options: list[str]) -> None:
    line = last_line(run(["entries", "--message", "m", *options]))

    assert line == "Error: --profile and --region say where a deployed stack is: name it with --stack."


def test_an_error_names_who_was_asked_and_where() -> None:
    place = AskedPlace(profile="audit", account="111122223333", region="eu-west-1")
    timeout = describe_error(ConnectTimeoutError(endpoint_url="https://x"), place)
    missing = describe_error(ProfileNotFound(profile="audit"), place)

    assert timeout.endswith("(Asked: account 111122223333, Region eu-west-1, profile audit.)")
    assert missing.startswith("There is no AWS profile audit.")


def test_a_profile_that_is_not_there_is_named_also_where_the_environment_names_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config = tmp_path / "config"
    config.write_text("[profile prod]\nregion = eu-west-1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_PROFILE", "gone")

    for options in ([], ["--region", "eu-west-1"]):
        result = CliRunner().invoke(app, ["standing", "--stack", "prod", *options])
        assert result.exit_code == 1
        assert result.stderr.startswith("Error: There is no AWS profile gone. There are: prod.")
        assert result.stderr.count("\n") == 1
