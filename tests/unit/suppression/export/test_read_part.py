"""One call's share of the reading."""

import gzip
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ses_reputation.suppression.errors import (
    ChainExpiredError,
    ChainRestartsExhaustedError,
    ListThrottledError,
    ListUnavailableError,
)
from ses_reputation.suppression.export.progress import Export, ReadProgress
from ses_reputation.suppression.export.read_part import PartRead, read_part
from ses_reputation.suppression.listing.destination import decode_line
from ses_reputation.suppression.listing.list_reader import ListReader
from ses_reputation.suppression.snapshot.location import SnapshotRun
from ses_reputation.suppression.targets import Target
from tests.support.in_memory.suppression import NOON, ListInMemory, MemoryStore, suppress
from tests.support.suppression_function import SETTINGS

RUN = SnapshotRun(Target("111122223333", "us-east-1"), "20261122T070000Z")
EXPORT = Export(RUN, NOON, datetime(2026, 11, 21, 12, 0, 5, tzinfo=UTC))
PAGES = [[suppress(f"{letter}@example.com")] for letter in "edcba"]


def read(
    store: MemoryStore, suppression_list: ListInMemory, export: Export = EXPORT, seconds_left: float = 300.0
) -> PartRead:
    reader = ListReader(suppression_list, sleep=lambda _: None)
    return read_part(store, reader, export, SETTINGS, lambda: seconds_left)


def list_raw_rows(store: MemoryStore, export: Export) -> list[list[str]]:
    keys = [export.run.raw_part_key(export.reading.chain, name) for name in export.reading.raw_parts]
    texts = [gzip.decompress(store.objects[key]).decode() for key in keys]
    return [[decode_line(line).email_address for line in text.splitlines()] for text in texts]


def test_a_call_reads_so_many_pages_and_stores_them_sorted() -> None:
    store = MemoryStore()
    part = read(store, ListInMemory(PAGES))
    assert list_raw_rows(store, part.export) == [["d@example.com", "e@example.com"]]
    assert (part.pages, part.rows, part.export.status) == (2, 2, "reading")
    assert part.export.reading.next_token == str(part.pages)


def test_calls_go_on_where_the_one_before_stopped_until_the_list_ends() -> None:
    store, export, suppression_list = MemoryStore(), EXPORT, ListInMemory(PAGES)
    for _ in range(3):
        assert export.status == "reading"
        export = read(store, suppression_list, export).export
    assert [len(rows) for rows in list_raw_rows(store, export)] == [2, 2, 1]
    assert suppression_list.requests == [None, "1", "2", "3", "4"]
    assert (export.reading.rows, export.reading.pages, export.status) == (5, 5, "merging")


def test_a_repeated_call_stores_the_same_object() -> None:
    store, suppression_list = MemoryStore(), ListInMemory(PAGES)
    assert read(store, suppression_list).export == read(store, suppression_list).export
    assert len(store.objects) == 1


def test_a_call_that_sees_other_rows_leaves_the_part_of_another_call_alone() -> None:
    store = MemoryStore()
    first = read(store, ListInMemory(PAGES)).export
    second = read(store, ListInMemory(PAGES[1:])).export
    assert first.reading.raw_parts != second.reading.raw_parts
    assert len(store.objects) == 2


def test_a_call_that_was_throttled_all_the_time_hands_on_where_it_was() -> None:
    store = MemoryStore()
    suppression_list = ListInMemory(PAGES, lambda _: ListThrottledError("429"))
    part = read(store, suppression_list, seconds_left=0.0)
    assert part.export == EXPORT
    assert (part.throttled, store.objects) == (1, {})


def test_the_pace_that_a_call_learnt_is_handed_on() -> None:
    errors: list[Exception] = [ListThrottledError("429")] * 4
    part = read(MemoryStore(), ListInMemory(PAGES, lambda _: errors.pop() if errors else None))
    assert 0 < part.export.reading.gap_seconds < 2


def test_what_was_read_before_the_list_failed_is_kept() -> None:
    store = MemoryStore()
    suppression_list = ListInMemory(PAGES, lambda token: ListUnavailableError("503") if token else None)
    part = read(store, suppression_list)
    assert (part.pages, part.export.reading.next_token, part.export.status) == (1, "1", "reading")


def test_a_call_that_read_nothing_because_the_list_fails_says_so() -> None:
    suppression_list = ListInMemory(PAGES, lambda _: ListUnavailableError("503"))
    with pytest.raises(ListUnavailableError):
        read(MemoryStore(), suppression_list)


def test_an_expired_token_starts_a_new_chain_that_knows_nothing_of_the_old() -> None:
    store = MemoryStore()
    first = read(store, ListInMemory(PAGES)).export
    part = read(store, ListInMemory(PAGES, lambda _: ChainExpiredError("gone")), first)
    assert part.is_chain_restarted
    assert part.export.reading == ReadProgress(chain=2)
    assert part.export.status == "reading"


def test_the_pace_outlives_the_chain() -> None:
    slow = replace(EXPORT, reading=ReadProgress(1, "token", gap_seconds=0.7))
    part = read(MemoryStore(), ListInMemory(PAGES, lambda _: ChainExpiredError("gone")), slow)
    assert part.export.reading.gap_seconds == 0.7


def test_chains_are_restarted_only_so_often() -> None:
    last = replace(EXPORT, reading=ReadProgress(SETTINGS.chain_restarts + 1, "token"))
    with pytest.raises(ChainRestartsExhaustedError, match="6 times"):
        read(MemoryStore(), ListInMemory(PAGES, lambda _: ChainExpiredError("gone")), last)
