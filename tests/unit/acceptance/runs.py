"""A run that has an account, and calls nobody."""

from typing import Any, cast

from console.local_aws.clients import Clients
from tests.acceptance.fence import Fence
from tests.acceptance.run import Account, Run

NAME = "acceptance-1a2b3c4d"


def make_run(clients: Any = None, **fields: Any) -> Run:
    """A run in an account of its own; `clients` stand in for AWS."""
    account = Account("111111111111", "eu-west-1", "aws", cast(Clients, clients), Fence(NAME))
    return Run(NAME, account, **fields)
