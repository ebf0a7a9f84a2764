"""What a message is read as when it reports no fact: ignored, to be confirmed, or quarantined and why."""

from dataclasses import dataclass
from re import compile as pattern

from ses_reputation.feedback.provenance import Reason, Registry, account_of_topic

ARCHIVED = "archived-without-envelope"
"""The name of the topic that stands for a party to an archived event which no topic reported."""
_is_type_name = pattern(r"[A-Za-z ]{1,40}").fullmatch


@dataclass(frozen=True, slots=True)
class Ignored:
    """A normal message that states no reputation fact, by kind."""

    kind: str


@dataclass(frozen=True, slots=True)
class SubscriptionRequest:
    """A registered account's topic asks the queue to confirm its subscription."""

    topic_arn: str
    token: str


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A message that is not journaled. `explanation` says why and what to do; it holds no address."""

    reason: Reason
    explanation: str
    topic_arn: str = ""


SetAside = Ignored | SubscriptionRequest | Quarantined


def unreadable(what: str, topic_arn: str = "") -> Quarantined:
    """Return that a message holds nothing that is known; `what` is said of it."""
    advice = "look at what else publishes to the topic or sends to the queue"
    return Quarantined(Reason.UNREADABLE, f"{what}: {advice}", topic_arn)


def unknown_type(event_type: str, topic_arn: str) -> Quarantined:
    """Return that SES has a type of event that this version does not know."""
    # What is no name may be anything, an address too; explanations are logged.
    named = repr(event_type) if _is_type_name(event_type) else "that is no name"
    return Quarantined(
        Reason.UNKNOWN_EVENT_TYPE,
        f"SES event type {named} is newer than this version: upgrade, then run `ses-reputation quarantine "
        "retry`",
        topic_arn,
    )


def incomplete(what: str, topic_arn: str = "") -> Quarantined:
    """Return that an event of a known type cannot be booked; `what` names fields, never their values."""
    explanation = f"the SES event lacks a field that the ledger needs, or has it in another shape ({what})"
    if "mail.sendingAccountId" in what:
        explanation += (
            ": events of former years do not say who sent the mail; `ses-reputation replay` counts archives "
            "of them with --sending-account"
        )
    return Quarantined(Reason.INCOMPLETE_EVENT, explanation, topic_arn)


def raw_delivery() -> Quarantined:
    """Return that an SES event came without any envelope."""
    return Quarantined(
        Reason.RAW_DELIVERY,
        "an SES event came without its SNS envelope, so nothing shows which topic and account sent it: "
        "switch raw message delivery off on the queue's subscription",
    )


def wrapped(layer: str, topic_arn: str = "") -> Quarantined:
    """Return that an SES event came in an envelope of something else, such as EventBridge."""
    return Quarantined(
        Reason.WRAPPED_EVENT,
        f"an SES event came inside {layer}, so nothing shows that SES wrote it: let SES publish to an SNS "
        "topic of the account that sends or of the identity's owner, and subscribe the queue to that topic. "
        "`ses-reputation replay` counts archives of such events as your own",
        topic_arn,
    )


def pointer(topic_arn: str = "") -> Quarantined:
    """Return that a message only says where in S3 its content is."""
    return Quarantined(
        Reason.PAYLOAD_POINTER,
        "the message is a pointer into S3, as the extended client library for SNS and SQS writes it: what "
        "it reports is in the S3 object that it names. SES writes no pointers: let it publish to the topic "
        "directly, and replay the object with `ses-reputation replay`",
        topic_arn,
    )


def foreign(topic_arn: str, *, is_request: bool = False) -> Quarantined:
    """Return that nobody registered the account of a topic."""
    account = account_of_topic(topic_arn)
    who = f"the topic's account {account}" if account else "TopicArn names no topic, so its account"
    if account and topic_arn.endswith(f":{ARCHIVED}"):
        who = f"the event's account {account}"
    advice = "is not registered: if it is yours, register it with `ses-reputation accounts add`"
    if is_request:
        explanation = f"{who} asks to be subscribed and {advice} and subscribe again"
        return Quarantined(Reason.FOREIGN_SUBSCRIPTION, explanation, topic_arn)
    return Quarantined(Reason.FOREIGN_TOPIC, f"{who} {advice}", topic_arn)


def contradiction(topic_arn: str, registry: Registry, sender: str, owner: str | None) -> Quarantined:
    """Return that a registered account reported mail that it is no party to, or not in that role."""
    account = account_of_topic(topic_arn)
    if account == owner:
        says = (
            f"account {account} reported mail that {sender} sent from its identity, but is registered as a "
            f"delegate only: register it with `ses-reputation accounts add owner`"
        )
        return Quarantined(Reason.CONTRADICTS_TOPIC, says, topic_arn)
    register = "" if registry.knows(sender) else " and is registered"
    says = (
        f"account {account} is registered, but reported mail that {sender} sent from an identity of "
        f"{owner or 'an account that SES did not name'}: the topic of an account is believed about what it "
        f"sent itself, and what others sent from its identities. This counts if {sender} publishes to a "
        f"topic of its own that the queue is subscribed to{register}"
    )
    return Quarantined(Reason.CONTRADICTS_TOPIC, says, topic_arn)


def forged(topic_arn: str, what: str) -> Quarantined:
    """Return that SNS did not write an envelope; `what` shows it."""
    return Quarantined(
        Reason.FORGED_ENVELOPE,
        f"SNS did not write this envelope ({what}): look at who else can send to the queue, and at topics of "
        "registered accounts whose subscriptions have raw message delivery on",
        topic_arn,
    )


def other_region(what: str, topic_arn: str) -> Quarantined:
    """Return that an event is of another Region than its topic; `what` names both."""
    return Quarantined(
        Reason.CONTRADICTS_TOPIC,
        f"{what}: SES publishes to topics of its own Region only, so this is not SES's word",
        topic_arn,
    )


def defect(error: Exception) -> Quarantined:
    """Return that our own code failed on a message; of the error only its kind is said, never its text."""
    return Quarantined(
        Reason.DEFECT,
        f"a defect of this version: reading the message raised {type(error).__name__}; report it, upgrade, "
        "then run `ses-reputation quarantine retry`",
    )
