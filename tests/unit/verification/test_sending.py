"""Marker mail is sent in three ways; what each call names is checked by botocore's own models."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.stub import ANY, Stubber

from ses_reputation.verification.marker_mail import MarkerMail, SendingWay, mails_of
from ses_reputation.verification.sending import AcceptedMail, MarkerSender, RefusedMail
from tests.support.marker_mail import AS_COURIER, AS_OWNER, FROM, IDENTITY_ARN, MARKER, SENT_AT, marker_mail

TAGS = [{"Name": "ses-reputation-verify", "Value": MARKER}]


def client(service: str) -> Any:
    connect: Any = boto3.client
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    return connect(service, region_name="eu-west-1", **keys)


def clock() -> datetime:
    return SENT_AT


def send(mail: MarkerMail, prepare: Callable[[Stubber], None]) -> AcceptedMail | RefusedMail:
    clients = {service: client(service) for service in ("sesv2", "ses")}
    stubber = Stubber(clients["ses" if mail.way is SendingWay.RAW_V1 else "sesv2"])
    prepare(stubber)
    with stubber:
        sent = MarkerSender(clients["sesv2"], clients["ses"], clock).send(mail)
    stubber.assert_no_pending_responses()
    return sent


def request_v2(**changed: Any) -> dict[str, Any]:
    arns = ("FromEmailAddressIdentityArn", "FeedbackForwardingEmailAddressIdentityArn")
    return {
        "FromEmailAddress": FROM,
        "Destination": {"ToAddresses": [f"success+{MARKER}@simulator.amazonses.com"]},
        "ConfigurationSetName": "courier",
        "EmailTags": TAGS,
        "Content": {"Simple": ANY},
        **dict.fromkeys(arns, IDENTITY_ARN),
        **changed,
    }


def test_a_delegate_names_the_identitys_arn_twice_by_the_second_api() -> None:
    sent = send(
        marker_mail(),
        lambda stub: stub.add_response("send_email", {"MessageId": "0102-1"}, request_v2()),
    )

    assert sent == AcceptedMail(marker_mail(), "0102-1", SENT_AT)


def test_raw_content_by_the_second_api_is_named_alike() -> None:
    mail, request = marker_mail(way=SendingWay.RAW), request_v2(Content={"Raw": {"Data": ANY}})

    sent = send(mail, lambda stub: stub.add_response("send_email", {"MessageId": "0102-2"}, request))

    assert isinstance(sent, AcceptedMail)


def test_raw_mail_by_the_first_api_names_the_arn_three_times() -> None:
    mail = marker_mail(way=SendingWay.RAW_V1)
    raw = (
        f"From: {FROM}\r\n"
        f"To: success+{MARKER}@simulator.amazonses.com\r\n"
        f"Subject: ses-reputation verify {MARKER}\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=us-ascii\r\n"
        "\r\n"
        "A mail of `ses-reputation verify` to SES's mailbox simulator: nobody reads it.\r\n"
    )
    request = {
        "Source": FROM,
        "Destinations": [f"success+{MARKER}@simulator.amazonses.com"],
        "RawMessage": {"Data": raw.encode()},
        "ConfigurationSetName": "courier",
        "Tags": TAGS,
        **dict.fromkeys(("SourceArn", "FromArn", "ReturnPathArn"), IDENTITY_ARN),
    }

    sent = send(mail, lambda stub: stub.add_response("send_raw_email", {"MessageId": "0102-3"}, request))

    assert isinstance(sent, AcceptedMail)


def test_an_owner_names_no_arn_and_without_a_set_no_set() -> None:
    party = type(AS_OWNER)(AS_OWNER.account, AS_OWNER.identity, FROM, "")
    request = {
        name: value
        for name, value in request_v2().items()
        if not name.endswith("Arn") and name != "ConfigurationSetName"
    }

    sent = send(
        marker_mail(party=party),
        lambda stub: stub.add_response("send_email", {"MessageId": "0102-4"}, request),
    )

    assert isinstance(sent, AcceptedMail)


@pytest.mark.parametrize("way", list(SendingWay))
def test_a_refusal_is_an_answer_like_any_other(way: SendingWay) -> None:
    call = "send_raw_email" if way is SendingWay.RAW_V1 else "send_email"
    mail = marker_mail(way=way)

    sent = send(mail, lambda stub: stub.add_client_error(call, "MessageRejected", "not verified"))

    assert sent == RefusedMail(mail, "MessageRejected", "not verified")


def test_a_call_that_fails_is_a_refusal_too() -> None:
    unreachable = client("sesv2")
    failing = EndpointConnectionError(endpoint_url="https://email.example")

    def fail(**_request: Any) -> None:
        raise failing

    unreachable.meta.events.register("before-call", fail)

    sent = MarkerSender(unreachable, None, clock).send(marker_mail())

    assert sent == RefusedMail(marker_mail(), "EndpointConnectionError", str(failing))


def test_each_party_sends_each_outcome_and_raw_content_in_both_ways() -> None:
    mails = mails_of(AS_COURIER, MARKER)

    assert [mail.title for mail in mails] == [
        "success (v2 simple)",
        "bounce (v2 simple)",
        "ooto (v2 simple)",
        "complaint (v2 simple)",
        "suppressionlist (v2 simple)",
        "success (v2 raw)",
        "success (v1 raw)",
    ]
