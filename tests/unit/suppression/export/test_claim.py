"""Claims: who makes the snapshot of a schedule time."""

from datetime import timedelta

from ses_reputation.suppression.export.claim import begin_exports
from ses_reputation.suppression.targets import Target
from tests.support.in_memory.suppression import NOON, MemoryStore
from tests.support.suppression_workflow import EXECUTION

REQUEST = {"scheduled_at": "2026-11-22T07:00:00Z"}
OTHER = EXECUTION.replace("first", "second")


def test_an_execution_exports_the_list_of_its_own_account_and_region() -> None:
    elsewhere = "arn:aws:states:eu-west-1:444455556666:execution:ExportSuppression:first"
    begun = begin_exports(MemoryStore(), REQUEST, elsewhere, lambda: NOON)
    assert [export.run.target for export in begun.exports] == [Target("444455556666", "eu-west-1")]


def test_an_execution_that_begins_again_keeps_its_claim_and_its_start() -> None:
    store = MemoryStore()
    first = begin_exports(store, REQUEST, EXECUTION, lambda: NOON)
    again = begin_exports(store, REQUEST, EXECUTION, lambda: NOON + timedelta(minutes=5))
    assert again == first
    assert first.exports[0].started_at == NOON


def test_another_execution_finds_the_run_claimed() -> None:
    store = MemoryStore()
    begin_exports(store, REQUEST, EXECUTION, lambda: NOON)
    begun = begin_exports(store, REQUEST, OTHER, lambda: NOON)
    assert begun.exports == ()
    assert [foreign.execution for foreign in begun.already_claimed] == [EXECUTION]


def test_another_attempt_is_another_run() -> None:
    store = MemoryStore()
    begin_exports(store, REQUEST, EXECUTION, lambda: NOON)
    begun = begin_exports(store, {**REQUEST, "attempt": 2}, OTHER, lambda: NOON)
    assert [export.run.run_id for export in begun.exports] == ["20261122T070000Z-02"]
