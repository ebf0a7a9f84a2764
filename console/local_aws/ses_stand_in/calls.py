"""One call of the SES stand-in: who calls, what is asked, and the account and Region that it is about."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from console.local_aws.ses_stand_in.account.regional_account import RegionalAccount
from console.local_aws.ses_stand_in.policy_evaluation import PolicyLayers
from console.local_aws.ses_stand_in.world import SesWorld


@dataclass(frozen=True, slots=True)
class SesCaller:
    """Who signed a request, for which Region, and the IP address that it came from."""

    account_id: str
    region: str
    arn: str
    source_ip: str = "127.0.0.1"
    layers: PolicyLayers | None = None

    @property
    def role_arn(self) -> str:
        """The ARN of the role of a session, else the caller's own."""
        found = re.fullmatch(r"arn:aws:sts::(\d+):assumed-role/([^/]+)/.*", self.arn)
        return f"arn:aws:iam::{found[1]}:role/{found[2]}" if found else self.arn

    @property
    def short_name(self) -> str:
        """What SES writes as the caller's identity: the name of the user or role, or `root`."""
        return self.arn.rsplit(":", 1)[-1].rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `asked` has the parameters under the names of SES's own model."""

    world: SesWorld
    caller: SesCaller
    asked: Mapping[str, Any]

    @property
    def policies(self) -> PolicyLayers | None:
        """What the caller's own policies are; None for one who may do everything in its own account."""
        restricted = self.world.restricted
        own = restricted.get(self.caller.arn, restricted.get(self.caller.role_arn))
        return self.caller.layers if own is None else [own]

    @property
    def account(self) -> RegionalAccount:
        """The caller's account in the Region that was called."""
        return self.world.open_account(self.caller.account_id, self.caller.region)

    def arn(self, resource: str) -> str:
        """Return the ARN of something that the caller's account has in this Region."""
        return f"arn:aws:ses:{self.caller.region}:{self.caller.account_id}:{resource}"


Answer = Mapping[str, Any]
Operation = Callable[[Call], Answer]
Operations = Mapping[str, Operation]
"""By the operation's name. Each raises RefusedRequestError."""


def present(**members: Any) -> dict[str, Any]:
    """Return the members that have a value."""
    return {name: value for name, value in members.items() if value is not None}


def page(rows: list[Any], asked: Mapping[str, Any], size: str = "PageSize") -> tuple[list[Any], str | None]:
    """Return the asked page of rows, and the token of the next one if there is one."""
    start = int(asked.get("NextToken") or 0)
    end = start + int(asked.get(size) or 1_000)
    return rows[start:end], str(end) if end < len(rows) else None
