"""Other accounts are read with the reading role, each role assumed once."""

from types import SimpleNamespace
from typing import Any

import pytest

from console.stack.account_clients import ReadingClients
from ses_reputation.errors import UnavailableError

HOME, OTHER = "444444444444", "222222222222"


class Sessions:
    """Makes clients, and remembers which, and whose roles were assumed."""

    def __init__(self) -> None:
        self.made: list[tuple[str, dict[str, str]]] = []
        self.assumed: list[str] = []

    def connect(self, service: str, **options: str) -> Any:
        self.made.append((service, options))
        return SimpleNamespace(meta=SimpleNamespace(partition="aws"), assume_role=self._assume)

    def _assume(self, *, RoleArn: str, RoleSessionName: str) -> Any:  # noqa: N803
        self.assumed.append(RoleArn)
        return {"Credentials": {"AccessKeyId": "a", "SecretAccessKey": "b", "SessionToken": "c"}}


def test_the_stacks_own_account_is_read_with_the_callers_credentials() -> None:
    sessions = Sessions()

    ReadingClients(sessions.connect, HOME, "reader").connect(HOME, "sns", "eu-west-1")

    assert (sessions.made, sessions.assumed) == ([("sns", {"region_name": "eu-west-1"})], [])


def test_a_role_is_assumed_once_for_all_clients_of_an_account() -> None:
    sessions = Sessions()
    clients = ReadingClients(sessions.connect, HOME, "reader")

    for service in ("sesv2", "ses", "sns"):
        clients.connect(OTHER, service, "eu-west-1")

    assert sessions.assumed == [f"arn:aws:iam::{OTHER}:role/reader"]
    assert sessions.made[-1][1]["aws_access_key_id"] == "a"


def test_without_a_role_there_is_no_way_into_another_account() -> None:
    with pytest.raises(UnavailableError, match="ReadingRoleName is empty"):
        ReadingClients(Sessions().connect, HOME, "").connect(OTHER, "ses", "eu-west-1")
