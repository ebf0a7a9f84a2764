"""An identity owner's policies without a delegate: read with the operator's credentials, only drafted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from console.errors import ConsoleError
from ses_reputation.authorization.revocation import Revocation, draft_revocation

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client


@dataclass(frozen=True, slots=True)
class PolicyRead:
    """An identity's sending-authorization policies by name; `obstacle` says why they could not be read."""

    policies: Mapping[str, str]
    obstacle: str = ""


def read_policies(ses: "SESV2Client", identity: str) -> PolicyRead:
    """Read the policies of an identity of the credentials' own account, in the client's Region."""
    try:
        return PolicyRead(ses.get_email_identity_policies(EmailIdentity=identity).get("Policies", {}))
    except ClientError as error:
        code, message = (error.response.get("Error", {}).get(name, "") for name in ("Code", "Message"))
        return PolicyRead({}, f"SES refused GetEmailIdentityPolicies ({code}): {message}")
    except BotoCoreError as error:
        return PolicyRead({}, f"SES could not be asked for them: {error}")


def draft_policies(read: PolicyRead, identity_arn: str, delegate: str) -> Revocation | None:
    """Return the policies as they would be without the delegate; None where there is none to revise.

    Raises ConsoleError where the delegate is the identity's own account.
    """
    if not read.policies and not read.obstacle:
        return None
    try:
        return draft_revocation(read.policies, identity_arn, delegate)
    except ValueError as error:
        raise ConsoleError(f"{error}.") from error


def describe_draft(read: PolicyRead, draft: Revocation) -> dict[str, Any]:
    """A draft as `--json` prints it."""
    return {
        "identity_arn": draft.identity_arn,
        "delegate": draft.delegate,
        "obstacle": read.obstacle or None,
        "policies": [
            {
                "name": policy.name,
                "change": str(policy.change),
                "document": dict(policy.document) if policy.document is not None else None,
                "notes": list(policy.notes),
                "command": policy.command or None,
            }
            for policy in draft.policies
        ],
        "notes": list(draft.notes),
    }
