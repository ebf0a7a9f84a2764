"""How stores tell that AWS failed them."""

from collections.abc import Iterator
from contextlib import contextmanager

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
