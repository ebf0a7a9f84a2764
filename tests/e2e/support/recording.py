"""A proxy in front of the local AWS that keeps every request: what others called, whatever SDK they use."""

import re
from contextlib import closing, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote_plus, urlsplit

from tests.e2e.support.serving import ServedBeside
from tests.support.waiting import HANG_SECONDS

_READING = re.compile(r"(BatchGet|Describe|Filter|Get|Head|List|Query|Scan|Validate)[A-Za-z]*$")
# AWS Account Management has a path for each operation, and posts to it.
_READ_BY_POST = {"/listRegions"}
_LEFT_OUT = {"content-length", "connection", "transfer-encoding"}


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """A request. action: of AWS's JSON, CBOR and query protocols, "" in REST."""

    method: str
    path: str
    action: str
    body: str

    @property
    def is_reading(self) -> bool:
        """Whether it changes nothing."""
        if self.action:
            return bool(_READING.match(self.action))
        return self.method in {"GET", "HEAD"} or self.path in _READ_BY_POST

    def names(self, text: str) -> bool:
        """Whether a text is anywhere in it."""
        return text in unquote_plus(self.path) or text in unquote_plus(self.body)


class RecordingProxy(ServedBeside):
    """Passes requests on to an endpoint, and keeps them in `requests`."""

    def __init__(self, endpoint_url: str) -> None:
        self.requests: list[RecordedRequest] = []
        server = _Server(("127.0.0.1", 0), _Connection)
        server.requests, server.address_behind = self.requests, urlsplit(endpoint_url).netloc
        super().__init__(server)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    requests: list[RecordedRequest]
    address_behind: str


class _Connection(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.requests.append(self._record(body))
        with closing(HTTPConnection(self.server.address_behind, timeout=HANG_SECONDS)) as behind:
            behind.request(self.command, self.path, body, dict(self.headers.items()))
            answer = behind.getresponse()
            content = answer.read()
        # Who was stopped by Ctrl-C does not wait for an answer.
        with suppress(ConnectionError):
            self._answer(answer, content)

    def _answer(self, answer: HTTPResponse, content: bytes) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in _LEFT_OUT:
                self.send_header(name, value)
        # Of a HEAD it is that of the object, whose body is not sent.
        length = answer.getheader("Content-Length") if self.command == "HEAD" else None
        self.send_header("Content-Length", length or str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = _pass_on  # noqa: N815

    def _record(self, body: bytes) -> RecordedRequest:
        text = body.decode("utf-8", "replace")
        target = self.headers.get("X-Amz-Target", "").rpartition(".")[2]
        cbor = re.search(r"/operation/([A-Za-z]+)$", self.path)
        query = re.search(r"(?:^|&)Action=([A-Za-z]+)", text)
        action = target or (cbor and cbor[1]) or (query and query[1]) or ""
        return RecordedRequest(self.command, self.path, action, text)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing: tests print no requests."""
