"""What exports of suppression lists may do: without any one statement, a list or a setting is missing.

The stack's own account has a set and a tenant, a delegate's account has a role that trusts the export.
See test_every_permission.py for the statements of all other roles.
"""

import json
from collections.abc import Callable, Iterator

import pytest

from console.local_aws.deployment import deploy_template
from console.local_aws.emulator import start_ministack
from console.local_aws.schedules import EXPORT_WORKFLOW
from console.local_aws.ses_stand_in.server import SesStandIn
from console.local_aws.subscriber import Hearing
from ses_reputation.suppression.snapshot.location import ListsRun
from ses_reputation.suppression.snapshot.snapshot_reader import list_snapshots, load_manifest
from ses_reputation.suppression.store import S3SnapshotStore
from ses_reputation.suppression.targets import Target
from tests.e2e.support import standing_work, work
from tests.e2e.support.permissions import Statement
from tests.e2e.support.proving import prove_needed
from tests.e2e.support.trials import Audience, Trial
from tests.e2e.support.work import Check
from tests.support.aws.local_aws import PARAMETERS

pytestmark = pytest.mark.local_aws

ACCOUNT, DELEGATE = "111122223333", "444455556666"
EXPORT, WORKFLOW = "ExportSuppressionRole", "ExportSuppressionWorkflowRole"
FUNCTION = "ExportSuppressionFunction"


def export_lists(trial: Trial) -> Check:
    """A run ends with a snapshot of every list, each with all settings."""
    step_functions = trial.aws.clients().step_functions
    execution = step_functions.start_execution(
        stateMachineArn=trial.stack.resources[EXPORT_WORKFLOW],
        input=json.dumps({"scheduled_at": trial.next_minute()}),
    )["executionArn"]

    def is_done() -> bool:
        described = step_functions.describe_execution(executionArn=execution)
        if described["status"] != "SUCCEEDED":
            return False
        ended = json.loads(described["output"])
        return ended["failed"] == 0 and ended["complete"] == 3 and not unread(trial, ListsRun(ended["run"]))

    return is_done


def unread(trial: Trial, run: ListsRun) -> list[dict[str, str]]:
    """What the snapshots of a run say of settings that could not be read."""
    store = S3SnapshotStore(trial.aws.clients().s3, trial.stack.outputs["ReputationBucketName"])
    found = []
    for tenant in ("", "acme"):
        settings = load_manifest(store, Target(ACCOUNT, "us-east-1", tenant), run.run_id).settings
        assert settings is not None
        found += settings["unread"]
    return found


def a_snapshot_says_so(trial: Trial) -> Check:
    """Snapshots of a run name settings that were refused. Trials export ever earlier times."""
    store = S3SnapshotStore(trial.aws.clients().s3, trial.stack.outputs["ReputationBucketName"])

    def is_said() -> bool:
        # A tenant's snapshot is finished after that of its account.
        runs = [
            ListsRun(each.run.run_id) for each in list_snapshots(store, Target(ACCOUNT, "us-east-1", "acme"))
        ]
        refused = [each for run in runs for each in unread(trial, run) if "AccessDenied" in each["why"]]
        return {each["action"] for each in refused} == {"ses:GetConfigurationSet", "ses:GetTenant"}

    return is_said


Sign = Callable[[Trial], Check]
PROOFS: dict[Statement, tuple[Callable[[Trial], Check], Sign]] = {
    Statement(EXPORT, "FindSenders"): (export_lists, work.logged(FUNCTION, "AccessDenied")),
    Statement(EXPORT, "ReadRegisteredAccounts"): (
        export_lists,
        work.logged(FUNCTION, "GetParametersByPath AccessDenied"),
    ),
    Statement(EXPORT, "ReadSuppressionList"): (export_lists, work.logged(FUNCTION, "AccessDenied")),
    Statement(EXPORT, "ListSuppressionSettings"): (export_lists, work.logged(FUNCTION, "AccessDenied")),
    Statement(EXPORT, "ReadSuppressionSettings"): (export_lists, a_snapshot_says_so),
    Statement(EXPORT, "ReadElsewhere"): (export_lists, work.logged(FUNCTION, "AssumeRole AccessDenied")),
    Statement(EXPORT, "KeepSnapshots"): (export_lists, work.logged(FUNCTION, "AccessDenied")),
    Statement(EXPORT, "WriteLogs"): (
        work.leave_a_log(FUNCTION, export_lists),
        work.denied(EXPORT, "logs:CreateLogStream", "arn:aws:logs"),
    ),
    Statement(WORKFLOW, "CallExportSuppression"): (
        export_lists,
        work.denied(WORKFLOW, "lambda:InvokeFunction", "arn:aws:lambda"),
    ),
    Statement(WORKFLOW, "ReadPlaces"): (export_lists, work.denied(WORKFLOW, "s3:GetObject", "arn:aws:s3")),
    Statement(WORKFLOW, "StartChildren"): (
        export_lists,
        work.denied(WORKFLOW, "states:StartExecution", "arn:aws:states"),
    ),
}


@pytest.fixture(scope="module")
def trial() -> Iterator[Trial]:
    with (
        SesStandIn(default_account=ACCOUNT) as ses,
        start_ministack(auth=True, account_id=ACCOUNT, ses_endpoint_url=ses.endpoint_url) as aws,
    ):
        ses.publish_through(aws)
        ses.seed(3)
        ses.seed(2, DELEGATE)
        sesv2 = aws.clients().connect("sesv2")
        sesv2.create_configuration_set(ConfigurationSetName="news")
        sesv2.create_tenant(TenantName="acme")
        registered = {"DelegateAccounts": DELEGATE, "ReadingRoleName": "ses-reputation-reading"}
        registered |= {"OrganizationId": "o-exampleorgid"}
        registered |= {"ExternalId": "known-to-both", "ProtectionRoleName": "ses-reputation-protection"}
        stack = deploy_template(aws, PARAMETERS | registered)
        standing_work.make_roles(aws, stack, DELEGATE)
        yield Trial(aws, stack, Audience(Hearing.of_stack(aws, stack)))


@pytest.mark.parametrize("statement", PROOFS, ids="-".join)
def test_without_it_its_work_is_refused(statement: Statement, trial: Trial) -> None:
    do, sign = PROOFS[statement]
    prove_needed(statement, trial, do, sign)
