"""docs/alarms.md, followed: each alarm's state is made on a local stack and mended as it says."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.local_aws.deployment import deploy_template
from console.local_aws.emulator import start_ministack
from console.local_aws.ses_stand_in.server import SesStandIn
from console.local_aws.subscriber import Hearing
from tests.e2e.support.alarm_reader import Reader
from tests.e2e.support.alarm_states import CAUSES
from tests.e2e.support.trials import Audience, Trial
from tests.e2e.support.walk import AWS_CLI, MISSING_AWS_CLI
from tests.support.alarm_advice import FIRST_COMMANDS, SECTIONS, advice_of
from tests.support.aws.local_aws import PARAMETERS
from tests.support.documented_commands import SAM_PYTHON
from tests.support.waiting import await_that

pytestmark = [
    pytest.mark.local_aws,
    pytest.mark.sam,
    pytest.mark.skipif(not SAM_PYTHON.exists(), reason="The SAM CLI is not installed: make .venv-sam/.ready"),
    pytest.mark.skipif(not AWS_CLI.exists(), reason=MISSING_AWS_CLI),
]
# What somebody has to own, or to switch on, so that each section has something to say.
MORE = {
    "Identities": "example.com",
    "ReadingRoleName": "ses-reputation-reading",
    "AnalystDatabaseName": "mail",
    "ChatNotifications": "true",
}
LEFT_TO_THE_READER = re.compile("[Rr]epair|mends it|enable it")
# What the emulator has not got: it is held to botocore's model by test_documented_commands.py.
NOT_HERE = ("aws stepfunctions redrive-execution",)


@pytest.fixture(scope="module")
def trial() -> Iterator[Trial]:
    with SesStandIn() as ses, start_ministack(ses_endpoint_url=ses.endpoint_url) as aws:
        ses.publish_through(aws)
        aws.clients().connect("sesv2").create_email_identity(EmailIdentity="example.com")
        stack = deploy_template(aws, PARAMETERS | MORE)
        yield Trial(aws, stack, Audience(Hearing.of_stack(aws, stack)))


@pytest.fixture(scope="module")
def seen() -> set[str]:
    """Commands that were run."""
    return set()


@pytest.fixture
def reader(trial: Trial, tmp_path: Path, seen: set[str]) -> Reader:
    return Reader(trial.aws, trial.stack, tmp_path, unavailable=NOT_HERE, seen=seen)


def test_every_alarm_has_a_state_to_follow_it_in() -> None:
    assert CAUSES.keys() == SECTIONS.keys()


@pytest.mark.parametrize("alarm", SECTIONS)
def test_what_a_section_says_mends_the_state(trial: Trial, reader: Reader, alarm: str) -> None:
    state = CAUSES[alarm](trial, reader)
    reader.is_brief = not state.says
    printed = []
    for step in advice_of(alarm):
        printed.append(reader.follow(step))
        if LEFT_TO_THE_READER.search(step.text):
            state.repair()

    await_that(state.is_over, f"{alarm} is over")
    assert state.says in "".join(printed)


def test_the_first_command_lists_the_alarms_that_ring(trial: Trial, reader: Reader) -> None:
    alarm = trial.stack.resources["FeedbackAgeAlarm"]
    (command,) = FIRST_COMMANDS
    assert alarm not in reader.run(command)

    trial.aws.clients().connect("cloudwatch").set_alarm_state(
        AlarmName=alarm, StateValue="ALARM", StateReason="an hour"
    )

    assert reader.run(command).split("\t")[0] == alarm
