"""What SES says of one address: the message that put it on the list."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from ses_reputation.aws.errors import translating_aws_errors
from ses_reputation.errors import UnavailableError
from ses_reputation.suppression.errors import ListThrottledError
from ses_reputation.suppression.targets import Target

if TYPE_CHECKING:
    from mypy_boto3_sesv2.client import SESV2Client

_ACTION = "GetSuppressedDestination"
_THROTTLED = {"TooManyRequestsException", "ThrottlingException", "Throttling"}
_NOT_THERE = "NotFoundException"


@dataclass(frozen=True, slots=True)
class MessageNamed:
    """The message that SES names for an entry; both ids are "" where it names none."""

    message_id: str = ""
    feedback_id: str = ""


class SuppressedDestinationReader(Protocol):
    """A list that can be asked about one address."""

    def fetch_message(self, address: str) -> MessageNamed | None:
        """Ask once; None where the list has no such spelling, or the address cannot be asked about.

        Raises ListThrottledError, or UnavailableError, which holds the code of AWS's error only.
        """


@dataclass(frozen=True, slots=True)
class SesSuppressedDestinations:
    """The list of an account or of a tenant, asked through botocore."""

    client: "SESV2Client"
    target: Target

    def fetch_message(self, address: str) -> MessageNamed | None:
        """GetSuppressedDestination, which answers 400 to an address with a slash: it is not asked about.

        MessageId and FeedbackId are of the message that caused the entry (SES v2 API reference,
        SuppressedDestinationAttributes); both are optional.
        """
        if "/" in address:
            return None
        tenant: dict[str, Any] = {"TenantName": self.target.tenant} if self.target.tenant else {}
        try:
            with translating_aws_errors(_ACTION):
                answer = self.client.get_suppressed_destination(EmailAddress=address, **tenant)
        except UnavailableError as error:
            code = str(error).removeprefix(f"{_ACTION} ")
            if code == _NOT_THERE:
                return None
            if code in _THROTTLED:
                raise ListThrottledError(code) from None
            # Without what AWS wrote, which names the address.
            raise UnavailableError(str(error)) from None
        attributes = answer["SuppressedDestination"].get("Attributes") or {}
        return MessageNamed(attributes.get("MessageId", ""), attributes.get("FeedbackId", ""))
