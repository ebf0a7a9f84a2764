"""Why a row of a suppression list changed: what is said of it, and how people read it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any


class CauseKind(StrEnum):
    """What brought a change about."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    # Somebody's `restore`, `import`, `add` or `remove`, which the ledger recorded.
    ACTION = "action"
    # SES names no message for the entry, and does so for those that it adds itself: an API call or an import.
    NO_MESSAGE = "no_message"
    UNEXPLAINED = "unexplained"
    NOT_LOOKED_UP = "not_looked_up"
    # The row is of somebody who was forgotten: nobody is asked by an address that nobody has.
    FORGOTTEN = "forgotten"


class CauseEvidence(StrEnum):
    """How it is known which message it was."""

    # SES names the message (SuppressedDestinationAttributes.MessageId), and the ledger may know more of it.
    MESSAGE = "message"
    # The ledger has one message of the kind that fits the entry's time.
    TIME = "time"
    RECORD = "record"
    NONE = ""


@dataclass(frozen=True, slots=True)
class ChangeCause:
    """What is known of why a row changed; "" where it is not known, or does not apply.

    Of mail: `sending_account` sent the message as `identity`, which belongs to `owner_account`. Of an action:
    its id, its kind, who did it and why. `occurred_at` is the time of either. It holds no address but
    an identity that is one.
    """

    kind: CauseKind
    evidence: CauseEvidence = CauseEvidence.NONE
    occurred_at: str = ""
    message_id: str = ""
    feedback_id: str = ""
    outcome: str = ""
    sending_account: str = ""
    owner_account: str = ""
    identity: str = ""
    configuration_set: str = ""
    action: str = ""
    action_kind: str = ""
    who: str = ""
    why: str = ""

    def to_json(self) -> dict[str, str]:
        """Return what is known, named as the SES API names things: `{"Kind": "bounce", "MessageId": ...}`."""
        named = ((_wire_name(each.name), str(getattr(self, each.name))) for each in fields(self))
        return {name: value for name, value in named if value}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "ChangeCause":
        """Return what `to_json` wrote. Raises KeyError, TypeError or ValueError."""
        kind, evidence = CauseKind(plain["Kind"]), CauseEvidence(plain.get("Evidence", ""))
        known = {each.name: plain.get(_wire_name(each.name), "") for each in fields(cls)[2:]}
        if not all(isinstance(value, str) for value in known.values()):
            raise TypeError
        return cls(kind, evidence, **known)


NOT_LOOKED_UP = ChangeCause(CauseKind.NOT_LOOKED_UP)
UNEXPLAINED = ChangeCause(CauseKind.UNEXPLAINED)
FORGOTTEN = ChangeCause(CauseKind.FORGOTTEN)


def _wire_name(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


def describe_cause(cause: ChangeCause) -> str:
    """Return a cause as a sentence's end: "bounce of message M, sent by 222222222222 as shop.example"."""
    match cause.kind:
        case CauseKind.NOT_LOOKED_UP:
            return "not looked up: the budget of look-ups was spent"
        case CauseKind.UNEXPLAINED:
            return "unexplained: neither the ledger nor SES says why"
        case CauseKind.FORGOTTEN:
            return "not looked up: the person was forgotten"
        case CauseKind.NO_MESSAGE:
            return "SES names no message: put by an API call or an import that the ledger has no record of"
        case CauseKind.ACTION:
            return f"{cause.action_kind} by {cause.who}: {cause.why}"
    return _describe_mail(cause)


def _describe_mail(cause: ChangeCause) -> str:
    said = f"{cause.kind} of message {cause.message_id}"
    if not cause.sending_account:
        return f"{said}, which the ledger does not know"
    said += f", sent by {_describe_sender(cause)} as {cause.identity}"
    return f"{said}, configuration set {cause.configuration_set}" if cause.configuration_set else said


def _describe_sender(cause: ChangeCause) -> str:
    is_delegate = cause.owner_account and cause.owner_account != cause.sending_account
    return f"delegate {cause.sending_account}" if is_delegate else cause.sending_account
