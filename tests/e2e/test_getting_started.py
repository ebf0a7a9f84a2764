"""docs/getting-started.md, walked through as it stands: from nothing to a verified setup."""

from collections.abc import Iterator

import pytest

from console.local_aws.emulator import start_ministack
from console.local_aws.ses_stand_in.server import SesStandIn
from tests.e2e.support.runtime import prepare_runtime
from tests.e2e.support.walk import (
    DocumentedCommand,
    copy_project,
    gather_briefly,
    read_commands,
    run_documented,
)
from tests.support.aws.sending_parties import IDENTITY, LEDGER, OWNER, profile_variables
from tests.support.runtime_python import MACHINES, MISSING_RUNTIME, find_runtime_python
from tests.support.stack_template import ROOT

pytestmark = [pytest.mark.local_aws, pytest.mark.sam]

COMMANDS = read_commands(ROOT / "docs" / "getting-started.md")
Walk = list[tuple[DocumentedCommand, str]]


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """Each command of the document with what it printed, on the local AWS with policies enforced."""
    python = find_runtime_python()
    if python is None:
        pytest.skip(MISSING_RUNTIME)
    project, profiles = copy_project(tmp_path_factory.mktemp("project")), tmp_path_factory.mktemp("profiles")
    gather_briefly(project)
    with (
        SesStandIn(default_account=OWNER) as ses,
        start_ministack(
            auth=True,
            interpreter=prepare_runtime(python),
            account_id=LEDGER,
            ses_endpoint_url=ses.endpoint_url,
        ) as aws,
    ):
        ses.publish_through(aws)
        aws.clients(OWNER).connect("sesv2").create_email_identity(EmailIdentity=IDENTITY)
        built = {"RUNTIME_PYTHON": str(python), "MACHINES": MACHINES}
        variables = profile_variables(aws, profiles) | built
        yield [(each, run_documented(each.command, project, variables)) for each in COMMANDS]


def test_eight_commands_lead_to_a_verified_setup() -> None:
    assert 0 < len(COMMANDS) <= 8
    assert COMMANDS[-1].command.startswith("ses-reputation verify ")


def test_each_command_succeeds_and_prints_what_the_document_shows(walk: Walk) -> None:
    absent = {each.command: each.absent_from(printed) for each, printed in walk}

    assert absent == {each.command: [] for each in COMMANDS}


def test_the_last_command_proves_the_setup(walk: Walk) -> None:
    _, printed = walk[-1]

    assert "Proven: 59 of 59 expected observations came" in " ".join(printed.split())
