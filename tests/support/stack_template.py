"""The template as CloudFormation would use it: transformed by SAM, parameters and intrinsics worked out."""

import copy
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from console.local_aws.template import read_template, translate_template
from ses_reputation.regions import partition_of

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE_PATH = ROOT / "template.yaml"
TEMPLATES = (
    TEMPLATE_PATH,
    *(ROOT / "accounts" / f"{name}.yaml" for name in ("identity-owner", "delegate-sender")),
)
ACCOUNT = "111122223333"
REGION = "us-east-1"
Properties = dict[str, Any]

_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "Fn::Equals": lambda left, right: left == right,
    "Fn::Not": lambda condition: not condition,
    "Fn::And": lambda *conditions: all(conditions),
    "Fn::Or": lambda *conditions: any(conditions),
    "Fn::Contains": lambda members, member: member in members,
    "Fn::Join": lambda delimiter, parts: delimiter.join(parts),
    "Fn::Split": lambda delimiter, text: text.split(delimiter),
    "Fn::Select": lambda index, parts: parts[int(index)],
}
_PLACEHOLDER = re.compile(r"\$\{([^}!]+)\}")


@dataclass(frozen=True, slots=True)
class Stack:
    """Resources and outputs; a reference reads `<LedgerTable>`, an attribute `<LedgerTable.Arn>`."""

    resources: Mapping[str, dict[str, Any]]
    outputs: Mapping[str, dict[str, Any]]

    def of_type(self, resource_type: str) -> dict[str, Properties]:
        """Return the properties of all resources of a type, by logical id."""
        return {
            name: properties for name, properties in self._properties() if self._type(name) == resource_type
        }

    def properties(self, logical_id: str) -> Properties:
        """Return the properties of one resource."""
        properties: Properties = self.resources[logical_id]["Properties"]
        return properties

    def _properties(self) -> Iterator[tuple[str, Properties]]:
        for name, resource in self.resources.items():
            yield name, resource.get("Properties", {})

    def _type(self, logical_id: str) -> str:
        return str(self.resources[logical_id]["Type"])


def read_source() -> dict[str, Any]:
    """Return the template as it was written, short intrinsics (`!Ref`) written out."""
    return copy.deepcopy(_read_once())


@cache
def _read_once() -> dict[str, Any]:
    return read_template(TEMPLATE_PATH)


def default_parameters() -> dict[str, str]:
    """Return every parameter's default, as the text that CloudFormation compares."""
    return dict(_defaults_once())


@cache
def _defaults_once() -> dict[str, str]:
    return {name: str(parameter["Default"]) for name, parameter in _read_once()["Parameters"].items()}


@cache
def render_stack(stack_name: str = "reputation", region: str = REGION, **parameters: str) -> Stack:
    """Return the stack that these parameters, and the defaults of the others, would make."""
    source = read_source()
    unknown = parameters.keys() - source["Parameters"].keys()
    assert not unknown, f"the template has no parameters {unknown}"
    values = default_parameters() | parameters
    translated = translate_source(source, values, region)
    pseudo = {
        "AWS::AccountId": ACCOUNT,
        "AWS::Region": region,
        "AWS::Partition": partition_of(region),
        "AWS::StackName": stack_name,
    }
    intrinsics = _Intrinsics(pseudo | values, translated.get("Conditions", {}))
    worked_out = intrinsics.work_out({name: translated[name] for name in ("Resources", "Outputs")})
    made = {
        kind: {
            name: part
            for name, part in parts.items()
            if "Condition" not in part or intrinsics.is_met(part["Condition"])
        }
        for kind, parts in worked_out.items()
    }
    return Stack(made["Resources"], made["Outputs"])


def translate_source(
    source: dict[str, Any], parameters: Mapping[str, str], region: str = REGION
) -> dict[str, Any]:
    """Return what SAM makes of a template, its conditions and intrinsics left as they are."""
    return translate_template(_uploaded(source), parameters, region)


def render_resource(logical_id: str, region: str = REGION, **parameters: str) -> Properties:
    """Return the properties of a resource that SAM does not transform: much cheaper than a whole stack."""
    properties: Properties = _intrinsics_in(region, parameters).work_out(
        _read_once()["Resources"][logical_id]["Properties"]
    )
    return properties


def is_condition_met(name: str, region: str = REGION, **parameters: str) -> bool:
    """Return whether a condition of the template holds for a stack in a Region."""
    return _intrinsics_in(region, parameters).is_met(name)


def _intrinsics_in(region: str, parameters: Mapping[str, str]) -> "_Intrinsics":
    pseudo = {"AWS::AccountId": ACCOUNT, "AWS::Region": region, "AWS::Partition": partition_of(region)}
    return _Intrinsics(pseudo | _defaults_once() | dict(parameters), _read_once()["Conditions"])


def list_resources(path: Path, region: str = REGION, **parameters: str) -> dict[str, dict[str, Any]]:
    """Return the resources, as written, that a template makes by its conditions with these parameters."""
    source = read_template(path)
    defaults = {name: str(each.get("Default", "")) for name, each in source["Parameters"].items()}
    pseudo = {"AWS::AccountId": ACCOUNT, "AWS::Region": region, "AWS::Partition": partition_of(region)}
    intrinsics = _Intrinsics(pseudo | defaults | parameters, source["Conditions"])
    return {
        name: each
        for name, each in source["Resources"].items()
        if "Condition" not in each or intrinsics.is_met(each["Condition"])
    }


def is_rule_met(name: str, **parameters: str) -> bool:
    """Return whether a rule of the template lets these parameters, and the defaults of the others, pass."""
    rule = read_source()["Rules"][name]
    intrinsics = _Intrinsics(default_parameters() | parameters, {})
    if not intrinsics.work_out(rule.get("RuleCondition", True)):
        return True
    return all(intrinsics.work_out(assertion["Assert"]) for assertion in rule["Assertions"])


def _uploaded(source: dict[str, Any]) -> dict[str, Any]:
    """Put places in S3 for local paths, as `sam deploy` does."""
    template = copy.deepcopy(source)
    for resource in template["Resources"].values():
        for name in ("CodeUri", "ContentUri", "DefinitionUri"):
            if name in resource.get("Properties", {}):
                resource["Properties"][name] = {"Bucket": "uploads", "Key": resource["Properties"][name]}
    return template


class _NoValue:
    """What `AWS::NoValue` stands for: the property is not there."""


class _Intrinsics:
    def __init__(self, values: Mapping[str, str], conditions: Mapping[str, Any]) -> None:
        self._values = values
        self._conditions = conditions

    def is_met(self, condition: str) -> bool:
        """Return whether one of the template's conditions holds."""
        return bool(self.work_out(self._conditions[condition]))

    def work_out(self, value: Any) -> Any:
        """Return `value` with every intrinsic replaced by what it gives."""
        if isinstance(value, list):
            return [part for part in map(self.work_out, value) if part is not _NoValue]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            (name, argument), *_ = value.items()
            if name == "Ref" or name.startswith("Fn::"):
                return self._apply(name, argument)
            if name == "Condition" and isinstance(argument, str):
                return self.is_met(argument)
        parts = {key: self.work_out(part) for key, part in value.items()}
        return {key: part for key, part in parts.items() if part is not _NoValue}

    def _apply(self, name: str, argument: Any) -> Any:
        if name == "Ref":
            return _NoValue if argument == "AWS::NoValue" else self._value(argument)
        if name == "Fn::GetAtt":
            return f"<{argument if isinstance(argument, str) else '.'.join(argument)}>"
        if name == "Fn::Sub":
            return self._substitute(argument)
        if name == "Fn::If":
            condition, then, otherwise = argument
            return self.work_out(then if self.is_met(condition) else otherwise)
        if name in {"Fn::Join", "Fn::Split"}:
            assert isinstance(argument[0], str), "CloudFormation takes no function for a delimiter"
        return _FUNCTIONS[name](*self.work_out(argument))

    def _substitute(self, argument: Any) -> str:
        text, local = (argument, {}) if isinstance(argument, str) else argument
        values = {name: self.work_out(value) for name, value in local.items()}
        filled = _PLACEHOLDER.sub(lambda found: str(values.get(found[1], self._value(found[1]))), text)
        return filled.replace("${!", "${")

    def _value(self, name: str) -> str:
        return self._values.get(name, f"<{name}>")
