"""No role may do more than it needs: without any one statement of its policy, something stops working.

The stack is deployed under enforced policies, then updated to lack one statement after another. Statements
that come with identities have a stack of their own, in test_identity_permissions.py, and so have those that
the hourly checks read with, in test_reading_permissions.py, and those on finished snapshots.
"""

from collections.abc import Callable, Iterator

import pytest

from console.local_aws.deployment import deploy_template
from console.local_aws.emulator import start_ministack
from console.local_aws.subscriber import Hearing
from tests.e2e.support import identity_work, standing_work, work
from tests.e2e.support.permissions import Statement, list_statements
from tests.e2e.support.proving import Work, prove_needed
from tests.e2e.support.trials import Audience, Trial
from tests.e2e.support.work import Check
from tests.e2e.test_identity_permissions import PROOFS as OF_IDENTITIES
from tests.e2e.test_list_permissions import PROOFS as OF_LISTS
from tests.e2e.test_organization import PROOFS as OF_AN_ORGANIZATION
from tests.e2e.test_reading_permissions import PROOFS as OF_READING
from tests.e2e.test_snapshot_permissions import PROOFS as OF_SNAPSHOTS
from tests.e2e.test_statement_permissions import PROOFS as OF_STATEMENTS
from tests.support.aws.local_aws import PARAMETERS, let_messages_come_again
from tests.support.notifications import DELEGATE
from tests.template.test_permissions import EXPECTED

pytestmark = pytest.mark.local_aws

JOURNAL, POSTING, EXPORT = "JournalFeedbackRole", "PostBalancesRole", "ExportSuppressionRole"
WORKFLOW, SCHEDULE = "ExportSuppressionWorkflowRole", "ExportSuppressionScheduleRole"
JOURNAL_FUNCTION, POSTING_FUNCTION = "JournalFeedbackFunction", "PostBalancesFunction"
CHECKING = "CheckStackRole"
STATISTICS, STATISTICS_SCHEDULE = "ReadSesStatisticsRole", "ReadSesStatisticsScheduleRole"
ASSESSMENT, ASSESSMENT_SCHEDULE = "AssessReputationRole", "AssessReputationScheduleRole"
STATISTICS_FUNCTION, ASSESSMENT_FUNCTION = standing_work.STATISTICS_FUNCTION, standing_work.ASSESSMENT
# One message of a batch has to come again, as the counts of the call say.
FEEDBACK_FAILED = '"FeedbackFailed":1}'

Sign = Callable[[Trial], Check]

# Statement -> work that needs it, and the sign that it was refused.
PROOFS: dict[Statement, tuple[Work, Sign]] = {
    Statement(JOURNAL, "ConsumeFeedback"): (
        work.journal_a_bounce,
        work.denied(JOURNAL, "sqs:ReceiveMessage", "arn:aws:sqs"),
    ),
    Statement(JOURNAL, "AppendToLedger"): (
        work.journal_a_bounce,
        work.logged(JOURNAL_FUNCTION, FEEDBACK_FAILED),
    ),
    Statement(JOURNAL, "QuarantineMessages"): (
        work.quarantine_a_message,
        work.logged(JOURNAL_FUNCTION, FEEDBACK_FAILED),
    ),
    Statement(JOURNAL, "WriteLogs"): (
        work.leave_a_log(JOURNAL_FUNCTION, work.journal_a_bounce),
        work.denied(JOURNAL, "logs:CreateLogStream", "arn:aws:logs"),
    ),
    Statement(POSTING, "FollowLedgerStream"): (
        work.post_an_hour,
        work.denied(POSTING, "dynamodb:DescribeStream", "arn:aws:dynamodb"),
    ),
    Statement(POSTING, "FindLedgerStream"): (
        work.post_an_hour,
        work.denied(POSTING, "dynamodb:ListStreams", "*"),
    ),
    Statement(POSTING, "ReadHours"): (
        work.post_an_hour,
        work.logged(POSTING_FUNCTION, "AccessDenied"),
    ),
    Statement(POSTING, "WriteBalances"): (
        work.post_an_hour,
        work.logged(POSTING_FUNCTION, "AccessDenied"),
    ),
    Statement(POSTING, "PostponeBigHours"): (
        work.postpone_an_old_hour,
        work.logged(POSTING_FUNCTION, "AccessDenied"),
    ),
    Statement(POSTING, "ConsumePostponedHours"): (
        work.post_a_postponed_hour,
        work.denied(POSTING, "sqs:ReceiveMessage", "arn:aws:sqs"),
    ),
    Statement(POSTING, "HideEarlyHours"): (
        work.hide_an_early_hour,
        work.logged(POSTING_FUNCTION, "AccessDenied"),
    ),
    Statement(POSTING, "SetFailedHoursAside"): (
        work.set_an_hour_aside,
        work.denied(POSTING, "sqs:SendMessage", "arn:aws:sqs"),
    ),
    Statement(POSTING, "WriteLogs"): (
        work.leave_a_log(POSTING_FUNCTION, work.post_an_hour),
        work.denied(POSTING, "logs:CreateLogStream", "arn:aws:logs"),
    ),
    Statement(CHECKING, "WriteLogs"): (
        work.leave_a_log(identity_work.CHECKING_FUNCTION, identity_work.check_the_stack),
        work.denied(CHECKING, "logs:CreateLogStream", "arn:aws:logs"),
    ),
    Statement(STATISTICS, "FindSenders"): (
        standing_work.read_own_statistics,
        work.logged(STATISTICS_FUNCTION, "AccessDenied"),
    ),
    Statement(STATISTICS, "KeepStatistics"): (
        standing_work.read_own_statistics,
        work.logged(STATISTICS_FUNCTION, "AccessDenied"),
    ),
    Statement(STATISTICS, "ReadStatistics"): (
        standing_work.read_own_statistics,
        work.logged(STATISTICS_FUNCTION, "GetSendStatistics AccessDenied"),
    ),
    Statement(STATISTICS, "ListSetup"): (
        standing_work.check_own_setup,
        work.logged(STATISTICS_FUNCTION, "NotRead"),
    ),
    Statement(STATISTICS, "ReadElsewhere"): (
        standing_work.read_a_delegates_statistics,
        work.logged(STATISTICS_FUNCTION, "AssumeRole AccessDenied"),
    ),
    Statement(STATISTICS, "WriteLogs"): (
        work.leave_a_log(STATISTICS_FUNCTION, standing_work.read_own_statistics),
        work.denied(STATISTICS, "logs:CreateLogStream", "arn:aws:logs"),
    ),
    Statement(STATISTICS_SCHEDULE, "CallReadSesStatistics"): (
        standing_work.read_own_statistics,
        work.denied(STATISTICS_SCHEDULE, "lambda:InvokeFunction", "arn:aws:lambda"),
    ),
    Statement(ASSESSMENT, "ReadStandings"): (
        standing_work.assess_an_entity,
        work.logged(ASSESSMENT_FUNCTION, "AccessDenied"),
    ),
    Statement(ASSESSMENT, "WriteStandings"): (
        standing_work.assess_an_entity,
        work.logged(ASSESSMENT_FUNCTION, "AccessDenied"),
    ),
    Statement(ASSESSMENT, "ForgetSenders"): (
        standing_work.forget_a_sender,
        work.logged(ASSESSMENT_FUNCTION, "AccessDenied"),
    ),
    Statement(ASSESSMENT, "PublishAlerts"): (
        standing_work.alert_people,
        work.logged(ASSESSMENT_FUNCTION, "Authorization"),
    ),
    Statement(ASSESSMENT, "PutEvents"): (
        standing_work.notify_programs,
        work.logged(ASSESSMENT_FUNCTION, "AccessDenied"),
    ),
    Statement(ASSESSMENT, "PauseConfigurationSets"): (
        standing_work.pause_own_set,
        standing_work.is_remembered("PutConfigurationSetSendingOptions AccessDenied"),
    ),
    Statement(ASSESSMENT, "PauseElsewhere"): (
        standing_work.pause_a_delegates_set,
        standing_work.is_remembered("AssumeRole AccessDenied"),
    ),
    Statement(ASSESSMENT, "WriteLogs"): (
        work.leave_a_log(ASSESSMENT_FUNCTION, standing_work.assess_an_entity),
        work.denied(ASSESSMENT, "logs:CreateLogStream", "arn:aws:logs"),
    ),
    Statement(ASSESSMENT_SCHEDULE, "CallAssessReputation"): (
        standing_work.assess_an_entity,
        work.denied(ASSESSMENT_SCHEDULE, "lambda:InvokeFunction", "arn:aws:lambda"),
    ),
    Statement(SCHEDULE, "StartExports"): (
        work.start_by_schedule,
        work.denied(SCHEDULE, "states:StartExecution", "arn:aws:states"),
    ),
}

# Statement -> why no emulator run can notice that it is missing. The template tests hold their exact text.
UNNOTICED = {
    Statement(JOURNAL, "SendTraces"): "X-Ray is not emulated",
    Statement(POSTING, "SendTraces"): "X-Ray is not emulated",
    Statement(STATISTICS, "SendTraces"): "X-Ray is not emulated",
    Statement(ASSESSMENT, "SendTraces"): "X-Ray is not emulated",
    Statement(EXPORT, "SendTraces"): "X-Ray is not emulated",
    Statement(EXPORT, "ReadInOrganization"): "ministack does not know the organization of a resource",
    Statement(WORKFLOW, "DescribeChildren"): "ministack's maps describe no child execution",
    Statement(WORKFLOW, "RedriveChildren"): "ministack redrives nothing",
    Statement(EXPORT, "RecognizeMissingSnapshots"): "ministack answers 404 for a missing object to everybody",
    Statement("ConvertSnapshotRole", "SendTraces"): "X-Ray is not emulated",
    Statement("ManageIdentityTopicsRole", "SendTraces"): "X-Ray is not emulated",
    Statement("PublishStatementRole", "SendTraces"): "X-Ray is not emulated",
    Statement(
        "PublishStatementScheduleRole", "SetFailedStartsAside"
    ): "ministack's schedules have no dead-letter queue",
    Statement(CHECKING, "SendTraces"): "X-Ray is not emulated",
    Statement(STATISTICS, "ReadInOrganization"): "ministack does not know the organization of a resource",
    Statement(ASSESSMENT, "PauseInOrganization"): "ministack does not know the organization of a resource",
    Statement(STATISTICS, "FindEventBus"): "ministack lets nobody describe a bus whose policy names the bus",
    Statement(SCHEDULE, "SetFailedStartsAside"): "ministack's schedules have no dead-letter queue",
    Statement(STATISTICS_SCHEDULE, "SetFailedStartsAside"): "ministack's schedules have no dead-letter queue",
    Statement(ASSESSMENT_SCHEDULE, "SetFailedStartsAside"): "ministack's schedules have no dead-letter queue",
}
# What brings in every statement, lets few mails be rated, and lets no schedule start anything by itself.
STANDINGS = {
    "Protection": "enforce",
    "ProtectionRoleName": "ses-reputation-protection",
    "ReadingRoleName": "ses-reputation-reading",
    "ExternalId": "known-to-both",
    "AssessmentSchedule": "rate(15 minutes)",
    "StatisticsSchedule": "rate(1 day)",
    "StatementSchedule": "rate(365 days)",
}


@pytest.fixture(scope="module")
def deployed() -> Iterator[Trial]:
    """The stack with short waits: a message or a page that was refused comes again, or is given up, soon."""
    with start_ministack(auth=True) as aws:
        soon = {"JournalWindowSeconds": "0", "JournalBatchSize": "10", "LongestWaitMinutes": "120"}
        stack = deploy_template(aws, PARAMETERS | STANDINGS | soon)
        standing_work.make_roles(aws, stack, DELEGATE)
        clients = aws.clients()
        let_messages_come_again(aws, stack, after_seconds=3)
        clients.functions.update_event_source_mapping(
            UUID=stack.resources["PostBalancesFunctionJournaledHours"], MaximumRecordAgeInSeconds=1
        )
        yield Trial(aws, stack, Audience(Hearing.of_stack(aws, stack)))


@pytest.fixture
def trial(deployed: Trial) -> Iterator[Trial]:
    yield deployed
    deployed.fall_quiet()


@pytest.mark.parametrize("statement", PROOFS, ids="-".join)
def test_without_it_its_work_is_refused(statement: Statement, trial: Trial) -> None:
    work, sign = PROOFS[statement]
    prove_needed(statement, trial, work, sign)


def test_every_statement_is_proven_or_explained() -> None:
    assert sorted(
        [
            *PROOFS,
            *OF_AN_ORGANIZATION,
            *OF_IDENTITIES,
            *OF_LISTS,
            *OF_READING,
            *OF_SNAPSHOTS,
            *OF_STATEMENTS,
            *UNNOTICED,
        ]
    ) == sorted(list_statements())


@pytest.mark.parametrize("statement", UNNOTICED, ids="-".join)
def test_what_no_run_can_notice_is_held_by_the_template_tests(statement: Statement) -> None:
    assert statement.sid in EXPECTED[statement.role]
