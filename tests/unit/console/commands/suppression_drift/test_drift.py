"""What `suppression drift` prints and writes, over snapshots and a ledger in memory."""

import json
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import Result

from console.commands.suppression_drift import drift as command
from ses_reputation.feedback.origins import AccountHour
from ses_reputation.feedback.outcomes import Outcome
from ses_reputation.ledger.segments import Segment
from ses_reputation.ledger.shards import Shard, fingerprint
from ses_reputation.rollup.entities import SenderIdentity
from ses_reputation.suppression.restore.action_store import ActionTable, store_changes
from ses_reputation.suppression.restore.actions import ActionKind, Intent, ListChange, Operation, begin_action
from ses_reputation.suppression.snapshot.location import SnapshotRun
from ses_reputation.suppression.targets import Target
from tests.support.in_memory.dynamodb import InMemoryDynamoDB
from tests.support.in_memory.ledger import Ledger
from tests.support.in_memory.suppression import MemoryStore, suppress
from tests.support.pages import page_of
from tests.support.suppression_entries import entry
from tests.support.written_snapshots import write_snapshot
from tests.unit.console.running import read_json, read_screen, run_on, undocumented
from tests.unit.console.standings import NOW

COURIER, OWNER, HARBOR = (Target(f"{number}" * 12, "eu-west-1") for number in (2, 1, 3))
SENDERS = (COURIER, OWNER, HARBOR)
SCREEN = """\
2 lists read, the ledger since 2026-08-24.
  unknown: 333333333333 eu-west-1: no complete snapshot

unsuppressed elsewhere
Mail of an identity put them on one sender's list; another sender of it may
still mail them

                                     addresses
111111111111 eu-west-1, mailed since         1

missing from list
A hard bounce or a complaint, and on no list of that account

                                                 addresses
111111111111 eu-west-1, BOUNCE: settings unknown         1
111111111111 eu-west-1, COMPLAINT: removed               1

delivered since
On a list for a bounce; mail that was sent later arrived

                                            addresses
222222222222 eu-west-1, known by a delivery         1

repeated soft bounces
On no list of that account, and soft bounces on several days

                       addresses
111111111111 eu-west-1         1

senders of an identity
Whole lists, whoever's mail put addresses there

                                                              only  only
identity        here                   there                  here there both
orchard.example 111111111111 eu-west-1 222222222222 eu-west-1    -     1    -

  Deliveries are known only of messages that an entry or a delay names: the
  journal does not say who was mailed. So mail that arrived without a delay is
  not seen here."""


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


@pytest.fixture
def stack() -> dict[str, Any]:
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
    }


def run(monkeypatch: pytest.MonkeyPatch, stack: dict[str, Any], *arguments: str) -> Result:
    return run_on(monkeypatch, command, None, "suppression", "drift", *arguments, **stack)


def test_numbers_are_printed_and_no_address(monkeypatch: pytest.MonkeyPatch, stack: dict[str, Any]) -> None:
    result = run(monkeypatch, stack)

    assert read_screen(result) == SCREEN
    assert "@" not in result.output


def test_programs_get_the_numbers_and_where_the_addresses_are(
    monkeypatch: pytest.MonkeyPatch, stack: dict[str, Any], tmp_path: Path
) -> None:
    folder = tmp_path / "drift"
    document = read_json(run(monkeypatch, stack, "--json", "--out", str(folder)))

    found = {each["kind"]: each for each in document["findings"]}
    assert {kind: each["total"] for kind, each in found.items()} == {
        "unsuppressed_elsewhere": 1,
        "missing_from_list": 2,
        "delivered_since": 1,
        "repeated_soft_bounces": 1,
    }
    assert found["missing_from_list"]["by"] == {
        "111111111111 eu-west-1, BOUNCE: settings unknown": 1,
        "111111111111 eu-west-1, COMPLAINT: removed": 1,
    }
    assert document["unknown"] == [
        {"account": "333333333333", "region": "eu-west-1", "tenant": None, "why": "no complete snapshot"}
    ]
    assert document["journal"] == {"hours_read": 1, "hours_left_out": 0}
    rows = [json.loads(line) for line in (folder / "missing_from_list.ndjson").read_text().splitlines()]
    assert [(row["recipient"], row["why"]) for row in rows] == [
        ("ben@example.com", "settings unknown"),
        ("clo@example.com", "removed"),
    ]
    assert undocumented(document, document["findings"][0], document["journal"]) == set()


def test_files_with_addresses_are_for_their_owner_alone_and_replace_nothing(
    monkeypatch: pytest.MonkeyPatch, stack: dict[str, Any], tmp_path: Path
) -> None:
    folder = tmp_path / "drift"
    assert run(monkeypatch, stack, "--out", str(folder)).exit_code == 0

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    again = run(monkeypatch, stack, "--out", str(folder))
    assert again.exit_code == 1
    assert "File exists" in again.output


def test_a_damaged_snapshot_is_unknown_and_not_compared_in_part(
    monkeypatch: pytest.MonkeyPatch, stack: dict[str, Any]
) -> None:
    store = stack["snapshots"]
    write_snapshot(store, SnapshotRun(COURIER, "20261122T080000Z"), [suppress("x@y"), suppress("y@y")], 1)
    store.put(SnapshotRun(COURIER, "20261122T080000Z").part_key(2), b"cut off")

    document = read_json(run(monkeypatch, stack, "--json"))

    assert [each["account"] for each in document["unknown"]] == ["222222222222", "333333333333"]
    assert "SHA-256" in document["unknown"][0]["why"]
    assert [each["account"] for each in document["lists"]] == ["111111111111"]


def test_only_the_last_days_of_the_ledger_are_asked_about(
    monkeypatch: pytest.MonkeyPatch, stack: dict[str, Any]
) -> None:
    document = read_json(run(monkeypatch, stack, "--json", "--days", "2", "--journal-hours", "0"))

    assert document["since"] == "2026-11-20T10:08:00+00:00"
    totals = {each["kind"]: each["total"] for each in document["findings"]}
    assert (totals["missing_from_list"], totals["repeated_soft_bounces"]) == (0, 0)
    assert document["journal"] == {"hours_read": 0, "hours_left_out": 1}
