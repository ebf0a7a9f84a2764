"""docs/getting-started.md, walked through as it stands: from nothing to a verified setup.

What the other documents say to do with such a setup is done with it after that, to the removal of its stacks.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from console.local_aws.deployment import PATIENCE, Stack, find_stack
from console.local_aws.emulator import LocalAws, start_ministack
from console.local_aws.ses_stand_in.server import SesStandIn
from tests.e2e.support.other_documents import TRIED_ELSEWHERE, filled_in, runnable_commands
from tests.e2e.support.runtime import prepare_runtime
from tests.e2e.support.walk import (
    AWS_CLI,
    MISSING_AWS_CLI,
    DocumentedCommand,
    copy_project,
    gather_briefly,
    read_commands,
    run_documented,
)
from tests.support.aws.sending_parties import COURIER, IDENTITY, LEDGER, OWNER, profile_variables
from tests.support.documented_commands import commands_of
from tests.support.runtime_python import MACHINES, MISSING_RUNTIME, find_runtime_python
from tests.support.stack_template import ROOT
from tests.support.waiting import await_that

pytestmark = [pytest.mark.local_aws, pytest.mark.sam]

GETTING_STARTED = ROOT / "docs" / "getting-started.md"
COMMANDS = read_commands(GETTING_STARTED)
PROFILES = {OWNER: "owner", COURIER: "courier"}
OPERATIONS, DELEGATE_SENDERS, RELEASING = (
    ROOT / "docs" / f"{name}.md" for name in ("operations", "delegate-senders", "releasing")
)


@dataclass(frozen=True, slots=True)
class Walk:
    """Each command of the document with what it printed, and the setup to which they led."""

    aws: LocalAws
    project: Path
    variables: Mapping[str, str]
    steps: list[tuple[DocumentedCommand, str]]

    def run(self, command: str) -> str:
        """Run a further command in the shell, as whoever has the ledger's account."""
        return run_documented(command, self.project, self.variables)

    def connect(self, account: str, service: str, region: str) -> Any:
        """A client of an account."""
        return self.aws.clients(account).connect(service, region_name=region)

    @property
    def ledger(self) -> Stack:
        """The ledger's stack."""
        return find_stack(self.aws.clients(), "ses-reputation")


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """The walk, on the local AWS with policies enforced."""
    python = find_runtime_python()
    if python is None:
        pytest.skip(MISSING_RUNTIME)
    if not AWS_CLI.exists():
        pytest.skip(MISSING_AWS_CLI)
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
        built = {"RUNTIME_PYTHON": str(python), "MACHINES": MACHINES, "BROWSER": "true"}
        variables = profile_variables(aws, profiles) | built
        steps = [(each, run_documented(each.command, project, variables)) for each in COMMANDS]
        yield Walk(aws, project, variables, steps)


def test_eight_commands_lead_to_a_verified_setup() -> None:
    assert 0 < len(COMMANDS) <= 8
    assert COMMANDS[-1].command.startswith("ses-reputation verify ")


def test_each_command_succeeds_and_prints_what_the_document_shows(walk: Walk) -> None:
    absent = {each.command: each.absent_from(printed) for each, printed in walk.steps}

    assert absent == {each.command: [] for each in COMMANDS}


def test_the_last_command_proves_the_setup(walk: Walk) -> None:
    _, printed = walk.steps[-1]

    assert "Proven: 59 of 59 expected observations came" in " ".join(printed.split())


def test_what_comes_next_runs_on_the_setup(walk: Walk) -> None:
    """Standing, balances and pages of mail to the simulator."""
    for function in ("AssessReputationFunction", "PublishStatementFunction"):
        # As their schedules would, five minutes or an hour later.
        name = walk.ledger.resources[function]
        walk.connect(LEDGER, "lambda", walk.aws.region).invoke(FunctionName=name)
    named = [each for each in commands_of(GETTING_STARTED) if each.startswith("ses-reputation ")]

    printed = {each: walk.run(each) for each in named if " --stack " in each}

    assert len(printed) == 4
    assert f"owner-{LEDGER}" in printed["ses-reputation statement list --stack ses-reputation"]
    link = walk.run("ses-reputation statement open --link --stack ses-reputation")
    assert f"/statements/owner-{LEDGER}/statement.html?" in link


def test_commands_of_operations_run_on_the_setup(walk: Walk) -> None:
    outputs = walk.ledger.outputs
    walk.connect(LEDGER, "sesv2", walk.aws.region).create_configuration_set(ConfigurationSetName="newsletter")
    walk.connect(LEDGER, "ssm", walk.aws.region).put_parameter(
        Name="/ses-reputation/ses-reputation/accounts/555555555555", Value="delegate", Type="String"
    )
    archive = (ROOT / "events" / "publishing" / "delivery_after_repeated_delays.json").read_text()
    (walk.project / "archive.json").write_text(archive.replace("444455556666", COURIER))
    places = {
        "TOPIC_ARN": outputs["FeedbackTopicArn"],
        "ALERT_TOPIC_ARN": outputs["AlertTopicArn"],
        "STACK_NAME": "ses-reputation",
        "STACK": "ses-reputation",
        "ACCOUNT": "555555555555",
        "ARCHIVE": "archive.json",
        "KEY": quarantined(walk),
    }

    # All mail of the walk has balances: the next assessment, which the schedule would start, evaluates it.
    walk.connect(LEDGER, "lambda", walk.aws.region).invoke(
        FunctionName=outputs["AssessReputationFunctionName"]
    )

    commands = [filled_in(each, places) for each in runnable_commands(OPERATIONS)]
    printed = {command: walk.run(command) for command in commands}

    assert len(commands) >= 12
    assert "does not exist" not in "".join(printed.values())
    ledger = walk.connect(LEDGER, "sesv2", walk.aws.region)
    (found,) = ledger.get_configuration_set_event_destinations(ConfigurationSetName="newsletter")[
        "EventDestinations"
    ]
    assert found["SnsDestination"]["TopicArn"] == outputs["FeedbackTopicArn"]


def test_a_release_is_packaged_and_deployed_as_the_document_says(walk: Walk) -> None:
    bucket, other = "releases", "ses-reputation-packaged"
    walk.aws.clients().s3.create_bucket(Bucket=bucket)
    places = {"BUCKET": bucket, "EMAIL": "a@example.com"}
    named = [filled_in(each, places) for each in commands_of(RELEASING) if "BUCKET" in each]

    # The walk has built it, and its own stack has the name.
    package, upload, create = named
    walk.run(package)
    walk.run(upload)
    here = create.replace(f"https://{bucket}.s3.amazonaws.com", f"{walk.aws.endpoint_url}/{bucket}")
    walk.run(here.replace("--stack-name ses-reputation", f"--stack-name {other}"))

    clients = walk.aws.clients()
    clients.cloudformation.get_waiter("stack_create_complete").wait(StackName=other, WaiterConfig=PATIENCE)
    made = find_stack(clients, other)
    assert made.parameters["AlertEmail"] == "a@example.com"
    assert len(made.resources) >= len(walk.ledger.resources)


def quarantined(walk: Walk) -> str:
    """Send the queue what nobody can read; return under which key it is set aside."""
    walk.aws.clients().sqs.send_message(QueueUrl=walk.ledger.outputs["FeedbackQueueUrl"], MessageBody="what?")
    place: Any = {"Bucket": walk.ledger.outputs["ReputationBucketName"], "Prefix": "quarantine/"}

    def keys() -> list[str]:
        listed = walk.aws.clients().s3.list_objects_v2(**place)
        return [each["Key"] for each in listed.get("Contents", ())]

    await_that(lambda: bool(keys()), "the message is set aside")
    return keys()[0]


def test_what_is_not_run_is_run_elsewhere() -> None:
    named = [each for document in (OPERATIONS, DELEGATE_SENDERS) for each in commands_of(document)]

    assert [start for start in TRIED_ELSEWHERE if not any(start in each for each in named)] == []


def test_a_delegate_and_an_owner_leave_as_the_document_says(walk: Walk) -> None:
    places = {"ARN": f"arn:aws:ses:{walk.aws.region}:{OWNER}:identity/{IDENTITY}", "NAME": "transactional"}
    commands = [filled_in(each, places) for each in runnable_commands(DELEGATE_SENDERS)]
    printed = {command.split(" --")[0]: walk.run(command) for command in commands}

    assert "transactional" in printed[f"ses-reputation authorize send-example {places['ARN']}"]
    assert COURIER not in printed[f"ses-reputation authorize revoke {IDENTITY}"].partition("{")[2]
    for role, account in (("delegate", COURIER), ("owner", OWNER)):
        removal = json.loads(walk.run(f"ses-reputation accounts remove {role} {account} --json"))
        given = [command for step in removal["steps"] for command in step["commands"]]
        # An identity without mail has no feedback to wait for, and `feeds` does not know it.
        here = [each for each in given if not each.startswith("make ") and "example.com" not in each]
        # Feedback is waited for before the stack with the topics goes.
        assert [each.split(" --")[0] for each in here[-2:]] == ["ses-reputation feeds", "sam delete"]
        for command in here:
            walk.run(command.replace(f"profile-of-{account}", PROFILES[account]))
    owner, courier = walk.connect(OWNER, "ses", walk.aws.region), walk.aws.clients(COURIER)
    attributes = owner.get_identity_notification_attributes(Identities=[IDENTITY])["NotificationAttributes"]
    assert {name for name in attributes[IDENTITY] if name.endswith("Topic")} == set()
    assert attributes[IDENTITY]["ForwardingEnabled"]
    assert courier.connect("sesv2").list_configuration_sets()["ConfigurationSets"] == []
