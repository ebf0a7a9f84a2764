"""Reads a mail from a request: SendEmail of v2 and v1, SendRawEmail of v1."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from email.utils import format_datetime
from typing import Any

from console.local_aws.ses_stand_in.refusals import RefusedRequestError, bad_request
from console.local_aws.ses_stand_in.sending.mail import AddressClaim, SesMail, bare_address, bare_addresses

_MOST_RECIPIENTS = 50
_OWN_HEADERS = "x-ses-"


def read_v2(asked: Mapping[str, Any]) -> SesMail:
    """Read v2's SendEmail: simple or raw content."""
    content = asked["Content"]
    if "Raw" in content:
        return _read_v2_raw(asked, base64.b64decode(content["Raw"]["Data"]))
    if "Simple" not in content:
        raise bad_request("This stand-in of SES sends simple and raw content, and no templates.")
    source = asked.get("FromEmailAddress") or ""
    if not source:
        raise bad_request("Missing required header 'From'.")
    feedback = asked.get("FeedbackForwardingEmailAddress")
    claims = [AddressClaim(bare_address(source), asked.get("FromEmailAddressIdentityArn"))]
    if feedback:
        claims.append(
            AddressClaim(bare_address(feedback), asked.get("FeedbackForwardingEmailAddressIdentityArn"))
        )
    fields = _destination_fields(asked.get("Destination", {}))
    subject = content["Simple"]["Subject"]["Data"]
    extra = tuple((each["Name"], each["Value"]) for each in content["Simple"].get("Headers", []))
    return SesMail(
        source=source,
        claims=tuple(claims),
        feedback_address=claims[-1].address,
        destination=_checked_destination(fields),
        headers=_simple_headers(source, fields, subject) + extra,
        is_raw=False,
        operation="SendEmail",
        configuration_set=asked.get("ConfigurationSetName"),
        tags=_tags(asked.get("EmailTags", [])),
        tenant=asked.get("TenantName"),
    )


def read_v1_simple(asked: Mapping[str, Any]) -> SesMail:
    """Read v1's SendEmail."""
    source, feedback = asked["Source"], asked.get("ReturnPath")
    claims = [AddressClaim(bare_address(source), asked.get("SourceArn"))]
    if feedback:
        claims.append(AddressClaim(bare_address(feedback), asked.get("ReturnPathArn")))
    fields = _destination_fields(asked.get("Destination", {}))
    return SesMail(
        source=source,
        claims=tuple(claims),
        feedback_address=claims[-1].address,
        destination=_checked_destination(fields),
        headers=_simple_headers(source, fields, asked["Message"]["Subject"]["Data"]),
        is_raw=False,
        operation="SendEmail",
        configuration_set=asked.get("ConfigurationSetName"),
        tags=_tags(asked.get("Tags", [])),
    )


def read_v1_raw(asked: Mapping[str, Any]) -> SesMail:
    """Read v1's SendRawEmail: each of the three addresses has its own ARN, as parameter or as header (F1)."""
    message = message_from_bytes(asked["RawMessage"]["Data"])
    from_header, return_path = message.get("From", ""), message.get("Return-Path", "")
    source = asked.get("Source") or from_header
    if not source:
        raise bad_request("Missing required header 'From'.")
    claims = [AddressClaim(bare_address(source), _named(asked, message, "SourceArn", "X-SES-SOURCE-ARN"))]
    if from_header:
        claims.append(
            AddressClaim(bare_address(from_header), _named(asked, message, "FromArn", "X-SES-FROM-ARN"))
        )
    if return_path:
        arn = _named(asked, message, "ReturnPathArn", "X-SES-RETURN-PATH-ARN")
        claims.append(AddressClaim(bare_address(return_path), arn))
    recipients = asked.get("Destinations")
    feedback = claims[-1] if return_path else claims[0]
    envelope = _Envelope(source, tuple(claims), feedback.address, recipients, "SendRawEmail")
    return _raw_mail(message, envelope, asked)


def _read_v2_raw(asked: Mapping[str, Any], raw: bytes) -> SesMail:
    """One ARN for the sender: whether it covers the From header too is not documented [?]; here it does."""
    message = message_from_bytes(raw)
    from_header = message.get("From", "")
    source = asked.get("FromEmailAddress") or from_header
    if not source:
        raise bad_request("Missing required header 'From'.")
    named = _named(asked, message, "FromEmailAddressIdentityArn", "X-SES-SOURCE-ARN")
    addresses = dict.fromkeys(bare_address(text) for text in (source, from_header) if text)
    claims = [AddressClaim(address, named) for address in addresses]
    feedback = asked.get("FeedbackForwardingEmailAddress") or message.get("Return-Path", "")
    if feedback:
        arn = _named(asked, message, "FeedbackForwardingEmailAddressIdentityArn", "X-SES-RETURN-PATH-ARN")
        claims.append(AddressClaim(bare_address(feedback), arn))
    address = claims[-1].address if feedback else claims[0].address
    fields = _destination_fields(asked.get("Destination", {}))
    recipients = [each for _, addresses in fields for each in addresses] or None
    return _raw_mail(message, _Envelope(source, tuple(claims), address, recipients, "SendEmail"), asked)


@dataclass(frozen=True, slots=True)
class _Envelope:
    """What the parameters of a raw send and its own headers say together."""

    source: str
    claims: tuple[AddressClaim, ...]
    feedback_address: str
    recipients: list[str] | None
    operation: str


def _raw_mail(message: "Message[str, str]", envelope: _Envelope, asked: Mapping[str, Any]) -> SesMail:
    named = {name: message.get_all(name, []) for name in ("To", "Cc", "Bcc")}
    fields = [(name, [str(each) for each in values]) for name, values in named.items()]
    kept = [(name, str(value)) for name, value in message.items()]
    return SesMail(
        source=envelope.source,
        claims=envelope.claims,
        feedback_address=envelope.feedback_address,
        destination=_checked_destination([("To", envelope.recipients)] if envelope.recipients else fields),
        headers=tuple((n, v) for n, v in kept if not n.lower().startswith((_OWN_HEADERS, "bcc"))),
        is_raw=True,
        operation=envelope.operation,
        configuration_set=asked.get("ConfigurationSetName") or message.get("X-SES-CONFIGURATION-SET"),
        tags=_tags_of_header(message) | _tags(asked.get("EmailTags") or asked.get("Tags") or []),
        tenant=asked.get("TenantName") or message.get("X-SES-TENANT"),
    )


def _named(asked: Mapping[str, Any], message: "Message[str, str]", parameter: str, header: str) -> str | None:
    """Return the ARN: the parameter goes before the header, the first of repeated headers counts."""
    named: str | None = asked.get(parameter) or message.get(header)
    return named


def _destination_fields(destination: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    names = (("To", "ToAddresses"), ("Cc", "CcAddresses"), ("Bcc", "BccAddresses"))
    return [(header, destination.get(member) or []) for header, member in names]


def _checked_destination(fields: list[tuple[str, list[str]]]) -> tuple[str, ...]:
    recipients = bare_addresses([each for _, addresses in fields for each in addresses])
    if not recipients:
        raise bad_request("At least one recipient is required.")
    if len(recipients) > _MOST_RECIPIENTS:
        raise RefusedRequestError(400, "MessageRejected", f"Recipient count exceeds {_MOST_RECIPIENTS}.")
    return recipients


def _simple_headers(
    source: str, fields: list[tuple[str, list[str]]], subject: str
) -> tuple[tuple[str, str], ...]:
    shown = [(name, ", ".join(addresses)) for name, addresses in fields if addresses and name != "Bcc"]
    date = format_datetime(datetime.now(UTC))
    return (("From", source), *shown, ("Subject", subject), ("MIME-Version", "1.0"), ("Date", date))


def _tags(pairs: list[Mapping[str, str]]) -> dict[str, str]:
    return {pair["Name"]: pair["Value"] for pair in pairs}


def _tags_of_header(message: "Message[str, str]") -> dict[str, str]:
    pairs = [each.partition("=") for each in message.get("X-SES-MESSAGE-TAGS", "").split(",")]
    return {name.strip(): value.strip() for name, equals, value in pairs if equals}
