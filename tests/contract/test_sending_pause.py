"""Pausing a configuration set: what SES and STS are asked, what they refuse, and whose set it is."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.stub import Stubber

from console.local_aws.clients import Credentials
from console.local_aws.emulator import Ministack
from ses_reputation.errors import UnavailableError
from ses_reputation.protection.store import SESSION_NAME, SendingPause
from tests.support.notifications import DELEGATE, OWNER
from tests.support.reached import reach

ROLE = "ses-reputation-protection"
KEYS: dict[str, Any] = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
LENT = {
    "AccessKeyId": "ASIA2222222222222222",
    "SecretAccessKey": "lent-secret",
    "SessionToken": "lent-token",
    "Expiration": datetime.now(UTC) + timedelta(hours=1),
}
Act = Callable[[SendingPause, str, str, str], None]


class Connections:
    """Gives the clients that a test stubbed, and remembers what they were asked for with."""

    def __init__(self, region: str) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self._clients = {name: boto3.client(name, region_name=region, **KEYS) for name in ("sesv2", "sts")}
        self.ses, self.sts = (Stubber(self._clients[name]) for name in ("sesv2", "sts"))

    def __call__(self, service: str, **options: str) -> Any:
        self.asked.append((service, options))
        return self._clients[service]

    @property
    def services(self) -> list[str]:
        return [service for service, _ in self.asked]


def connected(region: str) -> Iterator[Connections]:
    connections = Connections(region)
    with connections.ses, connections.sts:
        yield connections
        connections.ses.assert_no_pending_responses()
        connections.sts.assert_no_pending_responses()


@pytest.fixture
def connections() -> Iterator[Connections]:
    yield from connected("eu-west-1")


@pytest.mark.parametrize(("act", "is_enabled"), [(SendingPause.pause, False), (SendingPause.resume, True)])
def test_the_ledgers_own_account_is_asked_directly_in_the_entitys_region(
    connections: Connections, act: Act, is_enabled: bool
) -> None:
    connections.ses.add_response(
        "put_configuration_set_sending_options",
        {},
        {"ConfigurationSetName": "newsletter", "SendingEnabled": is_enabled},
    )

    act(SendingPause(reach(OWNER, ROLE, connections, SESSION_NAME)), OWNER, "eu-west-1", "newsletter")

    assert connections.asked == [("sesv2", {"region_name": "eu-west-1"})]


@pytest.mark.parametrize(
    ("region", "partition"), [("eu-west-1", "aws"), ("us-gov-west-1", "aws-us-gov"), ("cn-north-1", "aws-cn")]
)
def test_another_account_is_reached_through_its_role(region: str, partition: str) -> None:
    for connections in connected(region):
        connections.sts.add_response(
            "assume_role",
            {"Credentials": LENT},
            {
                "RoleArn": f"arn:{partition}:iam::{DELEGATE}:role/{ROLE}",
                "RoleSessionName": "ses-reputation-protection",
            },
        )
        connections.ses.add_response(
            "put_configuration_set_sending_options",
            {},
            {"ConfigurationSetName": "newsletter", "SendingEnabled": False},
        )

        SendingPause(reach(OWNER, ROLE, connections, SESSION_NAME)).pause(DELEGATE, region, "newsletter")

        assert connections.asked == [
            # In the caller's own Region, which a client has that is given none.
            ("sts", {}),
            (
                "sesv2",
                {
                    "region_name": region,
                    "aws_access_key_id": "ASIA2222222222222222",
                    "aws_secret_access_key": "lent-secret",
                    "aws_session_token": "lent-token",
                },
            ),
        ]


def test_without_a_role_another_account_is_not_asked_and_what_to_do_is_said(connections: Connections) -> None:
    with pytest.raises(UnavailableError, match=r"^no ProtectionRoleName: the stack needs the name of a role"):
        SendingPause(reach(OWNER, "", connections)).pause(DELEGATE, "eu-west-1", "newsletter")
    assert connections.asked == []


def test_a_role_that_may_not_be_assumed_is_reported_with_its_code_only(connections: Connections) -> None:
    connections.sts.add_client_error("assume_role", "AccessDenied", "user someone is not authorized")

    with pytest.raises(UnavailableError, match=r"^AssumeRole AccessDenied$"):
        SendingPause(reach(OWNER, ROLE, connections, SESSION_NAME)).pause(DELEGATE, "eu-west-1", "newsletter")
    assert connections.services == ["sts"]


@pytest.mark.parametrize("act", [SendingPause.pause, SendingPause.resume])
@pytest.mark.parametrize("code", ["NotFoundException", "TooManyRequestsException", "AccessDeniedException"])
def test_a_refusal_of_ses_is_reported_with_its_code_only(
    connections: Connections, act: Act, code: str
) -> None:
    connections.ses.add_client_error("put_configuration_set_sending_options", code, "a text that may quote")

    with pytest.raises(UnavailableError, match=f"^PutConfigurationSetSendingOptions {code}$"):
        act(SendingPause(reach(OWNER, ROLE, connections, SESSION_NAME)), OWNER, "eu-west-1", "newsletter")


def test_no_answer_is_reported_by_its_kind() -> None:
    def unreachable(service: str, **options: str) -> Any:
        raise EndpointConnectionError(endpoint_url="https://email.eu-west-1.amazonaws.com")

    with pytest.raises(UnavailableError, match="EndpointConnectionError"):
        SendingPause(reach(OWNER, ROLE, unreachable)).pause(OWNER, "eu-west-1", "newsletter")


def test_no_client_is_made_before_there_is_something_to_pause(connections: Connections) -> None:
    SendingPause(reach(OWNER, ROLE, connections, SESSION_NAME))
    assert connections.asked == []


@pytest.fixture
def at_ministack(ministack: Ministack) -> SendingPause:
    own = Credentials.of_account(ministack.account_id)

    def connect(service: str, **options: str) -> Any:
        keys: dict[str, Any] = {
            "region_name": ministack.region,
            "aws_access_key_id": own.access_key_id,
            "aws_secret_access_key": own.secret_access_key,
        }
        return boto3.client(service, endpoint_url=ministack.endpoint_url, **(keys | options))

    return SendingPause(reach(ministack.account_id, ROLE, connect))


def is_sending(ministack: Ministack, account: str, name: str) -> bool:
    read = ministack.clients(account).sesv2.get_configuration_set(ConfigurationSetName=name)
    return read["SendingOptions"]["SendingEnabled"]


@pytest.mark.local_aws
@pytest.mark.parametrize("account", [OWNER, DELEGATE])
def test_the_local_aws_pauses_that_set_only_and_resumes_it(
    ministack: Ministack, at_ministack: SendingPause, account: str
) -> None:
    for name in ("offers", "receipts"):
        ministack.clients(account).sesv2.create_configuration_set(ConfigurationSetName=name)
    if account != OWNER:
        ministack.clients(OWNER).sesv2.create_configuration_set(ConfigurationSetName="offers-of-the-owner")

    at_ministack.pause(account, ministack.region, "offers")
    at_ministack.pause(account, ministack.region, "offers")
    assert [is_sending(ministack, account, name) for name in ("offers", "receipts")] == [False, True]

    at_ministack.resume(account, ministack.region, "offers")
    assert is_sending(ministack, account, "offers")


@pytest.mark.local_aws
def test_the_local_aws_knows_no_such_set_in_another_account(
    ministack: Ministack, at_ministack: SendingPause
) -> None:
    ministack.clients(OWNER).sesv2.create_configuration_set(ConfigurationSetName="only-the-owners")

    with pytest.raises(UnavailableError, match="NotFoundException"):
        at_ministack.pause(DELEGATE, ministack.region, "only-the-owners")
    assert is_sending(ministack, OWNER, "only-the-owners")
