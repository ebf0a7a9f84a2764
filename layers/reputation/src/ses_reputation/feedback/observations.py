"""From one SES event to what it says of each recipient."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from ses_reputation.feedback.addresses import normalise_address
from ses_reputation.feedback.outcomes import (
    Outcome,
    bounce_outcome,
    complaint_outcome,
    delay_outcome,
    delivery_outcome,
)
from ses_reputation.feedback.providers import Provider, provider_of
from ses_reputation.hours import canonical_timestamp, millis_between

if TYPE_CHECKING:
    # What keeps no journal starts faster without what reads events.
    from ses_reputation.feedback.events import Complaint, Event, Mail, Recipient

Details = Mapping[str, str] | None
"""What an entry keeps of an adverse outcome; None for a send or a delivery, which get no entry."""
Block = TypeVar("Block")

# SES takes addresses of up to 320 characters. A recipient is the partition key of an index, 2,048 bytes at
# most, and an identity stands in a sort key, 1,024 bytes at most: what is longer could never be stored.
MOST_RECIPIENT_CHARACTERS = 500
RECIPIENT, TIME = "recipient", "time"
"""What is said to be left out: somebody named by what is no address, and a time that cannot be read."""


class Observation(NamedTuple):
    """What became of one message to one recipient; `occurred_at` and `details` only where that is adverse.

    A tuple, because every recipient of every event makes one.
    """

    recipient: str
    outcome: Outcome
    provider: Provider
    occurred_at: str = ""
    details: Details = None


Observations = tuple[tuple[Observation, ...], tuple[str, ...]]
"""What an event says, and the names of those of its parts that nobody can use, each as often as it is met."""
Reported = tuple[str, Outcome, str | None, Details]
"""A recipient as SES wrote it, its outcome, when it occurred as SES wrote it, and the details of an entry."""


def observe(event: "Event", event_type: str, own_domains: frozenset[str]) -> Observations:
    """Return one observation per recipient, in the event's order, and what of the event is left out.

    Raises KeyError for an event type that is not known, ValueError where the event lacks the block of its
    type, names no recipient, or a delivery's time cannot be read.
    """
    if event_type in _PLAIN_READERS:
        outcome, recipients = _PLAIN_READERS[event_type](event)
        mailed = event["mail"].get("destination") or recipients
        # Nearly all events are of one recipient that SES names as it was mailed.
        if len(recipients) == 1 and len(mailed) == 1:
            address = normalise_address(mailed[0])
            if _is_recipient(address):
                return (Observation(address, outcome, provider_of(address, own_domains)),), ()
        reported: list[Reported] = [(recipient, outcome, "", None) for recipient in recipients]
    else:
        reported = _READERS[event_type](event)
    if not reported:
        raise ValueError("it names no recipient")
    return _count_to_mailed(reported, event["mail"], own_domains)


def _is_recipient(normalised: str) -> bool:
    return 0 < len(normalised) <= MOST_RECIPIENT_CHARACTERS


def _mailed(mail: "Mail") -> list[str]:
    return list(filter(_is_recipient, map(normalise_address, mail.get("destination", ()))))


def _count_to_mailed(reported: Sequence[Reported], mail: "Mail", own: frozenset[str]) -> Observations:
    named = [(normalise_address(report[0]), report) for report in reported]
    usable = [(name, report) for name, report in named if _is_recipient(name)]
    if not usable:
        raise ValueError("a recipient is no address")
    left_out = (RECIPIENT,) * (len(named) - len(usable))
    _, _, written_at, details = reported[0]
    occurred_at, unreadable = ("", ()) if details is None else _time_of(written_at, mail)
    mailed = _mailed(mail)
    observations = tuple(
        _observation(_counted_to(name, mailed), name, outcome, occurred_at, details, own)
        for name, (_, outcome, _, details) in usable
    )
    return observations, left_out + unreadable


def _time_of(written_at: str | None, mail: "Mail") -> tuple[str, tuple[str, ...]]:
    """Return when something happened: with its mail, where the event does not say so, or not legibly."""
    try:
        return canonical_timestamp(written_at or mail["timestamp"]), ()
    except ValueError:
        return canonical_timestamp(mail["timestamp"]), (TIME,)


def _counted_to(name: str, mailed: Collection[str]) -> str:
    """Return the mailed address that what SES says of a named one counts to.

    Whoever a mailbox or a list passes mail on to was not mailed. That counts to the one address that was; of
    several, to the first in sorted order of those at its domain, else of all. It depends on the mail alone,
    not on who else is named: feeds batch differently, and a mail never bounces more often than it was sent.
    """
    if name in mailed or not mailed:
        return name
    return min(mailed, key=lambda address: (_domain_of(address) != _domain_of(name), address))


def _domain_of(address: str) -> str:
    return address.rpartition("@")[2]


def _observation(
    recipient: str,
    named: str,
    outcome: Outcome,
    occurred_at: str,
    details: Details,
    own_domains: frozenset[str],
) -> Observation:
    provider = provider_of(recipient, own_domains)
    if details is None:
        return Observation(recipient, outcome, provider)
    if recipient != named:
        details = {**details, "reported_address": named}
    return Observation(recipient, outcome, provider, occurred_at, details)


def _send(event: "Event") -> tuple[Outcome, list[str]]:
    return Outcome.SENT, event["mail"].get("destination", [])


def _delivery(event: "Event") -> tuple[Outcome, list[str]]:
    delivery = _block(event.get("delivery"))
    millis = delivery.get("processingTimeMillis")
    if millis is None:
        millis = millis_between(event["mail"]["timestamp"], _block(delivery.get("timestamp")))
    return delivery_outcome(millis), delivery["recipients"]


def _bounce(event: "Event") -> list[Reported]:
    bounce = _block(event.get("bounce"))
    outcome = bounce_outcome(bounce.bounceType, bounce.bounceSubType)
    shared = {
        "bounce_type": bounce.bounceType,
        "bounce_subtype": bounce.bounceSubType,
        "feedback_id": bounce.feedbackId,
        "reporting_mta": bounce.reportingMTA,
        "remote_mta_ip": bounce.remoteMtaIp,
        "unrecognised": _as_json(bounce.unrecognised),
    }
    return [_report(each, outcome, bounce.timestamp, shared) for each in bounce.bouncedRecipients]


def _complaint(event: "Event") -> list[Reported]:
    """Several recipients are suspects: SES names everyone at the complaining domain, one of whom complained.

    The first suspect in sorted order carries the one complaint, so that both feeds count it alike. A
    suppressed send that SES reports as a complaint is no complaint, and concerns each recipient.
    """
    complaint = _block(event.get("complaint"))
    outcome = complaint_outcome(complaint.complaintFeedbackType, complaint.complaintSubType)
    is_complaint, mailed = not complaint.complaintSubType, _mailed(event["mail"])
    recipients = complaint.complainedRecipients or ()
    named = [(_suspect(each, mailed), each) for each in recipients]
    usable = {address for address, _ in named} - {""}
    suspects = _suspects(usable, mailed, is_complaint=is_complaint)
    carriers = {min(suspects)} if is_complaint and suspects else suspects
    shared = _details_of_complaint(complaint, len(suspects) if is_complaint else 1)
    suspected, at = Outcome.COMPLAINT_SUSPECTED, complaint.timestamp
    # Who is named nowhere carries the complaint if others are; if nobody is, all are suspects.
    unnamed = sorted((carriers if usable else suspects) - usable)
    return [
        *(_report(who, outcome if each in carriers else suspected, at, shared) for each, who in named),
        *((each, outcome if each in carriers else suspected, at, _present(shared)) for each in unnamed),
    ]


def _suspect(recipient: "Recipient", mailed: Sequence[str]) -> str:
    """Return the mailed address that a named one counts to; empty where it is none."""
    address = normalise_address(recipient.emailAddress)
    return _counted_to(address, mailed) if _is_recipient(address) else ""


def _suspects(named: set[str], mailed: Sequence[str], *, is_complaint: bool) -> set[str]:
    """Return who may have complained: whoever was mailed at the domain of somebody whom SES names.

    The feeds may name different ones of them. Some providers do not say who complained: then it is all who
    were mailed; but if a list stopped the send to one of several, nobody knows whom.
    """
    if not is_complaint:
        return named or (set(mailed) if len(set(mailed)) == 1 else set())
    domains = set(map(_domain_of, named))
    return named | {address for address in mailed if not domains or _domain_of(address) in domains}


def _details_of_complaint(complaint: "Complaint", suspects: int) -> dict[str, str | None]:
    return {
        "complaint_feedback_type": complaint.complaintFeedbackType,
        "complaint_subtype": complaint.complaintSubType,
        "feedback_id": complaint.feedbackId,
        "user_agent": complaint.userAgent,
        "arrival_date": complaint.arrivalDate,
        "unrecognised": _as_json(complaint.unrecognised),
        "suspects": str(suspects) if suspects > 1 else None,
    }


def _delay(event: "Event") -> list[Reported]:
    delay = _block(event.get("deliveryDelay"))
    outcome = delay_outcome(delay.delayType)
    shared = {
        "delay_type": delay.delayType,
        "expiration_time": delay.expirationTime,
        "reporting_mta": delay.reportingMTA,
        "unrecognised": _as_json(delay.unrecognised),
    }
    return [_report(each, outcome, delay.timestamp, shared) for each in delay.delayedRecipients]


def _reject(event: "Event") -> list[Reported]:
    reject = _block(event.get("reject"))
    details = _present({"reason": reject.reason, "unrecognised": _as_json(reject.unrecognised)})
    return [
        (to, Outcome.REJECTED, event["mail"]["timestamp"], details)
        for to in event["mail"].get("destination", [])
    ]


def _rendering_failure(event: "Event") -> list[Reported]:
    failure = _block(event.get("failure"))
    details = _present(
        {
            "error_message": failure.errorMessage,
            "template_name": failure.templateName,
            "unrecognised": _as_json(failure.unrecognised),
        }
    )
    return [
        (to, Outcome.RENDERING_FAILED, event["mail"]["timestamp"], details)
        for to in event["mail"].get("destination", [])
    ]


_PLAIN_READERS: Mapping[str, "Callable[[Event], tuple[Outcome, list[str]]]"] = {
    "Send": _send,
    "Delivery": _delivery,
}
"""Of events that say one thing of all their recipients, and nothing that an entry keeps."""
_READERS: Mapping[str, "Callable[[Event], list[Reported]]"] = {
    "Bounce": _bounce,
    "Complaint": _complaint,
    "DeliveryDelay": _delay,
    "Reject": _reject,
    "Rendering Failure": _rendering_failure,
}


def _report(
    recipient: "Recipient", outcome: Outcome, at: str | None, shared: Mapping[str, str | None]
) -> Reported:
    own = {
        "action": recipient.action,
        "status": recipient.status,
        "diagnostic_code": recipient.diagnosticCode,
        "unrecognised_of_recipient": _as_json(recipient.unrecognised),
    }
    return recipient.emailAddress, outcome, at, _present({**shared, **own})


def _block(block: Block | None) -> Block:
    if block is None:
        raise ValueError("the block that its event type promises is missing")
    return block


def _present(details: Mapping[str, str | None]) -> Details:
    return {name: value for name, value in details.items() if value}


def _as_json(unrecognised: Mapping[str, Any]) -> str | None:
    return json.dumps(unrecognised, ensure_ascii=False, sort_keys=True) if unrecognised else None
