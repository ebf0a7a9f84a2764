"""Alarms over an expression of metrics, which ministack's CloudFormation refuses to make.

They stand there by the first of their metrics, and notify nobody: alarms do nothing on the local AWS.
"""

from collections.abc import Callable, Mapping
from typing import Any

from ministack.services.cloudformation import provisioners

Properties = Mapping[str, Any]


def keep_alarms_of_expressions() -> None:
    """Let CloudFormation make alarms that have `Metrics` in place of one metric."""
    record: Callable[[str, Properties], Any] = provisioners._cw_metric_alarm_record
    provisioners._cw_metric_alarm_record = lambda name, properties: record(name, _with_one_metric(properties))


def _with_one_metric(properties: Properties) -> Properties:
    metrics = properties.get("Metrics")
    if not metrics:
        return properties
    first = next(metric["MetricStat"] for metric in metrics if "MetricStat" in metric)
    rest = {name: each for name, each in properties.items() if name not in {"Metrics", "AlarmActions"}}
    return {**rest, **first["Metric"], "Period": first["Period"], "Statistic": first["Stat"]}
