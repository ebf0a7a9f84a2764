"""An export says what changed in a list since the one before, and why, as far as the ledger and SES know."""

from datetime import UTC, datetime
from typing import Any

from ses_reputation.suppression.changes.cause import CauseKind
from ses_reputation.suppression.changes.change_reader import changes_of_manifest
from ses_reputation.suppression.changes.sources import CauseLedger
from ses_reputation.suppression.restore.action_store import ActionTable, store_changes
from ses_reputation.suppression.restore.actions import ActionKind, Intent, ListChange, Operation, begin_action
from ses_reputation.suppression.snapshot.snapshot_reader import load_manifest
from ses_reputation.suppression.targets import Target
from tests.support.in_memory.dynamodb import InMemoryDynamoDB
from tests.support.in_memory.suppression import ListInMemory, MemoryStore, suppress
from tests.support.suppression_entries import LedgerOfEntries, entry
from tests.support.suppression_function import OWN, SesOfAPlace, fetcher, serve_function
from tests.support.suppression_workflow import Workflow

TARGET = Target(*OWN)
MORNING = datetime(2026, 11, 21, 8, tzinfo=UTC)
# Added at noon of 2026-11-21, as `suppress` has it.
ANN, BEN, CLO, DEE = (suppress(f"{name}@example.com") for name in ("ann", "ben", "clo", "dee"))
NEWS = {"sending_account": OWN.account, "region": OWN.region, "occurred_at": "2026-11-21T11:59:00.000Z"}


def export(store: MemoryStore, run: str, rows: list[Any], ledger: CauseLedger, **ses: Any) -> None:
    place = SesOfAPlace({"": ListInMemory([rows])}, **ses)
    with serve_function(store, {OWN: place}, ledger=ledger) as invoke:
        execution = f"arn:aws:states:us-east-1:111122223333:execution:ExportSuppression:{run[:10]}"
        Workflow(invoke, fetcher(store), execution).run({"scheduled_at": run})


def test_each_change_has_the_cause_that_somebody_knows_and_the_rest_is_said_to_have_none() -> None:
    store, client = MemoryStore(), InMemoryDynamoDB()
    table: Any = client
    entries = LedgerOfEntries(
        [entry(**NEWS), entry(**NEWS, recipient="clo@elsewhere.example", message_id="message-9")]
    )
    ledger = CauseLedger(entries, ActionTable(table, "ledger"))
    removal = [ListChange("dee@example.com", Operation.DELETE)]
    action = begin_action(TARGET, Intent(ActionKind.REMOVE, "user/ada", "ticket 4711"), removal, MORNING)
    store_changes(store, action, removal)
    ledger.actions.save(action)

    export(store, "2026-11-21T07:00:00Z", [DEE, suppress("eve@example.com")], ledger)
    export(store, "2026-11-22T07:00:00Z", [ANN, BEN, CLO], ledger, messages={"clo@example.com": "message-9"})

    manifest = load_manifest(store, TARGET)
    changes, rows = changes_of_manifest(store, manifest)
    assert (changes.predecessor, changes.added, changes.removed) == ("20261121T070000Z", 3, 2)
    causes = {change.email_address.partition("@")[0]: cause for change, cause in rows}
    assert {name: cause.kind for name, cause in causes.items()} == {
        "ann": CauseKind.BOUNCE,
        "ben": CauseKind.NO_MESSAGE,
        "clo": CauseKind.BOUNCE,
        "dee": CauseKind.ACTION,
        "eve": CauseKind.UNEXPLAINED,
    }
    assert (causes["ann"].message_id, causes["clo"].message_id) == ("message-1", "message-9")
    assert (causes["dee"].who, causes["dee"].why) == ("user/ada", "ticket 4711")
    assert changes.by_cause == {"action": 1, "bounce": 2, "no_message": 1, "unexplained": 1}


def test_the_first_snapshot_is_compared_with_nothing_and_says_so() -> None:
    store, table = MemoryStore(), InMemoryDynamoDB()
    client: Any = table

    export(
        store, "2026-11-21T07:00:00Z", [ANN], CauseLedger(LedgerOfEntries(), ActionTable(client, "ledger"))
    )

    changes, _ = changes_of_manifest(store, load_manifest(store, TARGET))
    assert changes.not_compared == "It is the first complete snapshot of this list."


def test_a_ledger_that_fails_leaves_causes_open_and_harms_no_snapshot() -> None:
    store, table = MemoryStore(), InMemoryDynamoDB()
    client: Any = table
    ledger = CauseLedger(LedgerOfEntries(is_down=True), ActionTable(client, "ledger"))

    export(store, "2026-11-21T07:00:00Z", [ANN], ledger)
    export(store, "2026-11-22T07:00:00Z", [ANN, BEN], ledger)

    changes, _ = changes_of_manifest(store, load_manifest(store, TARGET))
    assert (changes.added, changes.by_cause) == (1, {"not_looked_up": 1})
