"""The store of policies, held to botocore's shapes: what SES is asked, and what its refusals become."""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.stub import Stubber

from ses_reputation.authorization.errors import (
    IdentityUnknownError,
    PolicyConflictError,
    PolicyRefusedError,
    TooManyPoliciesError,
)
from ses_reputation.authorization.identity_arn import parse_identity_arn
from ses_reputation.authorization.store import IdentityPolicies
from ses_reputation.errors import UnavailableError

IDENTITY = parse_identity_arn("arn:aws:ses:eu-west-1:111111111111:identity/orchard.example")
NAMED = {"EmailIdentity": "orchard.example", "PolicyName": "Courier"}
WRITTEN = {**NAMED, "Policy": "{}"}
Call = Callable[[IdentityPolicies], Any]


@pytest.fixture
def ses() -> Iterator[Stubber]:
    keys: dict[str, Any] = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    client = boto3.client("sesv2", region_name="eu-west-1", **keys)
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def store(ses: Stubber) -> IdentityPolicies:
    def connect(service: str, **options: str) -> Any:
        assert (service, options) == ("sesv2", {"region_name": "eu-west-1"})
        return ses.client

    return IdentityPolicies(connect, IDENTITY)


def test_policies_are_read_by_name_of_the_identity_and_of_others(
    ses: Stubber, store: IdentityPolicies
) -> None:
    for name, policies in (("orchard.example", {"Courier": "{}"}), ("news@orchard.example", {})):
        ses.add_response("get_email_identity_policies", {"Policies": policies}, {"EmailIdentity": name})

    assert store.read() == {"Courier": "{}"}
    assert store.read_of("news@orchard.example") == {}


def test_each_write_is_one_call(ses: Stubber, store: IdentityPolicies) -> None:
    ses.add_response("create_email_identity_policy", {}, WRITTEN)
    ses.add_response("update_email_identity_policy", {}, WRITTEN)
    ses.add_response("delete_email_identity_policy", {}, NAMED)

    store.create("Courier", "{}")
    store.update("Courier", "{}")
    store.delete("Courier")


def test_identities_are_listed_over_all_pages(ses: Stubber, store: IdentityPolicies) -> None:
    first = {"EmailIdentities": [{"IdentityName": "orchard.example"}], "NextToken": "more"}
    ses.add_response("list_email_identities", first, {"PageSize": 1000})
    ses.add_response(
        "list_email_identities",
        {"EmailIdentities": [{"IdentityName": "news@orchard.example"}]},
        {"PageSize": 1000, "NextToken": "more"},
    )

    assert store.names_of_identities() == ["orchard.example", "news@orchard.example"]


@pytest.mark.parametrize(
    ("operation", "call", "code", "error"),
    [
        ("get_email_identity_policies", IdentityPolicies.read, "NotFoundException", IdentityUnknownError),
        (
            "create_email_identity_policy",
            lambda store: store.create("Courier", "{}"),
            "NotFoundException",
            IdentityUnknownError,
        ),
        (
            "create_email_identity_policy",
            lambda store: store.create("Courier", "{}"),
            "AlreadyExistsException",
            PolicyConflictError,
        ),
        (
            "create_email_identity_policy",
            lambda store: store.create("Courier", "{}"),
            "LimitExceededException",
            TooManyPoliciesError,
        ),
        (
            "update_email_identity_policy",
            lambda store: store.update("Courier", "{}"),
            "NotFoundException",
            PolicyConflictError,
        ),
        (
            "delete_email_identity_policy",
            lambda store: store.delete("Courier"),
            "NotFoundException",
            PolicyConflictError,
        ),
    ],
)
def test_a_refusal_says_what_it_means_and_what_ses_said(
    ses: Stubber, store: IdentityPolicies, operation: str, call: Call, code: str, error: type[Exception]
) -> None:
    ses.add_client_error(operation, code, "said \x1bby SES")

    with pytest.raises(error) as refused:
        call(store)
    assert str(refused.value) == (r"orchard.example of account 111111111111 in eu-west-1: said \x1bby SES")


def test_what_ses_does_not_take_comes_with_its_own_text(ses: Stubber, store: IdentityPolicies) -> None:
    ses.add_client_error("update_email_identity_policy", "BadRequestException", "invalid\nprincipal")

    with pytest.raises(PolicyRefusedError, match=r"^invalid\\nprincipal$"):
        store.update("Courier", "{}")


@pytest.mark.parametrize("code", ["AccessDeniedException", "TooManyRequestsException", "InternalFailure"])
def test_other_failures_are_reported_by_their_code(ses: Stubber, store: IdentityPolicies, code: str) -> None:
    ses.add_client_error("get_email_identity_policies", code, "User someone is not authorized")

    with pytest.raises(UnavailableError, match=f"^SES did not do ses:GetEmailIdentityPolicies: {code}$"):
        store.read()


def test_no_answer_is_reported_by_its_kind() -> None:
    def unreachable(service: str, **options: str) -> Any:
        raise EndpointConnectionError(endpoint_url="https://email.eu-west-1.amazonaws.com")

    with pytest.raises(UnavailableError, match="EndpointConnectionError"):
        IdentityPolicies(unreachable, IDENTITY)
