"""Whose AWS credentials the operator uses."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_sts import STSClient


@dataclass(frozen=True, slots=True)
class Caller:
    """The account and partition of the credentials; `title` names their user or role.

    arn: as policies see the caller; its session's name is often an address, so nothing prints it.
    """

    account: str
    partition: str
    title: str
    arn: str = field(default="", repr=False)


def identify_caller(sts: "STSClient") -> Caller:
    """Ask STS whose credentials a client has. No permission is needed for this."""
    identity = sts.get_caller_identity()
    account, arn = identity["Account"], identity["Arn"]
    return Caller(account, sts.meta.partition, _title(arn, account), arn)


def _title(arn: str, account: str) -> str:
    """Name a role or user, but neither session nor address: a session often has an address for a name."""
    kind, _, name = arn.rpartition(":")[2].partition("/")
    kind = {"assumed-role": "role", "federated-user": "federated user"}.get(kind, kind)
    name = name.partition("/")[0] if kind == "role" else name
    return f"{kind} {name} of {account}" if name and "@" not in name else f"{kind} of {account}"
