"""Runs the export's real state machine in this process: just the part of the States Language that it uses."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

DEFINITION = Path(__file__).parents[2] / "functions/export_suppression/workflow.asl.json"
LARGEST_PAYLOAD_BYTES = 256 * 1024
# Step Functions gives up after 25,000 events of an execution's history; a step makes up to five. A child
# execution has a history of its own (developer guide, "Using Map state in Distributed mode").
MOST_STEPS = 5_000
EXECUTION = "arn:aws:states:us-east-1:111122223333:execution:ExportSuppression:first"

_KNOWN_FIELDS = {
    "Task": {"Resource", "Parameters", "OutputPath", "TimeoutSeconds", "Retry", "Catch"},
    "Choice": {"Choices", "Default"},
    "Map": {
        "ItemReader",
        "ItemSelector",
        "MaxConcurrency",
        "ToleratedFailurePercentage",
        "Label",
        "ItemProcessor",
        "ResultPath",
    },
    "Pass": {"Result"},
    "Succeed": set[str](),
}

Invoke = Callable[[dict[str, Any]], dict[str, Any]]


class ExecutionFailedError(Exception):
    """An execution ended as FAILED; the text is the error's name."""


class Workflow:
    """One execution of the state machine; steps are counted as its history would, by child execution too.

    fetch: reads an object of the bucket, for the Map's reader. before_child: is called with each item.
    """

    def __init__(
        self,
        invoke: Invoke,
        fetch: Callable[[str], bytes],
        execution: str = EXECUTION,
        before_child: Callable[[Any], None] = lambda _: None,
    ) -> None:
        self.definition = json.loads(DEFINITION.read_text())
        self.steps: list[str] = []
        self.children: list[list[str]] = []
        self.failed_children: list[str] = []
        self.largest_payload = 0
        self._invoke = invoke
        self._fetch = fetch
        self._execution = execution
        self._before_child = before_child

    def run(self, request: Mapping[str, Any]) -> Any:
        """Run to the end and give the output; raises ExecutionFailedError."""
        return self._run_states(self.definition, dict(request), self.steps)

    def _run_states(self, machine: Mapping[str, Any], state_input: Any, steps: list[str]) -> Any:
        name = machine["StartAt"]
        while name is not None:
            assert len(steps) < MOST_STEPS, "the execution does not end"
            state = machine["States"][name]
            unknown = set(state) - _KNOWN_FIELDS[state["Type"]] - {"Type", "Comment", "Next", "End"}
            assert not unknown, f"{name}: teach this runner {unknown}"
            steps.append(name)
            state_input, name = getattr(self, f"_run_{state['Type'].lower()}")(state, state_input)
            text = json.dumps(state_input)
            self.largest_payload = max(self.largest_payload, len(text))
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
                name = type(error).__name__
                if _may_retry(state["Retry"], name, attempts):
                    continue
                caught = _find_catcher(state.get("Catch", []))
                if caught is None:
                    raise ExecutionFailedError(name) from error
                cause = json.dumps({"errorType": name, "errorMessage": str(error)})
                assert caught["ResultPath"] == "$.error"
                return {**state_input, "error": {"Error": name, "Cause": cause}}, caught["Next"]
        return _resolve(state["OutputPath"], {"Payload": payload}), state.get("Next")

    def _run_choice(self, state: Mapping[str, Any], state_input: Any) -> tuple[Any, str]:
        for rule in state["Choices"]:
            if _resolve(rule["Variable"], state_input) == rule["StringEquals"]:
                return state_input, rule["Next"]
        return state_input, state["Default"]

    def _run_map(self, state: Mapping[str, Any], state_input: Any) -> tuple[Any, str | None]:
        """A distributed map: each item is a child execution, and one that fails fails no other."""
        assert state["ItemProcessor"]["ProcessorConfig"]["Mode"] == "DISTRIBUTED"
        assert state["ToleratedFailurePercentage"] == 100
        reader = self._fill(state["ItemReader"]["Parameters"], state_input)
        results = []
        for item in json.loads(self._fetch(reader["Key"])):
            self._before_child(item)
            child_input = self._fill(state["ItemSelector"], state_input, item)
            self.children.append([])
            try:
                results.append(self._run_states(state["ItemProcessor"], child_input, self.children[-1]))
            except ExecutionFailedError as error:
                self.failed_children.append(str(error))
        return {**state_input, state["ResultPath"].removeprefix("$."): results}, state.get("Next")

    def _run_pass(self, state: Mapping[str, Any], _: Any) -> tuple[Any, str | None]:
        return state["Result"], state.get("Next")

    def _run_succeed(self, _: Mapping[str, Any], state_input: Any) -> tuple[Any, None]:
        return state_input, None

    def _fill(self, template: Mapping[str, Any], state_input: Any, item: Any = None) -> dict[str, Any]:
        context = {"Execution": {"Id": self._execution}, "Map": {"Item": {"Value": item}}}
        filled: dict[str, Any] = {}
        for name, value in template.items():
            if isinstance(value, dict):
                filled[name] = self._fill(value, state_input)
            elif name.endswith(".$") and value.startswith("$$"):
                filled[name[:-2]] = _resolve(value[1:], context)
            elif name.endswith(".$"):
                filled[name[:-2]] = _resolve(value, state_input)
            else:
                filled[name] = value
        return filled


def _find_catcher(catchers: list[dict[str, Any]]) -> dict[str, Any] | None:
    return next((each for each in catchers if each["ErrorEquals"] == ["States.ALL"]), None)


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
