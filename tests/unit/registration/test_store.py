"""Accounts in Parameter Store, over moto: what is put is read, page by page, and nothing of other stacks."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from ses_reputation.accounts.registry import PartyRole
from ses_reputation.errors import UnavailableError
from ses_reputation.feedback.provenance import Registry
from ses_reputation.registration.store import (
    DELEGATE,
    OWNER,
    AccountParameters,
    path_of,
    roles_in,
    with_parameters,
)

PATH = path_of("production")


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield boto3.client("ssm", region_name="us-east-1")


def test_what_was_put_is_read(client: Any) -> None:
    accounts = AccountParameters(client, PATH)
    accounts.put("111122223333", [OWNER])
    accounts.put("444455556666", [OWNER, DELEGATE])
    accounts.put("111122223333", [DELEGATE])

    assert accounts.read() == {"111122223333": "delegate", "444455556666": "delegate,owner"}


def test_more_accounts_than_one_call_gives_are_read_to_the_end(client: Any) -> None:
    accounts = AccountParameters(client, PATH)
    expected = {f"{number:012d}": "delegate" for number in range(1, 34)}
    for account in expected:
        accounts.put(account, [DELEGATE])

    assert accounts.read() == expected


def test_accounts_of_another_stack_are_not_read(client: Any) -> None:
    AccountParameters(client, path_of("production-2")).put("111122223333", [OWNER])

    assert AccountParameters(client, PATH).read() == {}


def test_a_parameter_of_no_account_is_left_out(client: Any) -> None:
    client.put_parameter(Name=f"{PATH}/remark", Value="owner", Type="String")

    assert AccountParameters(client, PATH).read() == {}


def test_what_parameter_store_refuses_is_named(client: Any) -> None:
    with Stubber(client) as stubbed:
        stubbed.add_client_error("get_parameters_by_path", "ThrottlingException")
        with pytest.raises(UnavailableError, match=r"^GetParametersByPath ThrottlingException$"):
            AccountParameters(client, PATH).read()
        stubbed.add_client_error("put_parameter", "AccessDeniedException")
        with pytest.raises(UnavailableError, match=r"^PutParameter AccessDeniedException$"):
            AccountParameters(client, PATH).put("111122223333", [OWNER])


@pytest.mark.parametrize("name", ["ssm-ledger", "aws-ledger", "Production", "s" * 128])
def test_the_path_of_any_stack_is_one_that_parameter_store_takes(name: str) -> None:
    """PutParameter: no name begins with aws or ssm; 15 levels at most, and 1,011 letters with the ARN."""
    path = path_of(name)

    assert not path.lstrip("/").lower().startswith(("aws", "ssm"))
    assert f"{path}/111122223333".count("/") <= 15
    assert len(f"{path}/111122223333") <= 1_011 - len(
        "arn:aws-us-gov:ssm:us-gov-west-1:111122223333:parameter"
    )


@pytest.mark.parametrize(
    ("value", "roles"),
    [
        ("owner", {"owner"}),
        ("delegate", {"delegate"}),
        ("owner, delegate", {"owner", "delegate"}),
        ("Owner", set()),
        ("owner,admin", set()),
        ("", set()),
    ],
)
def test_a_value_names_roles_or_registers_nobody(value: str, roles: set[str]) -> None:
    assert roles_in(value) == roles


def test_listed_accounts_stay_registered_whatever_parameters_say() -> None:
    listed = Registry(frozenset({"111122223333"}), frozenset({"444455556666"}))
    found = {"111122223333": "delegate", "444455556666": "sender", "777788889999": "owner"}

    assert with_parameters(listed, found) == Registry(
        frozenset({"111122223333", "777788889999"}), frozenset({"444455556666", "111122223333"})
    )


def test_parameters_have_the_words_that_the_console_has_for_roles() -> None:
    assert {OWNER, DELEGATE} == set(PartyRole)
