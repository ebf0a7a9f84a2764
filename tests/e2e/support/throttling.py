"""DynamoDB when it has no room: a proxy in front of the emulator's, which never runs out of it."""

import json
import threading
from dataclasses import dataclass
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from console.local_aws.emulator import LocalAws
from tests.e2e.support.serving import ServedBeside
from tests.support.waiting import HANG_SECONDS

_REFUSAL = {
    "__type": "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
    "message": "The level of configured provisioned throughput for the table was exceeded.",
}
# botocore compares these with the body, which may be another than the emulator's.
_HEADERS_LEFT_OUT = {"content-length", "connection", "transfer-encoding", "x-amz-crc32"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request is answered."""

    status: int
    headers: dict[str, str]
    body: bytes


class BusyDynamoDB(ServedBeside):
    """Refuses the first `refused` calls of BatchWriteItem, and leaves half of every second one unprocessed.

    `refusals` and `unprocessed` count the calls refused, and the puts left, so far.
    """

    def __init__(self, aws: LocalAws, refused: int) -> None:
        self.refusals = 0
        self.unprocessed = 0
        self._to_refuse = refused
        self._aws = aws
        self._address = urlsplit(aws.endpoint_url).netloc
        self._calls = 0
        self._lock = threading.Lock()
        server = _Server(("127.0.0.1", 0), _Connection)
        server.busy = self
        super().__init__(server)

    def answer(self, headers: dict[str, str], body: bytes) -> Answer:
        """Answer one request, mostly as the emulator does."""
        if not headers.get("X-Amz-Target", "").endswith(".BatchWriteItem"):
            return self._forward(headers, body)
        with self._lock:
            self._calls += 1
            number = self._calls
            self.refusals += number <= self._to_refuse
        if number <= self._to_refuse:
            return Answer(400, {"Content-Type": "application/x-amz-json-1.0"}, json.dumps(_REFUSAL).encode())
        return self._write_half(headers, body) if number % 2 else self._forward(headers, body)

    def _write_half(self, headers: dict[str, str], body: bytes) -> Answer:
        request: dict[str, Any] = json.loads(body)
        ((table, puts),) = request["RequestItems"].items()
        now, later = puts[: (len(puts) + 1) // 2], puts[(len(puts) + 1) // 2 :]
        half = json.dumps(request | {"RequestItems": {table: now}}).encode()
        answer = self._forward(self._sign(headers, half), half)
        with self._lock:
            self.unprocessed += len(later)
        left = {"UnprocessedItems": {table: later} if later else {}}
        return Answer(answer.status, answer.headers, json.dumps(json.loads(answer.body) | left).encode())

    def _sign(self, headers: dict[str, str], body: bytes) -> dict[str, str]:
        """Sign a request that was changed: as root, since nobody else's key is known here."""
        kept = {name: headers[name] for name in ("X-Amz-Target", "Content-Type")}
        request = AWSRequest("POST", f"{self._aws.endpoint_url}/", kept, body)
        SigV4Auth(Credentials(self._aws.account_id, "local"), "dynamodb", self._aws.region).add_auth(request)
        return dict(request.headers.items())

    def _forward(self, headers: dict[str, str], body: bytes) -> Answer:
        connection = HTTPConnection(self._address, timeout=HANG_SECONDS)
        try:
            kept = {name: value for name, value in headers.items() if name.lower() not in _HEADERS_LEFT_OUT}
            connection.request("POST", "/", body, kept)
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read())
        finally:
            connection.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    busy: BusyDynamoDB


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    server: _Server

    def do_POST(self) -> None:
        """Pass a request on."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        answer = self.server.busy.answer(dict(self.headers), body)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in _HEADERS_LEFT_OUT:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Stay silent."""
