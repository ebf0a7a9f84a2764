"""A stand-in for Amazon SES, served on 127.0.0.1: what this product asks of both of its APIs, and sends.

Identities and their policies, notification topics, configuration sets and event destinations, dedicated
pools, tenants, recommendations, suppression lists, statistics, and sends whose events reach the topics of a
local AWS. `operations` lists what is served. What it does on request (any order, repeats, tokens that expire,
throttling) is what SES leaves undocumented; the rest follows its guide.
Point clients at it with `AWS_ENDPOINT_URL_SESV2` and `AWS_ENDPOINT_URL_SES`.
"""

import json
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote
from urllib.request import urlopen

from console.local_aws.ses_stand_in.account.regional_account import RegionalAccount
from console.local_aws.ses_stand_in.authorization import check_caller
from console.local_aws.ses_stand_in.calls import Answer, Call, Operations, SesCaller
from console.local_aws.ses_stand_in.connection import SignedRequest, StandInServer
from console.local_aws.ses_stand_in.limits import RequestGate, RequestLimits
from console.local_aws.ses_stand_in.lists import ListBehaviour, StandInList, SuppressedAddress, generate_rows
from console.local_aws.ses_stand_in.operations import V1_OPERATIONS, V2_OPERATIONS
from console.local_aws.ses_stand_in.protocol.query import read_query_request, write_xml
from console.local_aws.ses_stand_in.protocol.rest import read_rest_request, write_json
from console.local_aws.ses_stand_in.refusals import RefusedRequestError
from console.local_aws.ses_stand_in.statistics import Points, PointStamps, stamp_points
from console.local_aws.ses_stand_in.world import SesWorld, SurroundingAws

_CREDENTIAL = re.compile(r"Credential=([^/]+)/\d{8}/([^/]+)/")
_ACCOUNT = re.compile(r"\d{12}")
_CALLER_PATH = "/_ses_reputation/caller/"
_ON_THE_QUARTER = PointStamps()
_FOR_EVER = float("inf")


class SesStandIn:
    """The stand-in as a Python object; use it as a context manager, or `start` and `stop` it.

    The signature of a request says who asks. The Region is the one that was signed for. The account is the
    access key id where this has 12 digits (as ministack has it); for keys of users and of assumed roles it is
    what the surrounding AWS says, which also says what their policies allow if it enforces policies; else
    what `account_of_key` returns, else `default_account`.
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
        self._world = SesWorld(behaviour or ListBehaviour())
        self._gate = RequestGate(limits or RequestLimits())
        self._account_of_key = account_of_key
        self._principals: dict[str, str] = {}
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

    def publish_through(self, aws: SurroundingAws) -> None:
        """Publish to this AWS's topics from now on, and look at its topics and keys; before, to nobody."""
        self._world.aws = aws

    def open_account(self, account: str | None = None, region: str = "us-east-1") -> RegionalAccount:
        """Return an account in a Region, to look into or to change without requests."""
        return self._world.open_account(account or self.default_account, region)

    def copy_accounts(self) -> Mapping[Any, Any]:
        """Copy all accounts but their suppression lists, for `put_accounts_back`."""
        return self._world.copy_accounts()

    def put_accounts_back(self, copied: Mapping[Any, Any]) -> None:
        """Put all accounts back as they were when they were copied."""
        self._world.put_accounts_back(dict(copied))

    def restrict(self, principal_arn: str, *policies: Mapping[str, Any] | str) -> None:
        """Allow a caller only what these policies allow; without any, nothing.

        A caller that nobody restricted may do everything in its own account, as its root may.
        """
        texts = [policy if isinstance(policy, str) else json.dumps(policy) for policy in policies]
        self._world.restricted[principal_arn] = texts

    def know_key(self, key_id: str, principal_arn: str) -> None:
        """Take requests signed with this access key id for those of a user, or of a session of a role."""
        self._principals[key_id] = principal_arn

    def join_organization(self, organization_id: str, *accounts: str) -> None:
        """Put accounts into an organization (`o-...`), for conditions on `aws:PrincipalOrgID`."""
        self._world.organizations.update(dict.fromkeys(accounts, organization_id))

    def forget_principal(self, principal_arn: str, refusals: float = _FOR_EVER) -> None:
        """Refuse policies that name a principal: twice as for one made just now, or for ever (F6)."""
        self._world.unknown_principals[principal_arn] = refusals

    def open_list(self, account: str | None = None, region: str = "us-east-1") -> StandInList:
        """The list of an account and Region, to look into or to change without requests."""
        return self.open_account(account, region).addresses

    def seed(
        self, rows: int | Iterable[SuppressedAddress], account: str | None = None, region: str = "us-east-1"
    ) -> None:
        """Fill a list at once: with so many invented addresses, or with these rows."""
        seeded = self.open_list(account, region)
        seeded.put_many(generate_rows(rows) if isinstance(rows, int) else rows)

    def count(
        self,
        counted: Points,
        account: str | None = None,
        region: str = "us-east-1",
        stamps: PointStamps = _ON_THE_QUARTER,
    ) -> None:
        """Answer from now on that SES counted this of an account's sending in a Region, in points of 15
        minutes."""
        self.open_account(account, region).points = stamp_points(counted, stamps)

    def behave(self, behaviour: ListBehaviour) -> None:
        """Change how all lists answer from now on."""
        with self._world.lock:
            self._world.behaviour = behaviour
            for each in self._world.lists():
                each.behaviour = behaviour

    def limit(self, limits: RequestLimits) -> None:
        """Change how requests are limited from now on."""
        self._gate = RequestGate(limits)

    def expire_tokens(self) -> None:
        """Forget all tokens of all lists."""
        with self._world.lock:
            for each in self._world.lists():
                each.expire_tokens()

    def answer_rest(self, request: SignedRequest) -> bytes:
        """Answer one request of the v2 REST protocol; raises RefusedRequestError."""
        self._pass_gate()
        name, asked = read_rest_request(request.method, request.target, request.body)
        return write_json(self._perform(V2_OPERATIONS, name, request, asked))

    def answer_query(self, request: SignedRequest) -> bytes:
        """Answer one request of the v1 query protocol, as XML; raises RefusedRequestError."""
        self._pass_gate()
        name, asked = read_query_request(request.body)
        return write_xml(name, self._perform(V1_OPERATIONS, name, request, asked))

    def _perform(
        self, served: Operations, name: str, request: SignedRequest, asked: Mapping[str, Any]
    ) -> Answer:
        if name not in served:
            message = f"{name} is not served by this stand-in of SES."
            raise RefusedRequestError(404, "UnknownOperationException", message, v1_type="InvalidAction")
        call = Call(self._world, self._identify_caller(request), asked)
        with self._world.lock:
            check_caller(call, name)
            return served[name](call)

    def _pass_gate(self) -> None:
        status = self._gate.next_status()
        if status == 429:
            raise RefusedRequestError(429, "TooManyRequestsException", "Too many requests.")
        if status == 500:
            raise RefusedRequestError(500, "InternalServiceError", "Something went wrong.")

    def _identify_caller(self, request: SignedRequest) -> SesCaller:
        match = _CREDENTIAL.search(request.authorization)
        if match is None:
            raise RefusedRequestError(
                403, "MissingAuthenticationTokenException", "The request is not signed."
            )
        key_id, region = match.groups()
        known = self._principals.get(key_id)
        found = {"arn": known} if known else self._ask_aws(key_id)
        if found:
            arn = found["arn"]
            return SesCaller(arn.split(":")[4], region, arn, request.source_ip, found.get("layers"))
        account = key_id if _ACCOUNT.fullmatch(key_id) else self._account_of_key(key_id)
        account = account or self.default_account
        return SesCaller(account, region, f"arn:aws:iam::{account}:root", request.source_ip)

    def _ask_aws(self, key_id: str) -> dict[str, Any]:
        """Ask the surrounding AWS whose key it is; nothing if it does not know, or has no such page."""
        aws = self._world.aws
        if aws is None or _ACCOUNT.fullmatch(key_id):
            return {}
        try:
            with urlopen(f"{aws.endpoint_url}{_CALLER_PATH}{quote(key_id)}", timeout=60) as answer:  # noqa: S310
                described: dict[str, Any] = json.load(answer)
        except (OSError, ValueError):
            return {}
        return described if "arn" in described else {}
