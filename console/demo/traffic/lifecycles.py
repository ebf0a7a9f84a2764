"""What becomes of a mail: the events that SES would report, each with the outcomes that it means."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from console.demo.traffic.incident import delay_odds
from console.demo.traffic.notifications import (
    InventedMail,
    Json,
    bounce,
    complaint,
    delivery,
    delivery_delay,
    new_message_id,
    write_time,
)
from console.demo.traffic.probabilities import (
    DELAYED_AFTER,
    FEEDBACK_TYPES,
    GIVEN_UP,
    GIVES_UP_AFTER,
    HAVE_FEEDBACK_LOOPS,
    LATE,
    MAILBOX_FULL,
    ON_ACCOUNT_LIST,
    OUT_OF_OFFICE,
    PERMANENT,
    PROMPT,
    REFUSED,
    SIMULATED_BOUNCES,
    BounceKind,
    Delay,
    Speed,
)
from console.demo.traffic.seeded_random import Chance
from console.demo.traffic.senders import SIMULATOR, InventedRecipient

Group = tuple[InventedRecipient, ...]
"""The recipients of one mail at one domain: SES delivers to them, and reports on them, as one."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of SES: its block, and the outcome that it means for each recipient, if any."""

    event_type: str
    happened_at: datetime
    block: Json
    outcomes: tuple[tuple[str, str], ...] = ()


def life_of(mail: InventedMail, chance: Chance) -> Iterator[Happening]:
    """Yield all that becomes of a mail, in order for each of its recipients."""
    if mail.configuration_set == "alerts" and chance.happens(6):
        failure = {"errorMessage": "Attribute 'name' is not present.", "templateName": "alert"}
        yield Happening("Rendering Failure", mail.sent_at, failure, _all(mail.recipients, "rendering_failed"))
        return
    yield Happening("Send", mail.sent_at, {}, _all(mail.recipients, "sent"))
    if chance.happens(1):
        yield Happening("Reject", mail.sent_at, {"reason": "Bad content"}, _all(mail.recipients, "rejected"))
        return
    for _, group in groupby(mail.recipients, key=lambda recipient: recipient.domain):
        attempt = _attempt_list if mail.is_list_mail else _attempt
        yield from attempt(mail, tuple(group), chance)


def _attempt_list(mail: InventedMail, group: Group, chance: Chance) -> Iterator[Happening]:
    """Bounce, suppress and delay each recipient by itself; the others get the mail together.

    Lists are delayed half as often as other mail.
    """
    delay_per_mille, delays = delay_odds(mail.sender.identity, group[0].domain, mail.into_day)
    soon = mail.sent_at + timedelta(milliseconds=chance.between(400, 9_000))
    reached: list[InventedRecipient] = []
    for recipient in group:
        if chance.happens(mail.sender.permanent_bounces):
            yield _bounce((recipient,), chance.pick(PERMANENT), soon, chance)
        elif chance.happens(6):
            yield _suppress((recipient,), soon, chance)
        elif chance.happens(delay_per_mille / 2):
            yield from _delay(mail, (recipient,), chance.pick(delays), chance)
        else:
            reached.append(recipient)
    if reached:
        yield from _deliver(mail, tuple(reached), chance, chance.pick(PROMPT))


def _attempt(mail: InventedMail, group: Group, chance: Chance) -> Iterator[Happening]:
    soon = mail.sent_at + timedelta(milliseconds=chance.between(400, 9_000))
    delay_per_mille, delays = delay_odds(mail.sender.identity, group[0].domain, mail.into_day)
    if group[0].domain == SIMULATOR:
        yield from _simulate(mail, group, chance)
    elif chance.happens(mail.sender.permanent_bounces):
        yield _bounce(group, chance.pick(PERMANENT), soon, chance, _forwarding_address(mail, chance))
    elif chance.happens(6):
        yield _suppress(group, soon, chance)
    elif chance.happens(3):
        yield _bounce(group, chance.pick(REFUSED), soon, chance)
    elif chance.happens(delay_per_mille):
        yield from _delay(mail, group, chance.pick(delays), chance)
    else:
        yield from _deliver(mail, group, chance, chance.pick(PROMPT))


def _deliver(mail: InventedMail, group: Group, chance: Chance, speed: Speed) -> Iterator[Happening]:
    fastest, slowest, outcome = speed
    millis = chance.between(fastest, slowest)
    at = mail.sent_at + timedelta(milliseconds=millis)
    yield Happening("Delivery", at, delivery(_addresses(group), at, millis), _all(group, outcome))
    yield from _aftermath(mail, group, chance, at)


def _aftermath(
    mail: InventedMail, group: Group, chance: Chance, delivered_at: datetime
) -> Iterator[Happening]:
    if not mail.is_list_mail and chance.happens(5):
        yield _bounce(group, OUT_OF_OFFICE, delivered_at + timedelta(seconds=4), chance)
    if group[0].domain in HAVE_FEEDBACK_LOOPS and chance.happens(_complaints_per_mille(mail, group)):
        yield _complain(group, delivered_at + timedelta(minutes=chance.between(2, 600)), chance)
    if not mail.is_list_mail and chance.happens(120):
        yield from _engage(delivered_at + timedelta(minutes=chance.between(1, 300)), chance)


def _complaints_per_mille(mail: InventedMail, group: Group) -> int:
    # Groups are rare, so they complain more often here than in life: else no day would show suspects.
    is_group = len(group) > 1 and not mail.is_list_mail
    return 300 if mail.sender.complaints and is_group else mail.sender.complaints


def _engage(opened_at: datetime, chance: Chance) -> Iterator[Happening]:
    visitor = {"ipAddress": "192.0.2.61", "userAgent": "Mozilla/5.0 (demo)"}
    yield Happening("Open", opened_at, {"timestamp": write_time(opened_at), **visitor})
    if chance.happens(250):
        at = opened_at + timedelta(seconds=chance.between(2, 90))
        link = {"link": "https://www.example.com/", "linkTags": None}
        yield Happening("Click", at, {"timestamp": write_time(at), **visitor, **link})
    if chance.happens(15):
        at = opened_at + timedelta(seconds=chance.between(90, 200))
        choice = {"contactList": "readers", "source": "UnsubscribeHeader", "timestamp": write_time(at)}
        yield Happening("Subscription", at, choice)


def _delay(mail: InventedMail, group: Group, delay: Delay, chance: Chance) -> Iterator[Happening]:
    """Yield delays, then a delivery, or a bounce once SES gives up."""
    delay_type, outcome = delay
    gives_up = chance.happens(120)
    ending = [] if gives_up else list(_deliver(mail, group, chance, chance.pick(LATE)))
    ends_at = ending[0].happened_at if ending else mail.sent_at + GIVES_UP_AFTER
    if gives_up:
        kind = MAILBOX_FULL if delay_type == "MailboxFull" else GIVEN_UP
        ending = [_bounce(group, kind, ends_at, chance)]
    for after in DELAYED_AFTER:
        at = mail.sent_at + after + timedelta(milliseconds=chance.between(0, 30_000))
        if at < ends_at:
            block = delivery_delay(delay_type, _addresses(group), at, mail.sent_at + GIVES_UP_AFTER)
            yield Happening("DeliveryDelay", at, block, _all(group, outcome))
    yield from ending


def _suppress(group: Group, at: datetime, chance: Chance) -> Happening:
    """Stop a send at the account's suppression list; SES reports it as a bounce or as a complaint."""
    if chance.happens(600):
        return _bounce(group, ON_ACCOUNT_LIST, at, chance)
    block = complaint(None, "OnAccountSuppressionList", _addresses(group), at, new_message_id(at, chance))
    return Happening("Complaint", at, block, _all(group, "complaint_suppressed_on_account_list"))


def _simulate(mail: InventedMail, group: Group, chance: Chance) -> Iterator[Happening]:
    """Do what the mailbox simulator does: the local part of the address chooses."""
    wish = group[0].address.partition("+")[0]
    at = mail.sent_at + timedelta(seconds=1)
    if wish in SIMULATED_BOUNCES:
        yield _bounce(group, SIMULATED_BOUNCES[wish], at, chance)
        return
    yield Happening(
        "Delivery", at, delivery(_addresses(group), at, 1_000), _all(group, "delivered_within_10s")
    )
    if wish == "ooto":
        yield _bounce(group, OUT_OF_OFFICE, at + timedelta(seconds=2), chance)
    if wish == "complaint":
        block = complaint("abuse", None, _addresses(group), at, new_message_id(at, chance))
        yield Happening("Complaint", at + timedelta(seconds=2), block, _all(group, "complained_abuse"))


def _complain(group: Group, at: datetime, chance: Chance) -> Happening:
    """Complain: one recipient did, but SES names the whole group; the ledger counts the first in order."""
    feedback_type, outcome = chance.pick(FEEDBACK_TYPES)
    complainant, *suspects = sorted(_addresses(group))
    block = complaint(feedback_type, None, _addresses(group), at, new_message_id(at, chance))
    outcomes = ((complainant, outcome), *((suspect, "complaint_suspected") for suspect in suspects))
    return Happening("Complaint", at, block, outcomes)


def _bounce(
    group: Group, kind: BounceKind, at: datetime, chance: Chance, forwarded_to: str | None = None
) -> Happening:
    """Bounce a group; `forwarded_to` is the address that the bounce names in place of its own, if any."""
    addresses = [forwarded_to] if forwarded_to else _addresses(group)
    kinds = (kind.bounce_type, kind.sub_type)
    block = bounce(kinds, addresses, at, new_message_id(at, chance), kind.status)
    return Happening("Bounce", at, block, _all(group, kind.outcome))


def _forwarding_address(mail: InventedMail, chance: Chance) -> str | None:
    """Return the address to which the only recipient of a mail forwards, for some."""
    is_forwarded = len(mail.recipients) == 1 and chance.happens(60)
    return f"forwarded-{chance.between(1, 999)}@gmail.com" if is_forwarded else None


def _addresses(group: Group) -> list[str]:
    return [recipient.address for recipient in group]


def _all(group: Group, outcome: str) -> tuple[tuple[str, str], ...]:
    return tuple((recipient.address, outcome) for recipient in group)
