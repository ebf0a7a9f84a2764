"""The SES stand-in's HTTP/1.1 server on 127.0.0.1: JSON for v2 and XML for v1."""

from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple, Protocol

from console.local_aws.ses_stand_in.protocol.query import write_refusal
from console.local_aws.ses_stand_in.protocol.rest import write_json
from console.local_aws.ses_stand_in.refusals import RefusedRequestError


class SignedRequest(NamedTuple):
    """What the stand-in needs of an HTTP request, whichever protocol it speaks."""

    method: str
    target: str
    authorization: str
    body: bytes
    source_ip: str = "127.0.0.1"


class Answering(Protocol):
    """What a connection asks of the stand-in; both ways of answering raise RefusedRequestError."""

    @property
    def answers(self) -> Counter[int]:
        """How often each status was answered."""
        ...

    def answer_rest(self, request: SignedRequest) -> bytes:
        """Answer one request of the v2 REST protocol, in JSON."""
        ...

    def answer_query(self, request: SignedRequest) -> bytes:
        """Answer one request of the v1 query protocol, in XML."""
        ...


class _Connection(BaseHTTPRequestHandler):
    """One HTTP/1.1 connection, kept alive; answers leave in one write."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    server: "StandInServer"

    def do_GET(self) -> None:
        self._answer_rest()

    def do_POST(self) -> None:
        # v1 posts forms to the root, v2 posts JSON to paths.
        if self.path == "/":
            self._answer_query()
        else:
            self._answer_rest()

    def do_PUT(self) -> None:
        self._answer_rest()

    def do_DELETE(self) -> None:
        self._answer_rest()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Stay silent: request lines hold addresses."""

    def _answer_rest(self) -> None:
        request = self._read_request()
        try:
            answer, status, error_type = self.server.stand_in.answer_rest(request), 200, ""
        except RefusedRequestError as refusal:
            answer, status = write_json({"message": refusal.message}), refusal.status
            error_type = refusal.error_type
        self._send(status, answer, "application/json", error_type)

    def _answer_query(self) -> None:
        request = self._read_request()
        try:
            answer, status = self.server.stand_in.answer_query(request), 200
        except RefusedRequestError as refusal:
            answer, status = write_refusal(refusal), refusal.v1_status
        self._send(status, answer, "text/xml")

    def _read_request(self) -> SignedRequest:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        authorization = self.headers.get("Authorization") or ""
        return SignedRequest(self.command, self.path, authorization, body, self.client_address[0])

    def _send(self, status: int, body: bytes, content_type: str, error_type: str = "") -> None:
        self.server.stand_in.answers[status] += 1
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
