"""Clients of AWS: how they retry, and how they are made for another account."""

from collections.abc import Callable
from typing import Any

from ses_reputation.aws.errors import translating_aws_errors


def assume_role(
    connect: Callable[..., Any], role: tuple[str, str], region: str, session_name: str
) -> dict[str, str]:
    """Return what a client of another account is made with, for an hour.

    connect: makes clients as `boto3.client` does. role: account and name. Raises UnavailableError.
    """
    account, name = role
    with translating_aws_errors("AssumeRole"):
        sts = connect("sts", region_name=region)
        lent = sts.assume_role(
            RoleArn=f"arn:{sts.meta.partition}:iam::{account}:role/{name}", RoleSessionName=session_name
        )["Credentials"]
    return {
        "aws_access_key_id": lent["AccessKeyId"],
        "aws_secret_access_key": lent["SecretAccessKey"],
        "aws_session_token": lent["SessionToken"],
    }
