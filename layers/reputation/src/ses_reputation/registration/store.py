"""Registered accounts in Parameter Store: one parameter an account, below a path of the stack's own."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ses_reputation.aws.errors import translating_aws_errors
from ses_reputation.environment import is_account
from ses_reputation.feedback.provenance import Registry

OWNER, DELEGATE = "owner", "delegate"
"""What an account's parameter says of it, or both, with a comma."""
# The most that one call gives (API reference of Systems Manager, GetParametersByPath).
_PAGE = 10


def path_of(stack_name: str) -> str:
    """Return where the accounts of a stack are, as template.yaml has it.

    It does not begin with the stack's name: names that begin with `aws` or `ssm` are AWS's own (API reference
    of Systems Manager, PutParameter).
    """
    return f"/ses-reputation/{stack_name}/accounts"


class AccountParameters:
    """The accounts below a path. Every method raises UnavailableError where Parameter Store fails."""

    def __init__(self, client: Any, path: str) -> None:
        self._client = client
        self._path = path

    def read(self) -> dict[str, str]:
        """Return what each parameter says, by account; what is no account's is left out."""
        with translating_aws_errors("GetParametersByPath"):
            return dict(self._found())

    def put(self, account: str, roles: Iterable[str]) -> None:
        """Register an account, or change its roles."""
        with translating_aws_errors("PutParameter"):
            self._client.put_parameter(
                Name=f"{self._path}/{account}", Value=",".join(sorted(roles)), Type="String", Overwrite=True
            )

    def _found(self) -> Iterator[tuple[str, str]]:
        pages = self._client.get_paginator("get_parameters_by_path").paginate(
            Path=self._path, PaginationConfig={"PageSize": _PAGE}
        )
        for page in pages:
            for parameter in page["Parameters"]:
                account = parameter["Name"].rpartition("/")[2]
                if is_account(account):
                    yield account, parameter["Value"]


def roles_in(value: str) -> frozenset[str]:
    """Return the roles that a parameter's value names; none where it has any other word."""
    roles = frozenset(each.strip() for each in value.split(","))
    return roles if roles <= {OWNER, DELEGATE} else frozenset()


def find_unusable(found: Mapping[str, str]) -> dict[str, str]:
    """Return the values that register nobody, by account."""
    return {account: value for account, value in found.items() if not roles_in(value)}


def with_parameters(listed: Registry, found: Mapping[str, str]) -> Registry:
    """Return who is listed, and who is in Parameter Store. A value of another word registers nobody."""
    roles = {account: roles_in(value) for account, value in found.items()}
    owners = {account for account, each in roles.items() if OWNER in each}
    delegates = {account for account, each in roles.items() if DELEGATE in each}
    return Registry(listed.owners | owners, listed.delegates | delegates)
