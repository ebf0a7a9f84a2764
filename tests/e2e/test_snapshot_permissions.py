"""What may be done with snapshots once they are finished: without any one statement, something is refused.

The stack has a database for analysts, and SES a list that is not empty: an empty snapshot supersedes nothing.
See test_every_permission.py for the statements of all other roles.
"""

from collections.abc import Iterator

import pytest

from console.local_aws.deployment import deploy_template
from console.local_aws.emulator import start_ministack
from console.local_aws.ses_stand_in.server import SesStandIn
from console.local_aws.subscriber import Hearing
from tests.e2e.support import snapshot_work, work
from tests.e2e.support.permissions import Statement
from tests.e2e.support.proving import Work, prove_needed
from tests.e2e.support.trials import Audience, Trial
from tests.support.aws.local_aws import PARAMETERS

pytestmark = pytest.mark.local_aws

ACCOUNT, ROLE, EXPORT = "111122223333", "ConvertSnapshotRole", "ExportSuppressionRole"
FUNCTION, EXPORT_FUNCTION = snapshot_work.FUNCTION, "ExportSuppressionFunction"

PROOFS: dict[Statement, tuple[Work, Work]] = {
    Statement(ROLE, "ReadSnapshots"): (
        snapshot_work.convert_a_snapshot,
        work.logged(FUNCTION, "AccessDenied"),
    ),
    Statement(ROLE, "WriteParquet"): (
        snapshot_work.convert_a_snapshot,
        work.logged(FUNCTION, "AccessDenied"),
    ),
    Statement(ROLE, "FindParquet"): (
        snapshot_work.convert_a_snapshot,
        work.logged(FUNCTION, "AccessDenied"),
    ),
    Statement(ROLE, "WriteLogs"): (
        work.leave_a_log(FUNCTION, snapshot_work.convert_a_snapshot),
        work.denied(ROLE, "logs:CreateLogStream", "arn:aws:logs"),
    ),
    # Before those that export for minutes to come, beside which an export of now supersedes nothing.
    Statement(EXPORT, "MarkSupersededSnapshots"): (
        snapshot_work.supersede_a_snapshot,
        work.logged(EXPORT_FUNCTION, "Older snapshots do not expire yet"),
    ),
    Statement(EXPORT, "ExplainChanges"): (snapshot_work.explain_changes, snapshot_work.causes_left_open),
    Statement(EXPORT, "FindEntries"): (snapshot_work.explain_changes, snapshot_work.causes_left_open),
    # Behind those that count causes: nobody is asked about whoever was forgotten.
    Statement(EXPORT, "FindForgotten"): (
        snapshot_work.hide_a_person,
        work.logged(EXPORT_FUNCTION, "AccessDenied"),
    ),
    Statement(EXPORT, "ReadForgettingKey"): (
        snapshot_work.hide_a_person,
        work.logged(EXPORT_FUNCTION, "GetParameter AccessDenied"),
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
        stack = deploy_template(aws, PARAMETERS | {"AnalystDatabaseName": "mail"})
        yield Trial(aws, stack, Audience(Hearing.of_stack(aws, stack)))


@pytest.mark.parametrize("statement", PROOFS, ids="-".join)
def test_without_it_its_work_is_refused(statement: Statement, trial: Trial) -> None:
    do, sign = PROOFS[statement]
    prove_needed(statement, trial, do, sign)
