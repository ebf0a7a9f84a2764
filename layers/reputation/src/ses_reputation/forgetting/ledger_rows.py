"""The ledger's items without a person: entries and delays of theirs, and quotations in others'."""

from collections.abc import Mapping

from ses_reputation.aws.dynamodb import Row
from ses_reputation.forgetting.erasure import ErasedKind, Erasure
from ses_reputation.forgetting.person import Person
from ses_reputation.ledger.delays import digest_of_delays, encode_delay, pack_delays, unpack_delays
from ses_reputation.ledger.entries import pack_attributes
from ses_reputation.ledger.keys import DELAYS
from ses_reputation.ledger.rows import entry_of_row

_NAMES = ("identity", "recipient")
"""What names a sender, as journals have it, and somebody: the person's own entries go as a whole."""


def without_person(row: Row, person: Person, erasure: Erasure) -> Row | None:
    """Return an item without a person: itself, another one, or None where nothing is left of it."""
    if row["pk"]["S"].startswith(f"{DELAYS}#"):
        return _delays_without(row, person, erasure)
    entry = entry_of_row(row)
    if entry["recipient"] == person.normal:
        erasure.counts[ErasedKind.ENTRY] += 1
        return None
    erased = erase_mentions(entry, person)
    if erased == entry:
        return row
    erasure.counts[ErasedKind.MENTION] += 1
    del erased["message_id"]
    return {**row, "entry": {"B": pack_attributes(erased)}}


def _delays_without(row: Row, person: Person, erasure: Erasure) -> Row | None:
    delays = unpack_delays(bytes(row["delays"]["B"]))
    others = [delay for delay in delays if delay["recipient"] != person.normal]
    erased = [erase_mentions(delay, person) for delay in others]
    erasure.counts[ErasedKind.DELAY] += len(delays) - len(others)
    erasure.counts[ErasedKind.MENTION] += sum(new != old for new, old in zip(erased, others, strict=True))
    if erased == delays:
        return row
    if not erased:
        return None
    content = pack_delays(map(encode_delay, erased))
    return {**row, "sk": {"S": digest_of_delays(content)}, "delays": {"B": content}}


def erase_mentions(entry: Mapping[str, str], person: Person) -> dict[str, str]:
    """Return what somebody else's entry says without a person."""
    return {name: value if name in _NAMES else person.erase_from(value) for name, value in entry.items()}
