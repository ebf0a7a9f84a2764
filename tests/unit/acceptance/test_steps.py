"""Steps that need what an account may lack, and what only a real account can answer."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from console.local_aws.deployment import Stack
from tests.acceptance.run import Run
from tests.acceptance.step import FailedError, SkippedError
from tests.acceptance.steps.greeting import hear_ses
from tests.acceptance.steps.opt_in_region import hear_an_opt_in_region
from tests.acceptance.steps.recursion import FUNCTION, wait_without_being_stopped
from tests.acceptance.steps.simulator import mail_the_simulator
from tests.acceptance.steps.stopped_stream import ALARM, MAPPING, see_a_stopped_stream
from tests.acceptance.steps.stranger import refuse_a_stranger
from tests.unit.acceptance.runs import make_run

METRIC = {"MetricStat": {"Metric": {"MetricName": "IteratorAge"}, "Period": 3600, "Stat": "SampleCount"}}
METRICS: list[dict[str, Any]] = [
    {"Id": "unposted", "Expression": "journaled - 1000000000 * batches", "ReturnData": True},
    {"Id": "batches", "ReturnData": False, **METRIC},
]


def give_stack(run: Run, **resources: str) -> Run:
    outputs = {"FeedbackTopicArn": f"arn:aws:sns:eu-west-1:111111111111:{run.name}-FeedbackTopic"}
    run.stack = Stack(run.name, {}, outputs, resources)
    return run


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        (hear_ses, "SES made no identity"),
        (mail_the_simulator, "give FROM="),
        (hear_an_opt_in_region, "no opt-in Region is enabled"),
        (refuse_a_stranger, "give OTHER_PROFILE="),
        (see_a_stopped_stream, f"has no {ALARM}"),
    ],
)
def test_a_step_that_lacks_something_says_what(step: Callable[[Run], str], reason: str) -> None:
    with pytest.raises(SkippedError, match=reason):
        step(give_stack(make_run()))


def test_nothing_is_tried_of_a_stack_that_is_not_deployed() -> None:
    with pytest.raises(FailedError, match="not deployed"):
        see_a_stopped_stream(make_run())


def test_a_function_that_lambda_would_stop_fails_the_run() -> None:
    functions = SimpleNamespace(get_function_recursion_config=lambda **_: {"RecursiveLoop": "Terminate"})
    run = give_stack(make_run(SimpleNamespace(functions=functions)), **{FUNCTION: "acceptance-post"})
    with pytest.raises(FailedError, match="RecursiveLoop of PostBalancesFunction is Terminate"):
        wait_without_being_stopped(run)


class CloudWatch:
    """Has the deployed alarm, and batches until the mapping is disabled; keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.is_stopped = False

    def describe_alarms(self, **_: Any) -> dict[str, Any]:
        return {"MetricAlarms": [{"StateValue": "OK", "Metrics": METRICS}]}

    def get_metric_data(self, MetricDataQueries: list[dict[str, Any]], **_: Any) -> dict[str, Any]:  # noqa: N803
        self.asked = MetricDataQueries
        unposted, batches = ([4.0, 5.0, 6.0], []) if self.is_stopped else ([0.0], [2.0])
        found = {"unposted": unposted, "batches": batches}
        return {"MetricDataResults": [{"Id": name, "Values": values} for name, values in found.items()]}

    def update_event_source_mapping(self, **options: Any) -> None:
        assert options == {"UUID": "of-the-stream", "Enabled": False}
        self.is_stopped = True

    def get_event_source_mapping(self, **_: Any) -> dict[str, str]:
        return {"State": "Disabled" if self.is_stopped else "Enabled"}

    def publish_batch(self, **_: Any) -> None:
        """Take it."""


def test_a_stopped_stream_shows_in_the_alarms_own_figures_by_the_minute() -> None:
    aws = CloudWatch()
    clients = SimpleNamespace(connect=lambda _: aws, functions=aws, sns=aws)
    run = give_stack(make_run(clients), **{ALARM: "alarm", MAPPING: "of-the-stream"})
    assert "computes more than 0 in 3 minutes" in see_a_stopped_stream(run)
    shorter = METRIC["MetricStat"] | {"Period": 60}
    assert aws.asked == [METRICS[0], {"Id": "batches", "ReturnData": True, "MetricStat": shorter}]
