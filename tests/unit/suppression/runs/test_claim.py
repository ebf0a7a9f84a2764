"""Claims: who makes the run of a schedule time."""

import json
from datetime import timedelta

from ses_reputation.suppression.runs.claim import claim_run
from tests.support.in_memory.suppression import NOON, MemoryStore
from tests.support.suppression_workflow import EXECUTION

REQUEST = {"scheduled_at": "2026-11-22T07:00:00Z"}
OTHER = EXECUTION.replace("first", "second")


def test_one_claim_is_for_the_lists_of_all_accounts() -> None:
    store = MemoryStore()
    claim_run(store, REQUEST, EXECUTION, lambda: NOON)
    assert list(store.objects) == ["suppression/runs/20261122T070000Z/claim.json"]


def test_an_execution_that_begins_again_keeps_its_claim_and_its_start() -> None:
    store = MemoryStore()
    first = claim_run(store, REQUEST, EXECUTION, lambda: NOON)
    again = claim_run(store, REQUEST, EXECUTION, lambda: NOON + timedelta(minutes=5))
    assert again == first
    assert (first.is_mine, first.claim.started_at) == (True, NOON)


def test_another_execution_finds_the_run_claimed_and_learns_by_whom() -> None:
    store = MemoryStore()
    claim_run(store, REQUEST, EXECUTION, lambda: NOON)
    claimed = claim_run(store, REQUEST, OTHER, lambda: NOON)
    assert json.loads(json.dumps(claimed.to_json())) == {
        "status": "already_claimed",
        "run": "20261122T070000Z",
        "scheduled_at": "2026-11-22T07:00:00Z",
        "started_at": "2026-11-21T12:00:00Z",
        "execution": EXECUTION,
    }


def test_another_attempt_is_another_run() -> None:
    store = MemoryStore()
    claim_run(store, REQUEST, EXECUTION, lambda: NOON)
    claimed = claim_run(store, {**REQUEST, "attempt": 2}, OTHER, lambda: NOON)
    assert (claimed.run.run_id, claimed.is_mine) == ("20261122T070000Z-02", True)
