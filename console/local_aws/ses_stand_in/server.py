"""A stand-in for two parts of Amazon SES, served on 127.0.0.1: the suppression list and the send statistics.

It speaks the four suppressed-destination operations of the v2 REST protocol, `GetSendStatistics` of the v1
query protocol, and nothing else. What it does on request (any order, repeats, tokens that expire, throttling)
is what SES leaves undocumented; the rest follows its guide.
Point clients at it with `AWS_ENDPOINT_URL_SESV2` and `AWS_ENDPOINT_URL_SES`.
"""

import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any, Self

from console.local_aws.ses_stand_in.connection import StandInServer
from console.local_aws.ses_stand_in.limits import RequestGate, RequestLimits
from console.local_aws.ses_stand_in.lists import ListBehaviour, StandInList, SuppressedAddress, generate_rows
from console.local_aws.ses_stand_in.requests import RefusedRequestError, answer_request
from console.local_aws.ses_stand_in.statistics import Points, answer_query

_CREDENTIAL = re.compile(r"Credential=([^/]+)/\d{8}/([^/]+)/")


class SesStandIn:
    """The stand-in as a Python object; use it as a context manager, or `start` and `stop` it.

    The signature of a request says whose list it means. The Region is the one that was signed for. The
    account is the access key id where this has 12 digits (as ministack has it), else what `account_of_key`
    returns for it (for example for keys of assumed roles), else `default_account`.
    `behaviour` and `limits` may be changed between requests through `behave` and `limit`.
    """

    def __init__(
        self,
        default_account: str = "111122223333",
        behaviour: ListBehaviour | None = None,
        limits: RequestLimits | None = None,
        port: int = 0,
        account_of_key: Callable[[str], str | None] = lambda _: None,
    ) -> None:
        self.default_account = default_account
        self.answers: Counter[int] = Counter()
        self._behaviour = behaviour or ListBehaviour()
        self._gate = RequestGate(limits or RequestLimits())
        self._account_of_key = account_of_key
        self._lists: dict[tuple[str, str], StandInList] = {}
        self._counted: dict[tuple[str, str], Points] = {}
        self._lock = threading.Lock()
        self._server = StandInServer(self, port)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def endpoint_url(self) -> str:
        """The value for AWS_ENDPOINT_URL_SESV2 and AWS_ENDPOINT_URL_SES."""
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

    def open_list(self, account: str | None = None, region: str = "us-east-1") -> StandInList:
        """The list of an account and Region, to look into or to change without requests."""
        with self._lock:
            key = (account or self.default_account, region)
            return self._lists.setdefault(key, StandInList(self._behaviour))

    def seed(
        self, rows: int | Iterable[SuppressedAddress], account: str | None = None, region: str = "us-east-1"
    ) -> None:
        """Fill a list at once: with so many invented addresses, or with these rows."""
        seeded = self.open_list(account, region)
        seeded.put_many(generate_rows(rows) if isinstance(rows, int) else rows)

    def count(self, points: Points, account: str | None = None, region: str = "us-east-1") -> None:
        """Answer from now on that SES counted this of an account's sending in a Region."""
        with self._lock:
            self._counted[account or self.default_account, region] = dict(points)

    def behave(self, behaviour: ListBehaviour) -> None:
        """Change how all lists answer from now on."""
        with self._lock:
            self._behaviour = behaviour
            for each in self._lists.values():
                each.behaviour = behaviour

    def limit(self, limits: RequestLimits) -> None:
        """Change how requests are limited from now on."""
        self._gate = RequestGate(limits)

    def expire_tokens(self) -> None:
        """Forget all tokens of all lists."""
        with self._lock:
            for each in self._lists.values():
                each.expire_tokens()

    def answer(self, method: str, target: str, authorization: str, body: bytes) -> dict[str, Any]:
        """Answer one request; raises RefusedRequestError."""
        self._pass_gate()
        account, region = self._identify_caller(authorization)
        return answer_request(self.open_list(account, region), method, target, body)

    def answer_statistics(self, authorization: str, body: bytes) -> bytes:
        """Answer one request of the v1 query protocol, as XML; raises RefusedRequestError."""
        self._pass_gate()
        caller = self._identify_caller(authorization)
        with self._lock:
            points = self._counted.get(caller, {})
        return answer_query(points, body)

    def _pass_gate(self) -> None:
        status = self._gate.next_status()
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
        if re.fullmatch(r"\d{12}", key_id):
            return key_id, region
        return self._account_of_key(key_id) or self.default_account, region
