"""The lists of other providers: which columns show whose list it is, and what each row means to SES.

SES knows two reasons, BOUNCE and COMPLAINT. What is neither is named by itself, and a person decides about
it: an address that unsubscribed from news may still want its receipts, and one that was full is no bounce for
ever.

Sources: SendGrid, "Bounces API", "Spam reports API"; Mailchimp, exports of cleaned and unsubscribed contacts;
Postmark, "Suppressions API" (SuppressionReason); Mailgun, "Import list of bounces", "... complaints";
SparkPost, "Suppression List" (source).
"""

import re
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from enum import StrEnum

Fields = Mapping[str, str]
"""A row by its columns, whose names are letters only and in lower case: `Email Address` is `emailaddress`."""


class EntryKind(StrEnum):
    """Why a former provider does not mail an address."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    UNSUBSCRIBED = "unsubscribed"
    TEMPORARY = "temporary"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class FormerFormat:
    """A list as one provider writes it.

    shown_by: columns that together are only its. address: the column that has it.
    """

    name: str
    shown_by: frozenset[str]
    address: str
    kind_of: Callable[[Fields], EntryKind]


_WORDS: Mapping[EntryKind, frozenset[str]] = {
    EntryKind.BOUNCE: frozenset(
        {"bounce", "bounced", "bouncerule", "hardbounce", "hard", "permanent", "invalid", "cleaned"}
    ),
    EntryKind.COMPLAINT: frozenset(
        {"complaint", "complained", "spam", "spamcomplaint", "spamreport", "abuse", "spamnotification"}
    ),
    EntryKind.UNSUBSCRIBED: frozenset(
        {"unsubscribe", "unsubscribed", "unsub", "optout", "listunsubscribe", "unsubscribelink"}
    ),
    EntryKind.TEMPORARY: frozenset({"softbounce", "soft", "transient", "temporary", "block", "blocked"}),
}
_KIND_OF_WORD = {word: kind for kind, words in _WORDS.items() for word in words}
_ADDRESS_COLUMNS = ("emailaddress", "email", "address", "recipient", "mail")
_REASON_COLUMNS = ("reason", "suppressionreason", "source", "bouncetype", "type", "category")


def plain_name(text: str) -> str:
    """Return a column's name, or a word, as it is compared: letters only, in lower case."""
    return re.sub(r"[^a-z]", "", text.lower())


def kind_of_word(text: str) -> EntryKind:
    """Return what a provider's word for a reason means."""
    return _KIND_OF_WORD.get(plain_name(text), EntryKind.UNKNOWN)


def choose_format(columns: Set[str]) -> FormerFormat | None:
    """Return whose list has these columns; None where none of them names an address."""
    known = next((each for each in FORMATS if each.shown_by <= columns), None)
    if known is not None:
        return known
    address = next((name for name in _ADDRESS_COLUMNS if name in columns), None)
    return plain_format(address, columns) if address else None


def plain_format(address: str, columns: Set[str]) -> FormerFormat:
    """Return the format of a list of nobody in particular: an address, and perhaps a reason."""
    reason = next((name for name in _REASON_COLUMNS if name in columns), "")
    return FormerFormat(
        "addresses", frozenset(), address, lambda fields: kind_of_word(fields.get(reason, ""))
    )


def _by_smtp_status(column: str) -> Callable[[Fields], EntryKind]:
    """Take a status or code that begins with 4 for temporary (RFC 3463 and RFC 5321), others for a bounce."""
    return lambda fields: EntryKind.TEMPORARY if fields.get(column, "").startswith("4") else EntryKind.BOUNCE


def _always(kind: EntryKind) -> Callable[[Fields], EntryKind]:
    return lambda _: kind


def _by_word(column: str) -> Callable[[Fields], EntryKind]:
    return lambda fields: kind_of_word(fields.get(column, ""))


def _of_unsubscribed(fields: Fields) -> EntryKind:
    """Mailchimp asks whoever leaves why; some say that it was spam."""
    is_spam = "spam" in fields.get("unsubreason", "").lower()
    return EntryKind.COMPLAINT if is_spam else EntryKind.UNSUBSCRIBED


FORMATS = (
    FormerFormat(
        "SendGrid spam reports",
        frozenset({"ip", "email", "created"}),
        "email",
        _always(EntryKind.COMPLAINT),
    ),
    FormerFormat(
        "SendGrid bounces",
        frozenset({"status", "reason", "email", "created"}),
        "email",
        _by_smtp_status("status"),
    ),
    FormerFormat(
        "SendGrid invalid addresses",
        frozenset({"reason", "email", "created"}),
        "email",
        _always(EntryKind.BOUNCE),
    ),
    FormerFormat(
        "Mailchimp cleaned contacts",
        frozenset({"emailaddress", "cleantime"}),
        "emailaddress",
        _always(EntryKind.BOUNCE),
    ),
    FormerFormat(
        "Mailchimp unsubscribed contacts",
        frozenset({"emailaddress", "unsubtime"}),
        "emailaddress",
        _of_unsubscribed,
    ),
    FormerFormat(
        "Postmark suppressions",
        frozenset({"emailaddress", "suppressionreason"}),
        "emailaddress",
        _by_word("suppressionreason"),
    ),
    FormerFormat(
        "Mailgun bounces", frozenset({"address", "code", "error"}), "address", _by_smtp_status("code")
    ),
    FormerFormat(
        "Mailgun unsubscribes",
        frozenset({"address", "tags", "createdat"}),
        "address",
        _always(EntryKind.UNSUBSCRIBED),
    ),
    FormerFormat(
        "SparkPost suppressions", frozenset({"recipient", "source"}), "recipient", _by_word("source")
    ),
)
"""Those with more columns in common with others come first."""
