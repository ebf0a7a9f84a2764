"""An AWS of canned answers, at the last place before the network: all of the client's own work is done."""

import json
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.httpsession import URLLib3Session

Answering = Callable[[str, AWSPreparedRequest], bytes]
"""Gives the body that answers an operation (`BatchWriteItem`), given the request."""

# What DynamoDB answers where nothing is asked to be returned.
CANNED = {
    "BatchWriteItem": b'{"UnprocessedItems":{}}',
    "BatchGetItem": b'{"Responses":{},"UnprocessedKeys":{}}',
}


def canned(operation: str, _: AWSPreparedRequest) -> bytes:
    """Answer at once that everything went well."""
    return CANNED.get(operation, b"{}")


def body_of(request: AWSPreparedRequest) -> dict[str, Any]:
    """Return the parameters of a request as the JSON that goes over the wire; binary is base64 there."""
    content: dict[str, Any] = json.loads(cast("bytes", request.body))
    return content


@contextmanager
def stubbed_http(answering: Answering = canned) -> Iterator[None]:
    """Answer every request of botocore from `answering`, with the headers and checksum of DynamoDB."""

    def respond(request: AWSPreparedRequest) -> AWSResponse:
        return _response(request, answering(operation_of(request), request))

    with responding(respond):
        yield


@contextmanager
def responding(respond: Callable[[AWSPreparedRequest], AWSResponse]) -> Iterator[None]:
    """Answer every request of botocore by a function until the block ends."""

    def send(_: URLLib3Session, request: AWSPreparedRequest) -> AWSResponse:
        return respond(request)

    real_send = URLLib3Session.send
    URLLib3Session.send = send  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        URLLib3Session.send = real_send  # type: ignore[method-assign]


def operation_of(request: AWSPreparedRequest) -> str:
    """Return the operation that a request of a JSON protocol names."""
    target = request.headers["X-Amz-Target"]
    text = target.decode() if isinstance(target, bytes) else str(target)
    return text.rpartition(".")[2]


def _response(request: AWSPreparedRequest, body: bytes) -> AWSResponse:
    headers = {
        "Server": "Server",
        "Date": "Sun, 22 Nov 2026 10:00:00 GMT",
        "Content-Type": "application/x-amz-json-1.0",
        "Content-Length": str(len(body)),
        "Connection": "keep-alive",
        "x-amzn-RequestId": "4KBNVRGD25RG1KEO9UT4V3FQDJVV4KQNSO5AEMVJF66Q9ASUAAJG",
        "x-amz-crc32": str(zlib.crc32(body)),
    }
    return AWSResponse(request.url, 200, cast("HTTPHeaders", headers), UnreadBody(body))


class UnreadBody:
    """A response's body, still to be read: by botocore whole, or by whoever was given the stream."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self) -> Iterator[bytes]:
        """Yield what the network brings."""
        yield self._body

    def read(self, *_: object, **__: object) -> bytes:
        """Return the rest."""
        rest, self._body = self._body, b""
        return rest
