"""What CloudFormation asks of a custom resource, and what it expects to hear.

AWS CloudFormation user guide, "Custom resource request and response objects". An answer has 4,096 bytes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

_MOST_TEXT = 1_000


class RequestType(StrEnum):
    """What is to become of the resource."""

    CREATE = "Create"
    UPDATE = "Update"
    DELETE = "Delete"


@dataclass(frozen=True, slots=True)
class StackPlace:
    """Where a stack is, read from its id: an ARN."""

    partition: str
    region: str
    account: str
    stack_name: str


@dataclass(frozen=True, slots=True)
class StackRequest:
    """One request. physical_id: "" in a Create. old_properties: before an Update, else empty."""

    type: RequestType
    resource_type: str
    logical_id: str
    stack_id: str
    physical_id: str
    properties: Mapping[str, Any]
    old_properties: Mapping[str, Any]

    @property
    def place(self) -> StackPlace:
        """Where the stack is."""
        _, partition, _, region, account, name = self.stack_id.split(":", 5)
        return StackPlace(partition, region, account, name.split("/")[1])

    @property
    def earlier_settings(self) -> str:
        """The name of the parameter for what identities had before; "" where the template names none."""
        return str(self.properties.get("EarlierSettings", ""))

    @property
    def own_id(self) -> str:
        """The physical id: the same in each request, so that CloudFormation never sees a replacement."""
        return self.physical_id or f"{self.resource_type.rpartition(':')[2]}-of-{self.place.stack_name}"


@dataclass(frozen=True, slots=True)
class StackAnswer:
    """How a request ended. reason: why it failed. notes: what a person should know."""

    physical_id: str
    reason: str = ""
    notes: tuple[str, ...] = field(default=())

    @property
    def is_success(self) -> bool:
        """Whether nothing failed."""
        return not self.reason

    def to_json(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer to a request, as CloudFormation reads it.

        `Reason` is optional where nothing failed (same page): it holds the notes then, since a deletion takes
        the function's log with it.
        """
        notes = " ".join(self.notes)[:_MOST_TEXT]
        return {
            "Status": "SUCCESS" if self.is_success else "FAILED",
            "Reason": self.reason[:_MOST_TEXT] or notes,
            "PhysicalResourceId": self.physical_id,
            "StackId": event["StackId"],
            "RequestId": event["RequestId"],
            "LogicalResourceId": event["LogicalResourceId"],
            "Data": {"Notes": notes},
        }


def read_request(event: Mapping[str, Any]) -> StackRequest:
    """Return an event as a request. Raises KeyError or ValueError where it is none."""
    return StackRequest(
        RequestType(event["RequestType"]),
        event["ResourceType"],
        event["LogicalResourceId"],
        event["StackId"],
        event.get("PhysicalResourceId", ""),
        event.get("ResourceProperties", {}),
        event.get("OldResourceProperties", {}),
    )
