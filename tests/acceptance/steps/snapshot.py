"""The account's suppression list, exported: read, never changed."""

import json
from datetime import UTC, datetime

from ses_reputation.suppression.snapshot.snapshot_reader import load_manifest
from ses_reputation.suppression.targets import Target
from tests.acceptance.run import Run
from tests.acceptance.step import FailedError


def export_the_list(run: Run) -> str:
    """The workflow ends well, and leaves a complete snapshot."""
    states = run.clients.step_functions
    scheduled_at = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    execution = states.start_execution(
        stateMachineArn=run.stack.outputs["ExportSuppressionWorkflowArn"],
        input=json.dumps({"scheduled_at": scheduled_at}),
    )["executionArn"]

    def has_ended() -> str:
        status = states.describe_execution(executionArn=execution)["status"]
        return "" if status == "RUNNING" else status

    status = run.await_that("the export ended", has_ended, minutes=60)
    if status != "SUCCEEDED":
        raise FailedError(f"the workflow ended as {status}: see {execution}")
    account = run.account
    manifest = load_manifest(run.connection.snapshots, Target(account.account_id, account.region))
    return f"a complete snapshot of {manifest.total} addresses"
