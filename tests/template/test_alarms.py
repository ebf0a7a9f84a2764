"""Alarms: those on the pipeline ring for operators, those on reputation ring nobody."""

import pytest

from tests.support.stack_template import Properties, render_stack

TOPIC = "arn:aws:sns:us-east-1:111122223333:operations"
STACK = render_stack()
ALARMS = STACK.of_type("AWS::CloudWatch::Alarm")
ON_REPUTATION = {"ReputationReviewAlarm", "ReputationPauseAlarm"}
ON_PIPELINE = sorted(ALARMS.keys() - ON_REPUTATION)
NAMESPACE = "SesReputation/reputation"
# How often each may be asked for at least: a shorter period would clear the alarm and ring it anew.
LONGEST_BETWEEN_ASSESSMENTS = 15 * 60
BETWEEN_READINGS = 3600


def what_is_measured(alarm: Properties) -> str:
    """Namespace, metric and dimension in a word."""
    ((_, dimension),) = [tuple(each.values()) for each in alarm["Dimensions"]]
    return f"{alarm['Namespace']} {alarm['MetricName']} {dimension}"


def test_every_alarm_beside_those_of_dead_letter_queues_watches_this() -> None:
    watched = {
        name: (what_is_measured(alarm), alarm["Statistic"], alarm["Threshold"])
        for name, alarm in ALARMS.items()
        if alarm["MetricName"] != "ApproximateNumberOfMessagesVisible"
    }
    assert watched == {
        "FeedbackAgeAlarm": (
            "AWS/SQS ApproximateAgeOfOldestMessage <FeedbackQueue.QueueName>",
            "Maximum",
            3600,
        ),
        "FeedbackQuarantinedAlarm": (f"{NAMESPACE} FeedbackQuarantined journal_feedback", "Sum", 0),
        "PostingRecursionAlarm": (
            "AWS/Lambda RecursiveInvocationsDropped <PostBalancesFunction>",
            "Sum",
            0,
        ),
        "PostingLagAlarm": ("AWS/Lambda IteratorAge <PostBalancesFunction>", "Maximum", 3600 * 1000),
        "ReadSesStatisticsFailedAlarm": ("AWS/Lambda Errors <ReadSesStatisticsFunction>", "Sum", 0),
        "StatisticsFailedAlarm": (f"{NAMESPACE} StatisticsFailed read_ses_statistics", "Sum", 0),
        "AssessReputationFailedAlarm": ("AWS/Lambda Errors <AssessReputationFunction>", "Sum", 0),
        "EntitiesFailedAlarm": (f"{NAMESPACE} EntitiesFailed assess_reputation", "Sum", 0),
        "AssessmentSilentAlarm": (f"{NAMESPACE} EntitiesAssessed assess_reputation", "SampleCount", 1),
        "ReputationReviewAlarm": (f"{NAMESPACE} WorstStanding assess_reputation", "Maximum", 2),
        "ReputationPauseAlarm": (f"{NAMESPACE} WorstStanding assess_reputation", "Maximum", 3),
        "ExportSuppressionFailedAlarm": (
            "AWS/States ExecutionsFailed <ExportSuppressionWorkflow>",
            "Sum",
            0,
        ),
        "ExportSuppressionTimedOutAlarm": (
            "AWS/States ExecutionsTimedOut <ExportSuppressionWorkflow>",
            "Sum",
            0,
        ),
    }


@pytest.mark.parametrize("name", ALARMS)
def test_one_period_beyond_the_threshold_is_enough(name: str) -> None:
    beyond = {
        "AssessmentSilentAlarm": "LessThanThreshold",
        **dict.fromkeys(ON_REPUTATION, "GreaterThanOrEqualToThreshold"),
    }
    assert ALARMS[name]["EvaluationPeriods"] == 1
    assert ALARMS[name]["ComparisonOperator"] == beyond.get(name, "GreaterThanThreshold")


@pytest.mark.parametrize(
    ("name", "at_least"),
    [
        ("AssessReputationFailedAlarm", LONGEST_BETWEEN_ASSESSMENTS),
        ("EntitiesFailedAlarm", LONGEST_BETWEEN_ASSESSMENTS),
        ("ReputationReviewAlarm", LONGEST_BETWEEN_ASSESSMENTS),
        ("ReputationPauseAlarm", LONGEST_BETWEEN_ASSESSMENTS),
        ("AssessmentSilentAlarm", 2 * LONGEST_BETWEEN_ASSESSMENTS),
        ("ReadSesStatisticsFailedAlarm", BETWEEN_READINGS),
        ("StatisticsFailedAlarm", BETWEEN_READINGS),
    ],
)
def test_what_lasts_from_run_to_run_rings_once(name: str, at_least: int) -> None:
    assert ALARMS[name]["Period"] >= at_least


@pytest.mark.parametrize("name", ALARMS)
def test_every_alarm_says_what_to_do(name: str) -> None:
    assert len(ALARMS[name]["AlarmDescription"].split()) > 15


def test_silence_is_quiet_but_for_the_one_that_rings_for_silence() -> None:
    treated = {name: alarm["TreatMissingData"] for name, alarm in ALARMS.items()}
    assert treated == {
        **dict.fromkeys(ON_PIPELINE, "notBreaching"),
        **dict.fromkeys(ON_REPUTATION, "missing"),
        "AssessmentSilentAlarm": "breaching",
    }


def test_alarms_on_the_pipeline_notify_the_topic_and_those_on_reputation_do_not() -> None:
    alarms = render_stack(AlarmTopicArn=TOPIC).of_type("AWS::CloudWatch::Alarm")
    notified = {name: alarm["AlarmActions"] for name, alarm in alarms.items() if "AlarmActions" in alarm}
    assert notified == {name: [TOPIC] for name in ON_PIPELINE}


def test_alarms_notify_nobody_if_there_is_no_topic() -> None:
    assert not any("AlarmActions" in alarm for alarm in ALARMS.values())


def test_two_stacks_watch_their_own_figures() -> None:
    staging = render_stack("staging").of_type("AWS::CloudWatch::Alarm")
    namespaces = {alarm["Namespace"] for alarm in staging.values()}
    assert namespaces == {"AWS/SQS", "AWS/Lambda", "AWS/States", "SesReputation/staging"}
