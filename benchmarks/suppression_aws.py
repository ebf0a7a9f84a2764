"""SES's suppression list and S3 of canned answers, below botocore: all of the client's own work is done."""

import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders

from benchmarks.http_stub import UnreadBody, responding

PAGE_ROWS = 1_000
_PROVIDERS = ("gmail.com", "yahoo.com", "hotmail.com", "gmx.de", "mail.example.co.uk", "corp.example")
# Coprime to all sizes measured here: the list comes in an order that is not that of addresses.
_STRIDE = 7_368_787

PageSource = Callable[[int], bytes]
"""Gives the body of a page, by its number from 0."""


def page_body(number: int, addresses: int) -> bytes:
    """Return a page of a list of so many addresses, with times of 13 years to the millisecond."""
    first, end = number * PAGE_ROWS, min((number + 1) * PAGE_ROWS, addresses)
    rows = [_row(place * _STRIDE % addresses) for place in range(first, end)]
    token = {"NextToken": f"{end // PAGE_ROWS:0300d}"} if end < addresses else {}
    return json.dumps({"SuppressedDestinationSummaries": rows, **token}).encode()


def _row(number: int) -> dict[str, object]:
    mixed = number * 2_654_435_761 % 2**32
    return {
        "EmailAddress": f"recipient.{number:09d}@{_PROVIDERS[mixed % len(_PROVIDERS)]}",
        "Reason": "COMPLAINT" if mixed % 5 == 0 else "BOUNCE",
        "LastUpdateTime": 1_370_000_000 + mixed / 10,
    }


@dataclass(slots=True)
class StubbedAws:
    """Answers ListSuppressedDestinations from pages, and S3 from files in a folder; counts its requests.

    `page_seconds` is the CPU time that making the pages took.
    """

    pages: PageSource
    folder: Path
    requests: Counter[str] = field(default_factory=Counter)
    page_seconds: float = 0.0

    def serve(self) -> AbstractContextManager[None]:
        """Answer every request of botocore until the block ends."""
        return responding(self._answer)

    def clear(self) -> None:
        """Remove all objects."""
        for file in self.folder.iterdir():
            file.unlink()

    def find(self, key: str) -> Path:
        """Return the file of an object."""
        return self.folder / hashlib.sha256(key.encode()).hexdigest()

    def _answer(self, request: AWSPreparedRequest) -> AWSResponse:
        url = urlsplit(request.url)
        if url.path == "/" or (url.path.startswith("/v2/email/") and "/suppression" not in url.path):
            # The ledger's registry, and SES's settings: nobody sent, and nothing is set up.
            return _respond(request, 200, b'{"Items":[],"Count":0}' if url.path == "/" else b"{}")
        is_list = url.path.startswith("/v2/email/suppression")
        self.requests["ListSuppressedDestinations" if is_list else f"{request.method} of S3"] += 1
        if is_list:
            return _respond(request, 200, self._make_page(parse_qs(url.query).get("NextToken", ["0"])[0]))
        file = self.find(url.path.strip("/"))
        return self._store(request, file) if request.method == "PUT" else self._load(request, file)

    def _make_page(self, token: str) -> bytes:
        began = time.process_time()
        body = self.pages(int(token))
        self.page_seconds += time.process_time() - began
        return body

    def _store(self, request: AWSPreparedRequest, file: Path) -> AWSResponse:
        if "If-None-Match" in request.headers and file.exists():
            return _respond(request, 412, _error("PreconditionFailed"))
        file.write_bytes(_whole_body(request))
        return _respond(request, 200, b"", {"ETag": '"an-etag"'})

    def _load(self, request: AWSPreparedRequest, file: Path) -> AWSResponse:
        if not file.exists():
            return _respond(request, 404, _error("NoSuchKey"))
        size = file.stat().st_size
        first, _, last = (
            _text(request.headers.get("Range", f"bytes=0-{size}")).removeprefix("bytes=").partition("-")
        )
        if int(first) >= size:
            return _respond(request, 416, _error("InvalidRange"))
        with file.open("rb") as content:
            content.seek(int(first))
            body = content.read(int(last) - int(first) + 1)
        span = {"Content-Range": f"bytes {first}-{int(first) + len(body) - 1}/{size}"}
        return _respond(request, 206, body, {"ETag": '"an-etag"', **span})


def _whole_body(request: AWSPreparedRequest) -> bytes:
    """Return what is put, out of the chunks that S3's clients send with a checksum behind them."""
    body: Any = request.body
    content = bytes(body) if isinstance(body, bytes | bytearray) else body.read()
    if "aws-chunked" not in _text(request.headers.get("Content-Encoding", "")):
        return content
    chunks, at = [], 0
    while size := int(content[at : (line_end := content.index(b"\r\n", at))], 16):
        chunks.append(content[line_end + 2 : line_end + 2 + size])
        at = line_end + size + 4
    return b"".join(chunks)


def _text(header: str | bytes) -> str:
    return header.decode() if isinstance(header, bytes) else header


def _error(code: str) -> bytes:
    return f"<Error><Code>{code}</Code><Message>{code}</Message></Error>".encode()


def _respond(
    request: AWSPreparedRequest, status: int, body: bytes, headers: dict[str, str] | None = None
) -> AWSResponse:
    sent = {"Content-Length": str(len(body)), "x-amzn-RequestId": "request", **(headers or {})}
    return AWSResponse(request.url, status, cast("HTTPHeaders", sent), UnreadBody(body))
