"""An identity's sending-authorization policies, read with the operator's credentials."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

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
