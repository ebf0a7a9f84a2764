"""Every command in the documents exists, with the options that it has there."""

from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.support.documented_commands import SAM_PYTHON, commands_of, documents, fault_of, modules_of
from tests.support.stack_template import ROOT

DOCUMENTS = documents()


def named(document: Path) -> str:
    return str(document.relative_to(ROOT))


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_documented_commands_exist_with_their_options(document: Path) -> None:
    assert {command: fault for command in commands_of(document) if (fault := fault_of(command))} == {}


def test_documented_modules_can_be_run() -> None:
    found = {named(document): modules_of(document) for document in DOCUMENTS}

    assert {name: [each for each in modules if not find_spec(each)] for name, modules in found.items()} == {
        name: [] for name in found
    }
    assert sum(map(len, found.values())) >= 5


def test_the_commands_of_documents_are_found() -> None:
    found = {named(document): len(list(commands_of(document))) for document in DOCUMENTS}

    assert found["docs/alarms.md"] >= 40
    assert found["docs/delegate-senders.md"] >= 6
    assert found["docs/getting-started.md"] >= 5
    assert found["docs/command-line.md"] >= 60
    assert found["docs/operations.md"] >= 15
    assert found["events/README.md"] >= 3


@pytest.mark.parametrize(
    ("command", "fault"),
    [
        ("ses-reputation authorize revoke orchard.example --delegate 222222222222", ""),
        ("$ .venv/bin/ses-reputation standing [--stack NAME] (--account ACCOUNT | --identity IDENTITY)", ""),
        ("ses-reputation authorise revoke", "no command authorise"),
        ("ses-reputation verify --delegates NAME", "no option --delegates"),
        (
            "ses-reputation verify --delegate 222222222222",
            "'222222222222' names no profile: give 222222222222=PROFILE.",
        ),
        ("aws sns subscribe --topic-arn A --protocol email --notification-endpoint a@b", ""),
        ("aws sesv2 put-configuration-set-sending-options --no-sending-enabled --region eu-west-1", ""),
        (
            "aws sesv2 put-configuration-set-sending --region eu-west-1",
            "no operation put-configuration-set-sending",
        ),
        ("aws sesv3 get-account", "no service sesv3"),
        ("aws sesv2 get-email-identity --identity a", "no option --identity"),
        ("make nothing", "no target nothing"),
        ("make connect ENVIRONMENT=owner-111111111111 PROFILE=owner", ""),
        ("make connect ENVIROMENT=owner-111111111111", "no variable ENVIROMENT"),
    ],
)
def test_a_command_that_does_not_exist_would_be_noticed(command: str, fault: str) -> None:
    assert fault_of(command) == fault


@pytest.mark.sam
@pytest.mark.skipif(not SAM_PYTHON.exists(), reason="The SAM CLI is not installed: make .venv-sam/.ready")
@pytest.mark.parametrize(
    ("command", "fault"),
    [
        ("sam delete --stack-name ses-reputation-owner --profile owner", ""),
        ("sam deploy --parameter-overrides Identities=orchard.example", ""),
        ("sam build && sam deploy", ""),
        ("sam remote invoke JournalFeedbackFunction --stack-name ses-reputation --event-file a.json", ""),
        ("sam remote call JournalFeedbackFunction", "no command remote call"),
        ("sam remove --stack-name ses-reputation-owner", "no command remove"),
        ("sam delete --stack ses-reputation-owner", "no option --stack"),
    ],
)
def test_commands_of_the_sam_cli_are_held_to_what_it_knows_itself(command: str, fault: str) -> None:
    assert fault_of(command) == fault
