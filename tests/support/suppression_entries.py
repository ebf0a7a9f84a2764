"""Entries as readers of the ledger get them, and a ledger of them in memory."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ses_reputation.errors import UnavailableError
from ses_reputation.suppression.changes.ledger_causes import EntryAttributes


def entry(**differences: str) -> dict[str, str]:
    """The entry of a hard bounce that a delegate's mail as somebody else's identity had."""
    return {
        "message_id": "message-1",
        "recipient": "ann@example.com",
        "occurred_at": "2026-11-27T06:59:58.250000+00:00",
        "outcome": "bounced_permanent_no_email",
        "feed": "sender",
        "provider": "other",
        "sending_account": "222222222222",
        "region": "eu-west-1",
        "identity": "orchard.example",
        "send_hour": "2026-11-27T06",
        "owner_account": "111111111111",
        "configuration_set": "courier-news",
        "feedback_id": "feedback-1",
    } | differences


@dataclass
class LedgerOfEntries:
    """A ledger that holds these entries; `asked` is what it was asked for. Down, it fails."""

    entries: list[dict[str, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    is_down: bool = False

    def entries_of_recipient(self, recipient: str) -> Iterable[EntryAttributes]:
        return self._having("recipient", recipient)

    def entries_of_message(self, message_id: str) -> Iterable[EntryAttributes]:
        return self._having("message_id", message_id)

    def _having(self, name: str, value: str) -> list[dict[str, str]]:
        self.asked.append(value)
        if self.is_down:
            raise UnavailableError("ProvisionedThroughputExceededException")
        return [each for each in self.entries if each[name] == value]
