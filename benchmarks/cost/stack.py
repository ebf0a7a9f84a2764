"""What of a stack is billed however little it does, counted from the rendered template and the code."""

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.support.stack_template import ROOT, Stack, render_stack

FUNCTIONS = {
    "JournalFeedbackFunction": "journal_feedback",
    "PostBalancesFunction": "post_balances",
    "ReadSesStatisticsFunction": "read_ses_statistics",
    "AssessReputationFunction": "assess_reputation",
    "ExportSuppressionFunction": "export_suppression",
    "PublishStatementFunction": "publish_statement",
    "SendDigestFunction": "send_digest",
}
"""The functions that the data passes, and those that report it, by logical id; each is a `service`."""
HOURS_A_MONTH = 730.56
_WEEKLY = re.compile(r"cron\(\d+ \d+ \? \* [A-Z]{3} \*\)")
_UNITS = {"minute": 1 / 60, "hour": 1.0, "day": 24.0}


@dataclass(frozen=True, slots=True)
class StackCounts:
    """What the template's defaults make: of CloudWatch, schedules, queues and functions.

    runs: starts of each schedule a month, by its logical id. polled_queues: those that Lambda polls.
    tables_with_key: tables encrypted with a key of KMS that asks for fees.
    """

    alarm_metrics: int
    dashboards: int
    runs: dict[str, float]
    polled_queues: int
    traced_functions: int
    tables_with_key: int
    states: int
    memory: dict[str, int]
    log_days: int


@cache
def count_stack() -> StackCounts:
    """Count what the template makes with its default parameters."""
    stack = render_stack()
    functions = stack.of_type("AWS::Lambda::Function")
    schedules = stack.of_type("AWS::Scheduler::Schedule")
    mappings = stack.of_type("AWS::Lambda::EventSourceMapping")
    tables = stack.of_type("AWS::DynamoDB::Table").values()
    traced = [each for each in functions.values() if each.get("TracingConfig", {}).get("Mode") == "Active"]
    return StackCounts(
        sum(map(metrics_of_alarm, stack.of_type("AWS::CloudWatch::Alarm").values())),
        len(stack.of_type("AWS::CloudWatch::Dashboard")),
        {name: runs_a_month(each["ScheduleExpression"]) for name, each in schedules.items()},
        sum(1 for each in mappings.values() if "Queue" in str(each["EventSourceArn"])),
        len(traced),
        sum(1 for table in tables if table.get("SSESpecification", {}).get("SSEEnabled")),
        _states_of_workflow(),
        {name: each.get("MemorySize", 128) for name, each in functions.items()},
        _log_days(stack),
    )


def metrics_of_alarm(alarm: dict[str, Any]) -> int:
    """Return how many metrics an alarm looks at: CloudWatch bills each of those of a metric math."""
    if "Metrics" in alarm:
        return sum(1 for each in alarm["Metrics"] if "MetricStat" in each)
    return 1


def runs_a_month(schedule: str) -> float:
    """Return how often `rate(5 minutes)`, or `cron(0 8 ? * MON *)`, starts its target.

    Raises ValueError for another kind.
    """
    if _WEEKLY.fullmatch(schedule):
        return HOURS_A_MONTH / (7 * _UNITS["day"])
    number, _, unit = schedule.removeprefix("rate(").removesuffix(")").partition(" ")
    if not schedule.startswith("rate(") or unit.removesuffix("s") not in _UNITS:
        raise ValueError(f"no default is {schedule!r}")
    return HOURS_A_MONTH / (int(number) * _UNITS[unit.removesuffix("s")])


def entities_with_metrics() -> int:
    """Return how many entities have metrics of their own at most, by the template's defaults."""
    return int(_variables("AssessReputationFunction")["ENTITIES_WITH_METRICS"])


def detailed_metrics() -> str:
    """Return whether all that is counted is sent as metrics, by the template's defaults."""
    return str(_variables("AssessReputationFunction")["DETAILED_METRICS"])


def _variables(function: str) -> dict[str, Any]:
    variables: dict[str, Any] = render_stack().properties(function)["Environment"]["Variables"]
    return variables


def counted_in_source(function: str) -> set[str]:
    """Return the metrics that a function's own source counts by name, `_count("...")`."""
    tree = ast.parse((ROOT / "functions" / function / "app.py").read_text("utf-8"))
    return {
        str(call.args[0].value)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "_count"
        if isinstance(call.args[0], ast.Constant)
    }


def _states_of_workflow() -> int:
    """Return the states of the export's workflow: a list of one part passes each of them once."""
    definition = json.loads(Path(ROOT / "functions/export_suppression/workflow.asl.json").read_text("utf-8"))
    return sum(1 for state in _states(definition) if state["Type"] != "Fail")


def _states(definition: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for state in definition["States"].values():
        yield state
        if "ItemProcessor" in state:
            yield from _states(state["ItemProcessor"])


def _log_days(stack: Stack) -> int:
    return max(int(each["RetentionInDays"]) for each in stack.of_type("AWS::Logs::LogGroup").values())
