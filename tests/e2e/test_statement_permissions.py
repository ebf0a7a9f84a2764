"""Statements on a deployed stack: who starts them, what is written, and that no permission is too much."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from botocore.exceptions import ClientError

from console.local_aws.deployment import deploy_template
from console.local_aws.emulator import start_ministack
from console.local_aws.subscriber import Hearing
from ses_reputation.hours import format_second
from ses_reputation.suppression.changes.drift.kept_counts import DRIFT_KEY, DriftCounts
from ses_reputation.suppression.snapshot.location import SnapshotRun, name_run
from ses_reputation.suppression.targets import Target
from tests.e2e.support import standing_work, work
from tests.e2e.support.permissions import Statement
from tests.e2e.support.proving import Work, prove_needed
from tests.e2e.support.trials import Audience, Trial
from tests.e2e.support.work import Check
from tests.support.aws.local_aws import PARAMETERS
from tests.support.finished_snapshots import describe_snapshot
from tests.support.notifications import DELEGATE, OWNER
from tests.support.waiting import await_that

pytestmark = pytest.mark.local_aws

FUNCTION, ROLE = "PublishStatementFunction", "PublishStatementRole"
SCHEDULE_ROLE = "PublishStatementScheduleRole"
TWIN = f"statements/owner-{OWNER}/statement.json"
_numbers = count(1)


def publish(trial: Trial) -> Check:
    """The owner's statement is written, with what no run has read before: a list's size, and drift."""
    s3, bucket = trial.aws.clients().s3, trial.stack.resources["ReputationBucket"]
    total = put_snapshot(s3, bucket)
    drift = DriftCounts(datetime(2026, 11, 1, tzinfo=UTC) + timedelta(seconds=total), 90, (), 0, Counter())
    s3.put_object(Bucket=bucket, Key=DRIFT_KEY, Body=drift.to_bytes())
    s3.delete_object(Bucket=bucket, Key=TWIN)
    standing_work.start(trial, FUNCTION)

    def is_done() -> bool:
        twin = fetch(trial, TWIN)
        sizes = [size["total"] for each in twin["suppression"] for size in each["sizes"]] if twin else []
        return total in sizes and twin["drift"]["counted_at"] == format_second(drift.counted_at)

    return is_done


def put_snapshot(s3: Any, bucket: str) -> int:
    """A finished snapshot, newer than any before it, of more addresses; return how many."""
    number = next(_numbers)
    at = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=number)
    run = SnapshotRun(Target(OWNER, "us-east-1"), name_run(at))
    manifest = replace(describe_snapshot(run, 4_000 + number), scheduled_at=at)
    s3.put_object(Bucket=bucket, Key=run.manifest_key, Body=json.dumps(manifest.to_json()).encode())
    return 4_000 + number


def fetch(trial: Trial, key: str) -> dict[str, Any]:
    """An object's JSON; nothing where there is none."""
    try:
        found = trial.aws.clients().s3.get_object(Bucket=trial.stack.resources["ReputationBucket"], Key=key)
    except ClientError:
        return {}
    plain: dict[str, Any] = json.loads(found["Body"].read())
    return plain


# Statement -> work that needs it, and the sign that it was refused.
PROOFS: dict[Statement, tuple[Work, Work]] = {
    **{
        Statement(ROLE, name): (publish, work.logged(FUNCTION, "AccessDenied"))
        for name in (
            "ReadStandings",
            "TakeTurns",
            "ReadSizesOfLists",
            "ReadPublished",
            "FindSnapshots",
            "WriteStatements",
        )
    },
    Statement(ROLE, "WriteLogs"): (
        work.leave_a_log(FUNCTION, publish),
        work.denied(ROLE, "logs:CreateLogStream", "arn:aws:logs"),
    ),
    Statement(SCHEDULE_ROLE, "CallPublishStatement"): (
        publish,
        work.denied(SCHEDULE_ROLE, "lambda:InvokeFunction", "arn:aws:lambda"),
    ),
}


@pytest.fixture(scope="module")
def trial() -> Iterator[Trial]:
    """The stack, and nobody to start anything but the tests."""
    with start_ministack(auth=True) as aws:
        parameters = {
            "StatementSchedule": "rate(365 days)",
            "AssessmentSchedule": "rate(15 minutes)",
            "AccountNames": f"{DELEGATE}=Agency North",
        }
        stack = deploy_template(aws, PARAMETERS | parameters)
        yield Trial(aws, stack, Audience(Hearing.of_stack(aws, stack)))


def test_a_change_has_the_statements_of_both_parties_written(trial: Trial) -> None:
    identity = standing_work.send_badly(trial)
    standing_work.start(trial, standing_work.ASSESSMENT)

    def owners() -> list[str]:
        twin = fetch(trial, TWIN)
        return [line["name"] for group in twin.get("groups", ()) for line in group["entities"]]

    await_that(lambda: identity in owners(), "the owner's statement has the identity")
    delegates = fetch(trial, f"statements/delegate-{DELEGATE}/statement.json")
    assert delegates["party"]["display_name"] == "Agency North"
    assert [line["name"] for line in delegates["accounts"]] == [DELEGATE]
    page = trial.aws.clients().s3.get_object(
        Bucket=trial.stack.resources["ReputationBucket"], Key=TWIN.replace(".json", ".html")
    )
    assert page["ContentType"] == "text/html; charset=utf-8"
    assert identity in page["Body"].read().decode()


def put_changes(trial: Trial, times: list[datetime]) -> None:
    """Events as assessments publish them, ten in a call, which is the most that EventBridge takes."""
    stack = trial.stack.name
    entries = [
        {
            "Source": "ses-reputation",
            "DetailType": "Standing changed",
            "Detail": json.dumps({"stack": stack, "at": at.isoformat()}),
        }
        for at in times
    ]
    for first in range(0, len(entries), 10):
        trial.aws.clients().event_bridge.put_events(Entries=entries[first : first + 10])


def written(trial: Trial) -> list[str]:
    """The versions of the index, of which each round of statements writes one."""
    versions = trial.aws.clients().s3.list_object_versions(
        Bucket=trial.stack.resources["ReputationBucket"], Prefix="statements/index.json"
    )
    return [each["VersionId"] for each in versions.get("Versions", ())]


def is_over(trial: Trial) -> bool:
    """Whether nobody makes statements."""
    row = trial.aws.clients().dynamodb.get_item(
        TableName=trial.stack.resources["LedgerTable"],
        Key={"pk": {"S": "STATEMENTS"}, "sk": {"S": "RUN"}},
    )
    return "renewed_at" not in row.get("Item", {})


def test_twenty_changes_at_once_are_on_the_page_after_a_few_rounds(trial: Trial) -> None:
    await_that(lambda: is_over(trial), "the runs of other tests have ended")
    before, newest = len(written(trial)), 0
    now = datetime.now(UTC)
    for _ in range(20):
        newest = put_snapshot(trial.aws.clients().s3, trial.stack.resources["ReputationBucket"])
    put_changes(trial, [now - timedelta(seconds=20 - number) for number in range(20)])

    def has_newest() -> bool:
        twin = fetch(trial, TWIN)
        return newest in [size["total"] for each in twin.get("suppression", ()) for size in each["sizes"]]

    await_that(has_newest, "the page has what came last")
    await_that(lambda: is_over(trial), "the last run has ended")
    assert 1 <= len(written(trial)) - before < 20


@pytest.mark.parametrize("statement", PROOFS, ids="-".join)
def test_without_it_its_work_is_refused(statement: Statement, trial: Trial) -> None:
    do, sign = PROOFS[statement]
    prove_needed(statement, trial, do, sign)
