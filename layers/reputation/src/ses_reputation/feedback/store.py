"""What reading feedback asks of AWS: confirming the subscription of a registered account's topic."""

from typing import TYPE_CHECKING

from ses_reputation.aws.errors import translating_aws_errors
from ses_reputation.errors import UnavailableError
from ses_reputation.feedback.provenance import Reason
from ses_reputation.feedback.set_aside import Ignored, Quarantined, SubscriptionRequest

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_sns import SNSClient

# SNS's codes; stand-ins for it, and its newer protocols, add `Exception` to them.
_REFUSALS = frozenset({"InvalidParameter", "NotFound", "AuthorizationError", "ParameterValueInvalid"})


class Subscriptions:
    """Confirms through the SNS API; the URL in the message is never fetched: anybody could have written it.

    `client` makes the SNS client of a Region on first use.
    """

    def __init__(self, client: "Callable[[str], SNSClient]") -> None:
        self._client = client

    def confirm(self, request: SubscriptionRequest) -> Ignored | Quarantined:
        """Confirm a subscription. Raises UnavailableError where SNS neither confirmed nor refused."""
        region = request.topic_arn.split(":", 4)[3]
        try:
            with translating_aws_errors():
                self._client(region).confirm_subscription(TopicArn=request.topic_arn, Token=request.token)
        except UnavailableError as error:
            code = str(error)
            if code.removesuffix("Exception") in _REFUSALS:
                why = f"SNS refused to confirm the subscription ({code})"
                advice = "a token is valid for two days; subscribe the queue again"
                return Quarantined(Reason.SUBSCRIPTION_REFUSED, f"{why}: {advice}", request.topic_arn)
            raise
        return Ignored("subscription_confirmation")
