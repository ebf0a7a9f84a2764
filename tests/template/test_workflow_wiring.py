"""The export's workflow and the template speak of the same things."""

import json
import re
from typing import Any

from tests.support.stack_template import ROOT, read_source, render_stack

WORKFLOW = read_source()["Resources"]["ExportSuppressionWorkflow"]["Properties"]
DEFINITION = (ROOT / WORKFLOW["DefinitionUri"]).read_text()


def tasks(states: dict[str, Any]) -> list[dict[str, Any]]:
    """All task states, those inside of maps too."""
    found = [state for state in states.values() if state["Type"] == "Task"]
    inner = [state["ItemProcessor"]["States"] for state in states.values() if state["Type"] == "Map"]
    return found + [task for nested in inner for task in tasks(nested)]


def test_the_template_fills_in_what_the_definition_leaves_open() -> None:
    assert set(re.findall(r"\$\{(\w+)\}", DEFINITION)) == WORKFLOW["DefinitionSubstitutions"].keys()


def test_every_task_calls_the_one_function_that_the_role_may_call() -> None:
    called = [task["Parameters"]["FunctionName"] for task in tasks(json.loads(DEFINITION)["States"])]
    assert called
    assert set(called) == {"${ExportSuppressionFunctionArn}"}
    assert render_stack().properties("ExportSuppressionWorkflow")["DefinitionSubstitutions"] == {
        "Partition": "aws",
        "ExportSuppressionFunctionArn": "<ExportSuppressionFunction.Arn>",
    }


def test_a_task_outwaits_the_function() -> None:
    timeout = render_stack().properties("ExportSuppressionFunction")["Timeout"]
    waits = [task["TimeoutSeconds"] for task in tasks(json.loads(DEFINITION)["States"])]
    assert min(waits) > timeout
