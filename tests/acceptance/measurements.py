"""What CloudWatch measured of the run's stack."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from tests.acceptance.run import Run

_PERIOD_SECONDS = 300


def read_sum(run: Run, namespace: str, metric: str, dimensions: Mapping[str, str]) -> float:
    """Return the sum of a metric since the run began; 0.0 where CloudWatch has none (yet)."""
    now = datetime.now(UTC)
    # A period is asked for from its beginning, and answers hold 1,440 points: five days.
    begun_at = run.begun_at - timedelta(seconds=_PERIOD_SECONDS)
    answer = run.clients.connect("cloudwatch").get_metric_statistics(
        Namespace=namespace,
        MetricName=metric,
        Dimensions=[{"Name": name, "Value": value} for name, value in dimensions.items()],
        StartTime=begun_at,
        EndTime=now + timedelta(seconds=_PERIOD_SECONDS),
        Period=_PERIOD_SECONDS,
        Statistics=["Sum"],
    )
    return float(sum(point["Sum"] for point in answer["Datapoints"]))


def count_custom_metrics(run: Run) -> int:
    """Return how many metrics the stack's own namespace has by now."""
    pages = run.clients.connect("cloudwatch").get_paginator("list_metrics")
    namespace = f"SesReputation/{run.name}"
    return sum(len(page["Metrics"]) for page in pages.paginate(Namespace=namespace))


def count_alarm_metrics(run: Run) -> int:
    """Return how many metrics the stack's alarms look at: each is billed as an alarm."""
    pages = run.clients.connect("cloudwatch").get_paginator("describe_alarms")
    return sum(
        sum("MetricStat" in metric for metric in alarm.get("Metrics", ())) or 1
        for page in pages.paginate(AlarmNamePrefix=run.name)
        for alarm in page["MetricAlarms"]
    )
