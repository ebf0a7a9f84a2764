"""Runs the export's real state machine in this process: just the part of the States Language that it uses."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

DEFINITION = Path(__file__).parents[2] / "functions/export_suppression/workflow.asl.json"
LARGEST_PAYLOAD_BYTES = 256 * 1024
# Step Functions gives up after 25,000 events of an execution's history; a step makes up to five.
MOST_STEPS = 5_000
EXECUTION = "arn:aws:states:us-east-1:111122223333:execution:ExportSuppression:first"

_KNOWN_FIELDS = {
    "Task": {"Resource", "Parameters", "OutputPath", "TimeoutSeconds", "Retry"},
    "Choice": {"Choices", "Default"},
    "Map": {"ItemsPath", "MaxConcurrency", "ItemProcessor", "ResultPath"},
    "Succeed": set[str](),
}

Invoke = Callable[[dict[str, Any]], dict[str, Any]]


class ExecutionFailedError(Exception):
    """An execution ended as FAILED; the text is the error's name."""


class Workflow:
    """One execution of the state machine; steps are counted as its history would."""

    def __init__(self, invoke: Invoke, execution: str = EXECUTION) -> None:
        self.definition = json.loads(DEFINITION.read_text())
        self.steps: list[str] = []
        self._invoke = invoke
        self._execution = execution

    def run(self, request: Mapping[str, Any]) -> Any:
        """Run to the end and give the output; raises ExecutionFailedError."""
        return self._run_states(self.definition, dict(request))

    def _run_states(self, machine: Mapping[str, Any], state_input: Any) -> Any:
        name = machine["StartAt"]
        while name is not None:
            assert len(self.steps) < MOST_STEPS, "the execution does not end"
            state = machine["States"][name]
            unknown = set(state) - _KNOWN_FIELDS[state["Type"]] - {"Type", "Comment", "Next", "End"}
            assert not unknown, f"{name}: teach this runner {unknown}"
            self.steps.append(name)
            state_input, name = getattr(self, f"_run_{state['Type'].lower()}")(state, state_input)
            text = json.dumps(state_input)
            assert len(text) < LARGEST_PAYLOAD_BYTES
            state_input = json.loads(text)
        return state_input

    def _run_task(self, state: Mapping[str, Any], state_input: Any) -> tuple[Any, str | None]:
        parameters = self._fill(state["Parameters"], state_input)
        assert parameters["FunctionName"] == "${ExportSuppressionFunctionArn}"
        attempts: dict[int, int] = {}
        while True:
            try:
                payload = self._invoke(json.loads(json.dumps(parameters["Payload"])))
                break
            except Exception as error:
                if not _may_retry(state["Retry"], type(error).__name__, attempts):
                    raise ExecutionFailedError(type(error).__name__) from error
        return _resolve(state["OutputPath"], {"Payload": payload}), state.get("Next")

    def _run_choice(self, state: Mapping[str, Any], state_input: Any) -> tuple[Any, str]:
        for rule in state["Choices"]:
            if _resolve(rule["Variable"], state_input) == rule["StringEquals"]:
                return state_input, rule["Next"]
        return state_input, state["Default"]

    def _run_map(self, state: Mapping[str, Any], state_input: Any) -> tuple[Any, str | None]:
        results = [
            self._run_states(state["ItemProcessor"], json.loads(json.dumps(item)))
            for item in _resolve(state["ItemsPath"], state_input)
        ]
        return {**state_input, state["ResultPath"].removeprefix("$."): results}, state.get("Next")

    def _run_succeed(self, _: Mapping[str, Any], state_input: Any) -> tuple[Any, None]:
        return state_input, None

    def _fill(self, template: Mapping[str, Any], state_input: Any) -> dict[str, Any]:
        filled: dict[str, Any] = {}
        for name, value in template.items():
            if isinstance(value, dict):
                filled[name] = self._fill(value, state_input)
            elif name.endswith(".$") and value.startswith("$$"):
                filled[name[:-2]] = _resolve(value[1:], {"Execution": {"Id": self._execution}})
            elif name.endswith(".$"):
                filled[name[:-2]] = _resolve(value, state_input)
            else:
                filled[name] = value
        return filled


def _may_retry(retriers: list[dict[str, Any]], error: str, attempts: dict[int, int]) -> bool:
    """The first retrier that names the error decides, as Step Functions has it."""
    for number, retrier in enumerate(retriers):
        if error in retrier["ErrorEquals"] or "States.TaskFailed" in retrier["ErrorEquals"]:
            attempts[number] = attempts.get(number, 0) + 1
            return attempts[number] <= int(retrier["MaxAttempts"])
    return False


def _resolve(path: str, value: Any) -> Any:
    assert re.fullmatch(r"\$(\.\w+)*", path), f"teach this runner {path}"
    for name in path.split(".")[1:]:
        value = value[name]
    return value
