"""What the functions write: lines from the chosen level on, and metrics beside them."""

import json
from collections.abc import Iterator
from typing import Any

from tests.acceptance.measurements import read_sum
from tests.acceptance.run import Run
from tests.acceptance.step import FailedError
from tests.acceptance.steps.snapshot import export_the_list

JOURNALING, EXPORTING = "JournalFeedbackFunction", "ExportSuppressionFunction"


def keep_to_the_level(run: Run) -> str:
    """At INFO there are metrics and lines of INFO; at WARN, an export leaves no more of these.

    Only Lambda drops lines by its own level (developer guide, "Log-level filtering"), so that the second is
    AWS's to show.
    """
    run.await_that(
        "a line with metrics is in the log", lambda: any("_aws" in each for each in _lines(run, JOURNALING))
    )
    written = run.await_that("the export wrote a line of INFO", lambda: _count_of_info(run))
    if run.account.is_local:
        return "lines of INFO and metrics are there; no line is dropped on this machine"
    _warn_only(run)
    export_the_list(run)
    if (more := _count_of_info(run) - written) > 0:
        raise FailedError(f"at level WARN, {EXPORTING} wrote {more} lines of INFO")
    return "lines of INFO and metrics are there, and none of INFO at level WARN"


def measure(run: Run) -> str:
    """CloudWatch has what the functions counted."""
    dimensions = {"service": "journal_feedback"}

    def count() -> float:
        return read_sum(run, f"SesReputation/{run.name}", "FeedbackJournaled", dimensions)

    return f"FeedbackJournaled = {run.await_that('CloudWatch has FeedbackJournaled', count):.0f}"


def _count_of_info(run: Run) -> int:
    return sum(line.get("level") == "INFO" for line in _lines(run, EXPORTING))


def _warn_only(run: Run) -> None:
    functions, name = run.clients.functions, run.stack.resources[EXPORTING]
    logging = functions.get_function_configuration(FunctionName=name)["LoggingConfig"]
    functions.update_function_configuration(
        FunctionName=name, LoggingConfig={**logging, "ApplicationLogLevel": "WARN"}
    )
    run.await_updated(name)


def _lines(run: Run, function: str) -> Iterator[dict[str, Any]]:
    """The JSON lines of a function's log; Lambda's own of a start are text on the AWS of this machine."""
    name = run.stack.resources[function]
    configuration = run.clients.functions.get_function_configuration(FunctionName=name)
    pages = run.clients.logs.get_paginator("filter_log_events")
    for page in pages.paginate(logGroupName=configuration["LoggingConfig"]["LogGroup"]):
        for event in page["events"]:
            if event["message"].startswith("{"):
                yield json.loads(event["message"])
