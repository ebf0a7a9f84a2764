"""What calls the functions: gathered over windows, bounded, and patient with failures."""

import json

import pytest
from botocore.session import Session

from ses_reputation.statement.runs_store import StatementRunTable
from tests.support.stack_template import is_rule_met, read_source, render_stack

STACK = render_stack(JournalWindowSeconds="7", JournalBatchSize="500", PostingWindowSeconds="45")
FEEDBACK = STACK.properties("JournalFeedbackFunctionFeedback")
HOURS = STACK.properties("PostBalancesFunctionJournaledHours")
POSTPONED = STACK.properties("PostBalancesFunctionPostponedHours")
SCHEDULES = STACK.of_type("AWS::Scheduler::Schedule")
# Schedule -> its parameter, what it starts, and how long it tries: attempts, and seconds.
STARTED = {
    "ReadSesStatisticsSchedule": ("StatisticsSchedule", "<ReadSesStatisticsFunction.Arn>", 5, 1800),
    "AssessReputationSchedule": ("AssessmentSchedule", "<AssessReputationFunction.Arn>", 2, 300),
    "SendDigestSchedule": ("DigestSchedule", "<SendDigestFunction.Arn>", 10, 3600),
    "PublishStatementSchedule": ("StatementSchedule", "<PublishStatementFunction.Arn>", 5, 1800),
    "ExportSuppressionSchedule": ("SuppressionExportSchedule", "<ExportSuppressionWorkflow>", 10, 3600),
}


def test_feedback_is_gathered_over_its_window_into_batches_of_its_size() -> None:
    assert FEEDBACK["EventSourceArn"] == "<FeedbackQueue.Arn>"
    assert (FEEDBACK["MaximumBatchingWindowInSeconds"], FEEDBACK["BatchSize"]) == ("7", "500")


def test_a_flood_of_feedback_leaves_concurrency_to_others() -> None:
    """A new account has about 10 concurrent calls. Posting takes one for each shard of a stream, and two."""
    assert FEEDBACK["ScalingConfig"] == {"MaximumConcurrency": "5"}
    assert 5 + 1 + POSTPONED["ScalingConfig"]["MaximumConcurrency"] < 10


def test_without_a_maximum_lambda_may_gather_in_two_batches_where_there_is_little_traffic() -> None:
    """AWS Lambda developer guide, scaling of SQS event source mappings."""
    mapping = render_stack(JournalMaximumConcurrency="0").properties("JournalFeedbackFunctionFeedback")
    assert "ScalingConfig" not in mapping


def test_a_maximum_of_one_is_refused_as_lambda_would_refuse_it() -> None:
    limits = {"min": 2, "max": 1000}
    shape = Session().get_service_model("lambda").shape_for("MaximumConcurrency")
    assert shape.metadata == limits
    taken = [
        number for number in "012" if is_rule_met("LambdaTakesTwoAtLeast", JournalMaximumConcurrency=number)
    ]
    assert taken == ["0", "2"]
    assert read_source()["Parameters"]["JournalMaximumConcurrency"]["MaxValue"] == limits["max"]


def test_postponed_hours_are_not_urgent() -> None:
    assert POSTPONED["ScalingConfig"] == {"MaximumConcurrency": 2}


def test_every_source_takes_back_single_records() -> None:
    mappings = STACK.of_type("AWS::Lambda::EventSourceMapping").values()
    assert [mapping["FunctionResponseTypes"] for mapping in mappings] == [["ReportBatchItemFailures"]] * 3


def test_pages_are_gathered_over_the_posting_window() -> None:
    assert HOURS["EventSourceArn"] == "<LedgerTable.StreamArn>"
    assert HOURS["MaximumBatchingWindowInSeconds"] == "45"
    assert (HOURS["BatchSize"], HOURS["ParallelizationFactor"]) == (10_000, 1)
    assert HOURS["StartingPosition"] == "TRIM_HORIZON"


def test_the_function_knows_the_window_that_gathers_for_it() -> None:
    variables = STACK.properties("PostBalancesFunction")["Environment"]["Variables"]
    assert variables["POSTING_WINDOW_SECONDS"] == HOURS["MaximumBatchingWindowInSeconds"]


def test_only_new_journal_pages_are_posted() -> None:
    (only,) = HOURS["FilterCriteria"]["Filters"]
    assert json.loads(only["Pattern"]) == {
        "eventName": ["INSERT", "MODIFY"],
        "dynamodb": {"Keys": {"pk": {"S": [{"prefix": "JOURNAL#"}]}}},
    }


def test_an_hour_that_cannot_be_posted_is_set_aside_before_the_stream_forgets() -> None:
    assert HOURS["BisectBatchOnFunctionError"] is True
    assert HOURS["MaximumRetryAttempts"] == 10
    assert HOURS["MaximumRecordAgeInSeconds"] == 24 * 3600 / 2
    assert HOURS["DestinationConfig"] == {"OnFailure": {"Destination": "<PostingDeadLetterQueue.Arn>"}}


def test_postponed_hours_come_back_to_the_function_that_postponed_them() -> None:
    assert (POSTPONED["EventSourceArn"], POSTPONED["BatchSize"]) == ("<PostponedHoursQueue.Arn>", 2)
    assert POSTPONED["FunctionName"] == HOURS["FunctionName"] == "<PostBalancesFunction>"
    variables = STACK.properties("PostBalancesFunction")["Environment"]["Variables"]
    assert variables["POSTPONED_HOURS_QUEUE_URL"] == "<PostponedHoursQueue>"


@pytest.mark.parametrize("name", STARTED)
def test_a_schedule_hands_what_it_starts_the_time_it_was_due(name: str) -> None:
    target = SCHEDULES[name]["Target"]
    assert target["Arn"] == STARTED[name][1]
    assert target["RoleArn"] == f"<{name}Role.Arn>"
    assert json.loads(target["Input"]) == {"scheduled_at": "<aws.scheduler.scheduled-time>"}
    assert SCHEDULES[name]["ScheduleExpressionTimezone"] == "UTC"
    assert SCHEDULES[name]["FlexibleTimeWindow"] == {"Mode": "OFF"}


def test_every_schedule_is_known_here() -> None:
    assert SCHEDULES.keys() == STARTED.keys()


@pytest.mark.parametrize("name", STARTED)
def test_a_schedule_is_a_parameter(name: str) -> None:
    expression = "rate(7 minutes)"
    stack = render_stack(**{STARTED[name][0]: expression})
    assert stack.properties(name)["ScheduleExpression"] == expression


@pytest.mark.parametrize("name", STARTED)
def test_a_start_that_fails_is_tried_again_and_then_set_aside(name: str) -> None:
    target, (_, _, attempts, seconds) = SCHEDULES[name]["Target"], STARTED[name]
    assert target["RetryPolicy"] == {"MaximumRetryAttempts": attempts, "MaximumEventAgeInSeconds": seconds}
    own = {"SendDigestSchedule", "ExportSuppressionSchedule"}
    queue = f"{name.removesuffix('Schedule')}DeadLetterQueue" if name in own else "StartsDeadLetterQueue"
    assert target["DeadLetterConfig"] == {"Arn": f"<{queue}.Arn>"}


@pytest.mark.parametrize(
    ("function", "attempts", "seconds"),
    [
        ("ReadSesStatisticsFunction", 1, 1800),
        ("AssessReputationFunction", 0, 300),
        ("SendDigestFunction", 2, 3600),
        ("PublishStatementFunction", 1, 1800),
    ],
)
def test_a_run_that_failed_is_left_to_the_next(function: str, attempts: int, seconds: int) -> None:
    options = STACK.properties(f"{function}EventInvokeConfig")
    assert options["FunctionName"] == f"<{function}>"
    assert (options["MaximumRetryAttempts"], options["MaximumEventAgeInSeconds"]) == (attempts, seconds)


def test_an_assessment_is_over_before_the_next_of_the_default_schedule() -> None:
    assert SCHEDULES["AssessReputationSchedule"]["ScheduleExpression"] == "rate(5 minutes)"
    assert STACK.properties("AssessReputationFunction")["Timeout"] < 5 * 60


def test_a_run_of_statements_is_over_or_killed_before_its_lease_ends() -> None:
    assert STACK.properties("PublishStatementFunction")["Timeout"] < StatementRunTable.LEASE.total_seconds()


def test_statements_follow_each_change_that_this_stack_publishes() -> None:
    stack = render_stack("staging", EventBusName="reputation")
    rule = stack.properties("ReputationChangedRule")

    assert rule["EventBusName"] == "reputation"
    assert rule["EventPattern"] == {"source": ["ses-reputation"], "detail": {"stack": ["staging"]}}
    assert [target["Arn"] for target in rule["Targets"]] == ["<PublishStatementFunction.Arn>"]
    permission = stack.properties("ReputationChangedPermission")
    assert permission["SourceArn"] == "<ReputationChangedRule.Arn>"
    assert permission["FunctionName"] == "<PublishStatementFunction>"
