"""How to send with an owner's identity: each way is held to botocore's models, a shell, and Python."""

import base64
import json
import shlex
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.validate import ParamValidator

from ses_reputation.authorization import send_examples
from ses_reputation.authorization.identity_arn import parse_identity_arn
from ses_reputation.authorization.send_examples import SendExample, make_example, notes_on, ways_to_send

IDENTITY = parse_identity_arn("arn:aws:ses:eu-west-1:111111111111:identity/orchard.example")
ARN, EVERYWHERE = str(IDENTITY), str(IDENTITY.in_every_region())
ADDRESS = parse_identity_arn(f"{IDENTITY.in_every_region()}".replace("identity/", "identity/news@"))


def example(**changes: str) -> SendExample:
    fields = {"recipient": "reader@harbor.example", "configuration_set": "courier-news", **changes}
    return make_example(IDENTITY, **fields)


def is_valid(service: str, operation: str, request: dict[str, Any]) -> bool:
    keys: dict[str, Any] = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
    model = boto3.Session().client(service, "eu-west-1", **keys).meta.service_model
    shape = model.operation_model(operation).input_shape
    return not ParamValidator().validate(request, shape).has_errors()


@pytest.mark.parametrize(
    ("service", "operation", "make"),
    [
        ("sesv2", "SendEmail", send_examples.v2_simple),
        ("sesv2", "SendEmail", send_examples.v2_raw),
        ("ses", "SendEmail", send_examples.v1_simple),
        ("ses", "SendRawEmail", send_examples.v1_raw),
    ],
)
def test_a_request_is_one_that_botocore_takes(service: str, operation: str, make: Any) -> None:
    assert is_valid(service, operation, make(example()))
    assert make(example())["ConfigurationSetName"] == "courier-news"


def test_the_v2_api_names_the_arn_for_sender_and_feedback() -> None:
    for request in (send_examples.v2_simple(example()), send_examples.v2_raw(example())):
        assert request["FromEmailAddress"] == "news@orchard.example"
        assert request["FromEmailAddressIdentityArn"] == ARN
        assert request["FeedbackForwardingEmailAddress"] == "news@orchard.example"
        assert request["FeedbackForwardingEmailAddressIdentityArn"] == ARN


def test_raw_mail_by_the_v1_api_names_all_three_arns() -> None:
    """A01: with SourceArn alone, the From header is not covered."""
    request = send_examples.v1_raw(example())

    assert (request["SourceArn"], request["FromArn"], request["ReturnPathArn"]) == (ARN, ARN, ARN)
    assert b"From: news@orchard.example\r\n" in request["RawMessage"]["Data"]


def test_smtp_names_all_three_arns_and_the_configuration_set_in_headers() -> None:
    assert send_examples.smtp_headers(example(feedback_address="bounces@orchard.example"))[:6] == [
        f"X-SES-SOURCE-ARN: {ARN}",
        f"X-SES-FROM-ARN: {ARN}",
        f"X-SES-RETURN-PATH-ARN: {ARN}",
        "X-SES-CONFIGURATION-SET: courier-news",
        "From: news@orchard.example",
        "Return-Path: bounces@orchard.example",
    ]


def test_the_command_is_read_by_a_shell_as_it_is_meant() -> None:
    name = "it's $(id)"
    asked = example(configuration_set=name)
    words = shlex.split("\n".join(send_examples.aws_cli(asked)).replace("\\\n", " "))
    options = dict(zip(words[3::2], words[4::2], strict=True))

    assert words[:3] == ["aws", "sesv2", "send-email"]
    assert options["--region"] == "eu-west-1"
    assert options["--from-email-address-identity-arn"] == ARN
    assert options["--feedback-forwarding-email-address-identity-arn"] == ARN
    assert options["--configuration-set-name"] == name
    assert json.loads(options["--destination"]) == {"ToAddresses": ["reader@harbor.example"]}
    assert json.loads(options["--content"])["Simple"]["Subject"]["Data"]


def test_the_program_sends_what_the_request_says(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Any] = []

    def client(service: str, **options: str) -> Any:
        sent.append((service, options))
        return SimpleNamespace(send_email=lambda **request: sent.append(request))

    monkeypatch.setattr(boto3, "client", client)
    exec("\n".join(send_examples.boto3_code(example())), {})  # noqa: S102

    assert sent == [("sesv2", {"region_name": "eu-west-1"}), send_examples.v2_simple(example())]


def test_raw_mail_is_base64_as_the_api_reads_it() -> None:
    (raw,) = (way for way in ways_to_send(example()) if way.title == "SES v2 API: raw mail (SendEmail)")
    message = base64.b64decode(json.loads("\n".join(raw.lines))["Content"]["Raw"]["Data"])

    assert message.startswith(b"From: news@orchard.example\r\nTo: reader@harbor.example\r\n")


def test_every_way_is_there_and_names_the_arn_and_the_set() -> None:
    ways = ways_to_send(example())

    assert [way.title.partition(":")[0] for way in ways] == [
        "SES v2 API",
        "SES v2 API",
        "SES v1 API",
        "SES v1 API",
        "SMTP",
        "AWS CLI",
        "Python, boto3",
    ]
    for way in ways:
        assert ARN in "\n".join(way.lines)
        assert "courier-news" in "\n".join(way.lines)
    assert "email-smtp.eu-west-1.amazonaws.com" in ways[4].title


def test_a_global_endpoint_is_named_with_an_arn_of_all_regions() -> None:
    """F21: no SMTP, and the v1 API has no EndpointId."""
    asked = example(endpoint_id="abcdef12.g3h")
    ways = ways_to_send(asked)

    assert [way.title.partition(":")[0] for way in ways] == [
        "SES v2 API",
        "SES v2 API",
        "AWS CLI",
        "Python, boto3",
    ]
    request = send_examples.v2_simple(asked)
    assert is_valid("sesv2", "SendEmail", request)
    assert (request["FromEmailAddressIdentityArn"], request["EndpointId"]) == (EVERYWHERE, "abcdef12.g3h")
    assert "--endpoint-id abcdef12.g3h" in "\n".join(ways[2].lines)
    assert any("takes no SMTP" in note for note in notes_on(asked))


def test_an_arn_of_all_regions_needs_an_endpoint_or_a_region() -> None:
    everywhere = IDENTITY.in_every_region()
    fields = {"recipient": "reader@harbor.example", "configuration_set": "x"}

    with pytest.raises(ValueError, match="Global endpoint"):
        make_example(everywhere, **fields)
    assert make_example(everywhere, region="us-east-1", **fields).region == "us-east-1"


def test_an_address_that_may_not_be_verified_is_said() -> None:
    """A06: the domain's ARN covers its addresses, which need none of their own."""
    asked = make_example(ADDRESS, region="eu-west-1", recipient="x@harbor.example", configuration_set="x")

    assert asked.from_address == "news@orchard.example"
    assert any("name the domain's ARN" in note for note in notes_on(asked))
    assert not any("name the domain's ARN" in note for note in notes_on(example()))


@pytest.mark.parametrize("field", ["from_address", "feedback_address"])
def test_an_address_of_another_identity_is_refused(field: str) -> None:
    with pytest.raises(ValueError, match=r"a@harvest\.example is not of orchard\.example"):
        example(**{field: "a@harvest.example"})
