"""Alarms: those on the pipeline ring for operators, those on reputation ring nobody."""

import pytest

from tests.support.alarms import metrics_of
from tests.support.stack_template import ACCOUNT, Properties, is_rule_met, read_source, render_stack

TOPIC = "arn:aws:sns:us-east-1:111122223333:operations"
STACK = render_stack(AnalystDatabaseName="mail")
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
        if alarm.get("MetricName") not in {None, "ApproximateNumberOfMessagesVisible"}
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
        "PostponedHoursAgeAlarm": (
            "AWS/SQS ApproximateAgeOfOldestMessage <PostponedHoursQueue.QueueName>",
            "Maximum",
            25 * 3600,
        ),
        "PlacesUncheckedAlarm": (f"{NAMESPACE} PlacesUnchecked read_ses_statistics", "Sum", 0),
        "ChannelsUnheardAlarm": (f"{NAMESPACE} ChannelsUnheard read_ses_statistics", "Maximum", 0),
        "AlertsUndeliveredAlarm": (
            "AWS/SNS NumberOfNotificationsFailed <AlertTopic.TopicName>",
            "Sum",
            0,
        ),
        "PostingLagAlarm": ("AWS/Lambda IteratorAge <PostBalancesFunction>", "Maximum", 3600 * 1000),
        "ReadSesStatisticsFailedAlarm": ("AWS/Lambda Errors <ReadSesStatisticsFunction>", "Sum", 0),
        "StatisticsFailedAlarm": (f"{NAMESPACE} StatisticsFailed read_ses_statistics", "Sum", 0),
        "ConvertSnapshotFailedAlarm": ("AWS/Lambda Errors <ConvertSnapshotFunction>", "Sum", 0),
        "AssessReputationFailedAlarm": ("AWS/Lambda Errors <AssessReputationFunction>", "Sum", 0),
        "PublishStatementFailedAlarm": ("AWS/Lambda Errors <PublishStatementFunction>", "Sum", 0),
        "EntitiesFailedAlarm": (f"{NAMESPACE} EntitiesFailed assess_reputation", "Sum", 0),
        "AssessmentSilentAlarm": ("AWS/Lambda Invocations <AssessReputationFunction>", "Sum", 1),
        "ReputationReviewAlarm": (f"{NAMESPACE} WorstStanding assess_reputation", "Maximum", 2),
        "ReputationPauseAlarm": (f"{NAMESPACE} WorstStanding assess_reputation", "Maximum", 3),
        "SuppressionListsFailedAlarm": (f"{NAMESPACE} SuppressionListsFailed export_suppression", "Sum", 0),
        "ExportSuppressionFailedAlarm": (
            "AWS/States ExecutionsFailed <ExportSuppressionWorkflow>",
            "Sum",
            0,
        ),
        "SupersedingFailedAlarm": (f"{NAMESPACE} SupersedingFailed export_suppression", "Sum", 0),
        "ExportSuppressionTimedOutAlarm": (
            "AWS/States ExecutionsTimedOut <ExportSuppressionWorkflow>",
            "Sum",
            0,
        ),
    }


@pytest.mark.parametrize("name", ALARMS)
def test_one_period_beyond_the_threshold_is_enough_but_for_one_that_waits_three(name: str) -> None:
    beyond = {
        "AssessmentSilentAlarm": "LessThanThreshold",
        **dict.fromkeys(ON_REPUTATION, "GreaterThanOrEqualToThreshold"),
    }
    assert ALARMS[name]["EvaluationPeriods"] == (3 if name == "PostingStoppedAlarm" else 1)
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
        ("PublishStatementFailedAlarm", BETWEEN_READINGS),
        ("StatisticsFailedAlarm", BETWEEN_READINGS),
        ("PlacesUncheckedAlarm", BETWEEN_READINGS),
        ("ChannelsUnheardAlarm", BETWEEN_READINGS),
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
        **dict.fromkeys(ON_REPUTATION, "notBreaching"),
        "AssessmentSilentAlarm": "breaching",
        "PostingStoppedAlarm": "ignore",
    }


def test_alarms_on_the_pipeline_notify_the_topic_and_those_on_reputation_do_not() -> None:
    alarms = render_stack(AlarmTopicArn=TOPIC, AnalystDatabaseName="mail").of_type("AWS::CloudWatch::Alarm")
    notified = {name: alarm["AlarmActions"] for name, alarm in alarms.items() if "AlarmActions" in alarm}
    assert notified == {name: [TOPIC] for name in ON_PIPELINE}


def test_by_default_alarms_notify_a_topic_of_the_stacks_own() -> None:
    notified = {name: alarm["AlarmActions"] for name, alarm in ALARMS.items() if "AlarmActions" in alarm}
    assert notified == {name: ["<AlarmTopic>"] for name in ON_PIPELINE}
    assert "AlarmTopic" not in render_stack(AlarmTopicArn=TOPIC).resources


def test_no_alarm_is_sent_where_cloudwatch_may_not_publish() -> None:
    # Nobody can change the policy of alias/aws/sns, which has to let CloudWatch use the key.
    assert "KmsMasterKeyId" not in STACK.properties("AlarmTopic")
    policy = STACK.properties("AlarmTopicPolicy")
    assert policy["Topics"] == ["<AlarmTopic>"]
    assert policy["PolicyDocument"]["Statement"] == [
        {
            "Sid": "AlarmsOfThisAccountPublish",
            "Effect": "Allow",
            "Principal": {"Service": "cloudwatch.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": "<AlarmTopic>",
            "Condition": {
                "StringEquals": {"aws:SourceAccount": ACCOUNT},
                "ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:us-east-1:{ACCOUNT}:alarm:*"},
            },
        }
    ]


@pytest.mark.parametrize(
    ("parameters", "address"),
    [
        ({}, None),
        ({"AlarmEmail": "operations@example.com"}, "operations@example.com"),
        ({"AlertEmail": "postmaster@example.com"}, "postmaster@example.com"),
        (
            {"AlarmEmail": "operations@example.com", "AlertEmail": "postmaster@example.com"},
            "operations@example.com",
        ),
        ({"AlarmTopicArn": TOPIC, "AlertEmail": "postmaster@example.com"}, None),
    ],
)
def test_alarms_are_mailed_to_operators_or_else_to_whoever_receives_alerts(
    parameters: dict[str, str], address: str | None
) -> None:
    subscription = render_stack(**parameters).resources.get("AlarmEmailSubscription")
    assert (subscription and subscription["Properties"]["Endpoint"]) == address
    assert not subscription or subscription["Properties"]["TopicArn"] == "<AlarmTopic>"


def test_an_address_for_alarms_and_a_topic_for_alarms_are_not_given_together() -> None:
    rule = "AlarmEmailNeedsTheStacksOwnTopic"
    assert is_rule_met(rule, AlarmEmail="operations@example.com")
    assert is_rule_met(rule, AlarmTopicArn=TOPIC)
    assert not is_rule_met(rule, AlarmEmail="operations@example.com", AlarmTopicArn=TOPIC)


def test_no_alarm_rests_on_what_is_filled_into_a_metric_that_may_have_no_value_at_all() -> None:
    """AWS says what FILL does between values of a metric, and not what it does where there is none."""
    expressions = [
        each["Expression"]
        for alarm in ALARMS.values()
        for each in alarm.get("Metrics", [])
        if "Expression" in each
    ]
    assert expressions
    assert [each for each in expressions if "FILL" in each] == []


@pytest.mark.parametrize(
    ("journaled", "batches", "is_breaching"),
    # A busy hour has at most some ten million messages, and one batch is enough.
    [(1, None, True), (10_000_000, None, True), (10_000_000, 1, False), (1, 40, False), (None, 3, False)],
)
def test_an_hour_breaches_where_something_was_journaled_without_any_batch(
    journaled: int | None, batches: int | None, is_breaching: bool
) -> None:
    alarm = ALARMS["PostingStoppedAlarm"]

    (value,) = compute(alarm["Metrics"][0]["Expression"], journaled=[journaled], batches=[batches])

    assert value is not None
    assert (value > alarm["Threshold"]) is is_breaching


def compute(expression: str, **series: list[int | None]) -> list[int | None]:
    """What metric math makes of series, hour by hour.

    CloudWatch user guide, "Using metric math", Basic arithmetic functions: "Missing values in a time series
    are treated as 0". Where no series has a value, there is no point of time to compute one for.
    """
    term, minus, factor, times, metric = expression.split()
    assert (minus, times) == ("-", "*")
    hours = zip(series[term], series[metric], strict=True)
    return [None if m is n is None else (m or 0) - int(factor) * (n or 0) for m, n in hours]


def state_of(alarm: Properties, values: list[int | None], before: str) -> str:
    """The state of an alarm by the newest values that there are.

    CloudWatch user guide, "Configuring how CloudWatch alarms treat missing data": it looks at as many real
    values as it evaluates if it has retrieved them; with too few, missing ones count as the alarm says.
    """
    real = [value for value in values if value is not None][-alarm["EvaluationPeriods"] :]
    if len(real) < alarm["EvaluationPeriods"]:
        assert alarm["TreatMissingData"] == "ignore"
        return before
    return "ALARM" if all(value > alarm["Threshold"] for value in real) else "OK"


@pytest.mark.parametrize(
    ("journaled", "batches", "state"),
    [
        pytest.param([5, 1, 7], [None, None, None], "ALARM", id="journaled, and the stream brought nothing"),
        pytest.param([5, None, 1, 7], [None] * 4, "ALARM", id="the same, with an hour without mail"),
        pytest.param([5, 1, 7], [1, None, None], "OK", id="one hour had a batch"),
        pytest.param([5, 1, 7], [2, 1, 3], "OK", id="all hours had batches"),
        pytest.param([None, None, None], [1, 1, 1], "OK", id="batches of pages that were written before"),
        pytest.param([None, None, None], [None, None, None], "as before", id="nothing was journaled"),
        pytest.param([None, None, 3], [None, None, None], "as before", id="mail of one hour only"),
    ],
)
def test_a_stopped_stream_rings_as_aws_evaluates_its_expression(
    journaled: list[int | None], batches: list[int | None], state: str
) -> None:
    alarm = ALARMS["PostingStoppedAlarm"]
    values = compute(alarm["Metrics"][0]["Expression"], journaled=journaled, batches=batches)

    assert state_of(alarm, values, before="as before") == state


def test_a_stopped_stream_rings_by_what_was_journaled_without_a_batch_of_the_stream() -> None:
    """A mapping that is disabled calls nobody, and Lambda emits IteratorAge when it has called the function.

    An hour in which nothing was journaled has no value, and is left out. One value above 0 happens by chance:
    mail of the last seconds of an hour is posted in the next, which then has the value 0.
    """
    alarm = ALARMS["PostingStoppedAlarm"]
    expression, journaled, batches = alarm["Metrics"]
    assert expression["Expression"] == "journaled - 1000000000 * batches"
    assert [each["ReturnData"] for each in alarm["Metrics"]] == [True, False, False]
    assert (journaled["Id"], journaled["MetricStat"]) == (
        "journaled",
        {
            "Metric": {
                "Namespace": NAMESPACE,
                "MetricName": "FeedbackJournaled",
                "Dimensions": [{"Name": "service", "Value": "journal_feedback"}],
            },
            "Period": 3600,
            "Stat": "Sum",
        },
    )
    assert (batches["Id"], batches["MetricStat"]) == (
        "batches",
        {
            "Metric": {
                "Namespace": "AWS/Lambda",
                "MetricName": "IteratorAge",
                "Dimensions": [{"Name": "FunctionName", "Value": "<PostBalancesFunction>"}],
            },
            "Period": 3600,
            "Stat": "SampleCount",
        },
    )
    assert (alarm["EvaluationPeriods"], alarm["Threshold"]) == (3, 0)


def test_a_healthy_stream_cannot_ring_for_a_window_as_long_as_any_that_can_be_set() -> None:
    windows = read_source()["Parameters"]["PostingWindowSeconds"]
    longest_posting = STACK.properties("PostBalancesFunction")["Timeout"]
    periods = {each["MetricStat"]["Period"] for each in ALARMS["PostingStoppedAlarm"]["Metrics"][1:]}
    assert periods == {3600}
    assert windows["MaxValue"] + longest_posting < 3600 / 2


def test_two_stacks_watch_their_own_figures() -> None:
    staging = render_stack("staging").of_type("AWS::CloudWatch::Alarm")
    namespaces = {metric["Namespace"] for alarm in staging.values() for metric in metrics_of(alarm)}
    assert namespaces == {"AWS/SQS", "AWS/SNS", "AWS/Lambda", "AWS/States", "SesReputation/staging"}
