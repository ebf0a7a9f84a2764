"""Other accounts are read with the stack's reading role and its external id."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from console.stack.account_clients import reading_clients, role_clients
from ses_reputation.errors import UnavailableError

HOME, OTHER = "444444444444", "222222222222"


class Sessions:
    """Makes clients, and remembers which, and how roles were assumed."""

    def __init__(self) -> None:
        self.made: list[tuple[str, dict[str, str]]] = []
        self.assumed: list[dict[str, str]] = []

    def connect(self, service: str, **options: str) -> Any:
        self.made.append((service, options))
        return SimpleNamespace(meta=SimpleNamespace(partition="aws"), assume_role=self._assume)

    def _assume(self, **request: str) -> Any:
        self.assumed.append(request)
        keys = {"AccessKeyId": "a", "SecretAccessKey": "b", "SessionToken": "c"}
        return {"Credentials": {**keys, "Expiration": datetime.now(UTC) + timedelta(hours=1)}}


def clients_of(sessions: Sessions, **parameters: str) -> Any:
    """What the doctor asks for clients, of a stack with these parameters."""
    connection: Any = SimpleNamespace(
        account_id=HOME,
        stack=SimpleNamespace(parameters=parameters),
        clients=SimpleNamespace(connect=sessions.connect),
    )
    return reading_clients(connection, "prod")


def test_the_stacks_own_account_is_read_with_the_callers_credentials() -> None:
    sessions = Sessions()

    clients_of(sessions, ReadingRoleName="reader")(HOME, "sns", "eu-west-1")

    assert (sessions.made, sessions.assumed) == ([("sns", {"region_name": "eu-west-1"})], [])


def test_the_stacks_role_is_assumed_with_its_external_id_once_an_account() -> None:
    sessions = Sessions()
    connect = clients_of(sessions, ReadingRoleName="reader", ExternalId="secret")

    for service in ("sesv2", "ses", "sns"):
        connect(OTHER, service, "eu-west-1")

    (asked,) = sessions.assumed
    assert (asked["RoleArn"], asked["ExternalId"]) == (f"arn:aws:iam::{OTHER}:role/reader", "secret")
    assert sessions.made[-1][1]["aws_access_key_id"] == "a"


def test_without_a_role_there_is_no_way_into_another_account() -> None:
    with pytest.raises(UnavailableError, match=f"no role leads into account {OTHER}"):
        clients_of(Sessions())(OTHER, "ses", "eu-west-1")


def test_lists_are_changed_through_the_role_that_was_named_with_the_stacks_external_id() -> None:
    sessions = Sessions()
    connection: Any = SimpleNamespace(
        account_id=HOME,
        stack=SimpleNamespace(parameters={"ReadingRoleName": "reader", "ExternalId": "secret"}),
        clients=SimpleNamespace(connect=sessions.connect),
    )

    role_clients(connection, "prod", "changer", "who")(OTHER, "sesv2", "eu-west-1")

    (asked,) = sessions.assumed
    assert (asked["RoleArn"], asked["ExternalId"]) == (f"arn:aws:iam::{OTHER}:role/changer", "secret")
    assert asked["RoleSessionName"] == "who"
