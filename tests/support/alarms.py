"""What an alarm of a template watches."""

from tests.support.stack_template import Properties


def metrics_of(alarm: Properties) -> list[Properties]:
    """The metrics that an alarm watches: one, or those that it computes with."""
    if "Metrics" not in alarm:
        return [alarm]
    return [each["MetricStat"]["Metric"] for each in alarm["Metrics"] if "MetricStat" in each]
