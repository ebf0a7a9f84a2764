"""The way into accounts, as functions make it."""

from collections.abc import Callable
from typing import Any

from ses_reputation.accounts.reach import AccountReach, CrossAccountRole
from ses_reputation.aws.clients import connect as connect_here


def reach(
    own_account: str, role: str = "", connect: Callable[..., Any] = connect_here, session: str = "testing"
) -> AccountReach:
    """A way through a role of this name, which asks for no external id."""
    return AccountReach(own_account, CrossAccountRole(role), session, connect)
