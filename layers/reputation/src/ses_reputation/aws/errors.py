"""How what AWS refuses or fails to do becomes one error of ours."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from ses_reputation.errors import UnavailableError


@contextmanager
def translating_aws_errors(action: str = "") -> Iterator[None]:
    """Turn what botocore raises inside into UnavailableError.

    Its text is the error's code, after the name of the action where one is given. It holds nothing of the
    message of AWS, which may quote an address.
    """
    try:
        yield
    except ClientError as error:
        raise UnavailableError(f"{action} {error.response['Error']['Code']}".strip()) from error
    except BotoCoreError as error:
        raise UnavailableError(f"{action} {type(error).__name__}".strip()) from error
