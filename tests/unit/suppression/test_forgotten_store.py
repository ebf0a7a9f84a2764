"""The hashes are in the table, and their key is in Parameter Store: each says nothing without the other."""

from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from ses_reputation.errors import UnavailableError
from ses_reputation.suppression.errors import ListRefusedError
from ses_reputation.suppression.forgotten import NOBODY
from ses_reputation.suppression.forgotten_store import (
    ForgettingKey,
    ForgottenStore,
    ForgottenTable,
    key_parameter_of,
)
from tests.support.in_memory.dynamodb import InMemoryDynamoDB

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


@pytest.fixture
def ssm(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        yield boto3.client("ssm", region_name="us-east-1")


@pytest.fixture
def store(ssm: Any) -> ForgottenStore:
    table = ForgottenTable(InMemoryDynamoDB(), "ledger")  # type: ignore[arg-type]
    return ForgottenStore(table, ForgettingKey(lambda: ssm, key_parameter_of("ses-reputation")))


def test_the_key_is_made_once_and_kept_secret(store: ForgottenStore, ssm: Any) -> None:
    assert store.key.read() is None
    made = store.key.create()
    assert (len(made), store.key.read(), store.key.create()) == (32, made, made)
    found = ssm.get_parameter(Name="/ses-reputation/ses-reputation/forgetting-key")["Parameter"]
    assert found["Type"] == "SecureString"


def test_nobody_is_forgotten_at_first_and_no_key_is_asked_for(store: ForgottenStore) -> None:
    assert ForgottenStore(store.table, ForgettingKey(pytest.fail, "unused")).read() == NOBODY


def test_whoever_was_forgotten_is_known_again(store: ForgottenStore) -> None:
    key = store.key.create()
    store.table.add("0" * 32, NOON)
    people = store.read()
    assert (people.key, people.hashes) == (key, frozenset({"0" * 32}))


def test_without_its_key_nobody_is_taken_for_unknown(store: ForgottenStore) -> None:
    store.table.add("0" * 32, NOON)
    with pytest.raises(ListRefusedError, match=r"/ses-reputation/ses-reputation/forgetting-key is missing"):
        store.read()


def test_a_key_that_somebody_made_and_that_is_not_seen_yet_is_waited_for() -> None:
    """GetParameter may miss what PutParameter already refuses: another key would lose a person."""

    def refuse(code: str, operation: str) -> Any:
        def call(**_: Any) -> None:
            raise ClientError({"Error": {"Code": code, "Message": code}}, operation)

        return call

    ssm = SimpleNamespace(
        put_parameter=refuse("ParameterAlreadyExists", "PutParameter"),
        get_parameter=refuse("ParameterNotFound", "GetParameter"),
    )
    with pytest.raises(UnavailableError, match="ParameterNotFound"):
        ForgettingKey(lambda: ssm, "key").create()


def test_a_person_is_remembered_by_the_one_key_and_is_nobody_else(store: ForgottenStore) -> None:
    ann = store.remember("Ann@example.com", NOON)
    ben = store.remember("ben@example.com", NOON)
    assert store.remember("ann@EXAMPLE.com", NOON) == ben == store.read()
    assert ann.key == ben.key
    assert len(ben.hashes) == 2
    assert ben.knows("ann@example.com")
    assert not ben.knows("clo@example.com")


def test_another_key_in_place_of_the_one_is_noticed(store: ForgottenStore, ssm: Any) -> None:
    """By it nobody would be recognised, and all addresses come back."""
    store.remember("ann@example.com", NOON)
    ssm.put_parameter(Name=store.key.parameter, Value="00" * 32, Type="SecureString", Overwrite=True)
    with pytest.raises(ListRefusedError, match="forgetting-key is another key than the 1 people"):
        store.read()
    with pytest.raises(ListRefusedError, match="another key"):
        store.remember("ben@example.com", NOON)
