"""The one way into another account: a role of a name that all have, assumed with the external id."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

from ses_reputation.aws.clients import connect as connect_here
from ses_reputation.aws.errors import translating_aws_errors
from ses_reputation.errors import UnavailableError

# A call that begins with credentials should not outlive them.
_SPARE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class CrossAccountRole:
    """A role in each other account. name: "" where there is none. external_id: "" where it asks for none."""

    name: str
    external_id: str = ""


class AccountReach:
    """Makes clients in the own account, and in others through a role.

    connect: makes clients as aws/clients.py does. session_name: what CloudTrail of the other account shows.
    A role is assumed once for an account, and again before its hour is over. Safe to share between threads:
    clients are made one at a time, since a session of botocore makes them so only.
    """

    def __init__(
        self,
        own_account: str,
        role: CrossAccountRole,
        session_name: str,
        connect: Callable[..., Any] = connect_here,
    ) -> None:
        self._own_account = own_account
        self._role = role
        self._session_name = session_name
        self._make_client = connect
        self._lock = Lock()
        self._lent: dict[str, tuple[datetime, dict[str, str]]] = {}

    def is_reachable(self, account: str) -> bool:
        """Return whether an account is the own one, or there is a role's name to try."""
        return account == self._own_account or bool(self._role.name)

    def connect(self, service: str, account: str, region: str, **options: Any) -> Any:
        """Return a client of a service of an account in one Region.

        Raises UnavailableError, with the error's code, where the role cannot be assumed, or there is none.
        """
        with self._lock:
            credentials = self._credentials(account, options)
            with translating_aws_errors("connecting"):
                return self._make_client(service, region_name=region, **options, **credentials)

    def _credentials(self, account: str, options: dict[str, Any]) -> dict[str, str]:
        if account == self._own_account:
            return {}
        lent = self._lent.get(account)
        if lent is None or datetime.now(UTC) > lent[0] - _SPARE:
            lent = self._lent[account] = self._assume(account, options)
        return lent[1]

    def _assume(self, account: str, options: dict[str, Any]) -> tuple[datetime, dict[str, str]]:
        """Ask STS of the caller's own Region, at its regional endpoint.

        The other Region may be one that this account has not opted in to, where STS would refuse its keys.
        Credentials from a regional endpoint, which is botocore's default, are valid in all Regions; those of
        the global one in default Regions only (IAM user guide, "Manage AWS STS in an AWS Region").
        """
        if not self._role.name:
            raise UnavailableError(f"no role leads into account {account}: the stack has no name of one")
        external = {"ExternalId": self._role.external_id} if self._role.external_id else {}
        with translating_aws_errors("AssumeRole"):
            sts = self._make_client("sts", **options)
            lent = sts.assume_role(
                RoleArn=f"arn:{sts.meta.partition}:iam::{account}:role/{self._role.name}",
                RoleSessionName=self._session_name,
                **external,
            )["Credentials"]
        names = ("AccessKeyId", "SecretAccessKey", "SessionToken")
        options_of = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")
        return lent["Expiration"], dict(zip(options_of, (lent[name] for name in names), strict=True))
