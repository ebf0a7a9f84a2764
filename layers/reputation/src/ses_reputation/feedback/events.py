"""The events of SES in both dialects, outside-in like their JSON.

Only what the ledger needs is declared. Fields that SES adds later are ignored on the frequent events and kept
on the adverse ones; enumerated values stay text, so that a new value is never an error. What every event has
is a typed dictionary, which pydantic makes in seven tenths of the time of a model.
Source: SES developer guide, "Amazon SNS notification contents for Amazon SES" and "Examples of event data
that Amazon SES publishes to Amazon SNS".
"""

from collections.abc import Collection
from functools import cache
from typing import Annotated, Any, Required, cast

from pydantic import AliasPath, BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter
from pydantic_core import SchemaValidator
from typing_extensions import TypedDict  # pydantic takes that of `typing` from Python 3.12 on

from ses_reputation.environment import ACCOUNT
from ses_reputation.feedback.tags import TENANT, tags_of

# DynamoDB allows 1,024 bytes of sort key and 2,048 of partition key; SES's own values are far shorter.
Short = Annotated[str, StringConstraints(max_length=320)]
# An address with its display name, encoded or not.
Mailbox = Annotated[str, StringConstraints(max_length=1_500)]
# SES mails a message to no more (developer guide, "Service quotas in Amazon SES": recipients per message).
MOST_RECIPIENTS = 50
Mailboxes = Annotated[list[Mailbox], Field(max_length=MOST_RECIPIENTS)]
# A part of keys, and shown to people: SES writes letters, digits and hyphens.
MessageId = Annotated[str, StringConstraints(pattern="^[!-~]{1,256}$")]
AccountId = Annotated[str, StringConstraints(pattern=f"^{ACCOUNT}$")]


class _Adverse(BaseModel):
    """A block of which unknown fields are kept: they may matter to whoever investigates.

    All but its recipients may be missing or null: that a mail bounced is a fact, whatever else is said of it.
    """

    model_config = ConfigDict(extra="allow")

    @property
    def unrecognised(self) -> dict[str, Any]:
        """What SES said that this version has no name for."""
        return self.model_extra or {}


class Mail(TypedDict, total=False):
    """`mail`: the message that the event is about."""

    timestamp: Required[Short]
    messageId: Required[MessageId]
    sendingAccountId: Required[AccountId]
    source: Mailbox | None
    sourceArn: Short | None
    destination: Mailboxes
    # `tags` maps names to lists of values, SES's own names and the sender's; event publishing only.
    configuration_set: Annotated[
        str | None, Field(validation_alias=AliasPath("tags", "ses:configuration-set", 0))
    ]
    tenant: Annotated[Any, Field(validation_alias=AliasPath("tags", TENANT, 0))]


class Recipient(_Adverse):
    """One recipient of a bounce, complaint or delay."""

    emailAddress: Mailbox
    action: str | None = None
    status: str | None = None
    diagnosticCode: str | None = None


Recipients = Annotated[list[Recipient], Field(max_length=MOST_RECIPIENTS)]


class Bounce(_Adverse):
    """`bounce`: SES gave up on these recipients, or a suppression list stopped the send."""

    bounceType: str | None = None
    bounceSubType: str | None = None
    bouncedRecipients: Recipients
    timestamp: Short | None = None
    feedbackId: str | None = None
    reportingMTA: str | None = None
    remoteMtaIp: str | None = None


class Complaint(_Adverse):
    """`complaint`: somebody among these recipients complained, or a suppression list stopped the send.

    Some providers do not say who complained.
    """

    complainedRecipients: Recipients | None = None
    timestamp: Short | None = None
    feedbackId: str | None = None
    complaintSubType: str | None = None
    complaintFeedbackType: str | None = None
    userAgent: str | None = None
    arrivalDate: str | None = None


class DeliveryDelay(_Adverse):
    """`deliveryDelay`: SES is still trying; reported through event publishing only."""

    delayType: str | None = None
    delayedRecipients: Recipients
    timestamp: Short | None = None
    expirationTime: str | None = None
    reportingMTA: str | None = None


class Delivery(TypedDict, total=False):
    """`delivery`: the receiving server accepted the message for these recipients."""

    recipients: Required[Mailboxes]
    processingTimeMillis: int | None
    timestamp: Short | None


class Reject(_Adverse):
    """`reject`: SES accepted the call and then found a virus."""

    reason: str | None = None


class Failure(_Adverse):
    """`failure`: a template could not be rendered."""

    errorMessage: str | None = None
    templateName: str | None = None


class Event(TypedDict, total=False):
    """One event. `eventType` marks event publishing, `notificationType` an identity notification."""

    eventType: str | None
    notificationType: str | None
    mail: Required[Mail]
    bounce: Bounce | None
    complaint: Complaint | None
    deliveryDelay: DeliveryDelay | None
    delivery: Delivery | None
    reject: Reject | None
    failure: Failure | None


def _reader_of(event: type[Any]) -> SchemaValidator:
    # Without the adapter's own method, which costs another half microsecond for every event.
    validator: Any = TypeAdapter(event).validator
    return cast("SchemaValidator", validator)


EVENT = _reader_of(Event)
"""Reads an event, of whose tags the configuration set and the tenant."""


class _TaggedMail(Mail, total=False):
    tags: Any


class _TaggedEvent(Event, total=False):
    mail: Required[_TaggedMail]  # type: ignore[misc]


@cache
def tagged_event() -> SchemaValidator:
    """Return what reads an event with all its tags, which takes longer: for those who count by some."""
    return _reader_of(_TaggedEvent)


def kept_tags(mail: Mail, names: Collection[str]) -> tuple[str, ...]:
    """Return the tags that are kept, those of some names and the tenant, which always is.

    Those of names are found in mail that `tagged_event` read.
    """
    if names:
        tags = mail.get("tags")
        return tags_of(tags, {TENANT, *names}) if isinstance(tags, dict) else ()
    tenant = mail.get("tenant")
    return tags_of({TENANT: [tenant]}, (TENANT,)) if tenant else ()
