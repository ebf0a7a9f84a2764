"""What ministack's CloudFormation does not read in a template: alarms by metric math, ARNs taken apart."""

from collections.abc import Callable, Mapping
from typing import Any

from ministack.services.cloudformation import changesets, engine, handlers, provisioners, stacks

_NAMESPACE = "NotComputed"


def make_alarms_by_metric_math() -> None:
    """Make them on a metric that never has a value: what they would say is computed on AWS only."""
    record: Callable[[str, Mapping[str, Any]], dict[str, Any]] = provisioners._cw_metric_alarm_record

    def record_any(name: str, properties: Mapping[str, Any]) -> dict[str, Any]:
        if not properties.get("Metrics"):
            return record(name, properties)
        known = {key: value for key, value in properties.items() if key != "Metrics"}
        return record(name, known | {"Namespace": _NAMESPACE, "MetricName": name})

    provisioners._cw_metric_alarm_record = record_any


def read_places_in_conditions() -> None:
    """Let conditions name the Region and partition, and take a parameter apart (`Fn::Split`)."""
    evaluate: Callable[..., dict[str, bool]] = engine._evaluate_conditions

    def evaluate_whole(template: dict[str, Any], params: dict[str, Any]) -> dict[str, bool]:
        known = {"AWS::Region": engine.get_region(), "AWS::Partition": "aws"} | {
            name: str(each["Value"]) for name, each in params.items()
        }
        return evaluate(template | {"Conditions": _worked_out(template.get("Conditions", {}), known)}, params)

    for module in (engine, changesets, handlers, stacks):
        module._evaluate_conditions = evaluate_whole


def _worked_out(expression: Any, known: Mapping[str, str]) -> Any:
    if isinstance(expression, list):
        return [_worked_out(part, known) for part in expression]
    if not isinstance(expression, dict):
        return expression
    if expression.get("Ref") in known:
        return known[expression["Ref"]]
    parts = {name: _worked_out(part, known) for name, part in expression.items()}
    if "Fn::Split" in parts:
        delimiter, text = parts["Fn::Split"]
        return text.split(delimiter)
    return parts
