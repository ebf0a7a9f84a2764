"""What calls the functions: gathered over windows, bounded, and patient with failures."""

import json

from tests.support.stack_template import render_stack

STACK = render_stack(JournalWindowSeconds="7", JournalBatchSize="500", PostingWindowSeconds="45")
FEEDBACK = STACK.properties("JournalFeedbackFunctionFeedback")
HOURS = STACK.properties("PostBalancesFunctionJournaledHours")
POSTPONED = STACK.properties("PostBalancesFunctionPostponedHours")
SCHEDULE = STACK.properties("ExportSuppressionSchedule")


def test_feedback_is_gathered_over_its_window_into_batches_of_its_size() -> None:
    assert FEEDBACK["EventSourceArn"] == "<FeedbackQueue.Arn>"
    assert (FEEDBACK["MaximumBatchingWindowInSeconds"], FEEDBACK["BatchSize"]) == ("7", "500")


def test_a_flood_of_feedback_waits_in_the_queue() -> None:
    assert FEEDBACK["ScalingConfig"] == {"MaximumConcurrency": 10}
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
    assert (POSTPONED["EventSourceArn"], POSTPONED["BatchSize"]) == ("<PostponedHoursQueue.Arn>", 10)
    assert POSTPONED["FunctionName"] == HOURS["FunctionName"] == "<PostBalancesFunction>"
    variables = STACK.properties("PostBalancesFunction")["Environment"]["Variables"]
    assert variables["POSTPONED_HOURS_QUEUE_URL"] == "<PostponedHoursQueue>"


def test_the_schedule_starts_the_workflow_with_the_time_it_was_due() -> None:
    target = SCHEDULE["Target"]
    assert target["Arn"] == "<ExportSuppressionWorkflow>"
    assert json.loads(target["Input"]) == {"scheduled_at": "<aws.scheduler.scheduled-time>"}
    assert (SCHEDULE["ScheduleExpressionTimezone"], SCHEDULE["FlexibleTimeWindow"]) == (
        "UTC",
        {"Mode": "OFF"},
    )


def test_the_schedule_is_a_parameter() -> None:
    stack = render_stack(SuppressionExportSchedule="cron(15 3 * * ? *)")
    assert stack.properties("ExportSuppressionSchedule")["ScheduleExpression"] == "cron(15 3 * * ? *)"


def test_a_start_that_fails_is_tried_again_and_then_set_aside() -> None:
    target = SCHEDULE["Target"]
    assert target["RetryPolicy"] == {"MaximumRetryAttempts": 10, "MaximumEventAgeInSeconds": 3600}
    assert target["DeadLetterConfig"] == {"Arn": "<ExportSuppressionDeadLetterQueue.Arn>"}
