"""One call's share of the reading."""

import gzip
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ses_reputation.suppression.errors import (
    ChainExpiredError,
    ChainRestartsExhaustedError,
    ListStarvedError,
    ListThrottledError,
    ListUnavailableError,
)
from ses_reputation.suppression.export.progress import Export, ReadProgress
from ses_reputation.suppression.export.read_part import (
    MOST_FRUITLESS_CALLS,
    PartRead,
    PartReader,
    commit_reading,
)
from ses_reputation.suppression.listing.destination import decode_line
from ses_reputation.suppression.listing.list_page import ListPage
from ses_reputation.suppression.listing.list_reader import ListReader
from ses_reputation.suppression.listing.pace import Pace
from ses_reputation.suppression.snapshot.location import SnapshotRun
from ses_reputation.suppression.targets import Target
from tests.support.in_memory.suppression import NOON, ListInMemory, MemoryStore, suppress
from tests.support.suppression_function import SETTINGS

RUN = SnapshotRun(Target("111122223333", "us-east-1"), "20261122T070000Z")
EXPORT = Export(RUN, NOON, datetime(2026, 11, 21, 12, 0, 5, tzinfo=UTC))
PAGES = [[suppress(f"{letter}@example.com")] for letter in "edcba"]


def read(
    store: MemoryStore, suppression_list: Any, export: Export = EXPORT, seconds_left: float = 300.0
) -> PartRead:
    pace = Pace(sleep=lambda _: None)
    reader = ListReader(suppression_list)
    return PartReader(
        store, reader, SETTINGS, pace, lambda: seconds_left, lambda: NOON, SETTINGS.pages_per_part
    ).read(export)


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
    for _ in range(4):
        assert export.status == "reading"
        export = read(store, suppression_list, export).export
    assert [len(rows) for rows in list_raw_rows(store, export)] == [2, 2, 1]
    assert suppression_list.requests == [None, "1", "2", "3", "4"]
    # The sixth page asks what changed meanwhile.
    assert (export.reading.rows, export.reading.pages, export.status) == (5, 6, "merging")


def test_what_changed_while_the_pages_were_read_is_asked_for_behind_the_last() -> None:
    export, suppression_list = EXPORT, ListInMemory(PAGES)
    for _ in range(4):
        export = read(MemoryStore(), suppression_list, export).export
    assert suppression_list.settlings == [NOON - timedelta(minutes=5)]
    assert export.reading.began_at == export.reading.exact_at == "2026-11-21T12:00:00Z"


def test_a_list_of_one_page_cannot_change_while_it_is_read() -> None:
    suppression_list = ListInMemory(PAGES[:1])
    export = read(MemoryStore(), suppression_list).export
    assert (export.status, suppression_list.settlings) == ("merging", [])
    assert export.reading.exact_at == "2026-11-21T12:00:00Z"


class BusyList(ListInMemory):
    """So much changes that it takes two pages to say it, several times."""

    busy_passes = 0

    def fetch_page(self, next_token: str | None, since: datetime | None = None) -> ListPage:
        if since is None or not self.busy_passes:
            return ListInMemory.fetch_page(self, next_token, since)
        self.busy_passes -= next_token is not None
        return ListPage((suppress("moved@example.com"),), None if next_token else "more")


@pytest.mark.parametrize(("busy_passes", "settlings"), [(0, 1), (1, 2), (3, 4), (100, 5)])
def test_changes_of_several_pages_are_asked_for_again_until_one_page_has_them(
    busy_passes: int, settlings: int
) -> None:
    export, suppression_list = EXPORT, BusyList(PAGES)
    suppression_list.busy_passes = busy_passes
    while export.status == "reading":
        export = read(MemoryStore(), suppression_list, export).export
    assert export.reading.settlings == settlings


def test_an_expired_token_of_what_changed_asks_for_it_again_and_keeps_the_pages() -> None:
    store, export, suppression_list = MemoryStore(), EXPORT, BusyList(PAGES)
    while not export.reading.since:
        export = read(store, suppression_list, export).export
    part = read(store, ListInMemory(PAGES), export)
    kept = export.reading.raw_parts
    gone = replace(export, reading=replace(export.reading, next_token="t", pass_pages=1))  # noqa: S106
    part = read(store, Expiring(), gone)
    assert part.is_chain_restarted
    assert (part.export.reading.next_token, part.export.reading.chain) == (None, 1)
    assert part.export.reading.raw_parts == kept


class Expiring:
    """A list that knows no token, and no pass that was begun."""

    def fetch_page(self, next_token: str | None, since: datetime | None = None) -> ListPage:
        raise ChainExpiredError("gone")


def test_calls_that_read_the_list_differently_merge_what_was_committed_first() -> None:
    store = MemoryStore()
    first = read(store, ListInMemory(PAGES[:1])).export
    second = read(store, ListInMemory(PAGES[1:2])).export
    assert commit_reading(store, first) == first
    assert commit_reading(store, second) == first


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
    began = ReadProgress(began_at="2026-11-21T12:00:00Z", fruitless_calls=1)
    assert part.export == replace(EXPORT, reading=began)
    assert store.objects == {}


def test_a_list_that_is_throttled_for_an_hour_is_given_up() -> None:
    export, suppression_list = EXPORT, ListInMemory(PAGES, lambda _: ListThrottledError("429"))
    for _ in range(MOST_FRUITLESS_CALLS - 1):
        export = read(MemoryStore(), suppression_list, export, seconds_left=0.0).export
    with pytest.raises(ListStarvedError, match="about an hour"):
        read(MemoryStore(), suppression_list, export, seconds_left=0.0)


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


def test_chains_are_restarted_only_so_often() -> None:
    last = replace(EXPORT, reading=ReadProgress(SETTINGS.chain_restarts + 1, "token"))
    with pytest.raises(ChainRestartsExhaustedError, match="6 times"):
        read(MemoryStore(), ListInMemory(PAGES, lambda _: ChainExpiredError("gone")), last)
