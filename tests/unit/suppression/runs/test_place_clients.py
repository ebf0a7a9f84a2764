"""SES of a place, through botocore: what may be taken for an answer, and what for none."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse

from ses_reputation.accounts.reach import CrossAccountRole
from ses_reputation.errors import UnavailableError
from ses_reputation.statistics.send_statistics import AccountRegion
from ses_reputation.suppression.errors import ListRefusedError
from ses_reputation.suppression.listing.pace import Pace
from ses_reputation.suppression.runs.place_clients import PlaceClients, connect_place
from ses_reputation.suppression.settings import ExportSettings

PLACE = AccountRegion("444455556666", "eu-west-1")
SETTINGS = ExportSettings("bucket", role=CrossAccountRole("reader", "known-to-both"))
Body = bytes | dict[str, Any]
Answer = tuple[int, Body]
ACCOUNT = {"SuppressionAttributes": {"SuppressedReasons": ["BOUNCE"]}}


class Ses:
    """SES on the wire: the answers to each operation in order; the last one stays."""

    def __init__(self, answers: dict[str, list[Answer]]) -> None:
        usual: dict[str, list[Answer]] = {
            "GetAccount": [(200, ACCOUNT)],
            "ListConfigurationSets": [(200, {})],
        }
        self.answers = usual | answers
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.connected: list[tuple[Any, ...]] = []

    def connect(self, service: str, account: str, region: str, config: Any) -> Any:
        self.connected.append((service, account, region))
        client: Any = boto3.client(
            "sesv2",
            region_name=region,
            config=config,
            aws_access_key_id="key",
            aws_secret_access_key="secret",  # noqa: S106
        )
        client.meta.events.register("before-send.sesv2", self.answer)
        return client

    def answer(self, request: Any, event_name: str, **_: Any) -> AWSResponse:
        operation = event_name.rpartition(".")[2]
        self.asked.append((operation, json.loads(request.body or b"{}")))
        waiting = self.answers[operation]
        status, body = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        raw: Any = SimpleNamespace(stream=lambda *_args, **_options: iter([content]))
        no_headers: Any = {}
        return AWSResponse(request.url, status, no_headers, raw)


def open_place(ses: Any, seconds_left: Callable[[], float] = lambda: 300.0) -> PlaceClients:
    return connect_place(ses, SETTINGS, PLACE, Pace(sleep=lambda _: None), seconds_left)


TENANTS = "ListTenants"


def tenants(*names: str, then: str = "") -> Answer:
    return 200, {
        "Tenants": [{"TenantName": name} for name in names],
        **({"NextToken": then} if then else {}),
    }


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    # botocore waits between its own tries.
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)


def test_tenants_are_read_to_the_last_page() -> None:
    ses = Ses({TENANTS: [tenants("zeta", then="2"), tenants(then="3"), tenants("acme")]})
    described = open_place(ses).settings_reader.begin()

    assert described.tenants == ("acme", "zeta")
    assert [asked for operation, asked in ses.asked if operation == TENANTS] == [
        {},
        {"NextToken": "2"},
        {"NextToken": "3"},
    ]


def test_a_tenant_list_that_was_cut_off_is_unknown_and_not_short() -> None:
    """botocore reads a body that is no JSON as an answer without fields: as no tenants."""
    ses = Ses({TENANTS: [tenants("zeta", then="2"), (200, b'{"Tenants": [{"Ten')]})
    described = open_place(ses).settings_reader.begin()

    assert described.tenants is None
    assert described.why_tenants_are_unknown() == "Its tenants cannot be listed: UnreadableAnswer."


def test_a_page_that_names_itself_as_the_next_is_no_end() -> None:
    ses = Ses({TENANTS: [tenants("zeta", then="2"), tenants("acme", then="2")]})
    described = open_place(ses).settings_reader.begin()

    assert described.tenants is None
    assert described.why_tenants_are_unknown() == "Its tenants cannot be listed: RepeatedPage."


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"null", b'"text"'])
@pytest.mark.parametrize("operation", ["GetAccount", "ListConfigurationSets", TENANTS])
def test_a_success_without_an_object_of_json_is_unread(operation: str, body: bytes) -> None:
    ses = Ses({TENANTS: [tenants()]} | {operation: [(200, body)]})
    described = open_place(ses).settings_reader.begin()

    assert [(each["action"], each["why"]) for each in described.unread] == [
        (f"ses:{operation}", "UnreadableAnswer")
    ]


def test_a_set_and_a_tenant_without_an_object_of_json_are_unread() -> None:
    ses = Ses(
        {
            "ListConfigurationSets": [(200, {"ConfigurationSets": ["news"]})],
            "GetConfigurationSet": [(200, b"")],
            TENANTS: [tenants("acme")],
            "GetTenant": [(200, b"")],
        }
    )
    place = open_place(ses)
    described = place.settings_reader.begin()

    assert described.sets == {}
    assert [each["action"] for each in described.unread] == ["ses:GetConfigurationSet"]
    assert place.describe_tenant("acme")["tenant"] is None
    assert [asked for operation, asked in ses.asked if operation == "GetTenant"] == [{"TenantName": "acme"}]


def test_settings_pass_through_the_installed_botocore_whole() -> None:
    """Its model of the API has to know every setting: what it does not know, it drops in silence."""
    validation = {
        "ConditionThreshold": {
            "ConditionThresholdEnabled": "ENABLED",
            "OverallConfidenceThreshold": {"ConfidenceVerdictThreshold": "MANAGED"},
        }
    }
    account = {"SuppressedReasons": ["BOUNCE"], "ValidationAttributes": validation}
    override = {"SuppressedReasons": [], "SuppressionScope": "TENANT", "ValidationOptions": validation}
    own = {"SuppressedReasons": ["COMPLAINT"], "SuppressionScope": "TENANT"}
    ses = Ses(
        {
            "GetAccount": [(200, {"SuppressionAttributes": account, "SendingEnabled": True})],
            "ListConfigurationSets": [(200, {"ConfigurationSets": ["news", "plain"]})],
            "GetConfigurationSet": [(200, {"SuppressionOptions": override}), (200, {})],
            TENANTS: [tenants("acme")],
            "GetTenant": [(200, {"Tenant": {"TenantName": "acme", "SuppressionAttributes": own}})],
        }
    )
    place = open_place(ses)
    described = place.settings_reader.begin()

    assert described.of_list(None) == {
        "account": account,
        "configuration_sets": {"news": override, "plain": None},
        "unread": [],
    }
    assert place.describe_tenant("acme") == {"tenant": own, "unread": []}


def test_a_refusal_is_told_by_its_own_code_whatever_its_body() -> None:
    refused = (403, b'{"__type": "AccessDeniedException", "message": "not authorized"}')
    ses = Ses({TENANTS: [refused], "GetAccount": [(503, b"<html>")]})
    described = open_place(ses).settings_reader.begin()

    assert described.unread[0] == {
        "action": "ses:GetAccount",
        "subject": "444455556666 in eu-west-1",
        "why": "503",
    }
    assert described.why_tenants_are_unknown() == (
        "Its tenants cannot be listed: AccessDeniedException. "
        "Allow ses:ListTenants on * to the role that reads it."
    )


def test_both_clients_are_of_the_place() -> None:
    ses = Ses({TENANTS: [tenants()]})
    open_place(ses)

    assert ses.connected == [("sesv2", *PLACE)] * 2


def test_when_time_is_up_nothing_more_is_asked_and_nothing_is_called_empty() -> None:
    ses = Ses({TENANTS: [tenants()]})

    with pytest.raises(UnavailableError):
        open_place(ses, seconds_left=lambda: 0.0).settings_reader.begin()
    assert ses.asked == []


@pytest.mark.parametrize(
    ("cause", "expected"),
    [("AssumeRole AccessDenied", ListRefusedError), ("AssumeRole ThrottlingException", UnavailableError)],
)
def test_a_role_that_does_not_let_the_export_in_is_refused_and_trouble_may_pass(
    cause: str, expected: type[Exception]
) -> None:
    def fail(*_args: Any, **_options: Any) -> Any:
        raise UnavailableError(cause)

    with pytest.raises(expected, match=cause):
        open_place(SimpleNamespace(connect=fail))
