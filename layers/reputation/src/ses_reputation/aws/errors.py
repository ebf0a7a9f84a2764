"""What stores share: how they tell that AWS failed them, and how they act in another account."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ses_reputation.errors import UnavailableError


@contextmanager
def asking_aws() -> Iterator[None]:
    """Turn what botocore raises inside into UnavailableError, with the code of the error only: texts may
    quote."""
    try:
        yield
    except ClientError as error:
        raise UnavailableError(error.response["Error"]["Code"]) from error
    except BotoCoreError as error:
        raise UnavailableError(type(error).__name__) from error


@contextmanager
def asking_aws_to(action: str) -> Iterator[None]:
    """Like `asking_aws`, with the name of the action before the code."""
    try:
        with asking_aws():
            yield
    except UnavailableError as error:
        raise UnavailableError(f"{action} {error}") from error


def assume_role(
    connect: Callable[..., Any], role: tuple[str, str], region: str, session_name: str
) -> dict[str, str]:
    """Return what a client of another account is made with, for an hour.

    connect: makes clients as `boto3.client` does. role: account and name. Raises UnavailableError.
    """
    account, name = role
    with asking_aws_to("AssumeRole"):
        sts = connect("sts", region_name=region)
        lent = sts.assume_role(
            RoleArn=f"arn:{sts.meta.partition}:iam::{account}:role/{name}", RoleSessionName=session_name
        )["Credentials"]
    return {
        "aws_access_key_id": lent["AccessKeyId"],
        "aws_secret_access_key": lent["SecretAccessKey"],
        "aws_session_token": lent["SessionToken"],
    }
