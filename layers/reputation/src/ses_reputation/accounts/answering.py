"""The answer to CloudFormation, put to the address that its request names."""

import json
import time
from collections.abc import Callable, Mapping
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from ses_reputation.errors import UnavailableError

_ATTEMPTS = 4
_SECONDS = 8


def put_answer(url: str, answer: Mapping[str, Any], sleep: Callable[[float], None] = time.sleep) -> None:
    """Put an answer, again where S3 does not take it at once. Raises UnavailableError in the end."""
    if not url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        raise UnavailableError("the request names no place for its answer")
    body = json.dumps(answer).encode()
    # The address is signed for a request without a content type.
    request = Request(url, data=body, method="PUT", headers={"Content-Type": ""})  # noqa: S310 - checked above
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            with urlopen(request, timeout=_SECONDS):  # noqa: S310
                return
        except HTTPError as error:
            cause = f"HTTP {error.code}"
        except (OSError, HTTPException) as error:
            cause = type(error).__name__
        if attempt < _ATTEMPTS:
            sleep(attempt)
    raise UnavailableError(f"CloudFormation's answer could not be put: {cause}")
