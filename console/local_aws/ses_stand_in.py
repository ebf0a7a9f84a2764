"""A stand-in for the suppression list of Amazon SES: the v2 REST protocol, served on 127.0.0.1.

It speaks the four suppressed-destination operations and nothing else. What it does on request (any order,
repeats, tokens that expire, throttling) is what SES leaves undocumented; the rest follows its guide.
Point a client at it with `AWS_ENDPOINT_URL_SESV2`.
"""

import json
import re
import threading
from collections import Counter
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from console.local_aws.ses_stand_in_limits import RequestGate, RequestLimits
from console.local_aws.ses_stand_in_list import (
    ListBehaviour,
    SuppressedAddress,
    SuppressionListBook,
    generate_rows,
)
from console.local_aws.ses_stand_in_requests import RefusedRequestError, answer_request

_CREDENTIAL = re.compile(r"Credential=([^/]+)/\d{8}/([^/]+)/")


class SesStandIn:
    """The stand-in as a Python object; use it as a context manager, or `start` and `stop` it.

    Whose list a request means is read from its signature: the Region that was signed for, and the access key
    id where it is a 12-digit account id (as ministack has it), else `default_account`.
    `behaviour` and `limits` may be changed between requests through `behave` and `limit`.
    """

    def __init__(
        self,
        default_account: str = "111122223333",
        behaviour: ListBehaviour | None = None,
        limits: RequestLimits | None = None,
        port: int = 0,
    ) -> None:
        self.default_account = default_account
        self.answers: Counter[int] = Counter()
        self._behaviour = behaviour or ListBehaviour()
        self._gate = RequestGate(limits or RequestLimits())
        self._books: dict[tuple[str, str], SuppressionListBook] = {}
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", port), _Connection)
        self._server.stand_in = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def endpoint_url(self) -> str:
        """The value for AWS_ENDPOINT_URL_SESV2."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def start(self) -> Self:
        """Serve in a thread of this process."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop serving and close the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def open_list(self, account: str | None = None, region: str = "us-east-1") -> SuppressionListBook:
        """The list of an account and Region, to look into or to change without requests."""
        with self._lock:
            key = (account or self.default_account, region)
            return self._books.setdefault(key, SuppressionListBook(self._behaviour))

    def seed(
        self, rows: int | Iterable[SuppressedAddress], account: str | None = None, region: str = "us-east-1"
    ) -> None:
        """Fill a list at once: with so many invented addresses, or with these rows."""
        book = self.open_list(account, region)
        book.put_many(generate_rows(rows) if isinstance(rows, int) else rows)

    def behave(self, behaviour: ListBehaviour) -> None:
        """Change how all lists answer from now on."""
        with self._lock:
            self._behaviour = behaviour
            for book in self._books.values():
                book.behaviour = behaviour

    def limit(self, limits: RequestLimits) -> None:
        """Change how requests are limited from now on."""
        self._gate = RequestGate(limits)

    def expire_tokens(self) -> None:
        """Forget all tokens of all lists."""
        with self._lock:
            for book in self._books.values():
                book.expire_tokens()

    def answer(self, method: str, target: str, authorization: str, body: bytes) -> dict[str, Any]:
        """Answer one request; raises RefusedRequestError."""
        self._pass_gate()
        account, region = self._identify_caller(authorization)
        return answer_request(self.open_list(account, region), method, target, body)

    def _pass_gate(self) -> None:
        status = self._gate.judge()
        if status == 429:
            raise RefusedRequestError(429, "TooManyRequestsException", "Too many requests.")
        if status == 500:
            raise RefusedRequestError(500, "InternalServiceError", "Something went wrong.")

    def _identify_caller(self, authorization: str) -> tuple[str, str]:
        match = _CREDENTIAL.search(authorization)
        if match is None:
            raise RefusedRequestError(
                403, "MissingAuthenticationTokenException", "The request is not signed."
            )
        key_id, region = match.groups()
        return (key_id if re.fullmatch(r"\d{12}", key_id) else self.default_account), region


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    stand_in: SesStandIn


class _Connection(BaseHTTPRequestHandler):
    """One HTTP/1.1 connection, kept alive; answers leave in one write."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        self._respond()

    def do_PUT(self) -> None:
        self._respond()

    def do_DELETE(self) -> None:
        self._respond()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Stay silent: request lines hold addresses."""

    def _respond(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        stand_in = self.server.stand_in
        authorization = self.headers.get("Authorization") or ""
        status, error_type = 200, ""
        try:
            answer = stand_in.answer(self.command, self.path, authorization, body)
        except RefusedRequestError as refusal:
            answer, status, error_type = {"message": refusal.message}, refusal.status, refusal.error_type
        stand_in.answers[status] += 1
        self._send(status, error_type, json.dumps(answer).encode())

    def _send(self, status: int, error_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if error_type:
            self.send_header("x-amzn-ErrorType", error_type)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()
