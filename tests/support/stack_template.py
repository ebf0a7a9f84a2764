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
    return read_template(TEMPLATE_PATH)


def default_parameters() -> dict[str, str]:
    """Return every parameter's default, as the text that CloudFormation compares."""
    return {name: str(parameter["Default"]) for name, parameter in read_source()["Parameters"].items()}


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
    resources = {
        name: resource
        for name, resource in worked_out["Resources"].items()
        if "Condition" not in resource or intrinsics.is_met(resource["Condition"])
    }
    return Stack(resources, worked_out["Outputs"])




def is_condition_met(name: str, region: str = REGION, **parameters: str) -> bool:
    """Return whether a condition of the template holds for a stack in a Region."""
    pseudo = {"AWS::Region": region, "AWS::Partition": partition_of(region)}
    return _Intrinsics(pseudo | default_parameters() | parameters, read_source()["Conditions"]).is_met(name)
