"""The export's workflow and the template speak of the same things."""

import json
import re
from typing import Any

from ses_reputation.suppression.snapshot.location import ListsRun
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
        "ReputationBucketName": "<ReputationBucket>",
    }


def test_a_task_outwaits_the_function() -> None:
    timeout = render_stack().properties("ExportSuppressionFunction")["Timeout"]
    waits = [task["TimeoutSeconds"] for task in tasks(json.loads(DEFINITION)["States"])]
    assert min(waits) > timeout


def test_the_map_reads_what_the_role_may_read_and_redrives_under_its_own_label() -> None:
    places = json.loads(DEFINITION)["States"]["ExportPlaces"]
    reader = places["ItemReader"]
    assert reader["Resource"] == "arn:${Partition}:states:::s3:getObject"
    assert reader["Parameters"] == {"Bucket": "${ReputationBucketName}", "Key.$": "$.places_key"}
    assert ListsRun("20261122T070000Z").places_key == "suppression/runs/20261122T070000Z/places.json"
    redriven = render_stack().properties("ExportSuppressionWorkflowPolicy")["PolicyDocument"]["Statement"][-1]
    assert redriven["Resource"].endswith(f"/{places['Label']}:*")
