"""The sending-authorization policies of one identity, as SES keeps them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from ses_reputation.authorization.errors import (
    AuthorizationError,
    IdentityUnknownError,
    PolicyConflictError,
    PolicyRefusedError,
    TooManyPoliciesError,
)
from ses_reputation.authorization.identity_arn import IdentityArn
from ses_reputation.aws.errors import translating_aws_errors
from ses_reputation.visible_text import visible

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

_PAGE_SIZE = 1000


class IdentityPolicies:
    """Reads and writes policies with credentials of the identity owner.

    connect: makes clients as aws/clients.py does. Every method raises UnavailableError where SES fails,
    throttles or does not allow the call, and an AuthorizationError where it refuses what it was asked.
    """

    def __init__(self, connect: Callable[..., Any], identity: IdentityArn) -> None:
        self.identity = identity
        with translating_aws_errors("connecting"):
            self._ses: SESV2Client = connect("sesv2", region_name=identity.region)

    def read(self) -> dict[str, str]:
        """Return the documents by name. Raises IdentityUnknownError where the account has none such."""
        return self.read_of(self.identity.name)

    def read_of(self, name: str) -> dict[str, str]:
        """Return the documents of another identity of the account and Region, as `read` does."""
        with _translating(
            "GetEmailIdentityPolicies", replace(self.identity, name=name), IdentityUnknownError
        ):
            return dict(self._ses.get_email_identity_policies(EmailIdentity=name)["Policies"])

    def create(self, name: str, text: str) -> None:
        """Add a policy. Raises PolicyConflictError where there is one of that name."""
        with _translating("CreateEmailIdentityPolicy", self.identity, IdentityUnknownError):
            self._ses.create_email_identity_policy(
                EmailIdentity=self.identity.name, PolicyName=name, Policy=text
            )

    def update(self, name: str, text: str) -> None:
        """Replace a policy. Raises PolicyConflictError where there is none of that name."""
        with _translating("UpdateEmailIdentityPolicy", self.identity, PolicyConflictError):
            self._ses.update_email_identity_policy(
                EmailIdentity=self.identity.name, PolicyName=name, Policy=text
            )

    def delete(self, name: str) -> None:
        """Delete a policy. Raises PolicyConflictError where there is none of that name."""
        with _translating("DeleteEmailIdentityPolicy", self.identity, PolicyConflictError):
            self._ses.delete_email_identity_policy(EmailIdentity=self.identity.name, PolicyName=name)

    def names_of_identities(self) -> list[str]:
        """Return the names of all identities that the account has in the Region."""
        names: list[str] = []
        token: dict[str, Any] = {}
        with _translating("ListEmailIdentities", self.identity, IdentityUnknownError):
            while True:
                page = self._ses.list_email_identities(PageSize=_PAGE_SIZE, **token)
                names += [each["IdentityName"] for each in page["EmailIdentities"]]
                if not page.get("NextToken"):
                    return names
                token = {"NextToken": page["NextToken"]}


@contextmanager
def _translating(action: str, identity: IdentityArn, missing: type[AuthorizationError]) -> Iterator[None]:
    """Turn SES's refusals into our errors. missing: what it means that SES does not find what it was given.

    Amazon SES API v2, errors of the policy actions. An update that finds nothing may lack the identity too:
    whoever reads after the conflict finds out.
    """
    kinds = {
        "NotFoundException": missing,
        "AlreadyExistsException": PolicyConflictError,
        "LimitExceededException": TooManyPoliciesError,
        "BadRequestException": PolicyRefusedError,
    }
    with translating_aws_errors(f"SES did not do ses:{action}:"):
        try:
            yield
        except ClientError as error:
            kind = kinds.get(error.response["Error"]["Code"])
            if kind is None:
                raise
            message = visible(error.response["Error"].get("Message", ""))
            where = f"{identity.name} of account {identity.account} in {identity.region}"
            raise kind(message if kind is PolicyRefusedError else f"{where}: {message}") from error
