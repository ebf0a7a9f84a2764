"""Marker mail sent through SES, with the credentials of its sender."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from ses_reputation.verification.marker_mail import MARKER_TAG, MarkerMail, SendingWay

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

_TEXT = "A mail of `ses-reputation verify` to SES's mailbox simulator: nobody reads it."


@dataclass(frozen=True, slots=True)
class AcceptedMail:
    """A mail that SES accepted, under the message id by which its feedback names it; accepted_at: aware."""

    mail: MarkerMail
    message_id: str
    accepted_at: datetime


@dataclass(frozen=True, slots=True)
class RefusedMail:
    """A mail that SES refused. message: SES's own words, which may quote addresses."""

    mail: MarkerMail
    code: str
    message: str


class MarkerSender:
    """Sends marker mail of one party. ses: a client of SES's first API, for which no types are installed."""

    def __init__(self, sesv2: "SESV2Client", ses: Any, clock: Callable[[], datetime]) -> None:
        self._sesv2 = sesv2
        self._ses = ses
        self._clock = clock

    def send(self, mail: MarkerMail) -> AcceptedMail | RefusedMail:
        """Send a mail once; a refusal, or a call that fails, is an answer like any other."""
        send = self._send_v1 if mail.way is SendingWay.RAW_V1 else self._send_v2
        try:
            message_id = send(mail)
        except ClientError as error:
            answered = error.response.get("Error", {})
            return RefusedMail(mail, answered.get("Code", ""), answered.get("Message", ""))
        except BotoCoreError as error:
            return RefusedMail(mail, type(error).__name__, str(error))
        return AcceptedMail(mail, message_id, self._clock())

    def _send_v2(self, mail: MarkerMail) -> str:
        content: Any = (
            {"Simple": _simple_content(mail)} if mail.way is SendingWay.SIMPLE else {"Raw": _raw(mail)}
        )
        answer = self._sesv2.send_email(
            FromEmailAddress=mail.party.from_address,
            Destination={"ToAddresses": [mail.recipient]},
            Content=content,
            EmailTags=_tags(mail),
            **_set(mail),
            **_tenant(mail),
            **_arns(mail, "FromEmailAddressIdentityArn", "FeedbackForwardingEmailAddressIdentityArn"),
        )
        return answer["MessageId"]

    def _send_v1(self, mail: MarkerMail) -> str:
        """Send raw content as many mail libraries do.

        `SourceArn` covers the envelope, `FromArn` the From header, `ReturnPathArn` where bounces go
        (SES API reference, SendRawEmail).
        """
        answer = self._ses.send_raw_email(
            Source=mail.party.from_address,
            Destinations=[mail.recipient],
            RawMessage=_raw(mail),
            Tags=_tags(mail),
            **_set(mail),
            **_arns(mail, "SourceArn", "FromArn", "ReturnPathArn"),
        )
        return str(answer["MessageId"])


def _arns(mail: MarkerMail, *names: str) -> dict[str, Any]:
    """Return the parameters that name the identity's ARN: a delegate must, an owner need not."""
    return dict.fromkeys(names, str(mail.party.identity)) if mail.party.is_delegate else {}


def _set(mail: MarkerMail) -> dict[str, Any]:
    name = mail.party.configuration_set
    return {"ConfigurationSetName": name} if name else {}


def _tenant(mail: MarkerMail) -> dict[str, Any]:
    return {"TenantName": mail.party.tenant} if mail.party.tenant else {}


def _tags(mail: MarkerMail) -> Any:
    return [{"Name": MARKER_TAG, "Value": mail.marker}]


def _subject(mail: MarkerMail) -> str:
    return f"ses-reputation verify {mail.marker}"


def _simple_content(mail: MarkerMail) -> dict[str, Any]:
    return {"Subject": {"Data": _subject(mail)}, "Body": {"Text": {"Data": _TEXT}}}


def _raw(mail: MarkerMail) -> dict[str, bytes]:
    lines = (
        f"From: {mail.party.from_address}",
        f"To: {mail.recipient}",
        f"Subject: {_subject(mail)}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=us-ascii",
        "",
        _TEXT,
        "",
    )
    return {"Data": "\r\n".join(lines).encode()}
