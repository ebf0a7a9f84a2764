"""How a delegate names the owner's identity in a send: by each way that SES has, filled in.

Amazon SES developer guide, "Sending emails for the identity owner"; Amazon SES API v2, SendEmail. Raw mail
names the ARN for each address that SES checks: the envelope's sender, the From header and the Return-Path.
"""

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ses_reputation.authorization.identity_arn import EVERY_REGION, IdentityArn
from ses_reputation.shell_words import shell_option

_SUBJECT, _TEXT = "Sent for the identity owner", "Sent with an identity of another account."


@dataclass(frozen=True, slots=True)
class SendExample:
    """What to fill in. endpoint_id: of a Global endpoint; "" where mail goes to one Region."""

    identity: IdentityArn
    from_address: str
    feedback_address: str
    recipient: str
    configuration_set: str
    region: str
    endpoint_id: str = ""


@dataclass(frozen=True, slots=True)
class WayToSend:
    """One way: its title, and the lines to copy."""

    title: str
    lines: tuple[str, ...]


def make_example(
    identity: IdentityArn, *, from_address: str = "", feedback_address: str = "", **fields: str
) -> SendExample:
    """Return an example with what was left out filled in.

    fields: those of SendExample. Raises ValueError where mail of the identity cannot come from the address,
    or no Region is named.
    """
    sender = from_address or (identity.name if identity.is_address else f"news@{identity.name}")
    for address in (sender, feedback_address or sender):
        if not identity.covers(address):
            raise ValueError(f"{address} is not of {identity.name}: name an address of the identity")
    region = fields.pop("region", "") or identity.region
    endpoint_id = fields.get("endpoint_id", "")
    if region == EVERY_REGION and not endpoint_id:
        raise ValueError(
            "an ARN with a Region of * is for a Global endpoint: name it, or a Region to send in"
        )
    named = identity.in_every_region() if endpoint_id else identity
    return SendExample(named, sender, feedback_address or sender, region=region, **fields)


def ways_to_send(example: SendExample) -> tuple[WayToSend, ...]:
    """Return the ways, SES's v2 API first. A Global endpoint takes neither SMTP nor the v1 API."""
    ways = [
        WayToSend("SES v2 API: simple mail (SendEmail)", _json_lines(v2_simple(example))),
        WayToSend("SES v2 API: raw mail (SendEmail)", _json_lines(v2_raw(example))),
    ]
    if not example.endpoint_id:
        ways += [
            WayToSend("SES v1 API: simple mail (SendEmail)", _json_lines(v1_simple(example))),
            WayToSend("SES v1 API: raw mail (SendRawEmail)", _json_lines(v1_raw(example))),
            WayToSend(_smtp_title(example), tuple(smtp_headers(example))),
        ]
    ways.append(WayToSend("AWS CLI", tuple(aws_cli(example))))
    ways.append(WayToSend("Python, boto3", tuple(boto3_code(example))))
    return tuple(ways)


def notes_on(example: SendExample) -> Iterator[str]:
    """Yield what to know before one sends."""
    if example.identity.is_address:
        yield (
            f"{example.identity.name} has to be verified by itself. If only its domain is, name the domain's "
            "ARN: its addresses need none of their own."
        )
    if example.endpoint_id:
        yield (
            "A Global endpoint takes no SMTP. The policy has to be on the identity in both Regions, and the "
            "configuration set has to exist in both."
        )
    else:
        yield f"Send in {example.region}, where the identity is: it is unknown elsewhere."
    yield "Name the configuration set in every send: its events report bounces and delays."
    yield "Capitals may count in ARN and address: write them as the owner gave them."


def v2_simple(example: SendExample) -> dict[str, Any]:
    """Return the request of a simple mail for the v2 API."""
    content = {"Simple": {"Subject": {"Data": _SUBJECT}, "Body": {"Text": {"Data": _TEXT}}}}
    return {
        "FromEmailAddress": example.from_address,
        **_v2_identity(example),
        "Destination": {"ToAddresses": [example.recipient]},
        "Content": content,
        **_v2_place(example),
    }


def v2_raw(example: SendExample) -> dict[str, Any]:
    """Return the request of a raw mail for the v2 API; its ARN stands for the From header as well.

    "For Raw emails, the FromEmailAddressIdentityArn value overrides the X-SES-SOURCE-ARN and X-SES-FROM-ARN
    headers" (Amazon SES API v2, SendEmail).
    """
    return {
        "FromEmailAddress": example.from_address,
        **_v2_identity(example),
        "Destination": {"ToAddresses": [example.recipient]},
        "Content": {"Raw": {"Data": _raw_message(example).encode()}},
        **_v2_place(example),
    }


def v1_simple(example: SendExample) -> dict[str, Any]:
    """Return the request of a simple mail for the v1 API."""
    return {
        "Source": example.from_address,
        "SourceArn": str(example.identity),
        "ReturnPath": example.feedback_address,
        "ReturnPathArn": str(example.identity),
        "Destination": {"ToAddresses": [example.recipient]},
        "Message": {"Subject": {"Data": _SUBJECT}, "Body": {"Text": {"Data": _TEXT}}},
        "ConfigurationSetName": example.configuration_set,
    }


def v1_raw(example: SendExample) -> dict[str, Any]:
    """Return the request of a raw mail for the v1 API, with all three ARNs."""
    return {
        "Source": example.from_address,
        "SourceArn": str(example.identity),
        "FromArn": str(example.identity),
        "ReturnPathArn": str(example.identity),
        "Destinations": [example.recipient],
        "RawMessage": {"Data": _raw_message(example).encode()},
        "ConfigurationSetName": example.configuration_set,
    }


def smtp_headers(example: SendExample) -> list[str]:
    """Return the headers of a mail sent by SMTP; SES takes the X- headers out before it sends."""
    return [
        f"X-SES-SOURCE-ARN: {example.identity}",
        f"X-SES-FROM-ARN: {example.identity}",
        f"X-SES-RETURN-PATH-ARN: {example.identity}",
        f"X-SES-CONFIGURATION-SET: {example.configuration_set}",
        f"From: {example.from_address}",
        f"Return-Path: {example.feedback_address}",
        f"To: {example.recipient}",
        f"Subject: {_SUBJECT}",
    ]


def aws_cli(example: SendExample) -> list[str]:
    """Return a command of the AWS CLI, one option a line, quoted for a POSIX shell."""
    request = v2_simple(example)
    content, to = json.dumps(request["Content"]), json.dumps(request["Destination"])
    options = {
        "--region": example.region,
        "--from-email-address": example.from_address,
        "--from-email-address-identity-arn": str(example.identity),
        "--feedback-forwarding-email-address": example.feedback_address,
        "--feedback-forwarding-email-address-identity-arn": str(example.identity),
        "--configuration-set-name": example.configuration_set,
        **({"--endpoint-id": example.endpoint_id} if example.endpoint_id else {}),
    }
    lines = ["aws sesv2 send-email", *(shell_option(option, value) for option, value in options.items())]
    lines += [shell_option("--destination", to), shell_option("--content", content)]
    return [
        *(f"{'    ' if place else ''}{line} \\" for place, line in enumerate(lines[:-1])),
        f"    {lines[-1]}",
    ]


def boto3_code(example: SendExample) -> list[str]:
    """Return a program in Python."""
    arguments = [f"    {name}={value!r}," for name, value in v2_simple(example).items()]
    return [
        "import boto3",
        "",
        f"ses = boto3.client('sesv2', region_name={example.region!r})",
        "ses.send_email(",
        *arguments,
        ")",
    ]


def _v2_identity(example: SendExample) -> dict[str, Any]:
    return {
        "FromEmailAddressIdentityArn": str(example.identity),
        "FeedbackForwardingEmailAddress": example.feedback_address,
        "FeedbackForwardingEmailAddressIdentityArn": str(example.identity),
    }


def _v2_place(example: SendExample) -> dict[str, Any]:
    endpoint = {"EndpointId": example.endpoint_id} if example.endpoint_id else {}
    return {"ConfigurationSetName": example.configuration_set, **endpoint}


def _raw_message(example: SendExample) -> str:
    return (
        f"From: {example.from_address}\r\nTo: {example.recipient}\r\nSubject: {_SUBJECT}\r\n\r\n{_TEXT}\r\n"
    )


def _smtp_title(example: SendExample) -> str:
    return f"SMTP: headers for email-smtp.{example.region}.amazonaws.com"


def _json_lines(request: Mapping[str, Any]) -> tuple[str, ...]:
    """Return a request as SES reads it: raw mail is Base64 there."""
    return tuple(json.dumps(request, indent=2, default=_in_base64).splitlines())


def _in_base64(message: bytes) -> str:
    return b64encode(message).decode("ascii")
