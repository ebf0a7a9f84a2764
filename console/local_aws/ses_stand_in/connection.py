"""The SES stand-in's HTTP/1.1 server on 127.0.0.1: JSON for v2 and XML for v1."""

import json
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol

from console.local_aws.ses_stand_in.requests import RefusedRequestError
from console.local_aws.ses_stand_in.statistics import describe_refusal


class Answering(Protocol):
    """What a connection asks of the stand-in; both ways of answering raise RefusedRequestError."""

    @property
    def answers(self) -> Counter[int]:
        """How often each status was answered."""
        ...

    def answer(self, method: str, target: str, authorization: str, body: bytes) -> dict[str, Any]:
        """Answer one request of the v2 REST protocol."""
        ...

    def answer_statistics(self, authorization: str, body: bytes) -> bytes:
        """Answer one request of the v1 query protocol, as XML."""
        ...


class _Connection(BaseHTTPRequestHandler):
    """One HTTP/1.1 connection, kept alive; answers leave in one write."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    server: "StandInServer"

    def do_GET(self) -> None:
        self._respond()

    def do_POST(self) -> None:
        body, authorization = self._read_request()
        try:
            answer, status = self.server.stand_in.answer_statistics(authorization, body), 200
        except RefusedRequestError as refusal:
            answer, status = describe_refusal(refusal), refusal.status
        self.server.stand_in.answers[status] += 1
        self._send(status, "", answer, "text/xml")

    def do_PUT(self) -> None:
        self._respond()

    def do_DELETE(self) -> None:
        self._respond()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Stay silent: request lines hold addresses."""

    def _respond(self) -> None:
        body, authorization = self._read_request()
        stand_in = self.server.stand_in
        status, error_type = 200, ""
        try:
            answer = stand_in.answer(self.command, self.path, authorization, body)
        except RefusedRequestError as refusal:
            answer, status, error_type = {"message": refusal.message}, refusal.status, refusal.error_type
        stand_in.answers[status] += 1
        self._send(status, error_type, json.dumps(answer).encode())

    def _read_request(self) -> tuple[bytes, str]:
        """The body, and the signature."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        return body, self.headers.get("Authorization") or ""

    def _send(
        self, status: int, error_type: str, body: bytes, content_type: str = "application/json"
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        if error_type:
            self.send_header("x-amzn-ErrorType", error_type)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()


class StandInServer(ThreadingHTTPServer):
    """A thread for each connection, on a port of 127.0.0.1 (0: any that is free)."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, stand_in: Answering, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Connection)
        self.stand_in = stand_in
