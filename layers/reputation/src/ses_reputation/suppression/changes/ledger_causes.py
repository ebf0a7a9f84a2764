"""The ledger's word on a row: which of its entries put an address on a list."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from ses_reputation.feedback.addresses import normalise_address
from ses_reputation.feedback.outcomes import COMPLAINTS, HARD_BOUNCES, OUTCOMES, Outcome
from ses_reputation.suppression.changes.cause import CauseEvidence, CauseKind, ChangeCause
from ses_reputation.suppression.targets import Target

EntryAttributes = Mapping[str, str]
"""An entry as the ledger's readers give it: `message_id`, `recipient`, `occurred_at`, `outcome`, ..."""

# SES adds on hard bounces and on complaints (SES v2 API reference, SuppressedReasons). How soon, it does not
# say. The time of a bounce is the remote server's answer, that of a complaint the provider's report.
SLOWEST_ADDITION = timedelta(hours=24)
# Two clocks, and times to the second.
CLOCK_SKEW = timedelta(minutes=5)
_ADDING: Mapping[str, frozenset[Outcome]] = {"BOUNCE": HARD_BOUNCES, "COMPLAINT": COMPLAINTS}
_KINDS = {"BOUNCE": CauseKind.BOUNCE, "COMPLAINT": CauseKind.COMPLAINT}
_SENDERS_FEED = "sender"


def adds(outcome: str, reason: str) -> bool:
    """Return whether mail with such an outcome puts its recipient on a list, with such a reason."""
    return OUTCOMES.get(outcome) in _ADDING.get(reason, frozenset())


def find_cause(
    entries: Iterable[EntryAttributes], target: Target, reason: str, last_update_time: str
) -> tuple[ChangeCause | None, bool]:
    """Return the message whose time fits a row best, and whether it is the only one that fits.

    `entries` are those of the row's recipient. They do not say which list an addition went to, so of a
    tenant's list, too, it is the account's mail that is looked at.
    """
    updated_at = datetime.fromisoformat(last_update_time)
    first, last = updated_at - SLOWEST_ADDITION, updated_at + CLOCK_SKEW
    fitting: dict[str, list[EntryAttributes]] = {}
    for entry in entries:
        is_senders = (entry["sending_account"], entry["region"]) == (target.account, target.region)
        is_in_time = first <= datetime.fromisoformat(entry["occurred_at"]) <= last
        if is_senders and is_in_time and adds(entry["outcome"], reason):
            fitting.setdefault(entry["message_id"], []).append(entry)
    if not fitting:
        return None, False
    latest = max(fitting.values(), key=lambda reports: max(each["occurred_at"] for each in reports))
    return _cause_of(latest, reason, CauseEvidence.TIME), len(fitting) == 1


def cause_of_message(
    entries: Iterable[EntryAttributes], address: str, reason: str, message_id: str, feedback_id: str
) -> ChangeCause:
    """Return what the ledger knows of the message that SES names as the cause of a row.

    `entries` are those of the message. Whoever a mailbox passes mail on to has none: then those of the
    recipients who were mailed tell the sender.
    """
    adding = [entry for entry in entries if adds(entry["outcome"], reason)]
    recipient = normalise_address(address)
    own = [entry for entry in adding if entry["recipient"] == recipient]
    if reports := own or adding:
        return _cause_of(reports, reason, CauseEvidence.MESSAGE)
    kind = _KINDS.get(reason, CauseKind.UNEXPLAINED)
    return ChangeCause(kind, CauseEvidence.MESSAGE, message_id=message_id, feedback_id=feedback_id)


def _cause_of(reports: Iterable[EntryAttributes], reason: str, evidence: CauseEvidence) -> ChangeCause:
    """Put together what both feeds say of one message: the sender's knows the configuration set."""
    known: dict[str, str] = {}
    for report in sorted(reports, key=lambda each: each["feed"] == _SENDERS_FEED):
        known |= report
    names = ("occurred_at", "message_id", "feedback_id", "outcome", "sending_account", "owner_account")
    named = {name: known.get(name, "") for name in (*names, "identity", "configuration_set")}
    return ChangeCause(_KINDS[reason], evidence, **named)
