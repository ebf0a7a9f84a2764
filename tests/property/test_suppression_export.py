"""Whatever list and machines do, a finished snapshot is the set of addresses; nothing shows before."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ses_reputation.suppression.errors import ChainExpiredError, ListThrottledError, ListUnavailableError
from ses_reputation.suppression.export import merge_rows, raw_parts
from ses_reputation.suppression.listing.destination import SuppressedDestination
from ses_reputation.suppression.snapshot.location import SnapshotRun
from ses_reputation.suppression.snapshot.snapshot_reader import list_snapshots, load_manifest, stream_rows
from ses_reputation.suppression.targets import Target
from tests.support.in_memory.suppression import CrashingStore, ListInMemory, MemoryStore
from tests.support.in_memory.suppression import suppress as suppressed
from tests.support.suppression_function import SETTINGS, fetcher, serve_function
from tests.support.suppression_rows import in_order
from tests.support.suppression_workflow import ExecutionFailedError, Workflow

REQUEST = {"scheduled_at": "2026-11-22T07:00:00Z"}
TARGET = Target("111122223333", "us-east-1")
RUN = SnapshotRun(TARGET, "20261122T070000Z")

addresses = st.integers(0, 12).map(lambda number: f"{'aAbBzZ!~'[number % 8]}{number // 8}@example.com")
rows = st.builds(
    suppressed, addresses, st.sampled_from(["BOUNCE", "COMPLAINT"]), st.sampled_from([0, 0.5, 1])
)
pages = st.lists(st.lists(rows, max_size=4), min_size=1, max_size=9)
limits = st.builds(
    lambda pages_per_part, rows_per_part: replace(
        SETTINGS, pages_per_part=pages_per_part, rows_per_part=rows_per_part, chain_restarts=100
    ),
    st.integers(1, 4),
    st.integers(1, 5),
)
troubles = st.lists(st.sampled_from(["", "", "", "throttled", "failed", "expired"]), max_size=25)
crashes = st.lists(st.sampled_from(["", "", "", "before", "after"]), max_size=25)
# Blocks that hold few rows, so that short lists are of many.
blocks = st.integers(1, 3)
times_left = st.lists(st.sampled_from([300.0, 300.0, 5.0]), max_size=40)


def expect_rows(pages: Sequence[Sequence[SuppressedDestination]]) -> dict[str, tuple[Any, str]]:
    """What a snapshot should hold, found without the code under test: the latest update of each address."""
    latest: dict[str, tuple[Any, str]] = {}
    for page in pages:
        for row in page:
            update = (datetime.fromisoformat(row.last_update_time), row.reason)
            latest[row.email_address] = max(update, latest.get(row.email_address, update))
    return latest


def draw_from(script: list[str]) -> Callable[[], str]:
    return lambda: script.pop() if script else ""


def raise_trouble(script: list[str]) -> Callable[[str | None], Exception | None]:
    def draw(token: str | None) -> Exception | None:
        trouble = script.pop() if script else ""
        if trouble == "expired":
            return ChainExpiredError("gone") if token else None
        return {"throttled": ListThrottledError("429"), "failed": ListUnavailableError("503")}.get(trouble)

    return draw


class WatchingStore(CrashingStore):
    """Asserts after every write that what can be seen is a whole snapshot."""

    __slots__ = ()

    def _crash_around(self, write: Callable[[], object]) -> object:
        try:
            return CrashingStore._crash_around(self, write)
        finally:
            if self.store.fetch(TARGET.latest_key) is not None:
                manifest = load_manifest(self.store, TARGET)
                assert len(list(stream_rows(self.store, manifest))) == manifest.total


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(pages, limits, blocks, troubles, crashes, times_left)
def test_a_finished_snapshot_holds_each_address_once_whatever_happens(
    pages: list[list[SuppressedDestination]],
    limits: Any,
    block_rows: int,
    troubles: list[str],
    crashes: list[str],
    times_left: list[float],
) -> None:
    memory = MemoryStore()
    store = WatchingStore(memory, draw_from(crashes))
    suppression_list = ListInMemory(pages, raise_trouble(troubles))

    def seconds_left() -> float:
        return times_left.pop() if times_left else 300.0

    with small_blocks(block_rows), serve_function(store, suppression_list, limits, seconds_left) as invoke:
        run_until_done(invoke, memory)
    check_snapshot(memory, pages)


@contextmanager
def small_blocks(block_rows: int) -> Iterator[None]:
    with patch.object(raw_parts, "BLOCK_ROWS", block_rows), patch.object(merge_rows, "_LEAST_ROWS", 1):
        yield


def run_until_done(invoke: Callable[[dict[str, Any]], dict[str, Any]], memory: MemoryStore) -> None:
    """Run the execution; when it fails for good, do as an operator does: the same execution once
    more."""
    for _ in range(10):
        try:
            output = Workflow(invoke, fetcher(memory)).run(REQUEST)
        except ExecutionFailedError:
            continue
        if output["failed"] == 0:
            return
    raise AssertionError("ten executions failed")


def check_snapshot(store: MemoryStore, pages: list[list[SuppressedDestination]]) -> None:
    manifest = load_manifest(store, TARGET)
    found = list(stream_rows(store, manifest))
    expected = expect_rows(pages)
    assert [row.email_address for row in found] == in_order(expected)
    assert expect_rows([found]) == expected
    assert manifest.total == len(expected)
    assert manifest.rows_read == sum(len(page) for page in pages) == manifest.total + manifest.rows_repeated
    reasons = [reason for _, reason in expected.values()]
    assert manifest.by_reason == {reason: reasons.count(reason) for reason in set(reasons)}
    assert [each.run for each in list_snapshots(store, TARGET)] == [RUN]


@settings(max_examples=100, deadline=None)
@given(pages, limits, st.integers(0, 30))
def test_an_execution_that_stops_anywhere_for_good_shows_no_snapshot_or_a_whole_one(
    pages: list[list[SuppressedDestination]], limits: Any, writes_before_the_end: int
) -> None:
    memory = MemoryStore()
    script = ["before"] * 1_000 + [""] * writes_before_the_end
    store = WatchingStore(memory, draw_from(script))
    with serve_function(store, ListInMemory(pages), limits) as invoke, suppress(ExecutionFailedError):
        Workflow(invoke, fetcher(memory)).run(REQUEST)
    if memory.fetch(TARGET.latest_key) is not None:
        check_snapshot(memory, pages)
    for manifest in list_snapshots(memory, TARGET):
        assert len(list(stream_rows(memory, manifest))) == manifest.total == len(expect_rows(pages))


@settings(max_examples=100, deadline=None)
@given(pages, limits, st.data())
def test_a_slow_call_that_outlives_its_retry_changes_nothing(
    pages: list[list[SuppressedDestination]], limits: Any, data: st.DataObject
) -> None:
    """A call that was given up may still be running, see fewer pages, and write after its successor."""
    store = MemoryStore()
    suppression_list = ListInMemory(pages)
    with serve_function(store, suppression_list, limits) as invoke:

        def invoke_twice(payload: dict[str, Any]) -> dict[str, Any]:
            answer = invoke(payload)
            if data.draw(st.booleans()):
                hurried = replace(limits, pages_per_part=1)
                with serve_function(store, suppression_list, hurried, lambda: 5.0) as invoke_late:
                    invoke_late(payload)
            return answer

        Workflow(invoke_twice, fetcher(store)).run(REQUEST)
    check_snapshot(store, pages)
