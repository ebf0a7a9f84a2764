"""What SES says of one address, and what of its errors is kept."""

from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from ses_reputation.errors import UnavailableError
from ses_reputation.suppression.changes.suppressed_destination import (
    MessageNamed,
    SesSuppressedDestinations,
)
from ses_reputation.suppression.errors import ListThrottledError
from ses_reputation.suppression.targets import Target

CALL = "get_suppressed_destination"
LIST = Target("222222222222", "eu-west-1")


def client() -> Any:
    keys: dict[str, Any] = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
    return boto3.client("sesv2", region_name="eu-west-1", **keys)


def answer(**attributes: Any) -> dict[str, Any]:
    row = {"EmailAddress": "Ann@example.com", "Reason": "BOUNCE", "LastUpdateTime": 1}
    return {"SuppressedDestination": row | attributes}


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"Attributes": {"MessageId": "m", "FeedbackId": "f"}}, MessageNamed("m", "f")),
        ({"Attributes": {}}, MessageNamed()),
        ({}, MessageNamed()),
    ],
)
def test_the_message_is_read_and_may_be_missing(attributes: dict[str, Any], expected: MessageNamed) -> None:
    ses = client()
    with Stubber(ses) as stub:
        stub.add_response(CALL, answer(**attributes), {"EmailAddress": "Ann@example.com"})

        assert SesSuppressedDestinations(ses, LIST).fetch_message("Ann@example.com") == expected


def test_a_tenants_list_is_asked_by_the_tenants_name() -> None:
    ses, tenants = client(), Target("222222222222", "eu-west-1", "acme")
    with Stubber(ses) as stub:
        stub.add_response(CALL, answer(), {"EmailAddress": "a@example.com", "TenantName": "acme"})

        assert SesSuppressedDestinations(ses, tenants).fetch_message("a@example.com") == MessageNamed()


def test_an_address_that_is_not_listed_or_cannot_be_asked_about_names_nothing() -> None:
    ses = client()
    with Stubber(ses) as stub:
        stub.add_client_error(CALL, "NotFoundException", http_status_code=404)

        assert SesSuppressedDestinations(ses, LIST).fetch_message("a@example.com") is None
        assert SesSuppressedDestinations(ses, LIST).fetch_message("a/b@example.com") is None


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("TooManyRequestsException", ListThrottledError),
        ("AccessDeniedException", UnavailableError),
        ("BadRequestException", UnavailableError),
    ],
)
def test_errors_keep_the_code_and_not_the_text(code: str, expected: type[Exception]) -> None:
    ses = client()
    with Stubber(ses) as stub:
        stub.add_client_error(CALL, code, "no right to ann@example.com")

        with pytest.raises(expected, match=code) as raised:
            SesSuppressedDestinations(ses, LIST).fetch_message("ann@example.com")
    assert "ann" not in str(raised.value)
    assert raised.value.__suppress_context__
