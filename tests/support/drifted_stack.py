"""A stack whose lists and ledger disagree, in memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from ses_reputation.feedback.origins import AccountHour
from ses_reputation.feedback.outcomes import Outcome
from ses_reputation.ledger.segments import Segment
from ses_reputation.ledger.shards import Shard, fingerprint
from ses_reputation.rollup.entities import SenderIdentity
from ses_reputation.suppression.restore.action_store import ActionTable, store_changes
from ses_reputation.suppression.restore.actions import ActionKind, Intent, ListChange, Operation, begin_action
from ses_reputation.suppression.snapshot.location import SnapshotRun
from ses_reputation.suppression.targets import Target
from tests.support.forgotten import forgotten
from tests.support.in_memory.dynamodb import InMemoryDynamoDB
from tests.support.in_memory.ledger import Ledger
from tests.support.in_memory.suppression import MemoryStore, suppress
from tests.support.pages import page_of
from tests.support.suppression_entries import entry
from tests.support.written_snapshots import write_snapshot

NOW = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)
COURIER, OWNER, HARBOR = (Target(f"{number}" * 12, "eu-west-1") for number in (2, 1, 3))
SENDERS = (COURIER, OWNER, HARBOR)


@dataclass
class Entries:
    """Entries and delays of the ledger."""

    entries: list[dict[str, str]]
    delays: list[dict[str, str]]

    def all_entries(self) -> Iterator[list[dict[str, str]]]:
        yield self.entries[:2]
        yield self.entries[2:]

    def delays_of_account(self, account: str, region: str, day: str) -> Iterator[dict[str, str]]:
        key = (account, region, day)
        return (
            each
            for each in self.delays
            if (each["sending_account"], each["region"], each["occurred_at"][:10]) == key
        )


ENTRIES = [
    # Ann bounced at the courier, who has her on its list since.
    entry(occurred_at="2026-11-21T11:59:58.000Z", send_hour="2026-11-21T11"),
    # The owner has neither Ben nor Clo; Clo was taken off on purpose.
    entry(
        recipient="ben@example.com",
        sending_account="111111111111",
        message_id="message-2",
        occurred_at="2026-11-20T10:00:00.000Z",
    ),
    entry(
        recipient="clo@example.com",
        sending_account="111111111111",
        message_id="message-3",
        outcome="complained_abuse",
        occurred_at="2026-11-20T10:00:00.000Z",
    ),
    *(
        entry(
            recipient="dan@example.com",
            sending_account="111111111111",
            message_id=f"soft-{day}",
            outcome="bounced_transient_mailbox_full",
            occurred_at=f"2026-11-{day}T12:00:00.000Z",
            send_hour=f"2026-11-{day}T08",
        )
        for day in (17, 18, 19)
    ),
]
# The owner mails Ann after that, and the mail arrives late.
DELAY = entry(
    sending_account="111111111111",
    message_id="message-4",
    outcome="delayed_general",
    occurred_at="2026-11-21T20:30:00.000Z",
    send_hour="2026-11-21T20",
)


def drifted_stack() -> dict[str, Any]:
    """What commands read of a stack: Ann is on the courier's list, and not on the owner's."""
    store, client = MemoryStore(), InMemoryDynamoDB()
    write_snapshot(store, SnapshotRun(COURIER, "20261122T070000Z"), [suppress("Ann@example.com")])
    write_snapshot(store, SnapshotRun(OWNER, "20261122T070000Z"), [])
    removed = [ListChange("CLO@example.com", Operation.DELETE)]
    intent = Intent(ActionKind.REMOVE, "user/ada", "ticket 4711")
    action = begin_action(OWNER, intent, removed, datetime(2026, 11, 21, tzinfo=UTC))
    store_changes(store, action, removed)
    table: Any = client
    ActionTable(table, "ledger").save(action)
    ledger = Ledger(NOW)
    dispatch = int.from_bytes(fingerprint("message-4", "ann@example.com"))
    shard = Shard(Segment(AccountHour("111111111111", "eu-west-1", "2026-11-21T20")))
    ledger.journal(page_of(dispatch, shard=shard, outcome=Outcome.DELIVERED_WITHIN_6H))
    senders = [SenderIdentity(target.account, "eu-west-1", "orchard.example") for target in SENDERS]
    return {
        "snapshots": store,
        "assessments": SimpleNamespace(senders=lambda: senders),
        "entries": Entries(ENTRIES, [DELAY]),
        "balances": ledger.store,
        "clients": SimpleNamespace(dynamodb=client),
        "output": lambda _: "ledger",
        "forgotten": forgotten(),
    }
