"""What the functions write: lines from the chosen level on, and metrics at any level."""

import json
from collections.abc import Iterator
from typing import Any

from tests.acceptance.measurements import read_sum
from tests.acceptance.run import Run
from tests.acceptance.step import FailedError

LEVEL = "WARNING"
_BELOW = {"DEBUG", "INFO"}
_FUNCTIONS = ("JournalFeedbackFunction", "PostBalancesFunction", "AssessReputationFunction")


def keep_to_the_level(run: Run) -> str:
    """Warnings are there (of the forgeries), lines below them are not, and metrics are in embedded format."""
    run.await_that("a warning is in the log", lambda: any(map(_is_warning, _lines(run, _FUNCTIONS[0]))))
    run.await_that(
        "a line with metrics is in the log", lambda: any(map(_is_metric, _lines(run, _FUNCTIONS[0])))
    )
    below = [line for name in _FUNCTIONS for line in _lines(run, name) if line.get("level") in _BELOW]
    if below:
        raise FailedError(f"{len(below)} lines below LogLevel={LEVEL}, such as {below[0].get('message')!r}")
    return f"warnings and metrics are logged, and nothing below LogLevel={LEVEL}"


def measure(run: Run) -> str:
    """CloudWatch has what the functions counted, at a level at which they log nothing else."""
    dimensions = {"service": "journal_feedback"}

    def count() -> float:
        return read_sum(run, f"SesReputation/{run.name}", "FeedbackJournaled", dimensions)

    return f"FeedbackJournaled = {run.await_that('CloudWatch has FeedbackJournaled', count):.0f}"


def _lines(run: Run, function: str) -> Iterator[dict[str, Any]]:
    """The JSON lines of a function's log; Lambda's own of a start are text on the AWS of this machine."""
    name = run.stack.resources[function]
    configuration = run.clients.functions.get_function_configuration(FunctionName=name)
    pages = run.clients.logs.get_paginator("filter_log_events")
    for page in pages.paginate(logGroupName=configuration["LoggingConfig"]["LogGroup"]):
        for event in page["events"]:
            if event["message"].startswith("{"):
                yield json.loads(event["message"])


def _is_warning(line: dict[str, Any]) -> bool:
    return line.get("level") in {"WARNING", "WARN"}


def _is_metric(line: dict[str, Any]) -> bool:
    return "_aws" in line
