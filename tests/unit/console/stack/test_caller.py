"""Whose credentials a command uses is said by account and role or user, never by an address."""

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from console.stack.caller import identify_caller

if TYPE_CHECKING:
    from mypy_boto3_sts import STSClient

OWNER = "111122223333"


@pytest.mark.parametrize(
    ("arn", "title"),
    [
        (f"arn:aws:iam::{OWNER}:root", f"root of {OWNER}"),
        (f"arn:aws:iam::{OWNER}:user/ada", f"user ada of {OWNER}"),
        (f"arn:aws:iam::{OWNER}:user/ada@example.com", f"user of {OWNER}"),
        (f"arn:aws:sts::{OWNER}:assumed-role/Admin/ada@example.com", f"role Admin of {OWNER}"),
        (f"arn:aws:sts::{OWNER}:federated-user/ada", f"federated user ada of {OWNER}"),
    ],
)
def test_a_caller_is_named_without_any_address(arn: str, title: str) -> None:
    identity = {"Account": OWNER, "Arn": arn}
    sts = SimpleNamespace(meta=SimpleNamespace(partition="aws"), get_caller_identity=lambda: identity)

    caller = identify_caller(cast("STSClient", sts))

    assert (caller.account, caller.partition, caller.title) == (OWNER, "aws", title)
